"""What every feed delivers, whatever the format of its source."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from catalog.products import Product


@dataclass(frozen=True)
class Record:
    """One line of a table as it was read, before its values are parsed."""

    row: int  # the line's number as an editor shows it
    values: dict[str, Any]  # column -> text, or any value that JSON and Parquet can hold
    fault: str = ""  # why the line can't be used; empty if it can
    shifted: bool = False  # whether its values may stand in wrong columns
    swallowed: tuple[dict[str, str], ...] = ()  # lines inside its values that look like rows of their own


@dataclass(frozen=True)
class WebPhoto:
    """A photo that is still to be downloaded."""

    address: str

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True)
class FieldWarning:
    """What is to be said of one value of a product that is imported all the same."""

    field: str  # the field that the value belongs to, such as price
    text: str  # a sentence

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class FeedRow:
    """One product as its source describes it; its photos have not been opened yet."""

    row: int | None  # None where the source has no rows, such as a folder
    product: Product  # without photos
    photos: tuple[Path | WebPhoto, ...]  # absolute paths, or addresses where the options allow these; at least one
    warnings: tuple[FieldWarning, ...] = ()  # on values that weren't understood or may mean something else
    certain: bool = True  # False: the product id may be another value of the row
    swallowed_ids: tuple[str, ...] = ()  # of products whose rows may be hidden in this one

    @property
    def files(self) -> tuple[Path, ...]:
        """The photos that lie on this disk."""
        return tuple(photo for photo in self.photos if isinstance(photo, Path))


@dataclass(frozen=True)
class Reject:
    """A row or a photo of a source that couldn't be used."""

    row: int | None
    product_id: str  # empty where no id could be read
    file: str  # the photo; empty where the whole row is at fault
    reason: str  # a sentence
    certain: bool = True  # False: the product id may be another value of the row
    swallowed_ids: tuple[str, ...] = ()  # of products whose rows may be hidden in this one
    field: str = ""  # the field of the value that is meant; empty where it is the whole row, or a photo

    @property
    def names_product(self) -> bool:
        """Whether it is known which product is meant."""
        return bool(self.product_id) and self.certain

    @property
    def is_photo(self) -> bool:
        """Whether a photo is at fault and not a whole row."""
        return bool(self.file)


class Feed(Protocol):
    """A source whose structure has been checked; its rows can be read several times."""

    location: Path  # absolute
    notes: list[str]  # remarks for the person who imports, complete once all rows were read
    left_out: set[str]  # ids of products and groups that the source says are not for sale, once all rows were read
    empty_classes: list[str]  # categories that the source has without a product in them, once all rows were read

    @property
    def incomplete(self) -> str:
        """Why rows may be missing, in a sentence, once all rows were read; empty if none seem to be."""
        ...

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every product and every reject, in the order of the source."""
        ...


class TableReader(Protocol):
    """A reader of one table format."""

    columns: list[str]
    notes: list[str]
    incomplete: str  # as a feed's

    def records(self) -> Iterator[Record]:
        """Every line that isn't empty, in the order of the table."""
        ...

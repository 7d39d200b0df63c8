"""What every feed delivers, whichever way the source is laid out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from catalog.products import Product


@dataclass(frozen=True)
class Record:
    """One line of a table as it was read, nothing understood yet."""

    row: int  # as an editor shows it
    values: dict[str, Any]  # by column; text, or whatever JSON and Parquet hold
    fault: str = ""  # why the line can't be used, if it can't


@dataclass(frozen=True)
class FeedRow:
    """One product as a source tells it, its photos not opened yet."""

    row: int | None  # None where the source has no rows, as a folder
    product: Product  # without photos
    photos: tuple[Path, ...]  # absolute, at least one


@dataclass(frozen=True)
class Reject:
    """Something in a source that couldn't be used."""

    row: int | None
    product_id: str  # empty where it couldn't be read
    file: str  # empty where the whole row is at fault
    reason: str

    @property
    def is_photo(self) -> bool:
        """Whether one photo is at fault, not a row."""
        return bool(self.file)


class Feed(Protocol):
    """A source that has been understood as a whole; its rows can be read as often as needed."""

    location: Path  # absolute
    notes: list[str]  # what the person who imports should know, filled while reading

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every product and every reject, in the order of the source."""
        ...


class TableReader(Protocol):
    """One table format."""

    columns: list[str]
    notes: list[str]

    def records(self) -> Iterator[Record]:
        """Every line with something in it, from the first to the last."""
        ...

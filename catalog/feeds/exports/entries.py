"""Records of an export, with what decides which of them belong together."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from catalog.feeds.exports.offers import Group
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import SourceHead


@dataclass(frozen=True)
class Entry:
    """One record of an export."""

    key: str  # entries of one key belong together; empty for an entry with a fault
    row: int  # the line's number as an editor shows it
    values: dict[str, Any] = field(default_factory=dict)  # as JSON can hold them
    fault: str = ""  # why the record can't be used; empty if it can
    name: str = ""  # the id of the offer, where offers of different keys must have different ids
    owns: tuple[str, ...] = ()  # keys whose entries belong to this entry's group


class Export(Protocol):
    """An opened export."""

    notes: list[str]  # remarks for the person who imports

    @property
    def incomplete(self) -> str:
        """Why records may be missing, once all entries were read; empty if none seem to be."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every record, in the order of the file."""
        ...

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The offers of the entries that belong together, whatever their order.

        Called once all entries were read.

        Raises:
            ValueError: the group can't be used; the message says why, without a full stop.
        """
        ...


class ExportFormat(Protocol):
    """A kind of export that the registry knows."""

    name: str  # as --format takes it
    title: str  # as people know it

    def recognises(self, head: SourceHead) -> bool:
        """Whether a source is of this format, by its content."""
        ...

    def open(self, path: Path, options: FeedOptions) -> Export:
        """The opened source.

        Raises:
            SourceError: the source can't be read as this format.
        """
        ...

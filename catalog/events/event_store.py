"""What shoppers did, without who they were: searches and clicks, stored in the catalogue's database."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select

from catalog.result_lists import GOES_WITH
from catalog.storage.database import Database
from catalog.storage.tables.events import clicks, searches

CLICK = "click"  # on a product of any other list
KINDS = (CLICK, GOES_WITH)
FORGET_STEP = 500  # rows of a table deleted in one transaction: a few milliseconds of the write lock
_ID_BYTES = 16


@dataclass(frozen=True)
class SearchEvent:
    """One answer to a photo."""

    search_id: str
    searched_at: datetime
    snapshot_id: str
    category: str | None  # the predicted one; None where nothing could be predicted
    probability: float | None
    recognised: bool
    results: int
    companions: int  # products shown as going with it
    language: str
    filters: dict[str, Any] = field(default_factory=dict)
    page: int = 1
    refined: bool = False  # the same photo asked again with other filters, or another page of its answer


@dataclass(frozen=True)
class ClickEvent:
    """A product that was opened from a list."""

    click_id: str
    clicked_at: datetime
    list_name: str
    product_id: str
    position: int  # from 1
    kind: str  # one of KINDS
    search_id: str | None = None  # None: the list was no answer to a photo


class EventStore:
    """Searches and clicks in the catalogue's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, events: Iterable[SearchEvent | ClickEvent]) -> None:
        """Store events, all or none.

        Raises:
            DatabaseLockedError: an import is writing.
            DatabaseError: the database can't be used.
        """
        rows = [_row(event) for event in events]
        with self._database.writing(alone=False) as connection:
            for table in (searches, clicks):
                own = [row for kind, row in rows if kind is table]
                if own:
                    connection.execute(insert(table), own)

    def forget(self, before: datetime, limit: int = FORGET_STEP) -> tuple[int, list[str]]:
        """Delete the oldest searches and clicks from before a time, at most ``limit`` of each.

        Returns:
            How many were deleted, and the ids of the searches among them.
        """
        forgotten = []
        with self._database.writing(alone=False) as connection:
            for key, time in (
                (searches.c.search_id, searches.c.searched_at),
                (clicks.c.click_id, clicks.c.clicked_at),
            ):
                oldest = select(key).where(time < _to_minute(before)).order_by(time).limit(limit)
                ids = connection.scalars(oldest).all()
                if ids:
                    connection.execute(delete(key.table).where(key.in_(ids)))
                forgotten.append(ids)
        return sum(map(len, forgotten)), list(forgotten[0])


def draw_id() -> str:
    """A new event's id: 22 random characters of letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(_ID_BYTES)


def _row(event: SearchEvent | ClickEvent) -> tuple[Table, dict[str, Any]]:
    values = asdict(event)
    if isinstance(event, SearchEvent):
        return searches, values | {"searched_at": _to_minute(event.searched_at)}
    return clicks, values | {"clicked_at": _to_minute(event.clicked_at)}


def _to_minute(time: datetime) -> str:
    """ISO 8601, UTC, without the seconds, which could tell one visitor's steps from another's; sorts as text."""
    return time.astimezone(UTC).isoformat(timespec="minutes")

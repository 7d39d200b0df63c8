"""Shoppers' searches and clicks, stored in the catalogue's database without anything that identifies a shopper."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, or_, select

from catalog.result_lists import GOES_WITH
from catalog.storage.database import Database
from catalog.storage.tables.events import clicks, searches

CLICK = "click"  # on a product of any other list
KINDS = (CLICK, GOES_WITH)
FORGET_STEP = 500  # rows of one table that a transaction deletes, so that it holds the write lock for milliseconds
CLOCK_TOLERANCE = timedelta(days=1)
MOST_ROWS = 1_000_000  # of searches, and as many of clicks; about 300 MB in all
_ID_BYTES = 16


@dataclass(frozen=True)
class SearchEvent:
    """One search: a photo and the answer to it."""

    search_id: str
    searched_at: datetime
    snapshot_id: str
    category: str | None  # the predicted category; None where none was predicted
    probability: float | None
    recognised: bool
    results: int  # number of similar products on all pages
    companions: int  # number of complementary products that were shown
    language: str
    filters: dict[str, Any] = field(default_factory=dict)
    page: int = 1
    refined: bool = False  # whether the same photo was searched before, with other filters or for another page


@dataclass(frozen=True)
class ClickEvent:
    """A click that opened a product from a list."""

    click_id: str
    clicked_at: datetime
    list_name: str
    product_id: str
    position: int  # of the product in the list, from 1
    kind: str  # one of KINDS
    search_id: str | None = None  # None: the list wasn't the answer to a photo


class EventStore:
    """Stores and deletes searches and clicks.

    Args:
        database: of the catalogue.
        most_rows: of searches, and of clicks, that ``forget`` leaves, as strangers decide how many are stored.
    """

    def __init__(self, database: Database, most_rows: int = MOST_ROWS) -> None:
        self._database = database
        self._most_rows = most_rows

    def add(self, events: Iterable[SearchEvent | ClickEvent]) -> None:
        """Store all events, or none if an error occurs.

        Raises:
            DatabaseLockedError: an import is writing.
            DatabaseError: the database can't be used.
        """
        rows = [_row(event) for event in events]
        with self._database.writing(alone=False, durable=False) as connection:
            for table in (searches, clicks):
                own = [row for kind, row in rows if kind is table]
                if own:
                    connection.execute(insert(table), own)

    def forget(self, before: datetime, limit: int = FORGET_STEP) -> tuple[int, list[str]]:
        """Delete searches and clicks from before a time, the oldest first, and at most ``limit`` of each kind.

        Events from the future, stored while a clock was ahead, are deleted too: otherwise they would stay until then.
        While there are more than ``most_rows`` of a kind, the oldest of them are deleted too.

        Returns:
            The number of deleted events, and the ids of the deleted searches.
        """
        forgotten = []
        ahead = _to_minute(datetime.now(UTC) + CLOCK_TOLERANCE)
        with self._database.writing(alone=False, durable=False) as connection:
            for key, time in (
                (searches.c.search_id, searches.c.searched_at),
                (clicks.c.click_id, clicks.c.clicked_at),
            ):
                oldest = select(key).where(or_(time < _to_minute(before), time > ahead)).order_by(time).limit(limit)
                ids = connection.scalars(oldest).all()
                if not ids:
                    count = connection.execute(select(func.count()).select_from(key.table)).scalar_one()
                    surplus = max(0, min(count - self._most_rows, limit))
                    ids = connection.scalars(select(key).order_by(time, key).limit(surplus)).all()
                if ids:
                    connection.execute(delete(key.table).where(key.in_(ids)))
                forgotten.append(ids)
        return sum(map(len, forgotten)), list(forgotten[0])


def draw_id() -> str:
    """An id for a new event: 22 random characters from letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(_ID_BYTES)


def _row(event: SearchEvent | ClickEvent) -> tuple[Table, dict[str, Any]]:
    values = asdict(event)
    if isinstance(event, SearchEvent):
        return searches, values | {"searched_at": _to_minute(event.searched_at)}
    return clicks, values | {"clicked_at": _to_minute(event.clicked_at)}


def _to_minute(time: datetime) -> str:
    """ISO 8601, UTC, without the seconds, by which the steps of one visitor could be recognised."""
    return time.astimezone(UTC).isoformat(timespec="minutes")

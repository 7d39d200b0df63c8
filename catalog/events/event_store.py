"""What shoppers do, stored in the catalogue's database without anything that identifies a shopper."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, or_, select

from catalog.result_lists import GOES_WITH
from catalog.storage.database import Database
from catalog.storage.tables.events import clicks, conversions, feedback, searches

CLICK = "click"  # on a product of any other list
KINDS = (CLICK, GOES_WITH)
NOT_WANTED = "not_wanted"  # what a shopper says of an answer, or of one product in it
REASONS = ("kind", "colour", "gender", "style", "other")  # why it wasn't wanted
CONVERSIONS = ADD_TO_CART, PURCHASE = ("add_to_cart", "purchase")
FORGET_STEP = 500  # rows of one table that a transaction deletes, so that it holds the write lock for milliseconds
CLOCK_TOLERANCE = timedelta(days=1)
MOST_ROWS = 1_000_000  # of searches, and as many of each other kind; about 500 MB in all
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


@dataclass(frozen=True)
class FeedbackEvent:
    """A shopper's word that a product of an answer, or the whole answer, wasn't what the photo asked for."""

    feedback_id: str
    given_at: datetime
    search_id: str
    reason: str  # one of REASONS
    list_name: str | None = None  # with product and position; None: the whole answer is meant
    product_id: str | None = None
    position: int | None = None  # from 1


@dataclass(frozen=True)
class ConversionEvent:
    """A product that a shopper put into the cart or bought, as the shop's own site reports it."""

    conversion_id: str
    converted_at: datetime
    kind: str  # one of CONVERSIONS
    product_id: str
    list_name: str | None = None  # from which the product was opened; None: unknown
    search_id: str | None = None  # None: unknown, or the list wasn't the answer to a photo
    value_cents: int | None = None  # of what was bought, hundredths of the currency
    currency: str | None = None  # ISO 4217


Event = SearchEvent | ClickEvent | FeedbackEvent | ConversionEvent

# Of each kind of event: its table, its id and its time.
_KINDS: dict[type[Event], tuple[Table, str, str]] = {
    SearchEvent: (searches, "search_id", "searched_at"),
    ClickEvent: (clicks, "click_id", "clicked_at"),
    FeedbackEvent: (feedback, "feedback_id", "given_at"),
    ConversionEvent: (conversions, "conversion_id", "converted_at"),
}


class EventStore:
    """Stores and deletes events.

    Args:
        database: of the catalogue.
        most_rows: of each kind that ``forget`` leaves, as strangers decide how many are stored.
    """

    def __init__(self, database: Database, most_rows: int = MOST_ROWS) -> None:
        self._database = database
        self._most_rows = most_rows

    def add(self, events: Iterable[Event]) -> None:
        """Store all events, or none if an error occurs.

        Raises:
            DatabaseLockedError: an import is writing.
            DatabaseError: the database can't be used.
        """
        events = list(events)
        with self._database.writing(alone=False, durable=False) as connection:
            for kind, (table, _, time) in _KINDS.items():
                if rows := [_row(event, time) for event in events if isinstance(event, kind)]:
                    connection.execute(insert(table), rows)

    def forget(self, before: datetime, limit: int = FORGET_STEP) -> tuple[int, list[str]]:
        """Delete events from before a time, the oldest first, and at most ``limit`` of each kind.

        Events from the future, stored while a clock was ahead, are deleted too: otherwise they would stay until then.
        While there are more than ``most_rows`` of a kind, the oldest of them are deleted too.

        Returns:
            The number of deleted events, and the ids of the deleted searches.
        """
        forgotten = []
        ahead = _to_minute(datetime.now(UTC) + CLOCK_TOLERANCE)
        with self._database.writing(alone=False, durable=False) as connection:
            for table, key_name, time_name in _KINDS.values():
                key, time = table.c[key_name], table.c[time_name]
                oldest = select(key).where(or_(time < _to_minute(before), time > ahead)).order_by(time).limit(limit)
                ids = connection.scalars(oldest).all()
                if not ids:
                    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
                    surplus = max(0, min(count - self._most_rows, limit))
                    ids = connection.scalars(select(key).order_by(time, key).limit(surplus)).all()
                if ids:
                    connection.execute(delete(table).where(key.in_(ids)))
                forgotten.append(ids)
        return sum(map(len, forgotten)), list(forgotten[0])


def draw_id() -> str:
    """An id for a new event: 22 random characters from letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(_ID_BYTES)


def _row(event: Event, time_name: str) -> dict[str, Any]:
    return asdict(event) | {time_name: _to_minute(getattr(event, time_name))}


def _to_minute(time: datetime) -> str:
    """ISO 8601, UTC, without the seconds, by which the steps of one visitor could be recognised."""
    return time.astimezone(UTC).isoformat(timespec="minutes")

"""Figures that are computed from the stored searches and clicks of a span of days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, distinct, func, select

from catalog.events.event_store import SearchEvent
from catalog.result_lists import GOES_WITH
from catalog.storage.database import Database
from catalog.storage.tables.events import clicks, searches

_searches = searches.c
_clicks = clicks.c


@dataclass(frozen=True)
class Days:
    """Whole days in UTC, both ends included."""

    first: date
    last: date

    @classmethod
    def until_today(cls, days: int) -> "Days":
        """The last ``days`` days, today included."""
        today = datetime.now(UTC).date()
        return cls(today - timedelta(days=days - 1), today)

    def holds(self, time: "ColumnElement[str]") -> "ColumnElement[bool]":
        """The SQL condition that a stored time lies in the span."""
        after = self.last + timedelta(days=1)
        return (time >= self.first.isoformat()) & (time < after.isoformat())


@dataclass(frozen=True)
class CategorySearches:
    """How often one category was predicted."""

    category: str
    searches: int
    mean_probability: float  # mean probability of these predictions


@dataclass(frozen=True)
class PositionClicks:
    """How often shoppers opened the product at one position of a list."""

    list_name: str
    position: int  # from 1
    clicks: int


@dataclass(frozen=True)
class EventCounts:
    """The numbers of searches and clicks; each photo counts once, however often its answer was refined."""

    searches: int
    unrecognised: int  # searches for things that the shop sells nothing like
    clicks: int


@dataclass(frozen=True)
class ProductClicks:
    """How often shoppers opened one product from any list."""

    product_id: str
    clicks: int


@dataclass(frozen=True)
class ClickRate:
    """How many searches showed complementary products, and how many of these led to a click on one."""

    shown: int
    clicked: int

    @property
    def share(self) -> float | None:
        """``clicked`` divided by ``shown``, 0 to 1; None where nothing was shown."""
        return self.clicked / self.shown if self.shown else None


class EventFigures:
    """Computes figures from the stored events of a span of days."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, days: Days) -> EventCounts:
        """The numbers of searches and clicks."""
        asked = select(func.count()).select_from(searches)
        asked = asked.where(days.holds(_searches.searched_at), ~_searches.refined)
        opened = select(func.count()).select_from(clicks).where(days.holds(_clicks.clicked_at))
        with self._database.reading() as connection:
            return EventCounts(
                connection.execute(asked).scalar_one(),
                connection.execute(asked.where(~_searches.recognised)).scalar_one(),
                connection.execute(opened).scalar_one(),
            )

    def frequent_products(self, days: Days, limit: int = 10) -> list[ProductClicks]:
        """The products that were opened most often, the most frequent first, equal ones ordered by id."""
        count = func.count()
        query = (
            select(_clicks.product_id, count)
            .where(days.holds(_clicks.clicked_at))
            .group_by(_clicks.product_id)
            .order_by(count.desc(), _clicks.product_id)
            .limit(limit)
        )
        return [ProductClicks(*row) for row in self._rows(query)]

    def frequent_categories(self, days: Days, limit: int = 20) -> list[CategorySearches]:
        """The categories that were predicted most often, the most frequent first, equal ones ordered by name.

        Each photo counts once, however often its answer was refined.
        """
        count = func.count()
        query = (
            select(_searches.category, count, func.avg(_searches.probability))
            .where(days.holds(_searches.searched_at), ~_searches.refined, _searches.category.is_not(None))
            .group_by(_searches.category)
            .order_by(count.desc(), _searches.category)
            .limit(limit)
        )
        return [CategorySearches(category, number, float(mean or 0)) for category, number, mean in self._rows(query)]

    def unrecognised(self, days: Days, limit: int = 100, offset: int = 0) -> list[SearchEvent]:
        """A page of the searches for things that the shop sells nothing like, the latest first."""
        query = (
            select(searches)
            .where(days.holds(_searches.searched_at), ~_searches.refined, ~_searches.recognised)
            .order_by(_searches.searched_at.desc(), _searches.search_id)
            .limit(limit)
            .offset(offset)
        )
        return [_to_search(row) for row in self._rows(query)]

    def clicks_by_position(self, days: Days) -> list[PositionClicks]:
        """The clicks on each position of each list, ordered by the list's name and the position."""
        query = (
            select(_clicks.list_name, _clicks.position, func.count())
            .where(days.holds(_clicks.clicked_at))
            .group_by(_clicks.list_name, _clicks.position)
            .order_by(_clicks.list_name, _clicks.position)
        )
        return [PositionClicks(*row) for row in self._rows(query)]

    def goes_with_rate(self, days: Days) -> ClickRate:
        """How many answers showed complementary products, and from how many of them one was opened."""
        shown = days.holds(_searches.searched_at) & (_searches.companions > 0)
        clicked = (
            select(func.count(distinct(_searches.search_id)))
            .join_from(searches, clicks, _clicks.search_id == _searches.search_id)
            .where(shown, _clicks.kind == GOES_WITH)
        )
        with self._database.reading() as connection:
            return ClickRate(
                connection.execute(select(func.count()).select_from(searches).where(shown)).scalar_one(),
                connection.execute(clicked).scalar_one(),
            )

    def _rows(self, query: Select[Any]) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(query).all())


def _to_search(row: Row[Any]) -> SearchEvent:
    return SearchEvent(**{**row._mapping, "searched_at": datetime.fromisoformat(row.searched_at)})

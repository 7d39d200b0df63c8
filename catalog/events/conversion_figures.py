"""From lists to purchases: what was shown, opened, put into the cart and bought, by list and by what was recognised."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, distinct, func, select

from catalog.events.event_figures import Days
from catalog.events.event_store import ADD_TO_CART, PURCHASE
from catalog.result_lists import GOES_WITH, SIMILAR
from catalog.storage.database import Database
from catalog.storage.tables.events import clicks, conversions, searches

_searches = searches.c
_clicks = clicks.c
_conversions = conversions.c


@dataclass(frozen=True)
class ListSteps:
    """What came of one list, on the answers to photos or elsewhere."""

    list_name: str | None  # None: the shop's site didn't say which
    on_answers: bool
    views: int | None  # how often it was shown; None where that isn't counted
    clicks: int
    carts: int
    purchases: int


@dataclass(frozen=True)
class AnswerSteps:
    """Of the answers to photos of one category: how many there were, and after how many of them what happened."""

    category: str | None  # that was recognised; None: nothing was
    answers: int
    clicked: int
    carted: int
    bought: int


@dataclass(frozen=True)
class Turnover:
    """What purchases that name a value add up to in one currency."""

    currency: str
    purchases: int
    value_cents: int


class ConversionFigures:
    """Counts the steps from a list to a purchase in a span of days."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_list(self, days: Days) -> list[ListSteps]:
        """The lists, those on answers first; lists where nothing happened are left out."""
        clicked = Counter(self._by_list(_clicks.list_name, _clicks.search_id, days.holds(_clicks.clicked_at)))
        carted = Counter(self._conversions_by_list(days, ADD_TO_CART))
        bought = Counter(self._conversions_by_list(days, PURCHASE))
        shown = self._views(days)
        steps = [
            ListSteps(name, on_answers, shown.get(key) if on_answers else None, clicked[key], carted[key], bought[key])
            for key in {*clicked, *carted, *bought, *(key for key, views in shown.items() if views)}
            for name, on_answers in (key,)
        ]
        return sorted(steps, key=lambda one: (not one.on_answers, -(one.views or 0), -one.clicks, one.list_name or "~"))

    def by_category(self, days: Days, limit: int = 20) -> list[AnswerSteps]:
        """The recognised categories with the most answers; an answer that was refined is one more."""
        held = days.holds(_searches.searched_at)
        query = (
            select(_searches.category, func.count())
            .where(held)
            .group_by(_searches.category)
            .order_by(func.count().desc(), _searches.category)
            .limit(limit)
        )
        clicked = self._by_category(_clicks.search_id, held)
        carted, bought = (
            self._by_category(_conversions.search_id, held & (_conversions.kind == kind))
            for kind in (ADD_TO_CART, PURCHASE)
        )
        return [
            AnswerSteps(category, answers, *(counted.get(category, 0) for counted in (clicked, carted, bought)))
            for category, answers in self._rows(query)
        ]

    def turnover(self, days: Days) -> list[Turnover]:
        """What purchases with a value add up to, the currency of most purchases first."""
        query = (
            select(_conversions.currency, func.count(), func.sum(_conversions.value_cents))
            .where(
                days.holds(_conversions.converted_at),
                _conversions.kind == PURCHASE,
                _conversions.value_cents.is_not(None),
            )
            .group_by(_conversions.currency)
            .order_by(func.count().desc(), _conversions.currency)
        )
        return [Turnover(currency, number, int(total)) for currency, number, total in self._rows(query)]

    def _views(self, days: Days) -> dict[tuple[str | None, bool], int]:
        """How many answers showed each of their two lists."""
        held = days.holds(_searches.searched_at)
        query = select(func.count()).select_from(searches).where(held)
        with self._database.reading() as connection:
            return {
                (name, True): connection.execute(query.where(length > 0)).scalar_one()
                for name, length in ((SIMILAR, _searches.results), (GOES_WITH, _searches.companions))
            }

    def _conversions_by_list(self, days: Days, kind: str) -> dict[tuple[str | None, bool], int]:
        held = days.holds(_conversions.converted_at) & (_conversions.kind == kind)
        return self._by_list(_conversions.list_name, _conversions.search_id, held)

    def _by_category(self, key: Column[Any], held: "ColumnElement[bool]") -> dict[str | None, int]:
        """Category -> answers that an event's key names."""
        query = (
            select(_searches.category, func.count(distinct(key)))
            .select_from(searches)
            .join(key.table, key == _searches.search_id)
            .where(held)
            .group_by(_searches.category)
        )
        return {category: number for category, number in self._rows(query)}  # noqa: C416 - rows are no pairs to mypy

    def _by_list(
        self, name: "ColumnElement[Any]", search_id: "ColumnElement[Any]", held: "ColumnElement[bool]"
    ) -> dict[tuple[str | None, bool], int]:
        """(list, whether it was on an answer) -> events."""
        on_answers = search_id.is_not(None)
        rows = self._rows(select(name, on_answers, func.count()).where(held).group_by(name, on_answers))
        return {(list_name, bool(on_answer)): number for list_name, on_answer, number in rows}

    def _rows(self, query: Select[Any]) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(query).all())

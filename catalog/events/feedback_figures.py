"""What shoppers said of answers that weren't what they wanted: by category, by product, and the latest of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, distinct, func, select

from catalog.events.event_figures import Days
from catalog.storage.database import Database
from catalog.storage.tables.events import feedback, searches

_said = feedback.c
_searches = searches.c


@dataclass(frozen=True)
class Unwanted:
    """How many answers weren't wanted because of one product, or in one category, and why.

    An answer counts once for each reason, however often its shopper pressed the button.
    """

    name: str | None  # a product's id or a predicted category; None: no category was predicted, or the search is lost
    answers: int  # that shoppers weren't content with
    reasons: dict[str, int]  # reason -> answers


@dataclass(frozen=True)
class Complaint:
    """One word of a shopper on an answer."""

    given_at: datetime
    search_id: str
    category: str | None  # that was predicted
    reason: str
    product_id: str | None  # None: the whole answer is meant


class FeedbackFigures:
    """Counts what was stored in a span of days."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answers(self, days: Days) -> int:
        """How many answers somebody wasn't content with."""
        query = select(func.count(distinct(_said.search_id))).where(days.holds(_said.given_at))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def by_category(self, days: Days, limit: int = 20) -> list[Unwanted]:
        """The predicted categories, those with the most unwanted answers first."""
        joined = feedback.outerjoin(searches, _searches.search_id == _said.search_id)
        name, answer = _searches.category, func.count(distinct(_said.search_id))
        held = days.holds(_said.given_at)
        totals = select(name, answer).select_from(joined).where(held).group_by(name)
        reasons = select(name, _said.reason, answer).select_from(joined).where(held).group_by(name, _said.reason)
        return _merge(self._rows(totals), self._rows(reasons), limit)

    def by_product(self, days: Days, limit: int = 20) -> list[Unwanted]:
        """The products that were named, those in the most answers first."""
        name, answer = _said.product_id, func.count(distinct(_said.search_id))
        held = days.holds(_said.given_at) & name.is_not(None)
        totals = select(name, answer).where(held).group_by(name).order_by(answer.desc(), name).limit(limit)
        found = self._rows(totals)
        reasons = select(name, _said.reason, answer).where(held, name.in_([row[0] for row in found]))
        return _merge(found, self._rows(reasons.group_by(name, _said.reason)), limit)

    def latest(self, days: Days, limit: int = 24, offset: int = 0) -> list[Complaint]:
        """A page of what was said, the latest first."""
        query = (
            select(_said.given_at, _said.search_id, _searches.category, _said.reason, _said.product_id)
            .select_from(feedback.outerjoin(searches, _searches.search_id == _said.search_id))
            .where(days.holds(_said.given_at))
            .order_by(_said.given_at.desc(), _said.feedback_id)
            .limit(limit)
            .offset(offset)
        )
        return [Complaint(datetime.fromisoformat(row[0]), *row[1:]) for row in self._rows(query)]

    def _rows(self, query: Select[Any]) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(query).all())


def _merge(totals: Iterable[Any], reasons: Iterable[Any], limit: int) -> list[Unwanted]:
    counted: dict[str | None, dict[str, int]] = {}
    for name, reason, answers in reasons:
        counted.setdefault(name, {})[reason] = answers
    found = [Unwanted(name, answers, counted.get(name, {})) for name, answers in totals]
    return sorted(found, key=lambda one: (-one.answers, one.name or ""))[:limit]

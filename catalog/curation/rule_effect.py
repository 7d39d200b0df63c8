"""How often a list was clicked before a rule began, after it began, and after its last change.

A comparison before and after isn't an experiment: whatever else changed on those days is in it too.
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, distinct, func, select

from catalog.curation.change_log import RULE
from catalog.curation.rule_terms import CATEGORY, PRODUCT, RuleTerms
from catalog.curation.rules import Rule
from catalog.events.event_figures import Days
from catalog.result_lists import SIMILAR
from catalog.storage.database import Database
from catalog.storage.tables.curation import curation_changes
from catalog.storage.tables.events import clicks, searches
from catalog.storage.tables.products import products

SPAN_DAYS = 14  # before and after
ENOUGH = 100  # answers in each span; with fewer, nothing is said of a difference
_Z = 1.959964  # of a 95 % interval

_searches = searches.c
_clicks = clicks.c


@dataclass(frozen=True)
class ClickSpan:
    """What happened to a rule's list in a span of days."""

    days: Days
    answers: int | None  # photos' answers that showed the list; None where a rule is for one product's page
    clicked: int | None  # of them, those from whose list something was opened
    target_clicks: int  # clicks in the list on what the rule moves

    @property
    def rate(self) -> float | None:
        """``clicked`` divided by ``answers``, 0 to 1; None without answers."""
        return self.clicked / self.answers if self.answers and self.clicked is not None else None


@dataclass(frozen=True)
class RuleEffect:
    """A rule's list before and after."""

    began: date  # UTC; the day itself belongs to no span
    changed: date | None  # the day of the last change, if that is a later one
    before: ClickSpan
    after: ClickSpan
    since_change: ClickSpan | None

    @property
    def difference(self) -> tuple[float, float] | None:
        """The 95 % interval of the rate after minus the rate before; None with too few answers to tell."""
        spans = (self.before, self.after)
        if any(span.answers is None or span.answers < ENOUGH for span in spans):
            return None
        return difference_interval(
            (self.before.clicked or 0, self.before.answers or 0), (self.after.clicked or 0, self.after.answers or 0)
        )


def difference_interval(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of the second proportion minus the first; each is (hits, total).

    Source: Agresti and Caffo, "Simple and effective confidence intervals for proportions and differences of
    proportions" (2000): one hit and one miss are added to each, which makes it hold for small numbers too.
    """
    shares = [((hits + 1) / (total + 2), total + 2) for hits, total in (first, second)]
    middle = shares[1][0] - shares[0][0]
    reach = _Z * math.sqrt(sum(share * (1 - share) / total for share, total in shares))
    return max(-1.0, middle - reach), min(1.0, middle + reach)


def measure_effect(database: Database, rule: Rule, today: date) -> RuleEffect | None:
    """What became of the clicks on a rule's list; None for a rule that hasn't begun."""
    with database.reading() as connection:
        began = max(_added_on(connection, rule), rule.terms.first_day or "")
        began_on = date.fromisoformat(began)
        if began_on > today:
            return None
        changed_on = datetime.fromisoformat(rule.changed_at).astimezone(UTC).date()
        ended = date.fromisoformat(rule.terms.last_day) if rule.terms.last_day else today
        last = min(today, ended)

        def measure(first: date) -> ClickSpan:
            return _measure(connection, rule.terms, Days(first, min(first + timedelta(days=SPAN_DAYS - 1), last)))

        before = Days(began_on - timedelta(days=SPAN_DAYS), began_on - timedelta(days=1))
        return RuleEffect(
            began_on,
            changed_on if changed_on > began_on else None,
            _measure(connection, rule.terms, before),
            measure(began_on + timedelta(days=1)),
            measure(changed_on + timedelta(days=1)) if changed_on > began_on else None,
        )


def _added_on(connection: Connection, rule: Rule) -> str:
    """The day on which a rule was added, by the log; a rule from before the log counts from its last change."""
    logged = curation_changes.c
    query = select(func.min(logged.at)).where(logged.kind == RULE, cast(logged.subject, Text) == str(rule.rule_id))
    return (connection.execute(query).scalar_one() or rule.changed_at)[:10]


def _measure(connection: Connection, terms: RuleTerms, days: Days) -> ClickSpan:
    in_list = (_clicks.list_name == terms.list_name) & days.holds(_clicks.clicked_at)
    if terms.anchor_kind == PRODUCT:  # on the pages of products, whose views aren't counted
        return ClickSpan(days, None, None, _count_target(connection, terms, in_list & _clicks.search_id.is_(None)))
    length = _searches.results if terms.list_name == SIMILAR else _searches.companions
    shown = days.holds(_searches.searched_at) & (length > 0)
    if terms.anchor_kind == CATEGORY:
        shown &= _searches.recognised & (_searches.category == terms.anchor)
    answers = connection.execute(select(func.count()).select_from(searches).where(shown)).scalar_one()
    of_answers = _clicks.search_id.in_(select(_searches.search_id).where(shown))
    clicked = select(func.count(distinct(_clicks.search_id))).where(in_list, of_answers)
    counted = connection.execute(clicked).scalar_one()
    return ClickSpan(days, answers, counted, _count_target(connection, terms, in_list & of_answers))


def _count_target(connection: Connection, terms: RuleTerms, condition: "ColumnElement[Any]") -> int:
    """Clicks on what a rule moves."""
    query = select(func.count()).select_from(clicks).where(condition)
    if terms.target_kind == PRODUCT:
        query = query.where(_clicks.product_id == terms.target)
    else:
        of_category = select(products.c.product_id).where(products.c.category == terms.target)
        query = query.where(_clicks.product_id.in_(of_category))
    return int(connection.execute(query).scalar_one())

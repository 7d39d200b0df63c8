"""Clicks before and after a rule, counted and compared."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog import Catalog
from catalog.curation.rule_effect import ENOUGH, RuleEffect, difference_interval, measure_effect
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import Rule, RuleStore
from catalog.events.event_store import EventStore
from tests.catalog.events.test_event_store import make_click, make_search

BEGAN = date(2026, 3, 14)
TODAY = BEGAN + timedelta(days=40)


def at(days: int) -> datetime:
    return datetime.combine(BEGAN, datetime.min.time(), UTC) + timedelta(days=days, hours=12)


def effect_of(catalog: Catalog, rule: Rule) -> RuleEffect:
    effect = measure_effect(catalog.database, rule, TODAY)
    assert effect is not None
    return effect


def make_rule(catalog, monkeypatch, **changes):
    """A rule that was added on the day BEGAN."""
    usual: dict = {"list_name": "similar", "action": "pin", "anchor_kind": "category", "anchor": "MEN_Coats"}
    usual |= {"target_kind": "product", "target": "a", "position": 1}
    monkeypatch.setattr("catalog.curation.change_log.datetime", FixedClock)
    store = RuleStore(catalog.database)
    return store.add(RuleTerms(**(usual | changes)), by="ana")[0]


class FixedClock(datetime):
    @classmethod
    def now(cls, _zone=None):
        return at(0)


@pytest.fixture
def shoppers(catalog: Catalog):
    """Stores answers of a day, and clicks on the first of them."""
    store = EventStore(catalog.database)

    def visit(day: int, answers: int, clicked: int, product_id: str = "a", **facts: object) -> None:
        searches = [make_search(at(day), **facts) for _ in range(answers)]
        clicks = [make_click(at(day), search_id=one.search_id, product_id=product_id) for one in searches[:clicked]]
        store.add([*searches, *clicks])

    return visit


def test_answers_of_the_category_are_counted_on_both_sides(catalog, monkeypatch, shoppers):
    """14 days each, without the day on which the rule began, other categories and what wasn't recognised."""
    rule = make_rule(catalog, monkeypatch)
    shoppers(-15, 5, 5)
    shoppers(-14, 3, 1, "b")
    shoppers(-1, 2, 1)
    shoppers(0, 7, 7)
    shoppers(1, 4, 3)
    shoppers(14, 1, 1)
    shoppers(15, 9, 9)
    shoppers(2, 6, 6, category="Bags")
    shoppers(2, 6, 6, recognised=False)
    effect = effect_of(catalog, rule)
    assert (effect.began, effect.changed, effect.since_change) == (BEGAN, None, None)
    assert (effect.before.answers, effect.before.clicked, effect.before.target_clicks) == (5, 2, 1)
    assert (effect.after.answers, effect.after.clicked, effect.after.target_clicks) == (5, 4, 4)
    assert effect.difference is None


def test_a_difference_is_told_of_enough_answers(catalog, monkeypatch, shoppers):
    """Its interval holds the difference that was made, and not zero where the difference is great."""
    rule = make_rule(catalog, monkeypatch, anchor_kind="everywhere", anchor="")
    shoppers(-3, ENOUGH, 10)
    shoppers(3, ENOUGH - 1, 40)
    assert effect_of(catalog, rule).difference is None
    shoppers(4, 1, 0, category=None)
    difference = effect_of(catalog, rule).difference
    assert difference is not None
    low, high = difference
    assert 0 < low < 0.3 < high


def test_a_product_s_page_has_clicks_but_no_views(catalog, monkeypatch, shoppers):
    rule = make_rule(catalog, monkeypatch, anchor_kind="product", anchor="b")
    shoppers(2, 3, 3)
    EventStore(catalog.database).add([make_click(at(2), product_id="a"), make_click(at(2), product_id="c")])
    after = effect_of(catalog, rule).after
    assert (after.answers, after.clicked, after.target_clicks, after.rate) == (None, None, 1, None)


def test_a_later_change_has_a_span_of_its_own(catalog, monkeypatch, shoppers):
    """As far as it goes: the rule ended before its 14 days were over."""
    rule = make_rule(catalog, monkeypatch)
    monkeypatch.setattr(FixedClock, "now", classmethod(lambda _cls, _zone=None: at(20)))
    terms = {**rule.terms.__dict__, "last_day": (BEGAN + timedelta(days=25)).isoformat()}
    RuleStore(catalog.database).change(rule.rule_id, RuleTerms(**terms), version=1, by="ana")
    changed = RuleStore(catalog.database).rule(rule.rule_id)
    shoppers(22, 2, 1)
    shoppers(26, 5, 5)
    effect = effect_of(catalog, changed)
    assert effect.changed == BEGAN + timedelta(days=20)
    assert effect.since_change is not None
    assert effect.since_change.days.last == BEGAN + timedelta(days=25)
    assert (effect.since_change.answers, effect.since_change.clicked) == (2, 1)


def test_a_rule_that_has_not_begun_has_no_effect(catalog, monkeypatch):
    rule = make_rule(catalog, monkeypatch, first_day="2030-01-01")
    assert measure_effect(catalog.database, rule, TODAY) is None


def test_intervals_are_those_of_the_source():
    """Worked by hand: (6/12 - 3/12) and its spread after a hit and a miss are added to 2 and 5 of 10."""
    spread = 1.959964 * math.sqrt(3 / 12 * 9 / 12 / 12 + 6 / 12 * 6 / 12 / 12)
    assert difference_interval((2, 10), (5, 10)) == pytest.approx((0.25 - spread, 0.25 + spread))
    assert difference_interval((0, 1), (1, 1)) == (pytest.approx(1 / 3 - 1.959964 * math.sqrt(4 / 27)), 1.0)

"""From lists to purchases, counted."""

from datetime import date, timedelta

import pytest

from catalog.events.conversion_figures import AnswerSteps, ConversionFigures, ListSteps, Turnover
from catalog.events.event_figures import Days
from catalog.events.event_store import EventStore
from tests.catalog.events.test_event_store import NOON, make_click, make_conversion, make_search

DAY = Days(date(2026, 3, 14), date(2026, 3, 14))
EUROS = {"currency": "EUR"}


@pytest.fixture
def figures(catalog):
    store = EventStore(catalog.database)
    store.add(
        [
            make_search(search_id="a", category="Coats", companions=0),
            make_search(search_id="b", category="Coats", refined=True),
            make_search(search_id="c", category=None, results=0, companions=0),
        ]
    )
    store.add([make_click(search_id="a"), make_click(search_id="a"), make_click(), make_click(list_name="recent")])
    store.add(
        [
            make_conversion(kind="add_to_cart", list_name="similar", search_id="a"),
            make_conversion(kind="add_to_cart", list_name="similar", search_id="a"),
            make_conversion(list_name="similar", search_id="a", value_cents=5000, **EUROS),
            make_conversion(value_cents=2550, **EUROS),
            make_conversion(),
            make_conversion(NOON - timedelta(days=1), value_cents=99, **EUROS),
        ]
    )
    return ConversionFigures(catalog.database)


def test_each_list_is_told_with_its_steps(figures):
    """On answers, whose views are counted, and elsewhere, where they aren't; of an unknown list, what was bought."""
    assert figures.by_list(DAY) == [
        ListSteps("similar", True, 2, 2, 2, 1),
        ListSteps("goes_with", True, 1, 0, 0, 0),
        ListSteps("recent", False, None, 1, 0, 0),
        ListSteps("similar", False, None, 1, 0, 0),
        ListSteps(None, False, None, 0, 0, 2),
    ]


def test_an_answer_counts_once_for_each_step(figures):
    """However many of its products were opened or bought."""
    assert figures.by_category(DAY) == [AnswerSteps("Coats", 2, 1, 1, 1), AnswerSteps(None, 1, 0, 0, 0)]


def test_what_was_paid_is_added_up_by_currency(figures):
    """Of those days alone, and of purchases that name a value."""
    assert figures.turnover(DAY) == [Turnover("EUR", 2, 7550)]


def test_a_day_without_events_has_no_steps(figures):
    day = Days(date(2025, 1, 1), date(2025, 1, 1))
    assert figures.by_list(day) == figures.by_category(day) == figures.turnover(day) == []

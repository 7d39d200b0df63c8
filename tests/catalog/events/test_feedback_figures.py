"""What shoppers said of answers, counted."""

from datetime import date, timedelta

import pytest

from catalog.events.event_figures import Days
from catalog.events.event_store import EventStore
from catalog.events.feedback_figures import FeedbackFigures, Unwanted
from tests.catalog.events.test_event_store import NOON, make_feedback, make_search

DAY = Days(date(2026, 3, 14), date(2026, 3, 14))


@pytest.fixture
def figures(catalog):
    store = EventStore(catalog.database)
    store.add([make_search(search_id=name, category="Coats" if name != "c" else None) for name in "abc"])
    on_card = {"list_name": "similar", "position": 1}
    store.add(
        [
            make_feedback(search_id="a", reason="colour", product_id="x", **on_card),
            make_feedback(search_id="a", reason="colour", product_id="y", **on_card),
            make_feedback(search_id="a", reason="kind"),
            make_feedback(search_id="b", reason="colour", product_id="x", **on_card),
            make_feedback(search_id="c", reason="other"),
            make_feedback(search_id="lost", reason="style", product_id="x", **on_card),
            make_feedback(NOON - timedelta(days=1), search_id="a", reason="gender"),
        ]
    )
    return FeedbackFigures(catalog.database)


def test_an_answer_counts_once_for_each_reason(figures):
    """However many of its products were marked; another day's words don't count."""
    assert figures.answers(DAY) == 4
    assert figures.by_category(DAY) == [
        Unwanted(None, 2, {"other": 1, "style": 1}),
        Unwanted("Coats", 2, {"colour": 2, "kind": 1}),
    ]


def test_products_are_named_with_the_answers_that_showed_them(figures):
    assert figures.by_product(DAY) == [Unwanted("x", 3, {"colour": 2, "style": 1}), Unwanted("y", 1, {"colour": 1})]
    assert figures.by_product(DAY, limit=1) == [Unwanted("x", 3, {"colour": 2, "style": 1})]


def test_the_latest_come_page_by_page(figures):
    """With the category that was predicted, where the search is still known."""
    pages = figures.latest(DAY, 4) + figures.latest(DAY, 4, 4)
    assert len(pages) == 6
    assert {(one.search_id, one.category) for one in pages} == {
        ("a", "Coats"),
        ("b", "Coats"),
        ("c", None),
        ("lost", None),
    }
    assert [one.search_id for one in figures.latest(Days(date(2026, 3, 13), date(2026, 3, 14)), 10)][-1] == "a"

"""Figures against a week of events that was counted by hand."""

from dataclasses import astuple
from datetime import UTC, date, datetime

import pytest

from catalog.events.event_figures import ClickRate, Days, EventFigures, PositionClicks
from catalog.events.event_store import EventStore
from tests.catalog.events.test_event_store import make_click, make_search

MARCH = Days(date(2026, 3, 10), date(2026, 3, 16))


def _at(day, hour=12, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def figures(catalog):
    """Three coats (one refined twice), two bags, two things the shop hasn't got; a day before and a day after."""
    EventStore(catalog.database).add(
        [
            make_search(_at(10, 0, 0), "coat-a", probability=0.5),
            make_search(_at(12), "coat-b", probability=0.7),
            make_search(_at(12), "coat-b2", refined=True),
            make_search(_at(12), "coat-b3", refined=True, page=2, companions=0),
            make_search(_at(16, 23, 59), "coat-c", probability=0.9),
            make_search(_at(11), "bag-a", category="Bags", probability=0.6, companions=0),
            make_search(_at(13), "bag-b", category="Bags", probability=0.8),
            make_search(_at(14), "cat-a", category="Hats", probability=0.2, recognised=False, companions=0),
            make_search(_at(15), "cat-b", category=None, probability=None, recognised=False, companions=0),
            make_search(_at(15), "cat-b2", category=None, probability=None, recognised=False, refined=True),
            make_search(_at(9, 23, 59), "too-early"),
            make_search(_at(17, 0, 0), "too-late", recognised=False),
            make_click(_at(10), search_id="coat-a", position=1),
            make_click(_at(10), search_id="coat-a", position=1),
            make_click(_at(12), search_id="coat-b2", position=4),
            make_click(_at(12), search_id="coat-b", list_name="goes_with", kind="goes_with", position=2),
            make_click(_at(12), search_id="coat-b", list_name="goes_with", kind="goes_with", position=1),
            make_click(_at(13), search_id="bag-b", list_name="goes_with", kind="goes_with", position=2),
            make_click(_at(13), list_name="goes_with", kind="goes_with", position=2),  # on a product's page
            make_click(_at(13), list_name="category", position=24),
            make_click(_at(9), search_id="too-early", list_name="goes_with", kind="goes_with"),
            make_click(_at(17), position=1),
        ]
    )
    return EventFigures(catalog.database)


def test_frequent_categories_count_each_photo_once(figures):
    """A photo whose answer was refined is one photo; first the most frequent, with the mean probability."""
    assert [astuple(one) for one in figures.frequent_categories(MARCH)] == [
        ("MEN_Coats", 3, pytest.approx((0.5 + 0.7 + 0.9) / 3)),
        ("Bags", 2, pytest.approx((0.6 + 0.8) / 2)),
        ("Hats", 1, pytest.approx(0.2)),
    ]
    assert [found.category for found in figures.frequent_categories(MARCH, limit=1)] == ["MEN_Coats"]


def test_frequent_categories_of_one_day(figures):
    """Both ends of a span are included, midnight to midnight."""
    day = date(2026, 3, 16)
    (found,) = figures.frequent_categories(Days(day, day))
    assert astuple(found) == ("MEN_Coats", 1, pytest.approx(0.9))


def test_unrecognised_searches_come_latest_first(figures):
    """What shoppers look for and the shop hasn't got, with all that is known of it, in pages."""
    found = figures.unrecognised(MARCH)
    assert [search.search_id for search in found] == ["cat-b", "cat-a"]
    assert found[0].searched_at == _at(15)
    assert (found[1].category, found[1].probability, found[1].filters) == ("Hats", 0.2, {})
    assert [search.search_id for search in figures.unrecognised(MARCH, limit=1, offset=1)] == ["cat-a"]


def test_clicks_are_counted_by_list_and_position(figures):
    """All of the week's eight, from the top of each list."""
    assert figures.clicks_by_position(MARCH) == [
        PositionClicks("category", 24, 1),
        PositionClicks("goes_with", 1, 1),
        PositionClicks("goes_with", 2, 3),
        PositionClicks("similar", 1, 2),
        PositionClicks("similar", 4, 1),
    ]


def test_goes_with_rate_is_of_the_answers_that_showed_any(figures):
    """Shown by six answers of the week; clicked in two of them, however often; clicks elsewhere don't count."""
    rate = figures.goes_with_rate(MARCH)
    assert rate == ClickRate(6, 2)
    assert rate.share == pytest.approx(1 / 3)


def test_a_span_without_events_has_no_rate(figures):
    """Nothing of nothing is not zero."""
    nothing = Days(date(2025, 1, 1), date(2025, 1, 31))
    assert figures.frequent_categories(nothing) == figures.unrecognised(nothing) == []
    assert figures.goes_with_rate(nothing).share is None


def test_until_today_counts_today():
    """One day is today alone; seven are a week that ends today."""
    assert Days.until_today(1).first == Days.until_today(1).last
    assert (Days.until_today(7).last - Days.until_today(7).first).days == 6

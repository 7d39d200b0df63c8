"""Storing and forgetting what shoppers did."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from catalog import Catalog
from catalog.events.event_store import ClickEvent, ConversionEvent, EventStore, FeedbackEvent, SearchEvent, draw_id
from catalog.storage.tables.events import clicks, conversions, feedback, searches
from catalog.storage.tables.schema import MIGRATIONS_TABLE

NOON = datetime(2026, 3, 14, 12, 0, 59, 999999, tzinfo=UTC)


def make_search(at=NOON, search_id=None, **changes):
    values = {
        "search_id": search_id or draw_id(),
        "searched_at": at,
        "snapshot_id": "20260314-010203-abcdef",
        "category": "MEN_Coats",
        "probability": 0.75,
        "recognised": True,
        "results": 24,
        "companions": 12,
        "language": "es",
    }
    return SearchEvent(**(values | changes))


def make_click(at=NOON, **changes):
    values = {
        "click_id": draw_id(),
        "clicked_at": at,
        "list_name": "similar",
        "product_id": "MEN_Coats/Años 50, á b?.jpg",
        "position": 3,
        "kind": "click",
    }
    return ClickEvent(**(values | changes))


def make_feedback(at=NOON, **changes):
    values = {"feedback_id": draw_id(), "given_at": at, "search_id": draw_id(), "reason": "colour"}
    return FeedbackEvent(**(values | changes))


def make_conversion(at=NOON, **changes):
    values = {"conversion_id": draw_id(), "converted_at": at, "kind": "purchase", "product_id": "MEN_Coats/1.jpg"}
    return ConversionEvent(**(values | changes))


@pytest.fixture
def store(catalog):
    return EventStore(catalog.database)


def _ids(catalog, column):
    with catalog.database.reading() as connection:
        return set(connection.scalars(select(column)))


def test_events_are_stored_to_the_minute(store, catalog):
    """Seconds would let one visitor's steps be told from another's, so they are never written."""
    store.add([make_search(filters={"in_stock": True, "categories": ("Bags",)}, page=2, refined=True), make_click()])
    with catalog.database.reading() as connection:
        search, click = connection.execute(select(searches)).one(), connection.execute(select(clicks)).one()
    assert search.searched_at == click.clicked_at == "2026-03-14T12:00+00:00"
    assert (search.filters, search.page, search.refined) == ({"in_stock": True, "categories": ["Bags"]}, 2, True)
    assert (click.product_id, click.position, click.search_id) == ("MEN_Coats/Años 50, á b?.jpg", 3, None)


def test_nothing_that_tells_who_asked_has_a_column():
    """No address, no browser, no cookie, no account; a new column must be thought about here."""
    assert {column.name for column in searches.columns} == {
        *("search_id", "searched_at", "snapshot_id", "category", "probability", "recognised", "results"),
        *("companions", "language", "filters", "page", "refined"),
    }
    assert {column.name for column in clicks.columns} == {
        *("click_id", "clicked_at", "search_id", "list_name", "product_id", "position", "kind"),
    }
    assert {column.name for column in feedback.columns} == {
        *("feedback_id", "given_at", "search_id", "reason", "list_name", "product_id", "position"),
    }
    assert {column.name for column in conversions.columns} == {
        *("conversion_id", "converted_at", "kind", "product_id", "list_name", "search_id", "value_cents", "currency"),
    }


def test_ids_say_nothing_about_order():
    """They are random, and long enough that nobody guesses one."""
    ids = [draw_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(len(one) == 22 for one in ids)
    assert ids != sorted(ids)


def test_the_oldest_are_forgotten_first_and_in_steps(store, catalog):
    """So that the write lock is never held for long; what is young enough stays."""
    old = [make_search(NOON - timedelta(days=100 - number), f"old-{number}") for number in range(5)]
    store.add([*old, make_search(NOON, "young"), make_click(NOON - timedelta(days=100)), make_click(NOON)])
    before = NOON - timedelta(days=90)
    assert store.forget(before, limit=3) == (4, ["old-0", "old-1", "old-2"])
    assert store.forget(before, limit=3) == (2, ["old-3", "old-4"])
    assert store.forget(before, limit=3) == (0, [])
    assert _ids(catalog, searches.c.search_id) == {"young"}
    assert len(_ids(catalog, clicks.c.click_id)) == 1


def test_a_catalogue_from_before_there_were_events_gets_their_tables(coats, load, catalog):
    """Opening it is enough: nothing needs to be imported again."""
    load(coats)
    with catalog.database.writing() as connection:
        connection.execute(text("DROP TABLE catalog_searches"))
        connection.execute(text("DROP TABLE catalog_clicks"))
        connection.execute(text(f"DROP TABLE {MIGRATIONS_TABLE}"))  # such a catalogue has none
    with Catalog.open() as again:
        assert again.counts().products == 3
        EventStore(again.database).add([make_search(), make_click()])
        assert len(_ids(again, searches.c.search_id)) == 1


def test_no_more_rows_stay_than_there_is_room_for(catalog):
    """Whoever sends requests decides how many events there are; the oldest make room."""
    now = datetime.now(UTC)
    store = EventStore(catalog.database, most_rows=3)
    searched = [make_search(now - timedelta(minutes=minutes)) for minutes in range(7)]
    store.add([*searched, *(make_click(now - timedelta(minutes=minutes)) for minutes in range(5))])
    assert store.forget(now - timedelta(days=90), limit=3)[0] == 3 + 2
    count, ids = store.forget(now - timedelta(days=90), limit=3)
    assert (count, ids) == (1, [searched[3].search_id])
    assert store.forget(now - timedelta(days=90)) == (0, [])


def test_words_on_answers_and_purchases_are_stored_and_forgotten_like_clicks(store, catalog):
    """To the minute, and gone with everything else that is older than the shop keeps."""
    said = make_feedback(list_name="similar", product_id="a", position=2)
    store.add([said, make_conversion(value_cents=4990, currency="EUR", list_name="similar")])
    with catalog.database.reading() as connection:
        word, bought = connection.execute(select(feedback)).one(), connection.execute(select(conversions)).one()
    assert word.given_at == bought.converted_at == "2026-03-14T12:00+00:00"
    assert (word.reason, word.product_id, word.position) == ("colour", "a", 2)
    assert (bought.kind, bought.value_cents, bought.currency, bought.search_id) == ("purchase", 4990, "EUR", None)
    assert store.forget(NOON + timedelta(minutes=1)) == (2, [])
    assert _ids(catalog, feedback.c.feedback_id) == _ids(catalog, conversions.c.conversion_id) == set()

"""Events on their way: never in anybody's way, never silently lost."""

import logging
import multiprocessing
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from catalog import Catalog
from catalog.events.event_store import EventStore
from catalog.events.event_writer import BATCH, EventWriter
from catalog.events.query_photos import QueryPhotoArchive
from catalog.settings import database_url
from catalog.storage.tables.events import clicks, searches
from tests.catalog.events.test_event_store import make_click, make_search


def _now():
    return datetime.now(UTC)


def _count(catalog, table=searches):
    with catalog.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def make_writer(catalog):
    writers = []

    def make(**options):
        writers.append(EventWriter(EventStore(catalog.database), **({"days": 90} | options)))
        return writers[-1]

    yield make
    for writer in writers:
        writer.close()


def test_events_arrive_without_being_waited_for(make_writer, catalog):
    """More than one batch, both kinds, and all of them once."""
    writer = make_writer()
    for _ in range(BATCH + 1):
        assert writer.put(make_search(_now()))
    writer.put(make_click(_now()))
    assert writer.flush()
    assert (_count(catalog), _count(catalog, clicks), writer.dropped) == (BATCH + 1, 1, 0)


def test_closing_writes_what_waits(make_writer, catalog):
    """A server that stops loses nothing that it has taken; afterwards events are dropped, and counted."""
    writer = make_writer()
    writer.put(make_search(_now()))
    writer.close()
    assert _count(catalog) == 1
    assert not writer.put(make_search(_now()))
    assert writer.dropped == 1


@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_a_locked_database_holds_up_nobody(catalog, caplog):
    """While an import writes, events wait up to the queue's length, further ones are dropped and counted."""
    with Catalog.open(lock_timeout_seconds=0.1) as impatient:
        writer = EventWriter(EventStore(impatient.database), days=90, capacity=5)
        try:
            with catalog.database.writing(), caplog.at_level(logging.WARNING):
                started = time.perf_counter()
                taken = [writer.put(make_search(_now())) for _ in range(50)]
                assert time.perf_counter() - started < 1
                assert 5 <= sum(taken) <= 10  # five wait, and a first batch may be in the writer's hands
                assert writer.dropped == 50 - sum(taken)
                assert not writer.flush(0.3)
            assert "dropped" in caplog.text
            assert writer.flush(10)
            assert _count(catalog) == sum(taken)
        finally:
            writer.close()


@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_closing_on_a_locked_database_gives_up(catalog):
    """A shop that is told to stop stops."""
    with Catalog.open(lock_timeout_seconds=0.1) as impatient:
        writer = EventWriter(EventStore(impatient.database), days=90)
        with catalog.database.writing():
            writer.put(make_search(_now()))
            started = time.perf_counter()
            writer.close()
            assert time.perf_counter() - started < 2
    assert writer.dropped == 1


def test_a_batch_that_the_database_refuses_is_given_up_and_the_next_goes_on(make_writer, catalog, monkeypatch):
    """One event that can't be stored must not stand in the way of all others for ever."""
    monkeypatch.setattr("catalog.events.event_writer.RETRY_SECONDS", 0.0)
    writer = make_writer()
    writer.put(make_search(_now(), "same"))
    assert writer.flush()
    writer.put(make_search(_now(), "same"))
    assert writer.flush(10)
    writer.put(make_search(_now(), "other"))
    assert writer.flush()
    assert (_count(catalog), writer.dropped) == (2, 1)


@pytest.mark.parametrize(
    "evil", [{"position": 10**30}, {"product_id": "half a \ud83d character"}, {"click_id": "same"}]
)
def test_an_event_that_cannot_be_stored_costs_the_others_nothing(make_writer, catalog, caplog, evil):
    """Whatever the driver or the database says of it; the log says it in a line."""
    writer = make_writer()
    events = [replace(make_click(_now()), click_id=name) for name in ("same", "second", "third")]
    for event in (events[0], events[1], replace(make_click(_now()), **evil), events[2]):
        assert writer.put(event)
    assert writer.flush(10)
    assert (_count(catalog, clicks), writer.dropped) == (3, 1)
    assert "left out" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_database_without_the_tables_hurts_nobody(make_writer, catalog, monkeypatch):
    """Somebody may tidy too much; events are lost then, and only those."""
    monkeypatch.setattr("catalog.events.event_writer.RETRY_SECONDS", 0.0)
    with catalog.database.writing() as connection:
        connection.execute(text("DROP TABLE catalog_searches"))
    writer = make_writer()
    assert writer.put(make_search(_now()))
    assert writer.flush(10)
    assert writer.dropped == 1


def test_old_events_go_while_new_ones_come(make_writer, catalog, home):
    """Nobody needs to run a command for the promise to hold; their photos go with them."""
    photos = QueryPhotoArchive(home / "asked-photos")
    EventStore(catalog.database).add(
        [make_search(_now() - timedelta(days=31), "old"), make_search(_now() - timedelta(days=29), "young")]
    )
    for search_id in ("old", "young"):
        photos.keep(search_id, Image.new("RGB", (40, 50)))
    writer = make_writer(days=30, photos=photos)
    writer.put(make_click(_now()))
    assert writer.flush()
    assert _count(catalog) == 1
    assert [path.name for path in (home / "asked-photos").iterdir()] == ["young.jpg"]


def test_a_photo_is_kept_only_where_the_shop_said_so(make_writer, home):
    """Scaled, under its search's id, and without what the original told of place and time."""
    image = Image.new("RGB", (3000, 1500), "#336699")
    image.info["exif"] = b"Exif\0\0 where it was taken"
    discreet, keeping = make_writer(), make_writer(photos=QueryPhotoArchive(home / "asked-photos"))
    discreet.put(make_search(_now(), "unseen"), image)
    keeping.put(make_search(_now(), "seen"), image)
    assert discreet.flush()
    assert keeping.flush()
    (kept,) = (home / "asked-photos").iterdir()
    assert kept.name == "seen.jpg"
    with Image.open(kept) as stored:
        assert (stored.size, "exif" in stored.info) == ((1024, 512), False)


def test_a_photo_that_cannot_be_kept_costs_only_itself(make_writer, catalog, home):
    """A full disk, or a file where the folder should be."""
    home.mkdir(exist_ok=True)
    (home / "asked-photos").write_text("in the way")
    writer = make_writer(photos=QueryPhotoArchive(home / "asked-photos"))
    writer.put(make_search(_now()), Image.new("RGB", (40, 50)))
    assert writer.flush()
    assert (_count(catalog), writer.dropped, writer.dropped_photos) == (1, 0, 1)


def _write_from_threads(url, threads, events):
    with Catalog.open(url) as catalog:
        writer = EventWriter(EventStore(catalog.database), days=90)

        def put() -> None:
            for _ in range(events):
                writer.put(make_search(_now()))
                writer.put(make_click(_now()))

        workers = [threading.Thread(target=put) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        writer.close(30)
        return writer.dropped


def test_threads_of_two_processes_write_together(catalog):
    """As the workers of a server do: nothing is lost, nothing is stored twice."""
    url = database_url()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        dropped = pool.starmap(_write_from_threads, [(url, 4, 100)] * 2)
    assert dropped == [0, 0]
    assert (_count(catalog), _count(catalog, clicks)) == (800, 800)

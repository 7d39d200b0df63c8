"""Searches that are stored, refined, or kept with their photo; what hurts no visitor."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog import Catalog
from catalog.storage.tables.events import clicks, searches
from search.query import Filters, SearchRequest
from tests.webapp.boutique import SNAPSHOT, ScriptedEngine, writer_of
from tests.webapp.shop.stored_events import CLICK, OURS, list_stored, make_answer
from webapp import create_app
from webapp.services.access import services_of
from webapp.services.search_events import record_search


@pytest.fixture
def app(catalog: Catalog, engine: ScriptedEngine, home: Path) -> Iterator[Flask]:
    app = create_app(catalog=catalog, engine=engine, home=home)
    yield app
    if services_of(app).events:
        writer_of(app).close()


def test_a_search_is_stored(app: Flask, catalog: Catalog) -> None:
    """What was seen, how surely, how much was found, with which filters; the id is what clicks will name."""
    filters = Filters(categories=("Bags",), colours=("x" * 200,), max_price_cents=5000, in_stock=True)
    asked = SearchRequest(filters=filters, colour_weight=0.3, page=2, category="Bags")
    with app.test_request_context("/search/x?category=Bags&page=2&lang=es"):
        search_id = record_search(make_answer(catalog, request=asked, box=(0.1, 0.2, 0.3, 0.4)))
    (search,) = list_stored(app, searches)
    assert search.search_id == search_id
    assert (search.category, search.probability, search.recognised) == ("MEN_Coats", 0.93, True)
    assert (search.results, search.companions, search.snapshot_id) == (240, 1, SNAPSHOT.id)
    assert (search.language, search.page, search.refined) == ("es", 2, True)
    assert search.filters == {
        "categories": ["Bags"],
        "colours": ["x" * 80],
        "max_price_cents": 5000,
        "in_stock": True,
        "colour_weight": 0.3,
        "box": True,
        "as": "Bags",
    }


@pytest.mark.parametrize(
    ("address", "refined"),
    [("/search/x", False), ("/search/x?lang=es", False), ("/search/x?page=2", True), ("/search/x?as=Bags", True)],
)
def test_an_answer_asked_for_again_is_a_refinement(app: Flask, catalog: Catalog, address: str, refined: bool) -> None:
    """Another language isn't one."""
    with app.test_request_context(address):
        record_search(make_answer(catalog, prediction=(), in_distribution=False))
    (search,) = list_stored(app, searches)
    assert (search.refined, search.recognised, search.category) == (refined, False, None)


@pytest.mark.parametrize(
    ("method", "headers"),
    [("HEAD", {}), ("GET", {"Sec-Purpose": "prefetch;prerender"}), ("GET", {"Purpose": "prefetch"})],
)
def test_a_page_that_nobody_looks_at_is_no_search(
    app: Flask, catalog: Catalog, method: str, headers: dict[str, str]
) -> None:
    """A link checker's question, or a browser's guess at what may be wanted next."""
    with app.test_request_context("/search/x", method=method, headers=headers):
        assert record_search(make_answer(catalog)) is None


def test_nothing_is_stored_where_it_is_turned_off(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, engine: ScriptedEngine, home: Path
) -> None:
    """Pages work as ever, and clicks are answered as ever."""
    monkeypatch.setenv("VITRINA_EVENT_DAYS", "0")
    app = create_app(catalog=catalog, engine=engine, home=home)
    assert app.test_client().post("/events", data=CLICK, headers=OURS).status_code == 204
    with app.test_request_context("/search/x"):
        assert record_search(make_answer(catalog)) is None
    assert list_stored(app, clicks) == list_stored(app, searches) == []


def test_photos_are_kept_only_when_turned_on_and_once_a_photo(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, engine: ScriptedEngine, home: Path
) -> None:
    """Under the search's id; a refinement asks with the same photo, so it keeps none."""
    for setting, kept in (("", 0), ("1", 1)):
        monkeypatch.setenv("VITRINA_KEEP_PHOTOS", setting)
        app = create_app(catalog=catalog, engine=engine, home=home)
        ids = []
        for address in ("/search/x", "/search/x?page=2"):
            with app.test_request_context(address):
                ids.append(record_search(make_answer(catalog)))
        writer_of(app).close()
        assert [path.name for path in home.glob("asked-photos/*")] == [f"{ids[0]}.jpg"] * kept

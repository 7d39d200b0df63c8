import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.importing import import_source
from search.query import Hit
from tests.webapp.boutique import ODD_ID, ScriptedEngine, draw_photo, encode_form, photo_bytes, write_boutique
from tests.webapp.compiled_once import compiled_once
from webapp import create_app


@pytest.fixture(scope="session", autouse=True)
def _compile_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def imported_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the tiny boutique in its catalogue."""
    home = tmp_path_factory.mktemp("webapp-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_HOME", str(home))
        patch.delenv("VITRINA_DATABASE_URL", raising=False)
        with Catalog.open() as catalog:
            import_source(catalog, write_boutique(home / "source"), progress=False)
    return home


@pytest.fixture
def home(imported_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own; the photos stay where the catalogue says they are."""
    shutil.copy(imported_home / "catalog.db", tmp_path)
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path))
    monkeypatch.delenv("VITRINA_SAMPLES", raising=False)
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def catalog(home: Path) -> Iterator[Catalog]:
    with Catalog.open() as catalog:
        yield catalog


@pytest.fixture
def engine() -> ScriptedEngine:
    """Finds a coat in three colours, a product that was deleted since, one with an odd id; a skirt goes with them."""
    return ScriptedEngine(
        hits=[
            Hit(
                "duffle-red", "MEN_Coats", 0.912345, ("duffle-plaid", "gone-too"), ("category", "colour"), "very_alike"
            ),
            Hit("gone", "MEN_Coats", 0.8),
            Hit("gone-blue", "MEN_Coats", 0.7, ("duffle-navy-blue",)),
            Hit(ODD_ID, "MEN_Coats", 0.6),
            Hit("coat-01", "MEN_Coats", 0.5),
        ],
        companions=[Hit("skirt-1", "WOMEN_Skirts", 0.4, (), ("goes_with_colour",)), Hit("gone", "Bags", 0.3)],
    )


@pytest.fixture
def app(catalog: Catalog, engine: ScriptedEngine, home: Path) -> Flask:
    return create_app(catalog=catalog, engine=engine, home=home)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def post_search(client: FlaskClient) -> Callable[..., TestResponse]:
    """POST /api/search with a photo (bytes; None for none) and fields."""

    def post(photo: bytes | None = photo_bytes(), name: str = "photo.jpg", **fields: object) -> TestResponse:
        body, content_type = encode_form(photo, name, fields)
        return client.post("/api/search", data=body, content_type=content_type)

    return post


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., TestResponse]:
    """Send the start page's form and follow it to the answer, as browsers do."""

    def send(
        photo: bytes | None = photo_bytes(), name: str = "photo.jpg", *, follow: bool = True, **fields: object
    ) -> TestResponse:
        body, content_type = encode_form(photo, name, fields)
        return client.post("/search", data=body, content_type=content_type, follow_redirects=follow)

    return send


@pytest.fixture
def samples(home: Path) -> list[Path]:
    """Shopper photos of two categories, and a row that points outside the folder."""
    folder = home / "demo"
    rows = [(f"shopper/{number}.jpg", ("MEN_Coats", "Bags")[number % 2]) for number in range(9)]
    for number, (name, _) in enumerate(rows):
        draw_photo(folder / name, "#556677", number)
    draw_photo(home / "private.jpg", "#000000")
    with (folder / "shopper.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("photo", "category"), ("../private.jpg", "Bags"), ("gone.jpg", "Bags"), *rows])
    return [folder / name for name, _ in rows]

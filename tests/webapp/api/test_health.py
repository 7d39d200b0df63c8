import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from catalog import Catalog, CatalogCounts
from search.errors import (
    BundleError,
    DamagedSnapshotError,
    IndexUnavailableError,
    NoIndexError,
    OtherModelError,
    StoreUnavailableError,
)
from tests.webapp.boutique import ScriptedEngine
from webapp import create_app
from webapp.services.storefront import Storefront

Post = Callable[..., TestResponse]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (NoIndexError("no snapshot yet; run make index"), "no_index"),
        (OtherModelError("made by another model"), "other_model"),
        (DamagedSnapshotError("vectors.npy is missing"), "damaged_index"),
        (IndexUnavailableError("not now"), "index_unavailable"),
        (StoreUnavailableError("no answer"), "index_unavailable"),
        (BundleError("no model.json"), "model_unavailable"),
    ],
)
def test_without_a_usable_index_searches_and_health_are_503_with_the_reason(
    client: FlaskClient, post_search: Post, engine: ScriptedEngine, failure: Exception, code: str
) -> None:
    """The catalogue goes on answering."""
    engine.failure = failure
    health = client.get("/health")
    assert health.get_json()["status"] == "unavailable"
    assert health.get_json()["catalogue"]["products"] == 31
    for response in (health, post_search(), client.get("/api/products/coat-01/similar")):
        assert response.status_code == 503
        assert response.get_json()["error"] == {"code": code, "message": str(failure)}
        assert response.headers["Retry-After"]
    assert client.get("/api/products/coat-01").status_code == 200


def test_vectors_that_are_away_while_the_index_is_open_are_503_until_they_are_back(
    client: FlaskClient, post_search: Post, engine: ScriptedEngine
) -> None:
    """Whoever watches learns of it, and searches say why; both heal by themselves."""
    engine.store_failure = StoreUnavailableError("The vector store doesn't answer.")
    for response in (client.get("/ready"), client.get("/health"), post_search()):
        assert response.status_code == 503
        assert response.get_json()["error"]["code"] == "index_unavailable"
    assert client.get("/live").status_code == 200
    engine.store_failure = None
    for response in (client.get("/ready"), post_search()):
        assert response.status_code == 200


def test_health_tells_what_is_being_served(client: FlaskClient) -> None:
    """The snapshot, and how much is in it and in the catalogue."""
    assert client.get("/health").get_json() == {
        "status": "ok",
        "snapshot": {"id": "20260102-030405-abcdef", "built_at": "2026-01-02T03:04:05+00:00", "model": "0123abcd"},
        "products": 30,
        "photos": 32,
        "catalogue": {"products": 31, "photos": 32},
    }


def test_health_counts_once_a_minute_and_notices_a_lost_database_at_once(
    client: FlaskClient, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked every few seconds, and counting a million products takes one."""
    counted: list[CatalogCounts] = []
    count = catalog.counts

    def note() -> CatalogCounts:
        counted.append(count())
        return counted[-1]

    monkeypatch.setattr(catalog, "counts", note)
    assert [client.get("/health").status_code for _ in range(3)] == [200, 200, 200]
    assert len(counted) == 1
    with catalog.database.writing() as connection:
        connection.execute(text("DROP TABLE catalog_products"))
    assert client.get("/health").status_code == 503


def test_lost_catalogue_is_said_and_comes_back_without_a_restart(
    tmp_path: Path, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page says so, instead of an empty shop in which nobody has an account."""
    monkeypatch.delenv("VITRINA_DATABASE_URL", raising=False)
    home = tmp_path / "lost"
    (home / "index").mkdir(parents=True)
    (home / "index" / "current").write_text("20260101-000000-abcdef")
    client = create_app(home=home, engine=engine).test_client()
    for address in ("/health", "/", "/products/coat-00", "/studio/", "/studio/sign-in", "/api/products/coat-00"):
        response = client.get(address)
        assert response.status_code == 503, address
    assert client.get("/health").get_json()["error"]["code"] == "catalogue_lost"
    assert "catalog restore FILE" in client.get("/health").text
    assert "find our catalogue" in client.get("/").text
    Catalog.open(f"sqlite:///{home / 'catalog.db'}", replace_lost=True).close()
    assert client.get("/").status_code == 200


def test_catalogue_without_products_beside_a_full_index_is_not_healthy(tmp_path: Path, engine: ScriptedEngine) -> None:
    """Each search would be answered with nothing, and a monitor would see nothing wrong."""
    with Catalog.open(f"sqlite:///{tmp_path / 'empty.db'}") as empty:
        client = create_app(catalog=empty, home=tmp_path, engine=engine).test_client()
        response = client.get("/health")
    assert response.status_code == 503
    assert response.get_json()["error"]["code"] == "catalogue_empty"
    assert response.get_json()["status"] == "unavailable"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_what_cannot_be_written_is_a_sentence(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    """No traceback, and no path of the disk for visitors; the log has it."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number), "/srv/secret/place")

    monkeypatch.setattr(Storefront, "variants", fail)
    response = client.get("/api/products/coat-00")
    assert response.status_code == 503
    assert response.get_json()["error"]["code"] == "storage_unavailable"
    assert os.strerror(number) in response.get_json()["error"]["message"]
    assert "/srv" not in response.text
    assert "/srv/secret/place" in caplog.text
    assert "Traceback" not in caplog.text
    page = client.get("/products/coat-00")
    assert page.status_code == 503
    assert "disk takes nothing" in page.text


def test_other_errors_of_the_system_are_still_faults(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file is no full disk."""

    def fail(*_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "x")

    monkeypatch.setattr(Storefront, "variants", fail)
    assert client.get("/api/products/coat-00").status_code == 500

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from catalog import Catalog, CatalogCounts
from search.errors import BundleError, DamagedSnapshotError, IndexUnavailableError, NoIndexError, OtherModelError
from tests.webapp.boutique import ScriptedEngine

Post = Callable[..., TestResponse]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (NoIndexError("no snapshot yet; run make index"), "no_index"),
        (OtherModelError("made by another model"), "other_model"),
        (DamagedSnapshotError("vectors.npy is missing"), "damaged_index"),
        (IndexUnavailableError("not now"), "index_unavailable"),
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
    monkeypatch.setattr(catalog, "counts", lambda: counted.append(count()) or counted[-1])
    assert [client.get("/health").status_code for _ in range(3)] == [200, 200, 200]
    assert len(counted) == 1
    with catalog.database.writing() as connection:
        connection.execute(text("DROP TABLE catalog_products"))
    assert client.get("/health").status_code == 503

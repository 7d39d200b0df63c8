import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.events.event_store import CLICK, ClickEvent
from search.errors import NoIndexError
from tests.webapp.boutique import ScriptedEngine
from webapp.api.probes import metrics_readers
from webapp.errors import ServerStartError
from webapp.services.access import services_of

Search = Callable[..., TestResponse]


def figures(client: FlaskClient) -> dict[str, float]:
    """Name with labels -> value, as Prometheus reads them."""
    lines = [line for line in client.get("/metrics").text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_a_process_lives_without_index_and_database(
    app: Flask, client: FlaskClient, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restarting it would help neither, so only readiness tells of them."""

    def fail() -> None:
        raise NoIndexError("There is no index.")

    assert [client.get(address).status_code for address in ("/live", "/ready", "/health")] == [200, 200, 200]
    monkeypatch.setattr(engine, "current", fail)
    assert [client.get(address).status_code for address in ("/live", "/ready", "/health")] == [200, 503, 503]
    assert client.get("/ready").json["error"]["code"] == "no_index"  # type: ignore[index]
    assert all(client.get(address).headers["Cache-Control"] == "no-store" for address in ("/live", "/ready"))


def test_metrics_tell_what_was_asked_and_how_long_it_took(client: FlaskClient, post_search: Search) -> None:
    """Searches, their stages, every request by its answer, and every error by its code."""
    assert post_search().status_code == 200
    assert post_search(b"no photo").status_code == 415
    client.get("/products/nothing")
    found = figures(client)
    assert found['vitrina_searches_total{known="yes"}'] == 1
    stages = {
        match.group(1)
        for name in found
        if (match := re.match(r'vitrina_search_stage_seconds_count{stage="(\w+)"', name))
    }
    assert {"decode", "total"} <= stages
    assert found['vitrina_requests_total{area="api",method="POST",status="200"}'] == 1
    assert found['vitrina_requests_total{area="shop",method="GET",status="404"}'] == 1
    assert found['vitrina_errors_total{code="not_a_photo"}'] == 1
    assert found["vitrina_decode_wait_seconds_count"] >= 1
    assert "vitrina_queue_wait_seconds_count" in found


def test_metrics_tell_of_events_that_are_written_and_dropped(app: Flask, client: FlaskClient) -> None:
    """How long they waited, and whether the database takes them as fast as they come."""
    event = ClickEvent("c1", datetime.now(UTC), "similar", "coat-00", 1, CLICK)
    writer = services_of(app).events
    assert writer is not None
    assert writer.put(event)
    assert writer.flush(30)
    found = figures(client)
    assert found['vitrina_events_total{outcome="written"}'] == 1
    assert found["vitrina_event_wait_seconds_count"] == 1
    assert 'vitrina_events_total{outcome="dropped"}' not in found
    writer.close()
    assert not writer.put(event)
    assert figures(client)['vitrina_events_total{outcome="dropped"}'] == 1


def test_metrics_tell_how_the_shop_is_doing(
    client: FlaskClient, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How old the index is, what couldn't be used; without an index the rest is still told."""
    found = figures(client)
    assert found["vitrina_snapshot_age_seconds"] > 0
    assert found["vitrina_catalogue_products"] == 31
    assert found["vitrina_rejects"] == 0
    assert (found["vitrina_index_usable"], found["vitrina_database_usable"]) == (1, 1)

    def fail() -> None:
        raise NoIndexError("There is no index.")

    monkeypatch.setattr(engine, "current", fail)
    found = figures(client)
    assert found["vitrina_index_usable"] == 0
    assert "vitrina_snapshot_age_seconds" not in found


def test_metrics_are_not_for_visitors(app: Flask, client: FlaskClient) -> None:
    """Nor where the proxy doesn't say whose request it is; an app may allow other networks."""
    assert client.get("/metrics").status_code == 200
    for headers in ({"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-Proto": "https"}, {"Via": "1.1 proxy"}):
        answer = client.get("/metrics", headers=headers)
        assert answer.status_code == 403
        assert "vitrina_" not in answer.text
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403


def test_other_networks_may_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or none at all; nonsense is refused when the shop starts."""
    monkeypatch.setenv("VITRINA_METRICS_FROM", "10.1.0.0/16")
    assert [str(network) for network in metrics_readers()] == ["10.1.0.0/16"]
    monkeypatch.setenv("VITRINA_METRICS_FROM", "none")
    assert metrics_readers() == ()
    monkeypatch.setenv("VITRINA_METRICS_FROM", "everybody")
    with pytest.raises(ServerStartError, match="VITRINA_METRICS_FROM"):
        metrics_readers()

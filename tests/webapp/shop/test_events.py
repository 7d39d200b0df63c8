import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.storage.tables.events import clicks, conversions, feedback, searches
from tests.webapp.boutique import ODD_ID, ScriptedEngine, writer_of
from tests.webapp.shop.stored_events import CLICK, OURS, SEARCH_ID, list_stored, make_answer
from webapp import create_app
from webapp.services.access import services_of
from webapp.services.click_pace import ClickPace
from webapp.services.search_events import record_search
from webapp.shop.events import MAX_BYTES

Send = Callable[..., TestResponse]


@pytest.fixture
def app(catalog: Catalog, engine: ScriptedEngine, home: Path) -> Iterator[Flask]:
    app = create_app(catalog=catalog, engine=engine, home=home)
    yield app
    if services_of(app).events:
        writer_of(app).close()


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """POST /events as a page of ours does, with changes to the click."""

    def send_click(headers: dict[str, str] = OURS, **changes: str) -> TestResponse:
        return client.post("/events", data=CLICK | changes, headers=headers)

    return send_click


def test_a_click_is_stored(app: Flask, send: Send) -> None:
    """What was clicked, where in which list, after which search; answered without a body."""
    response = send()
    assert (response.status_code, response.data, response.headers["Cache-Control"]) == (204, b"", "no-store")
    (click,) = list_stored(app, clicks)
    assert (click.kind, click.list_name, click.product_id) == ("click", "similar", "coat-00")
    assert (click.position, click.search_id) == (3, SEARCH_ID)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain;charset=UTF-8"])
def test_a_click_may_come_as_json(app: Flask, client: FlaskClient, content_type: str) -> None:
    """As ``navigator.sendBeacon`` sends a blob or a string; an odd id is an id, a missing search is none."""
    body = {"kind": "click", "list": "goes_with", "product_id": ODD_ID, "position": 12}
    response = client.post("/events", data=json.dumps(body), content_type=content_type, headers=OURS)
    assert response.status_code == 204
    (click,) = list_stored(app, clicks)
    assert (click.kind, click.product_id, click.position, click.search_id) == ("goes_with", ODD_ID, 12, None)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"product_id": "nothing"}, "product_id"),
        ({"product_id": ""}, "product_id"),
        ({"list": "wishes"}, "list"),
        ({"list": ""}, "list"),
        ({"position": "0"}, "position"),
        ({"position": "-1"}, "position"),
        ({"position": "1.5"}, "position"),
        ({"position": "٣"}, "position"),
        ({"position": "9" * 400}, "position"),
        ({"position": "0000000019999"}, "position"),
        ({"kind": "wish"}, "kind"),
        ({"kind": "not_wanted"}, "reason"),
        ({"kind": "not_wanted", "reason": "ugly"}, "reason"),
        ({"kind": "not_wanted", "reason": "kind", "search": ""}, "search"),
        ({"kind": "not_wanted", "reason": "kind", "list": "recent"}, "list"),
        ({"kind": "not_wanted", "reason": "kind", "product_id": "nothing"}, "product_id"),
        ({"kind": "purchase", "value": "-1", "currency": "EUR"}, "value"),
        ({"kind": "purchase", "value": "nan", "currency": "EUR"}, "value"),
        ({"kind": "purchase", "value": "1e3", "currency": "EUR"}, "value"),
        ({"kind": "purchase", "value": "10000001", "currency": "EUR"}, "value"),
        ({"kind": "purchase", "value": "5"}, "currency"),
        ({"kind": "add_to_cart", "currency": "euro"}, "currency"),
        ({"kind": "add_to_cart", "product_id": ""}, "product_id"),
        ({"kind": "add_to_cart", "list": "wishes"}, "list"),
        ({"kind": "goes_with"}, "kind"),
        ({"search": "short"}, "search"),
        ({"search": "A" * 21 + "'"}, "search"),
    ],
)
def test_what_makes_no_sense_is_refused(app: Flask, send: Send, changes: dict[str, str], named: str) -> None:
    """With the field's name, and nothing is stored."""
    response = send(**changes)
    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "bad_parameter")
    assert response.get_json()["error"]["message"].startswith(named)
    assert [list_stored(app, table) for table in (clicks, feedback, conversions)] == [[], [], []]


def test_a_word_on_an_answer_is_stored(app: Flask, send: Send) -> None:
    """Of one product of it with its place, or without a product of the whole."""
    said = {"kind": "not_wanted", "reason": "colour"}
    assert send(**said).status_code == 204
    assert send(**said, product_id="", list="", position="").status_code == 204
    stored = {
        (one.search_id, one.reason, one.list_name, one.product_id, one.position) for one in list_stored(app, feedback)
    }
    assert stored == {(SEARCH_ID, "colour", "similar", "coat-00", 3), (SEARCH_ID, "colour", None, None, None)}


def test_what_was_bought_is_stored(app: Flask, client: FlaskClient) -> None:
    """With value and currency, where the shop's site tells them, and with the answer that led there."""
    for event in (
        {"kind": "add_to_cart", "product_id": "coat-00"},
        {"kind": "purchase", "product_id": "coat-00", "value": 49.9, "currency": "EUR", "list": "similar"},
        {"kind": "purchase", "product_id": "coat-00", "value": "120", "currency": "USD", "search": SEARCH_ID},
    ):
        assert client.post("/events", json=event, headers=OURS).status_code == 204
    stored = {
        (one.kind, one.value_cents, one.currency, one.list_name, one.search_id) for one in list_stored(app, conversions)
    }
    assert stored == {
        ("add_to_cart", None, None, None, None),
        ("purchase", 4990, "EUR", "similar", None),
        ("purchase", 12000, "USD", None, SEARCH_ID),
    }


def test_a_form_without_a_script_is_answered_by_a_page(app: Flask, client: FlaskClient) -> None:
    """With the way back to where it stood, but to no other site."""
    said = {"kind": "not_wanted", "reason": "kind", "search": SEARCH_ID}
    came = {**OURS, "Accept": "text/html,*/*;q=0.8", "Referer": "http://localhost/search/abc?page=2"}
    assert 'href="/search/abc?page=2"' in client.post("/events", data=said, headers=came).text
    for referrer in (
        "http://elsewhere.example/search/abc",
        "http://localhost//elsewhere.example",
        "nonsense",
        "http://[x",
    ):
        page = client.post("/events", data=said, headers={**came, "Referer": referrer}).text
        assert "elsewhere" not in page
    assert len(list_stored(app, feedback)) == 5


@pytest.mark.parametrize("body", ["", "{", "[]", "1", '"text"', "null", "[" * 2000, '{"kind": true}', '{"kind": []}'])
def test_broken_json_is_refused(client: FlaskClient, body: str) -> None:
    """Whatever it is broken like."""
    assert client.post("/events", data=body, content_type="application/json", headers=OURS).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 204),
        ({"Origin": "http://localhost"}, 204),
        ({"Origin": "https://localhost"}, 204),  # behind a proxy that ends TLS
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[localhost"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_report_clicks(app: Flask, send: Send, headers: dict[str, str], status: int) -> None:
    """Another site can't make our visitors' browsers write here."""
    assert send(headers).status_code == status
    assert len(list_stored(app, clicks)) == (status == 204)


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_long_event_is_refused(client: FlaskClient, content_type: str) -> None:
    """Before it is read."""
    response = client.post("/events", data=b"a" * (MAX_BYTES + 1), content_type=content_type, headers=OURS)
    assert (response.status_code, response.get_json()["error"]["code"]) == (413, "event_too_large")


def test_events_are_not_read_from_here(client: FlaskClient) -> None:
    """A GET stores and shows nothing."""
    assert client.get("/events").status_code == 405


@pytest.mark.parametrize("wish", ["DNT", "Sec-GPC"])
def test_who_does_not_want_to_be_tracked_is_not(app: Flask, send: Send, catalog: Catalog, wish: str) -> None:
    """Neither searches nor clicks."""
    assert send({**OURS, wish: "1"}).status_code == 204
    with app.test_request_context("/search/x", headers={wish: "1"}):
        assert record_search(make_answer(catalog)) is None
    assert list_stored(app, clicks) == list_stored(app, searches) == []


def test_clicks_faster_than_people_are_passed_over(app: Flask, send: Send) -> None:
    """A script that hammers fills no disk, and learns nothing from the answer."""
    services_of(app).click_pace = ClickPace(per_second=0, burst=3)
    assert {send().status_code for _ in range(10)} == {204}
    assert len(list_stored(app, clicks)) == 3


def test_a_broken_event_table_hurts_no_visitor(app: Flask, send: Send, catalog: Catalog, monkeypatch: Any) -> None:
    """Searches get their ids and clicks their answers; what can't be stored is counted."""
    monkeypatch.setattr("catalog.events.event_writer.RETRY_SECONDS", 0.0)
    with catalog.database.writing() as connection:
        connection.execute(text("DROP TABLE catalog_clicks"))
        connection.execute(text("DROP TABLE catalog_searches"))
    assert send().status_code == 204
    with app.test_request_context("/search/x"):
        assert record_search(make_answer(catalog))
    assert writer_of(app).flush(10)
    assert writer_of(app).dropped == 2


def test_a_click_while_the_catalogue_is_away_is_passed_over(app: Flask, send: Send, catalog: Catalog) -> None:
    """It can't be checked then, and the visitor has gone on anyway."""
    with catalog.database.writing() as connection:
        connection.execute(text("ALTER TABLE catalog_products RENAME TO elsewhere"))
    assert send().status_code == 204
    assert list_stored(app, clicks) == []


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
def test_a_server_that_stops_has_written_its_clicks(home: Path) -> None:
    """Told to stop at once after a click, it still takes the moment to write it down."""
    server = subprocess.Popen(
        [sys.executable, "-m", "webapp", "--port", "0", "--workers", "2"],
        env={**os.environ, "VITRINA_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        (address,) = re.findall(r"http://\S+", server.stdout.readline())
        request = urllib.request.Request(f"{address}/events", urlencode(CLICK).encode(), OURS)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            assert response.status == 204
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=30)
    assert "Traceback" not in errors
    with Catalog.open(f"sqlite:///{home}/catalog.db") as catalog, catalog.database.reading() as connection:
        assert [click.product_id for click in connection.execute(select(clicks))] == ["coat-00"]

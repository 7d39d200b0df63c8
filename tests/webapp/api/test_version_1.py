"""Version 1 of the API: the same searches as before, lists, pages, events, corrections, keys, limits and problems."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.accounts.api_keys import SCOPES, ApiKeyStore
from catalog.labels.corrections import CorrectionStore
from catalog.storage.tables.events import conversions, searches
from search.photo import MAX_BYTES
from tests.webapp.boutique import ODD_ID, ScriptedEngine, photo_bytes, writer_of
from webapp import create_app
from webapp.api.keys import scope_of
from webapp.errors import ServerStartError
from webapp.http.cors import read_origins
from webapp.services.access import services_of
from webapp.services.request_pace import RequestPace


@pytest.fixture
def keys(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Scope -> the headers of a key that has it alone."""
    store = ApiKeyStore(catalog.database)
    return {scope: {"Authorization": f"Bearer {store.make(scope, [scope], by='ana')[0]}"} for scope in SCOPES}


def test_old_and_new_addresses_answer_alike(client: FlaskClient) -> None:
    for path in ("/suggestions?q=coa", "/products/coat-01", "/products/coat-01/similar", "/products/coat-01/goes-with"):
        assert client.get(f"/api/v1{path}").json == client.get(f"/api{path}").json
    answers = [
        client.post(path, data={"photo": (io.BytesIO(photo_bytes()), "a.jpg")}).get_json()
        for path in ("/api/search", "/api/v1/search")
    ]
    assert answers[0]["similar"] == answers[1]["similar"] != []


def test_the_catalogue_is_read_page_by_page(client: FlaskClient, catalog: Catalog) -> None:
    """Every product once, in order of the ids, by the Link header alone."""
    address, seen = "/api/v1/products?limit=7", []
    while address:
        page = client.get(address)
        seen += [one["product_id"] for one in page.get_json()["products"]]
        link = page.headers.get("Link", "")
        assert bool(link) is (page.get_json()["next_cursor"] is not None)
        address = link.partition(">")[0].lstrip("<")
    assert seen == catalog.product_ids(1000)
    bags = client.get("/api/v1/products?category=Bags").get_json()
    assert [one["product_id"] for one in bags["products"]] == ["bag-1", "bag-2"]


@pytest.mark.parametrize("cursor", ["é", "a", "AA", "_w", "x" * 5000])
def test_a_cursor_that_no_answer_gave_is_refused(client: FlaskClient, cursor: str) -> None:
    answer = client.get("/api/v1/products", query_string={"cursor": cursor})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_parameter")


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, catalog: Catalog) -> None:
    first = client.get("/api/v1/products/coat-01")
    again = client.get("/api/v1/products/coat-01", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_neighbours_of_a_list(client: FlaskClient) -> None:
    """One that is gone has null, and the others their list."""
    sent = {"product_ids": ["coat-01", "no such", "bag-2", "coat-01", ODD_ID]}
    results = client.post("/api/v1/products/similar?limit=2", json=sent).get_json()["results"]
    assert [one["product_id"] for one in results] == ["coat-01", "no such", "bag-2", ODD_ID]
    assert [one["similar"] and len(one["similar"]) for one in results] == [1, None, None, 1]
    alone = client.get("/api/v1/products/coat-01/goes-with").get_json()["goes_with"]
    assert client.post("/api/v1/products/goes-with", json=sent).get_json()["results"][0]["goes_with"] == alone != []


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"product_ids": []}', '{"product_ids": [1]}', '{"product_ids": ["\\ud800"]}']
)
def test_a_list_that_makes_no_sense_is_refused(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/v1/products/similar", data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_categories_are_counted(client: FlaskClient) -> None:
    counted = {one["category"]: one["products"] for one in client.get("/api/v1/categories").get_json()["categories"]}
    assert counted == {"Bags": 2, "MEN_Coats": 28, "WOMEN_Skirts": 1}


def test_clicks_of_other_pages_are_stored(app: Flask, client: FlaskClient, keys: dict[str, dict[str, str]]) -> None:
    click = {"kind": "click", "list": "similar", "product_id": "coat-01", "position": 3}
    answer = client.post("/api/v1/events", json={"events": [click, click]}, headers=keys["events"])
    assert (answer.status_code, answer.json) == (202, {"stored": 2})
    wrong = client.post("/api/v1/events", json={"events": [click, {**click, "position": 0}]}, headers=keys["events"])
    assert (wrong.status_code, wrong.get_json()["code"]) == (400, "bad_parameter")
    writer = services_of(app).events
    assert writer is not None
    writer.close()


def test_pages_of_the_named_origins_report_events_without_a_key(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, engine: ScriptedEngine, home: Path
) -> None:
    """A browser can't keep a key secret. Other origins need one, also where any may read."""
    bought = {"kind": "purchase", "product_id": "coat-01", "value": 99.5, "currency": "EUR", "list": "similar"}
    for setting, origin, wish, expected in (
        ("https://shop.example", "https://shop.example", {}, (202, 1)),
        ("https://shop.example", "https://shop.example", {"DNT": "1"}, (202, 0)),
        ("https://shop.example", "https://other.example", {}, (401, None)),
        ("*", "https://shop.example", {}, (401, None)),
        ("", "https://shop.example", {}, (401, None)),
    ):
        monkeypatch.setenv("VITRINA_CORS_ORIGINS", setting)
        app = create_app(catalog=catalog, engine=engine, home=home)
        answer = app.test_client().post(
            "/api/v1/events", data=json.dumps({"events": [bought]}), headers={"Origin": origin, **wish}
        )
        assert (answer.status_code, answer.get_json().get("stored")) == expected
        writer_of(app).close()
    with catalog.database.reading() as connection:
        [stored] = connection.execute(select(conversions)).all()
    assert (stored.product_id, stored.value_cents, stored.currency) == ("coat-01", 9950, "EUR")


def test_a_shopper_s_search_on_another_page_is_an_event(app: Flask, post_search: Callable[..., TestResponse]) -> None:
    """If the page says that a shopper searched; a program's searches are nobody's."""
    assert "search_event" not in post_search().get_json()
    answer = post_search(event="true").get_json()
    writer_of(app).close()
    with services_of(app).catalog.database.reading() as connection:
        [search] = connection.execute(select(searches)).all()
    assert (search.search_id, search.refined) == (answer["search_event"], False)


def test_corrected_labels_are_read(client: FlaskClient, catalog: Catalog, keys: dict[str, dict[str, str]]) -> None:
    """Without the name of whoever decided."""
    CorrectionStore(catalog.database).decide("bag-1", "WOMEN_Skirts", seen="Bags", version=0, by="ana")
    CorrectionStore(catalog.database).decide("bag-2", "Bags", seen="Bags", version=0, by="ana")
    first = client.get("/api/v1/label-corrections?limit=1", headers=keys["read"])
    second = client.get(first.headers["Link"].partition(">")[0].lstrip("<"), headers=keys["read"])
    told = [one for page in (first, second) for one in page.get_json()["label_corrections"]]
    assert [(one["product_id"], one["given"], one["corrected"]) for one in told] == [
        ("bag-1", "Bags", "WOMEN_Skirts"),
        ("bag-2", "Bags", "Bags"),
    ]
    assert all("by" not in one for one in told)


def _routes(app: Flask) -> Iterator[tuple[str, str, str | None]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            path = rule.rule.replace("<product_id:product_id>", "coat-02").replace("<token>", "x" * 22)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, path, scope_of(app.view_functions[rule.endpoint])


def test_every_route_opens_to_its_own_scope_alone(app: Flask, keys: dict[str, dict[str, str]]) -> None:
    """What writes, or tells what pages don't, takes a key; what anybody sees on the pages takes none."""
    client, routes = app.test_client(), list(_routes(app))
    needed = {scope for _, _, scope in routes}
    assert needed == {None, *SCOPES}
    assert all(scope for method, _, scope in routes if method in ("PUT", "PATCH", "DELETE"))
    for method, path, scope in routes:
        for holder, headers in {"nobody": {}, **keys}.items():
            status = client.open(path, method=method, headers=headers, json={}).status_code
            expected = None if scope in (None, holder) else 401 if holder == "nobody" else 403
            assert (status in (401, 403)) is (expected is not None), (method, path, holder, status)
            assert expected in (None, status)


def test_a_wrong_or_revoked_key_is_said_everywhere(client: FlaskClient, catalog: Catalog) -> None:
    text, made = ApiKeyStore(catalog.database).make("old", ["read"], by="ana")
    ApiKeyStore(catalog.database).revoke(made.key_id, by="ana")
    for key in ("vk_nothing", text, ""):
        answer = client.get("/api/v1/categories", headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "api_key")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_problems_say_what_and_where(client: FlaskClient) -> None:
    answer = client.get("/api/v1/products/none")
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "/api/v1/docs#unknown_product",
        "title": "Not Found",
        "status": 404,
        "detail": "The catalogue has no product 'none'.",
        "code": "unknown_product",
        "instance": "/api/v1/products/none",
    }
    assert client.get("/api/v1/nowhere").get_json()["code"] == "not_found"
    assert client.get("/api/products/none").get_json()["error"]["code"] == "unknown_product"


def test_each_key_has_its_own_limit(app: Flask, catalog: Catalog) -> None:
    slow, _ = ApiKeyStore(catalog.database).make("slow", ["read"], by="ana", per_minute=2)
    other, _ = ApiKeyStore(catalog.database).make("other", ["read"], by="ana")
    client = app.test_client()

    def ask(key: str) -> int:
        return client.get("/api/v1/categories", headers={"Authorization": f"Bearer {key}"}).status_code

    assert [ask(slow), ask(slow), ask(slow), ask(other)] == [200, 200, 429, 200]
    refused = client.get("/api/v1/categories", headers={"Authorization": f"Bearer {slow}"})
    assert refused.get_json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 30


def test_without_a_key_a_network_has_a_limit(app: Flask) -> None:
    services_of(app).request_pace = RequestPace(1)
    client = app.test_client()
    assert [client.get("/api/v1/categories").status_code for _ in range(2)] == [200, 429]
    assert client.get("/api/products/coat-01").status_code == 200  # the old addresses are as they were


def test_a_repeated_request_is_answered_and_not_done_again(
    client: FlaskClient, catalog: Catalog, keys: dict[str, dict[str, str]]
) -> None:
    headers = keys["write"] | {"Idempotency-Key": "a-1"}

    def create(price: float) -> object:
        return client.open(
            "/api/v1/products/new-1",
            method="PUT",
            headers=headers,
            data={
                "product": json.dumps({"category": "Bags", "price": price}),
                "p": (io.BytesIO(photo_bytes()), "a.jpg"),
            },
        )

    first, again, other = create(10), create(10), create(11)
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)  # type: ignore[attr-defined]
    assert again.headers["Idempotent-Replayed"] == "true"  # type: ignore[attr-defined]
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")  # type: ignore[attr-defined]
    assert catalog.product("new-1").price_cents == 1000


def test_a_request_that_failed_may_be_repeated(client: FlaskClient, keys: dict[str, dict[str, str]]) -> None:
    headers = keys["write"] | {"Idempotency-Key": "b"}
    for _ in range(2):
        answer = client.patch("/api/v1/products/none", json={"title": "x"}, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "unusable_product")
    bad = client.delete("/api/v1/products/none", headers=keys["write"] | {"Idempotency-Key": "x" * 201})
    assert (bad.status_code, bad.get_json()["code"]) == (400, "bad_parameter")


def test_named_origins_may_read(catalog: Catalog, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINA_CORS_ORIGINS", "https://shop.example, https://www.shop.example/")
    client = create_app(catalog=catalog, engine=engine).test_client()
    for origin, allowed in (("https://www.shop.example", True), ("https://other.example", False)):
        answer = client.get("/api/v1/categories", headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Origin" in answer.headers["Vary"]
        ahead = client.options("/api/v1/search", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        assert ("POST" in ahead.headers.get("Access-Control-Allow-Methods", "")) is allowed
    error = client.get("/api/v1/products/none", headers={"Origin": "https://shop.example"})
    assert error.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"Origin": "https://shop.example"}).headers


def test_an_origin_may_be_named_as_people_write_it() -> None:
    """Browsers send it in lower case, in ASCII and without the usual port; another spelling let nobody in."""
    named = "https://Shop.Example:443, http://café.example:80/, https://[2001:DB8::1]:8443"
    expected = {"https://shop.example", "http://xn--caf-dma.example", "https://[2001:db8::1]:8443"}
    assert read_origins(named) == expected


def test_a_setting_that_names_no_origin_stops_the_start() -> None:
    assert read_origins(" *, https://a.example:8443 ") == {"*", "https://a.example:8443"}
    odd = ("https://[shop", "https://shop.example:x", "https://a@shop.example", "https://shop example", "https://")
    for wrong in ("shop.example", "https://shop.example/path", "ftp://a", *odd):
        with pytest.raises(ServerStartError, match="VITRINA_CORS_ORIGINS"):
            read_origins(wrong)


def test_the_limit_of_a_photo_is_the_pages_one(app: Flask) -> None:
    assert vars(app.view_functions["api.search"])["takes_file_bytes"] == MAX_BYTES

"""Programs that keep the catalogue: with keys, one product or a batch, and found at once."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.accounts.api_answers import ApiAnswers
from catalog.accounts.api_keys import ApiKeyStore
from catalog.accounts.audit import AuditLog
from catalog.errors import DatabaseLockedError, UnknownProductError
from catalog.storage.tables.products import products
from tests.webapp.boutique import photo_bytes

Send = Callable[..., TestResponse]
ADDRESS = "/api/v1/products"


@pytest.fixture
def key(catalog: Catalog) -> str:
    return ApiKeyStore(catalog.database).make("till", ["write"], by="ana")[0]


@pytest.fixture
def send(client: FlaskClient, key: str) -> Send:
    def request(method: str, path: str, body: Any = None, files: dict[str, bytes] | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}"}
        if files is None:
            return client.open(ADDRESS + path, method=method, json=body, headers=headers)
        field = "operations" if path == "/batch" else "product"
        parts: dict[str, Any] = {name: (io.BytesIO(content), f"{name}.jpg") for name, content in files.items()}
        data = parts | {field: json.dumps(body)}
        return client.open(
            ADDRESS + path, method=method, data=data, content_type="multipart/form-data", headers=headers
        )

    return request


def test_a_product_is_created_replaced_patched_and_deleted(send: Send, catalog: Catalog, home: Path) -> None:
    fields = {
        "category": "Bags",
        "title": "Tote ñ",
        "price": "49.90 EUR",
        "in_stock": True,
        "attributes": {"fit": "wide"},
    }
    created = send("PUT", "/tote/1", fields, {"front": photo_bytes((320, 400)), "back": photo_bytes((300, 400))})
    assert (created.status_code, created.json) == (201, {"product_id": "tote/1", "done": "created"})
    product = catalog.product("tote/1")
    assert (product.title, product.price_cents, product.currency, product.in_stock) == ("Tote ñ", 4990, "EUR", True)
    assert [photo.width for photo in product.photos] == [320, 300]
    assert all(photo.path.is_relative_to(home / "photos") for photo in product.photos)
    assert send("PATCH", "/tote/1", {"price": 39.5, "title": None}).json == {"product_id": "tote/1", "done": "patched"}
    product = catalog.product("tote/1")
    assert (product.title, product.price_cents, product.category, len(product.photos)) == (None, 3950, "Bags", 2)
    assert send("PUT", "/tote/1", {"category": "Totes"}).json["done"] == "replaced"  # type: ignore[index]
    product = catalog.product("tote/1")
    assert (product.category, product.price_cents, len(product.photos)) == ("Totes", None, 2)
    assert send("DELETE", "/tote/1").json == {"product_id": "tote/1", "done": "deleted"}
    with pytest.raises(UnknownProductError):
        catalog.product("tote/1")
    assert send("DELETE", "/tote/1").json == {"product_id": "tote/1", "done": "absent"}
    noted = [entry.action for entry in AuditLog(catalog.database).entries(10, subject="tote/1")]
    assert noted == ["product deleted", "product replaced", "product patched", "product created"]


def test_what_a_change_contradicts_does_not_stay(send: Send, catalog: Catalog) -> None:
    """A price before that is none, an exact price that was another, sizes that were sold out or cost something else."""
    offers = [
        {"size": "S", "price": "59.90", "availability": "out of stock"},
        {"size": "M", "sku": "m", "price": "79.9"},
    ]
    with catalog.database.writing() as connection:
        connection.execute(
            update(products)
            .where(products.c.product_id == "coat-01")
            .values(details={"offers": offers, "exact_price": "59.905", "pattern": "plain"}, availability="in stock")
        )
    send("PATCH", "/coat-01", {"price": 50, "price_before": 70.005, "brand": "Nimbus", "sizes": None})
    product = catalog.product("coat-01")
    assert (str(product.price and product.price.amount), product.brand, product.offers) == ("50", "Nimbus", ())
    assert str(product.price_before and product.price_before.amount) == "70.005"
    assert product.details["pattern"] == "plain"
    send("PATCH", "/coat-01", {"price": 70.01, "in_stock": False})
    product = catalog.product("coat-01")
    assert (product.price_before, product.availability, product.in_stock) == (None, None, False)
    send("PATCH", "/coat-01", {"availability": "preorder", "sizes": ["M", "S"]})
    product = catalog.product("coat-01")
    assert (product.availability, product.in_stock, product.sizes) == ("preorder", False, ["S", "M"])
    with catalog.database.writing() as connection:
        connection.execute(
            update(products).where(products.c.product_id == "coat-01").values(details={"offers": offers})
        )
    send("PATCH", "/coat-01", {"price": 45})
    assert [offer.price for offer in catalog.product("coat-01").offers] == [None, None]
    assert catalog.product("coat-01").price_highest is None
    send("PUT", "/coat-01", {"category": "MEN_Coats", "price": 12.505})
    product = catalog.product("coat-01")
    assert (product.details, product.brand, product.in_stock) == ({"exact_price": "12.505"}, None, None)


def test_a_batch_is_done_as_a_whole_or_not_at_all(send: Send, catalog: Catalog) -> None:
    """The second operation can't be done, so the first isn't either."""
    first = {"action": "put", "product_id": "a", "product": {"category": "Bags"}, "photos": ["one"]}
    bad = send("POST", "/batch", [first, {"action": "patch", "product_id": "gone"}], {"one": photo_bytes()})
    assert bad.status_code == 404
    assert "a" not in catalog.products(["a"])
    good = send(
        "POST",
        "/batch",
        [first, {"action": "patch", "product_id": "a", "product": {"price": 5}}],
        {"one": photo_bytes()},
    )
    assert good.json == {"results": [{"product_id": "a", "done": "created"}, {"product_id": "a", "done": "patched"}]}
    assert catalog.product("a").price_cents == 500


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/new", {"category": "Bags"}, 422, "unusable_product"),
        ("PUT", "/coat-01", {"title": "no category"}, 422, "unusable_product"),
        ("PATCH", "/coat-01", {"price": "cheap"}, 422, "unusable_product"),
        ("PATCH", "/coat-01", {"price": -1}, 422, "unusable_product"),
        ("PATCH", "/coat-01", {"category": None}, 422, "unusable_product"),
        ("PATCH", "/coat-01", {"weight": 1}, 422, "unusable_product"),
        ("PATCH", "/coat-01", {"title": ["a"]}, 422, "unusable_product"),
        ("PATCH", "/coat-01", ["title"], 422, "unusable_product"),
        ("PATCH", "/coat-01", {"attributes": "red"}, 422, "unusable_product"),
        ("PATCH", "/gone", {"price": 1}, 404, "unknown_product"),
        ("POST", "/batch", [], 422, "unusable_product"),
        ("POST", "/batch", {"operations": "all"}, 422, "unusable_product"),
        ("POST", "/batch", [{"action": "drop", "product_id": "a"}], 422, "unusable_product"),
        ("POST", "/batch", [{"action": "put", "product_id": "a", "photos": ["gone"]}], 422, "unusable_product"),
        ("POST", "/batch", [{"action": "put", "product_id": "a", "photos": "gone"}], 422, "unusable_product"),
        ("POST", "/batch", [{"action": "delete", "product_id": "n/a"}], 422, "unusable_product"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(
    send: Send, catalog: Catalog, method: str, path: str, body: Any, status: int, code: str
) -> None:
    before = catalog.products(["coat-01"])
    answer = send(method, path, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)  # type: ignore[index]
    assert catalog.products(["coat-01"]) == before


def test_a_broken_photo_is_refused_and_leaves_nothing(send: Send, catalog: Catalog, home: Path) -> None:
    answer = send("PUT", "/new", {"category": "Bags"}, {"front": photo_bytes()[:200]})
    assert answer.status_code in (415, 422)
    assert "front" in answer.json["detail"]  # type: ignore[index]
    assert catalog.products(["new"]) == {}
    assert [path.name for path in (home / "photos").rglob("*") if path.is_file()] == ["in-use.lock"]


def test_what_was_done_is_not_called_failed_because_its_answer_cannot_be_kept(
    client: FlaskClient, key: str, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when an import takes the catalogue in between; nor does that hide why a request failed."""

    def fail(*_: object) -> None:
        raise DatabaseLockedError("An import is writing.")

    monkeypatch.setattr(ApiAnswers, "store", fail)
    monkeypatch.setattr(ApiAnswers, "forget", fail)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
    done = client.patch(f"{ADDRESS}/coat-01", json={"title": "Another"}, headers=headers)
    assert (done.status_code, catalog.product("coat-01").title) == (200, "Another")
    refused = client.patch(f"{ADDRESS}/coat-01", json={"price": "?"}, headers=headers | {"Idempotency-Key": "two"})
    assert refused.status_code == 422


def test_no_photo_is_lost_whatever_the_parts_are_called(client: FlaskClient, key: str, catalog: Catalog) -> None:
    """Parts of one name are told apart by a number, which another part may have in its own name."""
    sizes = ((310, 400), (320, 400), (330, 400))
    files = [(io.BytesIO(photo_bytes(size)), "a.jpg") for size in sizes]
    data = {"product": '{"category": "Bags"}', "photo": files[:2], "photo-2": files[2]}
    answer = client.put(f"{ADDRESS}/tote", data=data, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 201
    assert sorted(photo.width for photo in catalog.product("tote").photos) == [310, 320, 330]


def test_a_photo_that_was_damaged_on_disk_is_mended_when_it_is_sent_again(send: Send, catalog: Catalog) -> None:
    """And isn't called damaged, which it isn't."""
    content = photo_bytes((320, 400))
    assert send("PUT", "/tote", {"category": "Bags"}, {"front": content}).status_code == 201
    path = catalog.product("tote").photos[0].path
    path.write_bytes(content[:100])
    assert send("PUT", "/tote", {"category": "Bags"}, {"front": content}).status_code == 200
    assert path.read_bytes() == content


def test_only_a_key_with_the_scope_opens_the_door(client: FlaskClient, catalog: Catalog, key: str) -> None:
    """No key, another text, a key for reading, and one that was revoked."""
    keys = ApiKeyStore(catalog.database)
    reading, _ = keys.make("reader", ["read", "events"], by="ana")
    for header, status in (
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer vk_" + "a" * 43, 401),
        (f"Basic {key}", 401),
        (f"Bearer {key}x", 401),
        (f"Bearer {reading}", 403),
    ):
        headers = {} if header is None else {"Authorization": header}
        for method, path in (("PUT", "/x"), ("PATCH", "/x"), ("DELETE", "/coat-01"), ("POST", "/batch")):
            answer = client.open(ADDRESS + path, method=method, json={}, headers=headers)
            assert answer.status_code == status, (header, method)
    keys.revoke(next(one.key_id for one in keys.all() if one.name == "till"), by="ana")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.delete(f"{ADDRESS}/coat-01", headers=headers).status_code == 401
    assert catalog.products(["coat-01"])


def test_keys_are_stored_as_hashes(catalog: Catalog, key: str, home: Path) -> None:
    content = b"".join(path.read_bytes() for path in home.glob("catalog.db*"))
    assert key.encode() not in content


def test_a_body_is_read_as_json_is_defined(client: FlaskClient, key: str, catalog: Catalog) -> None:
    """A mark of byte order does no harm; a stray byte, or NaN for a price, would have been stored as something else."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    marked = client.patch(f"{ADDRESS}/coat-01", data='\ufeff{"title": "Niña"}'.encode(), headers=headers)
    assert (marked.status_code, catalog.product("coat-01").title) == (200, "Niña")
    price = catalog.product("coat-01").price_cents
    for wrong in (b'{"title": "ni\xf1a"}', b'{"price": NaN}', b'{"price": Infinity}'):
        refused = client.patch(f"{ADDRESS}/coat-01", data=wrong, headers=headers)
        assert (refused.status_code, refused.json["code"]) == (422, "unusable_product")  # type: ignore[index]
    assert (catalog.product("coat-01").title, catalog.product("coat-01").price_cents) == ("Niña", price)


@pytest.mark.parametrize(
    ("price", "cents"), [("1.299", 130), ("12.505 KWD", 1251), ("1,299.00", 129900), ("49,90", 4990)]
)
def test_a_price_in_a_text_has_a_decimal_point(send: Send, catalog: Catalog, price: str, cents: int) -> None:
    """As the numbers of JSON have one: 1.299 isn't a thousand and more."""
    assert send("PATCH", "/coat-01", {"price": price}).status_code == 200
    assert catalog.product("coat-01").price_cents == cents


def test_what_a_proxy_asks_visitors_for_is_no_key(client: FlaskClient) -> None:
    """A shop that isn't open yet stands behind a name and a password, which browsers send along."""
    answer = client.get("/api/v1/categories", headers={"Authorization": "Basic dXNlcjpwYXNzd29yZA=="})
    assert answer.status_code == 200
    refused = client.get("/api/v1/categories", headers={"Authorization": "Bearer vk_wrong"})
    assert refused.status_code == 401

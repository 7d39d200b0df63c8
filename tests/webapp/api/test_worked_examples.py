"""The programs in docs/storefront.md, run as they stand there: a platform tells what changed, the catalogue has it."""

import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from catalog import Catalog
from catalog.accounts.api_keys import ApiKeyStore

DOCUMENT = Path(__file__).parents[3] / "docs" / "storefront.md"
VITRINA, SHOP, SECRET = "https://vitrina.example", "https://shop.example", "shh"


class Requests(ModuleType):
    """The part of ``requests`` that the programs use: the API behind one address, a platform behind the other."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__("requests")
        self.utils = SimpleNamespace(quote=quote)
        self.told: Any = None  # by the platform, in JSON
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._client = client

    def get(self, address: str, *, params: dict[str, Any], timeout: float, **options: Any) -> SimpleNamespace:
        assert address.startswith(f"{SHOP}/")
        assert timeout > 0
        self.asked.append((address, params | options))
        return SimpleNamespace(json=lambda: self.told)

    def _send(self, method: str, address: str, headers: dict[str, str], sent: Any = None) -> SimpleNamespace:
        assert address.startswith(f"{VITRINA}/api/v1/")
        answer = self._client.open(address.removeprefix(VITRINA), method=method, headers=headers, json=sent)
        ok = answer.status_code < 400
        assert ok, answer.text
        return SimpleNamespace(ok=ok, raise_for_status=lambda: None)

    def patch(self, address: str, *, json: Any, headers: dict[str, str], timeout: float) -> SimpleNamespace:
        return self._send("PATCH", address, headers, json)

    def post(self, address: str, *, json: Any, headers: dict[str, str], timeout: float) -> SimpleNamespace:
        return self._send("POST", address, headers, json)

    def delete(self, address: str, *, headers: dict[str, str], timeout: float) -> SimpleNamespace:
        return self._send("DELETE", address, headers)


@pytest.fixture
def requests(client: FlaskClient, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Requests:
    module = Requests(client)
    monkeypatch.setitem(sys.modules, "requests", module)
    monkeypatch.chdir(tmp_path)  # where programs keep when they last asked
    key, _ = ApiKeyStore(catalog.database).make("platform", ["write"], by="ana")
    settings = {"SHOPIFY_SECRET": SECRET, "WC_KEY": "k", "WC_SECRET": "s", "MAGENTO_TOKEN": "t"}
    for name, value in {"VITRINA": VITRINA, "SHOP": SHOP, "API_KEY": key, **settings}.items():
        monkeypatch.setenv(name, value)
    return module


def run(platform: str) -> dict[str, Any]:
    """Run the program in a platform's section, and return its names."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(f"\n### {platform}\n")[2].partition("\n### ")[0]
    (program,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, Any] = {"__name__": "hook"}
    exec(compile(program, platform, "exec"), names)  # noqa: S102 - our own document
    return names


def test_shopify_tells_of_a_product(requests: Requests, catalog: Catalog) -> None:
    """Only with its signature; what comes twice is done once."""
    hook = run("Shopify")["app"].test_client()
    offers = [{"price": "59.00", "inventory_quantity": 0}, {"price": "49.50", "inventory_quantity": 2}]
    body = json.dumps({"handle": "coat-01", "title": "New title", "variants": offers}).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Webhook-Id": "1", "Content-Type": "application/json"}
    for _ in range(2):
        assert hook.post("/shopify", data=body, headers=headers).status_code == 200
    product = catalog.product("coat-01")
    assert (product.title, product.price_cents, product.in_stock) == ("New title", 4950, True)
    assert hook.post("/shopify", data=body + b" ", headers=headers).status_code == 401


def test_woocommerce_is_asked_for_what_has_changed(requests: Requests, catalog: Catalog) -> None:
    """Since the last time; articles without a number aren't Vitrina's."""
    requests.told = [
        {"sku": "coat-01", "name": "Coat", "price": "19.90", "stock_status": "outofstock"},
        {"sku": "", "name": "Gift card", "price": "10", "stock_status": "instock"},
        {"sku": "bag-1", "name": "Bag", "price": "", "stock_status": "instock"},
    ]
    run("WooCommerce")
    coat, bag = catalog.product("coat-01"), catalog.product("bag-1")
    assert (coat.title, coat.price_cents, coat.in_stock) == ("Coat", 1990, False)
    assert (bag.title, bag.price_cents, bag.in_stock) == ("Bag", None, True)
    requests.told = []
    run("WooCommerce")
    since = [asked["modified_after"] for _, asked in requests.asked]
    assert since[0] == "2020-01-01T00:00:00" < since[1]


def test_magento_is_asked_for_what_has_changed(requests: Requests, catalog: Catalog) -> None:
    """What is no longer sold is removed."""
    common = {"updated_at": "2026-11-27 10:00:00"}
    requests.told = {
        "items": [
            {"id": 1, "sku": "coat-01", "name": "Coat", "price": 19.9, "status": 1, **common},
            {"id": 2, "sku": "bag-1", "name": "Bag", "status": 2, **common},
        ]
    }
    run("Magento")
    assert catalog.product("coat-01").price_cents == 1990
    assert catalog.products(["bag-1"]) == {}
    run("Magento")  # the same again harms nothing

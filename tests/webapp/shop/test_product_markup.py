import html
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from catalog import Catalog
from catalog.importing import import_source
from tests.webapp.boutique import ODD_ID, ScriptedEngine, draw_photo
from webapp import create_app

HOST = "http://localhost"
# Everything that HTML, JSON, JavaScript and addresses give a meaning to.
WILD_ID = """a"b'c/d&e?f#g%h\\i</script><!--;j=ñ→ 🧥"""


class Page(HTMLParser):
    """The elements of a page by tag: their attributes, unescaped as a browser does."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: dict[str, list[dict[str, str]]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.setdefault(tag, []).append({name: value or "" for name, value in attrs})

    def meta(self) -> dict[str, str]:
        named = [(one.get("property") or one.get("name"), one.get("content", "")) for one in self.elements["meta"]]
        return {name: content for name, content in named if name}

    def links(self, rel: str) -> dict[str, str]:
        return {one.get("hreflang", rel): one["href"] for one in self.elements["link"] if one.get("rel") == rel}

    def article(self) -> dict[str, str]:
        return self.elements["article"][0]


def _linked_data(text: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    data: dict[str, Any] = json.loads(found)
    return data


@pytest.fixture
def wild(home: Path, engine: ScriptedEngine) -> Iterator[FlaskClient]:
    """A shop that sells one thing under the worst of ids and titles."""
    draw_photo(home / "one.jpg", "#334455")
    row = {"product_id": WILD_ID, "category": "Bags", "image": "one.jpg", "title": f"Bag {WILD_ID}", "colour": "Red"}
    (home / "one.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with Catalog.open(f"sqlite:///{home}/one.db") as catalog:
        import_source(catalog, home / "one.jsonl", progress=False)
        yield create_app(catalog=catalog, engine=engine, home=home).test_client()


def test_a_product_is_described_for_search_engines(client: FlaskClient) -> None:
    """As schema.org says, with absolute addresses, and with an offer; nothing is claimed that nobody rated."""
    data = _linked_data(client.get("/products/duffle-red").text)
    address = f"{HOST}/products/duffle-red"
    assert (data["@context"], data["@type"], data["url"]) == ("https://schema.org", "Product", address)
    assert (data["name"], data["sku"], data["color"]) == ("Duffle coat Red", "duffle-red", "Red")
    assert data["description"] == "Warm <wool> with horn toggles."
    assert data["offers"] == {
        "@type": "Offer",
        "price": "1249.50",
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "url": address,
    }
    assert len(data["image"]) == 2
    assert "aggregateRating" not in data


def test_what_isn_t_known_isn_t_said(client: FlaskClient) -> None:
    """No price, no offer; what is sold out says so; a price without a word on stock has no availability."""
    bare = _linked_data(client.get("/products/bag-1").text)
    assert not {"offers", "description", "color", "inProductGroupWithID"} & set(bare)
    sold_out = _linked_data(client.get("/products/coat-01").text)["offers"]
    assert sold_out["availability"] == "https://schema.org/OutOfStock"
    assert "availability" not in _linked_data(client.get("/products/skirt-1").text)["offers"]


def test_a_shared_link_has_a_preview(client: FlaskClient) -> None:
    """Title, words, price, and a JPEG, which every network and messenger can show, of the size that is said."""
    meta = Page(client.get("/products/duffle-red").text).meta()
    assert (meta["og:type"], meta["og:title"], meta["og:url"]) == (
        "product",
        "Duffle coat Red",
        f"{HOST}/products/duffle-red",
    )
    assert meta["og:description"] == meta["description"] == "Warm <wool> with horn toggles."
    assert (meta["product:price:amount"], meta["product:price:currency"]) == ("1249.50", "EUR")
    assert (meta["product:availability"], meta["twitter:card"]) == ("in stock", "summary_large_image")
    response = client.get(meta["og:image"].removeprefix(HOST), buffered=True)
    image = Image.open(io.BytesIO(response.data))
    assert (image.format, response.mimetype, meta["og:image:type"]) == ("JPEG", "image/jpeg", "image/jpeg")
    assert tuple(map(str, image.size)) == (meta["og:image:width"], meta["og:image:height"])


def test_a_product_without_words_still_has_a_description(client: FlaskClient) -> None:
    """Its name and category."""
    assert Page(client.get("/products/skirt-1").text).meta()["description"] == "Pleated skirt · Women's skirts"


@pytest.mark.parametrize(
    ("query", "canonical"), [("", ""), ("?lang=es", "?lang=es"), ("?utm_source=x", ""), ("?lang=xx", "")]
)
def test_a_page_names_its_address_and_its_other_languages(client: FlaskClient, query: str, canonical: str) -> None:
    """The one to keep, without what campaigns hang on it; and one for each language."""
    page = Page(client.get(f"/products/coat-00{query}").text)
    plain = f"{HOST}/products/coat-00"
    assert page.links("canonical") == {"canonical": plain + canonical}
    assert page.links("alternate") == {"x-default": plain, "en": f"{plain}?lang=en", "es": f"{plain}?lang=es"}


def test_the_public_address_may_be_set(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, engine: ScriptedEngine, home: Path
) -> None:
    """Behind a proxy a request doesn't know what the world calls the shop."""
    monkeypatch.setenv("VITRINA_PUBLIC_URL", "https://shop.example/")
    client = create_app(catalog=catalog, engine=engine, home=home).test_client()
    page = Page(client.get("/products/coat-00").text)
    assert page.links("canonical") == {"canonical": "https://shop.example/products/coat-00"}
    assert page.meta()["og:image"].startswith("https://shop.example/photos/")
    assert "Sitemap: https://shop.example/sitemap.xml\n" in client.get("/robots.txt").text


def test_the_browser_is_told_what_to_remember(client: FlaskClient) -> None:
    """Id, title, address and a small photo, as JSON in one attribute."""
    recent = json.loads(Page(client.get("/products/duffle-red").text).article()["data-recent"])
    assert (recent["id"], recent["title"], recent["url"]) == ("duffle-red", "Duffle coat Red", "/products/duffle-red")
    assert client.get(recent["image"], buffered=True).mimetype == "image/webp"


@pytest.mark.parametrize("product_id", [ODD_ID, "coat-00"])
def test_photos_can_be_enlarged(client: FlaskClient, product_id: str) -> None:
    """Without a script too: the link leads to the large photo."""
    page = Page(client.get(f"/products/{quote(product_id)}").text)
    (link,) = [one for one in page.elements["a"] if "data-zoom" in one]
    assert link["href"].endswith("/1200.webp")
    assert client.get(link["href"], buffered=True).status_code == 200


def test_lists_are_named_for_clicks(client: FlaskClient) -> None:
    """As docs/events.md has them; a colour says which product it is and where it stands."""
    page = Page(client.get("/products/duffle-red").text)
    lists = [one["data-list"] for tag in ("ul", "section") for one in page.elements[tag] if "data-list" in one]
    assert {"variants", "goes_with", "similar"} <= set(lists)
    own = [
        one for one in page.elements["li"] if "data-product" in one and "data-list" not in one
    ]  # cards name their list
    variants = {one["data-product"]: one["data-position"] for one in own}
    assert {"duffle-navy-blue": "1", "duffle-plaid": "2"}.items() <= variants.items()


def test_the_worst_of_ids_works_everywhere(wild: FlaskClient) -> None:
    """In addresses, attributes, JSON and the map: it means itself and closes nothing."""
    response = wild.get(f"/products/{quote(WILD_ID, safe='')}")
    assert response.status_code == 200
    page, data = Page(response.text), _linked_data(response.text)
    recent = json.loads(page.article()["data-recent"])
    assert data["sku"] == recent["id"] == WILD_ID
    assert data["name"] == recent["title"] == page.meta()["og:title"] == f"Bag {WILD_ID}"
    for address in (data["url"], recent["url"], page.links("canonical")["canonical"]):
        path = urlsplit(address).path
        assert unquote(path) == f"/products/{WILD_ID}"
        assert wild.get(path).status_code == 200
    (listed,) = re.findall(r"<loc>(.*?)</loc>", wild.get("/sitemap-1.xml").text)
    assert html.unescape(listed) == data["url"]


def test_a_product_page_s_links_work_with_odd_ids(client: FlaskClient) -> None:
    """Slashes, accents, commas and question marks are common in folders."""
    text = client.get(f"/products/{quote(ODD_ID)}").text
    assert _linked_data(text)["url"] == f"{HOST}/products/{quote(ODD_ID, safe='/,')}"
    assert json.loads(Page(text).article()["data-recent"])["id"] == ODD_ID


def test_a_product_without_photos_has_a_page(app: Flask, catalog: Catalog) -> None:
    """Its photos may have been rejected since."""
    with catalog.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM catalog_photos WHERE product_id = 'duffle-plaid'")
    client = app.test_client()
    text = client.get("/products/duffle-plaid").text
    assert "og:image" not in text
    assert "image" not in _linked_data(text)
    assert 'data-colour="plaid"' in client.get("/products/duffle-red").text

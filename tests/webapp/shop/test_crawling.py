import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import Catalog
from tests.webapp.boutique import ODD_ID, ScriptedEngine
from webapp import create_app
from webapp.errors import ServerStartError
from webapp.shop import crawling

HOST = "http://localhost"


def _locations(client: FlaskClient, path: str) -> list[str]:
    """The addresses that a map lists, as paths."""
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    locations = [one.text or "" for one in ElementTree.fromstring(response.text).iter(f"{space}loc")]  # noqa: S314 - ours
    assert all(location.startswith(HOST) for location in locations)
    return [location.removeprefix(HOST) for location in locations]


@pytest.mark.parametrize("size", [7, 31, 10_000])
def test_every_product_is_on_a_map_once(
    client: FlaskClient, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However many maps it takes; each address opens."""
    monkeypatch.setattr(crawling, "PAGE_SIZE", size)
    first, *maps = _locations(client, "/sitemap.xml")
    assert len(maps) == -(-31 // size)
    assert _locations(client, first)[0] == "/"
    assert set(_locations(client, first)[1:]) == {f"/categories/{name}" for name in catalog.categories()}
    products = [path for one in maps for path in _locations(client, one)]
    assert len(products) == len(set(products)) == 31
    assert all(client.get(path).status_code == 200 for path in products)
    assert client.get(f"/sitemap-{len(maps) + 1}.xml").status_code == 404


def test_an_empty_shop_has_a_map(home: Path, engine: ScriptedEngine) -> None:
    """Of its start page."""
    with Catalog.open(f"sqlite:///{home}/empty.db") as catalog:
        client = create_app(catalog=catalog, engine=engine, home=home).test_client()
        assert _locations(client, "/sitemap.xml") == ["/sitemap-0.xml"]
        assert _locations(client, "/sitemap-0.xml") == ["/"]


def test_crawlers_find_products_and_leave_searches_alone(client: FlaskClient) -> None:
    """A search costs work and is nobody else's; events are no page."""
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    robots = RobotFileParser()
    robots.parse(response.text.splitlines())
    for path in ("/", "/products/coat-00", f"/products/{ODD_ID}", "/categories/MEN_Coats", "/sitemap.xml"):
        assert robots.can_fetch("Anybot", f"{HOST}{path}")
    for path in ("/search", "/search/token?page=2", "/events", "/samples/1", "/api/search"):
        assert not robots.can_fetch("Anybot", f"{HOST}{path}")
    assert "Disallow: /products/*/similar\n" in response.text
    assert robots.site_maps() == [f"{HOST}/sitemap.xml"]


def test_maps_are_kept_for_an_hour_and_not_sent_again(app: Flask, client: FlaskClient) -> None:
    """Crawlers come often."""
    app.config["PUBLIC_URL"] = "https://shop.example"
    response = client.get("/sitemap-1.xml")
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get("/sitemap-1.xml", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert re.search("Cookie|Language", again.headers.get("Vary", "")) is None


@pytest.mark.parametrize("value", ["shop.example", "ftp://shop.example", "https://shop.example/shop", "https://"])
def test_a_public_address_that_is_no_origin_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog, engine: ScriptedEngine, home: Path, value: str
) -> None:
    """Rather than thousands of wrong addresses in a search engine."""
    monkeypatch.setenv("VITRINA_PUBLIC_URL", value)
    with pytest.raises(ServerStartError, match=r"it takes an origin such as https://shop\.example"):
        create_app(catalog=catalog, engine=engine, home=home)


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/sitemap-0.xml", "/sitemap-1.xml", "/"])
def test_no_cache_keeps_an_address_that_the_host_header_chose(client: FlaskClient, path: str) -> None:
    """Without a public address, one visitor's made-up host would be in what the next visitor gets."""
    response = client.get(path, headers={"Host": "evil.example"})
    assert response.status_code == 200
    assert "public" not in response.headers["Cache-Control"]


def test_the_routes_redirect_to_a_path(client: FlaskClient) -> None:
    """A browser keeps such a redirect for good, so no host from a header may stand in it."""
    response = client.get("/studio?lang=es", headers={"Host": "evil.example"})
    assert (response.status_code, response.headers["Location"]) == (308, "/studio/?lang=es")

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from search.query import Filters
from tests.webapp.boutique import ODD_ID, ScriptedEngine


def test_a_product_tells_all_that_the_catalogue_knows(client: FlaskClient) -> None:
    """Every field, every photo, the other colours."""
    product = client.get("/api/products/duffle-red").get_json()
    assert product["description"] == "Warm <wool> with horn toggles."
    assert product["attributes"] == {"fabric": "Wool"}
    assert product["group_id"] == "duffle"
    assert product["variants"] == ["duffle-navy-blue", "duffle-plaid"]
    assert len(product["image_urls"]) == 2
    assert product["image_urls"][0] == product["image_url"]
    assert client.get(product["image_url"], buffered=True).mimetype == "image/webp"


def test_a_product_without_a_price_has_null(client: FlaskClient) -> None:
    """What the shop didn't say is null, never zero or missing; the title is always readable."""
    product = client.get("/api/products/bag-1").get_json()
    assert [product[name] for name in ("price", "currency", "in_stock", "gender", "description")] == [None] * 5
    assert product["title"] == "Bags bag-1"
    assert product["variants"] == []


def test_neighbours_take_limits_and_filters(client: FlaskClient, engine: ScriptedEngine) -> None:
    """The same parameters as a photo search."""
    similar = client.get("/api/products/coat-01/similar?limit=1&colour=Red&collapse=0").get_json()
    assert [item["product_id"] for item in similar["similar"]] == ["duffle-red"]
    assert engine.asked["filters"] == Filters(colours=("Red",))
    assert engine.asked["collapse"] is False
    companions = client.get("/api/products/coat-01/goes-with").get_json()["goes_with"]
    assert [item["product_id"] for item in companions] == ["skirt-1"]
    assert engine.asked["limit"] == 12
    assert client.get("/api/products/coat-01/goes-with?limit=0").status_code == 400


@pytest.mark.parametrize("page", ["", "/similar", "/goes-with"])
def test_an_unknown_product_is_a_404(client: FlaskClient, page: str) -> None:
    """Whichever list is asked for, and however odd the id."""
    for product_id in ("nothing", "a//b", "%2e", "ñ/%20", "%00", "%ff"):
        response = client.get(f"/api/products/{product_id}{page}")
        assert response.status_code == 404
        assert response.get_json()["error"]["code"] == "unknown_product"


def test_a_product_that_is_not_indexed_yet_has_no_neighbours_but_a_page(client: FlaskClient) -> None:
    """Imported after the last build."""
    assert client.get("/api/products/bag-2").status_code == 200
    response = client.get("/api/products/bag-2/similar")
    assert (response.status_code, response.get_json()["error"]["code"]) == (404, "unknown_product")


def test_ids_with_slashes_spaces_and_accents_work_everywhere(client: FlaskClient) -> None:
    """A folder import's ids are paths."""
    for page in ("", "/similar", "/goes-with"):
        response = client.get(f"/api/products/{quote(ODD_ID)}{page}")
        assert response.status_code == 200
        assert response.get_json()["product_id"] == ODD_ID
    assert client.get(client.get(f"/api/products/{quote(ODD_ID)}").get_json()["product_url"]).status_code == 200


@pytest.mark.parametrize("product_id", ["/lead", "trail/", "a//b", "a?b#c&d", "100% é", "a+b;c,d", "..x/..", "{{x}}"])
def test_any_id_survives_the_way_into_an_address_and_back(app: Flask, product_id: str) -> None:
    """What the pages link to is what the routes understand."""
    with app.test_request_context():
        address = app.url_for("api.similar", product_id=product_id)
    routed = app.url_map.bind_to_environ(EnvironBuilder(address).get_environ()).match()
    assert routed == ("api.similar", {"product_id": product_id})

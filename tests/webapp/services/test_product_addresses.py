"""A list's addresses of products are those that Flask makes, one by one."""

import pytest
from flask import Flask, url_for

from webapp.services.product_addresses import product_path

IDS = (
    "C1",
    "MEN/Coats/a b.jpg",
    "/begins",
    "ends/",
    "ñandú ☃",
    "%2F?#&=+;:@!$'()*,~",
    '<">\\^`{|}',
    "any-product",
    "..",
)


@pytest.mark.parametrize("root", ["", "/shop"])
def test_a_products_address_is_what_flask_makes_of_its_id(app: Flask, root: str) -> None:
    """Whatever the id holds, and wherever the shop lies; also for the second product of a request."""
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
        assert [product_path(one) for one in IDS] == [url_for("shop.product", product_id=one) for one in IDS]
        similar = [url_for("shop.similar", product_id=one) for one in IDS]
        assert [product_path(one, "shop.similar") for one in IDS] == similar


def test_each_request_has_addresses_of_its_own(app: Flask) -> None:
    for root in ("/one", "/two"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            assert product_path("C1") == f"{root}/products/C1"

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from catalog import Catalog
from catalog.storage.tables.products import products
from tests.webapp.studio.conftest import StudioClient

SignIn = Callable[..., StudioClient]


@pytest.fixture
def costly(catalog: Catalog) -> str:
    """A product whose source has a column that nobody means to publish."""
    columns = {"fabric": "Wool", "Cost per item": "12.34"}
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "coat-00").values(attributes=columns))
    return "coat-00"


def public_answers(client: FlaskClient, product_id: str) -> list[str]:
    return [client.get(f"{where}/products/{product_id}").text for where in ("", "/api")]


def test_the_public_sees_what_describes_the_article_alone(client: FlaskClient, costly: str) -> None:
    """On the product's page and in the API's answer."""
    for answer in public_answers(client, costly):
        assert "Wool" in answer
        assert "12.34" not in answer
        assert "Cost per item" not in answer


def test_a_merchandiser_publishes_and_hides(sign_in: SignIn, client: FlaskClient, costly: str) -> None:
    """From the next page on."""
    studio = sign_in("merchandiser")
    page = studio.get("/studio/attributes/").text
    assert re.search(r"Cost per item</th>.*?don't see it", page, re.DOTALL)
    assert studio.post("/studio/attributes/", {"name": "Cost per item", "public": "1"}).status_code == 303
    assert all("12.34" in answer for answer in public_answers(client, costly))
    assert "merchandiser decided" in studio.get("/studio/attributes/").text
    assert studio.post("/studio/attributes/", {"name": "Cost per item", "public": "0"}).status_code == 303
    assert not any("12.34" in answer for answer in public_answers(client, costly))
    assert studio.post("/studio/attributes/", {"name": "no such", "public": "1"}).status_code == 404


def test_a_viewer_sees_what_is_public_and_changes_nothing(sign_in: SignIn, costly: str) -> None:
    """In both languages."""
    viewer = sign_in("viewer")
    page = viewer.get("/studio/attributes/?lang=es").text
    assert "Columnas públicas" in page
    assert "12.34" in page
    assert "Publicar" not in page
    assert viewer.post("/studio/attributes/", {"name": "Cost per item", "public": "1"}).status_code == 403

"""A product's texts are shown in the reader's language, where its source has them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.storage.tables.products import products, sources

TEXTS = {"es": {"title": "Abrigo azul de <lana>", "description": "Lana de oveja.", "category": "Abrigos"}, "xx": {}}


def test_pages_are_in_the_reader_s_language(client: FlaskClient, catalog: Catalog) -> None:
    """Title, description and category, on the product's page, its markup and its category's; others keep their own."""
    with catalog.database.writing() as connection:
        changed = update(products).where(products.c.product_id == "coat-00")
        connection.execute(changed.values(title="Blue coat", description="Sheep's wool.", details={"texts": TEXTS}))
    spanish, english = (client.get(f"/products/coat-00?lang={code}").text for code in ("es", "en"))
    assert "<h1>Abrigo azul de &lt;lana&gt;</h1>" in spanish
    assert "Lana de oveja." in spanish
    assert ">Abrigos</a>" in spanish
    assert "Blue coat" not in spanish
    assert "<h1>Blue coat</h1>" in english
    assert "Lana de oveja." not in english
    assert ">Abrigos</a></h3>" in client.get("/?lang=es").text
    assert ">Men&#39;s coats</a></h3>" in client.get("/?lang=en").text
    assert "<h1>Abrigos</h1>" in client.get("/categories/MEN_Coats?lang=es").text
    assert "<h1>Men&#39;s coats</h1>" in client.get("/categories/MEN_Coats?lang=en").text


def _name_category(catalog: Catalog, category: str, name: str) -> None:
    """Let the category's products call it so in Spanish, as an import does."""
    with catalog.database.writing() as connection:
        named = {"texts": {"es": {"category": name}}}
        connection.execute(update(products).where(products.c.category == category).values(details=named))
        connection.execute(update(sources).values(imported_at=datetime.now(UTC).isoformat()))


def test_a_category_is_named_so_wherever_its_name_stands(
    client: FlaskClient, catalog: Catalog, ask: Callable[..., TestResponse]
) -> None:
    """Tiles, the answer's headline, its filters and chips, the page of its products; a new import is seen at once."""
    assert ">Abrigos de hombre</a></h3>" in client.get("/?lang=es").text
    _name_category(catalog, "MEN_Coats", "Gabanes > de caballero")
    assert ">Gabanes · de caballero</a></h3>" in client.get("/?lang=es").text
    answer = client.get("/search?q=abrigos&category=MEN_Coats&lang=es").text + ask(lang="es").text
    assert re.search(r'id="seen"><a[^>]*>Gabanes · de caballero</a>', answer)
    assert re.search(r"chip--remove[^>]*>\s*(<[^>]*>[^<]*</[^>]*>)?\s*Gabanes · de caballero", answer)
    assert "Abrigos de hombre" not in answer


def test_a_name_that_two_categories_share_names_neither(client: FlaskClient, catalog: Catalog) -> None:
    """Two tiles that say the same would tell nothing; both are then named by their own spelling."""
    _name_category(catalog, "MEN_Coats", "Moda")
    _name_category(catalog, "WOMEN_Skirts", "Moda")
    text = client.get("/?lang=es").text
    assert "Moda<" not in text
    assert ">Abrigos de hombre</a></h3>" in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_category_is_found_by_its_name_in_any_language(client: FlaskClient, catalog: Catalog, language: str) -> None:
    """Typed or suggested, whatever the page's language; a shared name means all categories that have it."""
    _name_category(catalog, "MEN_Coats", "Gabanes de paseo para el invierno")
    _name_category(catalog, "WOMEN_Skirts", "Cosas lindas")
    for words in ("gabanes de paseo para el invierno", "men's coats", "abrigos"):
        found = client.get("/search", query_string={"q": words, "lang": language}).headers["Location"]
        assert "category=MEN_Coats" in found
        assert "text=" not in found
    suggested = client.get("/api/suggestions", query_string={"q": "gaba", "lang": language}).get_json()["suggestions"]
    assert [one["kind"] for one in suggested[:2]] == ["category", "product"]  # itself, then what is in it
    _name_category(catalog, "MEN_Coats", "Cosas lindas")
    found = client.get("/search", query_string={"q": "cosas lindas", "lang": language}).headers["Location"]
    assert {"category=MEN_Coats", "category=WOMEN_Skirts"} <= set(re.split("[?&]", found))


def test_a_product_without_texts_keeps_its_own(client: FlaskClient, catalog: Catalog) -> None:
    """In either language; one without a title has a name made of what it is."""
    with catalog.database.writing() as connection:
        changed = update(products).where(products.c.product_id == "coat-01")
        connection.execute(changed.values(title=None, details={"texts": {"es": {"title": "Nunca"}, "en": {}}}))
    assert catalog.product("coat-01").name in client.get("/products/coat-01?lang=en").text
    assert "<h1>Nunca</h1>" in client.get("/products/coat-01?lang=es").text

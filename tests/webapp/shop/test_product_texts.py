"""A product's texts are shown in the reader's language, where its source has them."""

from flask.testing import FlaskClient
from sqlalchemy import update

from catalog import Catalog
from catalog.storage.tables.products import products

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
    assert "<h1>Abrigos</h1>" in client.get("/categories/MEN_Coats?lang=es").text
    assert "<h1>Men&#39;s coats</h1>" in client.get("/categories/MEN_Coats?lang=en").text


def test_a_product_without_texts_keeps_its_own(client: FlaskClient, catalog: Catalog) -> None:
    """In either language; one without a title has a name made of what it is."""
    with catalog.database.writing() as connection:
        changed = update(products).where(products.c.product_id == "coat-01")
        connection.execute(changed.values(title=None, details={"texts": {"es": {"title": "Nunca"}, "en": {}}}))
    assert catalog.product("coat-01").name in client.get("/products/coat-01?lang=en").text
    assert "<h1>Nunca</h1>" in client.get("/products/coat-01?lang=es").text

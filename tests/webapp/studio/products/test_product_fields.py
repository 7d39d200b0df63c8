"""What sources say of a product in the studio: its brand, sizes, availability, tags, and whether it is a draft."""

from sqlalchemy import update

from catalog import Catalog
from catalog.storage.tables.products import products
from tests.webapp.studio.conftest import StudioClient

PRODUCTS = "/studio/products/"


def test_a_product_shows_what_its_source_says_and_brands_narrow_the_list(
    merchandiser: StudioClient, catalog: Catalog
) -> None:
    said = {
        "brand": "Foil & Thread",
        "sizes": ["S", "M", "XL"],
        "material": "Boiled wool",
        "availability": "preorder",
        "details": {"tags": ["winter", "sale"], "available_from": "2027-02-01"},
        "published": False,
    }
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "coat-03").values(**said))
        connection.execute(update(products).where(products.c.product_id == "bag-1").values(brand="Foil & Thread"))
    page = merchandiser.get(PRODUCTS + "coat-03").text
    assert "S, M, XL" in page
    assert "Boiled wool" in page
    assert "winter, sale" in page
    assert "Can be ordered before it comes out, from" in page
    assert "<dt>Shoppers</dt>" in page
    assert 'href="/studio/products/?brand=Foil+%26+Thread"' in page
    found = merchandiser.get(PRODUCTS, query_string={"brand": "Foil & Thread"}).text
    assert '<option value="Foil &amp; Thread" selected>' in found
    assert "2 products" in found
    assert "Nothing fits" in merchandiser.get(PRODUCTS, query_string={"brand": "Nobody"}).text


def test_a_product_without_these_fields_has_no_empty_ones(merchandiser: StudioClient) -> None:
    page = merchandiser.get(PRODUCTS + "bag-1").text
    assert not any(
        f"<dt>{name}</dt>" in page for name in ("Brand", "Sizes", "Material", "Tags of the source", "Shoppers")
    )

"""The fields that feeds have beside the first ones, from a table to the catalogue and back."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from catalog import Catalog, CatalogCounts
from catalog.browsing.browser import Browser
from catalog.browsing.product_search import ProductQuery
from catalog.errors import UnknownProductError
from catalog.importing import import_source
from catalog.money import Money

HEADER = "product_id,category,image,brand,sizes,material,price,price_before,currency,availability,sku,published\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "a.jpg")

    def write_table(rows: str) -> Path:
        path = tmp_path / "products.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return path

    return write_table


def test_a_table_s_fields_are_there_after_the_import(catalog: Catalog, write: Callable[[str], Path]) -> None:
    """Sizes are sorted, a dinar has three digits, a yen none, and a second import changes nothing."""
    rows = (
        'coat,Coats,a.jpg,Nimbus,"L, S, XL",Wool,12.505,20.000,KWD,preorder,C-1,yes\n'
        "hat,Hats,a.jpg,,,,1299,999,JPY,out of stock,H-1,\n"
    )
    source = write(rows)
    import_source(catalog, source, progress=False)
    coat, hat = catalog.product("coat"), catalog.product("hat")
    assert (coat.brand, coat.sizes, coat.material, coat.sku) == ("Nimbus", ["S", "L", "XL"], "Wool", "C-1")
    assert (coat.price, coat.price_before) == (Money(Decimal("12.505"), "KWD"), Money(Decimal(20), "KWD"))
    assert (coat.availability, coat.in_stock) == ("preorder", False)
    assert (hat.price, hat.price_before, hat.sizes) == (Money(Decimal(1299), "JPY"), None, None)
    assert coat.attributes == {}
    assert import_source(catalog, source, progress=False).unchanged == 2


def test_shoppers_see_no_drafts(catalog: Catalog, write: Callable[[str], Path]) -> None:
    """A product that becomes a draft is in no list of the shop; the studio still finds it."""
    import_source(catalog, write("coat,Coats,a.jpg,,,,,,,,,\nhat,Hats,a.jpg,,,,,,,,,\n"), progress=False)
    assert catalog.product("hat").published
    import_source(catalog, write("coat,Coats,a.jpg,,,,,,,,,yes\nhat,Hats,a.jpg,,,,,,,,,no\n"), progress=False)
    assert catalog.product_ids(9) == ["coat"]
    assert catalog.counts() == CatalogCounts(products=1, photos=1, categories=1)
    assert (catalog.categories(), catalog.in_category("Hats", 9)) == ({"Coats": 1}, [])
    assert [product.product_id for product in catalog.iter_products()] == ["coat"]
    with pytest.raises(UnknownProductError):
        catalog.product("hat")
    assert not catalog.product("hat", drafts=True).published


def test_products_are_found_by_brand_and_number(catalog: Catalog, write: Callable[[str], Path]) -> None:
    """As by their titles."""
    import_source(
        catalog, write("coat,Coats,a.jpg,Nímbus,,Wool,,,,,C-1,\nhat,Hats,a.jpg,,,,,,,,H-1,\n"), progress=False
    )
    for words in ("nimbus", "C-1", "wool"):
        found = Browser(catalog.database).find(ProductQuery(words=words), 9)
        assert [product.product_id for product in found.products] == ["coat"]


def test_rows_of_one_product_may_name_one_size_each(catalog: Catalog, write: Callable[[str], Path]) -> None:
    """As many tables have a row for each size."""
    import_source(catalog, write("coat,Coats,a.jpg,,XL,,,,,,,\ncoat,Coats,a.jpg,,S,,,,,,,\n"), progress=False)
    assert catalog.product("coat").sizes == ["S", "XL"]

"""The neighbours of a product, while the index changes."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import update

from catalog import Catalog, Product
from catalog.storage.tables.products import products
from search.errors import UnknownProductError
from tests.webapp.studio.conftest import StudioClient
from webapp.services.result_items import ResultItem
from webapp.studio.products.neighbours import look_around


class EarlierEngine:
    """An index from before the product came."""

    isolated = ()

    def holds(self, product_id: str) -> bool:
        return product_id != "new"

    def map_products(self, product_ids: list[str]) -> Any:
        raise UnknownProductError("The index holds no such product.")


def test_a_product_that_came_this_instant_has_neighbours_and_no_map() -> None:
    """The page was begun with one index, and answered by the next."""
    found = (ResultItem(Product("coat-01", "Coats")),)
    storefront: Any = SimpleNamespace(
        index=SimpleNamespace(current=EarlierEngine), similar=lambda *_: found, goes_with=lambda *_: ()
    )
    around = look_around(storefront, Product("new", "Coats"))
    assert (around.similar, around.spots, around.missing) == (found, (), None)


def test_no_build_is_promised_to_bring_a_draft_into_searches(merchandiser: StudioClient, catalog: Catalog) -> None:
    """Of the product that the index doesn't have."""
    assert "after the next build" in merchandiser.get("/studio/products/bag-2").text
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "bag-2").values(published=False))
    page = merchandiser.get("/studio/products/bag-2").text
    assert "Searches leave out products that shoppers don't see." in page
    assert "after the next build" not in page

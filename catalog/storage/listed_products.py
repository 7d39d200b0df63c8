"""What lists show: products with their first photos, and the colours of their variants.

Each search reads them, so the statements are made once: SQLAlchemy takes as long to put one together as SQLite does to
answer it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from catalog.products import Product
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.product_rows import PRODUCT_COLUMNS, to_photo, to_product
from catalog.storage.tables.products import photos, products

_IDS = "product_ids"
_SHOWN = products.c.published & products.c.product_id.in_(bindparam(_IDS, expanding=True))
_FIRST_PHOTO = (photos.c.product_id == products.c.product_id) & (photos.c.position == 0)
_PHOTO_COLUMNS = [column for column in photos.c if column is not photos.c.product_id]
_PRODUCTS = (
    select(*PRODUCT_COLUMNS, *_PHOTO_COLUMNS).select_from(products.outerjoin(photos, _FIRST_PHOTO)).where(_SHOWN)
)
_COLOURS = select(products.c.product_id, products.c.colour).where(_SHOWN)


def load_listed(connection: Connection, product_ids: Iterable[str]) -> dict[str, Product]:
    """Product id -> product with its first photo alone, of those that shoppers may see."""
    found = {}
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        for row in connection.execute(_PRODUCTS, {_IDS: ids}):
            shown = () if row.photo_id is None else (to_photo(row),)
            found[row.product_id] = to_product(row, shown)
    return found


def load_colours(connection: Connection, product_ids: Iterable[str]) -> dict[str, str | None]:
    """Product id -> colour, of the products that shoppers may see."""
    found: dict[str, str | None] = {}
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        found.update(connection.execute(_COLOURS, {_IDS: ids}).all())
    return found

"""From the rows of the tables to products and photos."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from catalog.products import DETAIL_FIELDS, Photo, Product
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.tables.products import photos as photo_table
from catalog.storage.tables.products import products

PRODUCT_COLUMNS = [products.c.product_id, *(products.c[name] for name in DETAIL_FIELDS)]


def load_products(connection: Connection, query: Select[Any], *, first_photos: bool = False) -> list[Product]:
    """The products that a query over PRODUCT_COLUMNS finds, in its order, with all photos or the first one."""
    rows = connection.execute(query).all()
    photos = load_photos(connection, [row.product_id for row in rows], first_photos=first_photos)
    return [Product(**row._mapping, photos=tuple(photos.get(row.product_id, ()))) for row in rows]


def load_photos(
    connection: Connection, product_ids: Sequence[str], *, first_photos: bool = False
) -> dict[str, list[Photo]]:
    """Product id -> its photos in the order in which they are shown; products without photos are absent.

    Args:
        connection: of the catalogue.
        product_ids: the products.
        first_photos: whether only the photo that is shown first is wanted of each.
    """
    found: dict[str, list[Photo]] = defaultdict(list)
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        query = select(photo_table).where(photo_table.c.product_id.in_(ids))
        if first_photos:
            query = query.where(photo_table.c.position == 0)
        for row in connection.execute(query.order_by(photo_table.c.product_id, photo_table.c.position)):
            found[row.product_id].append(to_photo(row))
    return found


def to_photo(row: Row[Any]) -> Photo:
    """The photo in a row of its table."""
    return Photo(
        photo_id=row.photo_id,
        position=row.position,
        path=Path(row.path),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        mtime_ns=row.mtime_ns,
        width=row.width,
        height=row.height,
    )

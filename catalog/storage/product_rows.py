"""From the rows of the tables to products and photos."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from catalog.products import DETAIL_FIELDS, Photo, Product
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.tables.products import photos as photo_table
from catalog.storage.tables.products import products

PRODUCT_COLUMNS = [products.c.product_id, *(products.c[name] for name in DETAIL_FIELDS)]


def load_products(connection: Connection, query: Select[Any]) -> list[Product]:
    """The products that a query over PRODUCT_COLUMNS finds, in its order, with all photos."""
    rows = connection.execute(query).all()
    photos = load_photos(connection, [row.product_id for row in rows])
    return [to_product(row, tuple(photos.get(row.product_id, ()))) for row in rows]


def load_photos(connection: Connection, product_ids: Sequence[str]) -> dict[str, list[Photo]]:
    """Product id -> its photos in the order in which they are shown; products without photos are absent."""
    found: dict[str, list[Photo]] = defaultdict(list)
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        query = select(photo_table).where(photo_table.c.product_id.in_(ids))
        for row in connection.execute(query.order_by(photo_table.c.product_id, photo_table.c.position)):
            found[row.product_id].append(to_photo(row))
    return found


def to_product(row: Row[Any], photos: tuple[Photo, ...]) -> Product:
    """The product in a row that begins with PRODUCT_COLUMNS, which stand in the order of the fields of Product."""
    values: list[Any] = [*row[: len(PRODUCT_COLUMNS)], photos]
    return Product(*values)


_path = lru_cache(8192)(Path)  # taking an address apart takes longer than all else of a photo


def to_photo(row: Row[Any]) -> Photo:
    """The photo in a row of its table."""
    return Photo(
        photo_id=row.photo_id,
        position=row.position,
        path=_path(row.path),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        mtime_ns=row.mtime_ns,
        width=row.width,
        height=row.height,
    )

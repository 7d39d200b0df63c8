"""What lists show: products with their first photos, and the colours of their variants.

Each search reads them, so the statements are made once: SQLAlchemy takes as long to put one together as SQLite does to
answer it. And what is made of a row is remembered by all that the row says, so the same products, which come again in
search after search, are made once and yet shown as they are now.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Text, bindparam, cast, select

from catalog.products import Photo, Product
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.product_rows import PRODUCT_COLUMNS
from catalog.storage.tables.products import photos, products

_KEPT = 2048  # products; each takes a few kilobytes
_IDS = "product_ids"
_SHOWN = products.c.published & products.c.product_id.in_(bindparam(_IDS, expanding=True))
_FIRST_PHOTO = (photos.c.product_id == products.c.product_id) & (photos.c.position == 0)
_PHOTO_COLUMNS = [column for column in photos.c if column is not photos.c.product_id]
_PLACES_OF_JSON = [place for place, column in enumerate(PRODUCT_COLUMNS) if isinstance(column.type, JSON)]
_AS_STORED = [
    cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column for column in PRODUCT_COLUMNS
]
_PRODUCTS = select(*_AS_STORED, *_PHOTO_COLUMNS).select_from(products.outerjoin(photos, _FIRST_PHOTO)).where(_SHOWN)
_COLOURS = select(products.c.product_id, products.c.colour).where(_SHOWN)


def load_listed(connection: Connection, product_ids: Iterable[str]) -> dict[str, Product]:
    """Product id -> product with its first photo alone, of those that shoppers may see.

    Requests share the products, so nobody may change what their fields hold.
    """
    found = {}
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        for row in connection.execute(_PRODUCTS, {_IDS: ids}).all():
            found[row[0]] = _listed(tuple(row))
    return found


def load_colours(connection: Connection, product_ids: Iterable[str]) -> dict[str, str | None]:
    """Product id -> colour, of the products that shoppers may see."""
    found: dict[str, str | None] = {}
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        found.update(connection.execute(_COLOURS, {_IDS: ids}).all())
    return found


@lru_cache(_KEPT)
def _listed(row: tuple[Any, ...]) -> Product:
    """The product in a row of ``_PRODUCTS``, whose columns stand in the order of the fields of Product and Photo."""
    own: list[Any] = list(row[: len(PRODUCT_COLUMNS)])
    photo_id, position, path, *facts = row[len(PRODUCT_COLUMNS) :]
    for place in _PLACES_OF_JSON:
        own[place] = None if own[place] is None else json.loads(own[place])
    own.append(() if photo_id is None else (Photo(photo_id, position, Path(path), *facts),))
    return Product(*own)

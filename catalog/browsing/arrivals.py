"""When products came into the catalogue."""

from collections.abc import Iterable

from sqlalchemy import select

from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.products import products


def arrival_times(database: Database, product_ids: Iterable[str]) -> dict[str, str]:
    """Product id -> when it was first imported (ISO 8601, UTC); ids that the catalogue doesn't hold are absent."""
    found: dict[str, str] = {}
    with database.reading() as connection:
        for ids in in_batches(list(product_ids), IDS_PER_QUERY):
            query = select(products.c.product_id, products.c.added_at).where(products.c.product_id.in_(ids))
            found.update({row.product_id: row.added_at for row in connection.execute(query)})
    return found

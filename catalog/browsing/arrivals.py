"""When products came into the catalogue, which came last, and which cost less since."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

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


def newest_products(database: Database, most: int) -> list[str]:
    """The ids of the products that were imported last, these first."""
    return _latest(database, most, products.c.published)


def reduced_products(database: Database, most: int) -> list[str]:
    """The ids of the products that cost less than before, those that were imported last first."""
    return _latest(database, most, products.c.published, products.c.price_before_cents > products.c.price_cents)


def _latest(database: Database, most: int, *conditions: ColumnElement[bool]) -> list[str]:
    query = select(products.c.product_id).where(*conditions)
    with database.reading() as connection:
        order = products.c.added_at.desc(), products.c.product_id.desc()  # as the index of the newest has them
        return list(connection.scalars(query.order_by(*order).limit(most)))

"""The labels that a product can be given."""

from sqlalchemy import func, select

from catalog.storage.database import Database
from catalog.storage.tables.products import products


def list_labels(database: Database) -> list[str]:
    """The catalogue's categories, sorted as the database sorts.

    It jumps from each to the next one by the index, so that a million products cost no more than a thousand.
    """
    category = products.c.category
    found: list[str] = []
    with database.reading() as connection:
        label = connection.execute(select(func.min(category))).scalar_one()
        while label is not None:
            found.append(label)
            label = connection.execute(select(func.min(category)).where(category > label)).scalar_one()
    return found

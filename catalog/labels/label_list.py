"""The labels that a product can be given."""

from catalog.storage.database import Database
from catalog.storage.distinct import distinct_values
from catalog.storage.tables.products import products


def list_labels(database: Database) -> list[str]:
    """The catalogue's categories, sorted as the database sorts them."""
    with database.reading() as connection:
        return distinct_values(connection, products.c.category)

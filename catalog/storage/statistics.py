"""The statistics by which a database chooses the indexes for a query."""

from sqlalchemy import Connection

from catalog.storage.tables.products import products

_ROWS_LOOKED_AT = 1000  # of an index


def gather_statistics(connection: Connection) -> None:
    """Have SQLite count how many products share a category, a colour and so on, so that it chooses good indexes.

    SQLite gathers statistics only when it is asked. It looks at some rows of each index, which takes milliseconds.
    PostgreSQL gathers statistics by itself, so nothing happens there.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
        connection.exec_driver_sql(f"ANALYZE {products.name}")

"""The statistics by which a database chooses its indexes."""

from sqlalchemy import Connection

from catalog.storage.tables.products import products

_ROWS_LOOKED_AT = 1000  # of an index


def gather_statistics(connection: Connection) -> None:
    """Let the database see how many products share a category, a colour, ...; it chooses its indexes by that.

    SQLite has to be asked, and looks at some rows of each index only, which takes milliseconds; others see to it
    themselves.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
        connection.exec_driver_sql(f"ANALYZE {products.name}")

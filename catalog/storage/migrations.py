"""Whether the tables are laid out as this version knows them, and how they get so."""

from sqlalchemy import Connection, insert, inspect, select

from catalog.errors import SchemaVersionError
from catalog.storage.tables import metadata
from catalog.storage.tables.layout import schema
from catalog.storage.tables.products import products

SCHEMA_VERSION = 1


def has_schema(connection: Connection) -> bool:
    """Whether the tables are there, in the layout that this version knows.

    Raises:
        SchemaVersionError: they are there in another layout.
    """
    if not inspect(connection).has_table(schema.name):
        return False
    version = connection.execute(select(schema.c.version)).scalar_one_or_none()
    if version != SCHEMA_VERSION:
        raise SchemaVersionError(
            f"The catalogue's tables have layout {version}; this version of Vitrina knows layout {SCHEMA_VERSION}. "
            "Update Vitrina, or name another database in VITRINA_DATABASE_URL and import into it."
        )
    return True


def lacks_tables(connection: Connection) -> bool:
    """Whether a catalogue of the known layout was made before some of today's tables or indexes were thought of."""
    there = inspect(connection)
    if not set(metadata.tables) <= set(there.get_table_names()):
        return True
    known = {index["name"] for index in there.get_indexes(products.name)}
    return not {index.name for index in products.indexes} <= known


def create_schema(connection: Connection) -> None:
    """Lay out the tables that aren't there yet; a table that is only new needs no new layout number."""
    known = has_schema(connection)
    metadata.create_all(connection)
    for index in products.indexes:
        index.create(connection, checkfirst=True)
    if not known:
        connection.execute(insert(schema).values(version=SCHEMA_VERSION))

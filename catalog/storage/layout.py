"""The layout of the tables: which one a database has, and how it gets today's by the numbered migrations.

The table ``catalog_schema`` holds the number of the newest migration that was applied, so that versions of Vitrina from
before the migrations refuse a layout that they don't know. Alembic keeps its own table beside it.
"""

import threading
from pathlib import Path

from sqlalchemy import Connection, delete, insert, inspect, select

from catalog.errors import SchemaVersionError
from catalog.storage.tables.schema import MIGRATIONS_TABLE, schema

SCHEMA_VERSION = 115  # the number of the newest file in migrations/versions

_MIGRATIONS = Path(__file__).with_name("migrations")
_alembic_lock = threading.Lock()  # while Alembic works, its context is global


def has_tables(connection: Connection) -> bool:
    """Whether the database holds a catalogue, in whichever layout."""
    return inspect(connection).has_table(schema.name)


def is_up_to_date(connection: Connection) -> bool:
    """Whether the database holds a catalogue in the newest layout; False where there is no catalogue yet.

    Raises:
        SchemaVersionError: the catalogue has a layout that this version doesn't know, such as a newer one.
    """
    if not has_tables(connection):
        return False
    version = read_version(connection)
    if version is None or not 1 <= version <= SCHEMA_VERSION:
        raise SchemaVersionError(
            f"The catalogue's tables have layout {version}; this version of Vitrina knows layout {SCHEMA_VERSION}. "
            "Update Vitrina, or name another database in VITRINA_DATABASE_URL and import into it."
        )
    return version == SCHEMA_VERSION and inspect(connection).has_table(MIGRATIONS_TABLE)


def read_version(connection: Connection) -> int | None:
    """The number of the layout of a catalogue; None if the catalogue doesn't say."""
    return connection.execute(select(schema.c.version)).scalar_one_or_none()


def migrate(connection: Connection) -> None:
    """Apply all migrations that are missing; in a database without a catalogue, these are all.

    Args:
        connection: of ``Database.writing``; nothing is changed unless its transaction succeeds.
    """
    from alembic import command  # takes its time, and most processes find nothing to migrate
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    with _alembic_lock:
        command.upgrade(config, "head")
    connection.execute(delete(schema))
    connection.execute(insert(schema).values(version=SCHEMA_VERSION))

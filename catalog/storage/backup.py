"""A copy of an SQLite catalogue beside it, before its tables are changed."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from catalog.errors import DatabaseError
from search.files import written_aside


def copy_beside(connection: Connection, suffix: str) -> Path | None:
    """Copy the database's file, what still stands in its write-ahead log included.

    Args:
        connection: of ``Database.writing``, so that nobody else writes while the copy is made.
        suffix: what to append to the file's name for the copy; a copy of that name is replaced.

    Returns:
        The copy, which only those may read who may read the database; None for PostgreSQL, whose administrators have
        ``pg_dump``.

    Raises:
        DatabaseError: the copy can't be made.
    """
    if connection.dialect.name != "sqlite":
        return None
    source = Path(connection.exec_driver_sql("SELECT file FROM pragma_database_list WHERE name = 'main'").scalar_one())
    target = source.with_name(source.name + suffix)
    try:
        with written_aside(target) as partial:
            partial.touch(mode=0o600)
            # A connection of its own: SQLite copies nothing through the one that is about to write.
            with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(partial)) as copy:
                original.backup(copy)
            shutil.copymode(source, partial)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(
            f"The catalogue {source} has to be upgraded, and its copy {target} can't be made first: {error}. "
            "Nothing was changed; make room for the copy, and let Vitrina write to that folder."
        ) from error
    return target

"""The file of an SQLite catalogue: how connections to it are set up, and whether it is still the one that it was.

SQLite makes a missing file anew without a word, and goes on writing into a file that was removed or replaced while it
was open. Both would lose what a shop has decided, so both are noticed here.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from catalog.errors import LostCatalogError
from search.private_files import create_private

# What lies beside a catalogue once it has been used. Where one of them is, a missing catalogue was lost.
TRACES = ("index/current", "studio-secret", "jobs/*.log", "rejects/*.csv", "cache/embeddings/*.sqlite", "*.layout-*")
# Execution options of a connection; the last one is in milliseconds.
WRITING, DURABLE, PATIENCE = "catalog_writing", "catalog_durable", "patience_milliseconds"
_IDENTITY = "catalog_file"

Identity = tuple[int, int]  # device and inode


class SqliteFile:
    """Sets up the connections of an engine.

    Args:
        path: the database's file.
        foreign_keys: off for migrations, which rebuild a table by dropping the old one: that would delete the rows that
            refer to it.
        may_be_new: whether the file may be made although there are traces of an earlier one.
    """

    def __init__(self, path: Path, *, foreign_keys: bool, may_be_new: bool) -> None:
        self._path = path
        self._foreign_keys = foreign_keys
        self._may_be_new = may_be_new
        self._was_there = False

    def listen(self, engine: Engine) -> None:
        """Take part in whatever the engine does."""
        event.listen(engine, "do_connect", self._before_connecting)
        event.listen(engine, "connect", self._set_up)
        event.listen(engine, "checkout", self._check_file)
        event.listen(engine, "begin", _begin)

    def _before_connecting(self, _dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        if self._identity() is None and (self._was_there or (not self._may_be_new and has_traces(self._path))):
            raise LostCatalogError(
                f"The catalogue {self._path} is missing or empty, but there was one: products, decisions and accounts "
                "were in it. Bring it back with `python -m catalog restore FILE`; or begin anew with "
                "`python -m catalog import SOURCE`."
            )
        create_private(self._path)  # SQLite itself would let everybody read a new file
        if self._path.exists() and not self._may_write():
            arguments[0] = f"file:{quote(str(self._path))}?mode=ro{self._immutable()}"
            options["uri"] = True

    def _set_up(self, connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions begin by our BEGIN, not where sqlite3 guesses
        if self._may_write():
            connection.execute("PRAGMA journal_mode=WAL")  # readers continue while an import writes
        connection.execute(f"PRAGMA foreign_keys={'ON' if self._foreign_keys else 'OFF'}")
        record.info[_IDENTITY] = identity = self._identity()
        self._was_there = self._was_there or identity is not None

    def _check_file(self, _connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        """Let no connection be used whose file was removed, emptied or replaced since it was opened."""
        if record.info.get(_IDENTITY) is not None and record.info[_IDENTITY] != self._identity():
            raise InvalidatePoolError("the file of the database is another one than before")

    def _identity(self) -> Identity | None:
        """Which file it is; None if there is none, or nothing in it."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if status.st_size or self._log_size() else None

    def _log_size(self) -> int:
        try:
            return self._path.with_name(self._path.name + "-wal").stat().st_size
        except OSError:
            return 0

    def _may_write(self) -> bool:
        file = self._path if self._path.exists() else self._path.parent
        return os.access(file, os.W_OK) and os.access(self._path.parent, os.W_OK)

    def _immutable(self) -> str:
        """On a file system that nobody can write to, a database without a log can be read without any lock."""
        read_only = os.statvfs(self._path.parent).f_flag & os.ST_RDONLY
        return "&immutable=1" if read_only and not self._log_size() else ""


def has_traces(path: Path) -> bool:
    """Whether what lies beside a catalogue's file shows that the catalogue has been used."""
    return any(any(path.parent.glob(trace)) for trace in TRACES)


def copy_log(connection: Connection) -> None:
    """Bring what was just committed from the write-ahead log into the file, as far as readers let that happen.

    So also a copy of the file alone has the latest decisions. What can't be brought there stays in the log.
    """
    if connection.dialect.name == "sqlite":
        with suppress(sqlite3.Error, AttributeError):
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[union-attr]


def _begin(connection: Connection) -> None:
    # A writer takes the lock when it begins: one that began as a reader couldn't write after another one has written.
    options = connection.get_execution_options()
    if not options.get(WRITING):
        connection.exec_driver_sql("BEGIN")
        return
    # FULL: on disk when the transaction ends. NORMAL: a loss of power may take the last events, never the file.
    connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get(DURABLE) else 'NORMAL'}")
    connection.exec_driver_sql(f"PRAGMA busy_timeout={options[PATIENCE]}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")

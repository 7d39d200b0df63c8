"""Connections and transactions. This is the only module that translates SQLAlchemy's errors into the catalogue's."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, OperationalError, SQLAlchemyError

from catalog.errors import DatabaseError, DatabaseLockedError, LostCatalogError, UnstorableValueError
from catalog.storage.backup import copy_beside
from catalog.storage.change_triggers import create_change_triggers, has_change_triggers
from catalog.storage.full_text import create_full_text_index, has_full_text_index, update_full_text_index
from catalog.storage.layout import has_tables, is_up_to_date, migrate, read_version
from catalog.storage.sqlite_file import DURABLE, PATIENCE, WRITING, SqliteFile, copy_log
from catalog.storage.tables.schema import schema

LOCK_TIMEOUT_SECONDS = 5.0
UPGRADE_TIMEOUT_SECONDS = 600.0  # how long a process waits for another one that upgrades the same database
_LOCK_TIMEOUT = "55P03"  # PostgreSQL's code for a lock that wasn't free in time

_log = logging.getLogger("catalog.storage")


class Database:
    """A database that holds the catalogue's tables; threads may share one object."""

    def __init__(self, engine: Engine, lock_timeout_seconds: float) -> None:
        self._engine = engine
        self._lock_timeout_seconds = lock_timeout_seconds

    @classmethod
    def open(
        cls,
        url: str,
        *,
        lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS,
        even_if_lost: bool = False,
        replace_lost: bool = False,
    ) -> "Database":
        """The database at an SQLAlchemy URL, with its tables laid out as this version of Vitrina knows them.

        The tables of a new database are created. An older layout is upgraded, which takes a while; on SQLite a copy of
        the file is made beside it first.

        Args:
            url: of the database.
            lock_timeout_seconds: how long a writer waits for another one.
            even_if_lost: whether an object is wanted also for a lost catalogue; using it raises LostCatalogError until
                the catalogue is there again.
            replace_lost: whether a new database takes the place of a lost one.

        Raises:
            LostCatalogError: the file is gone or empty, but its data directory shows that there was one.
            DatabaseError: the URL is wrong, its driver is not installed, or the database can't be opened or copied.
            SchemaVersionError: a newer version of Vitrina laid the tables out.
        """
        database = cls(_make_engine(url, lock_timeout_seconds, may_be_new=replace_lost), lock_timeout_seconds)
        try:
            with database.reading() as connection:
                ready = _is_laid_out(connection)
        except LostCatalogError:
            if not even_if_lost:
                raise
            return database
        finally:
            database.close()  # a server that forks its workers must not hand them a shared connection
        if not ready:
            engine = _make_engine(url, UPGRADE_TIMEOUT_SECONDS, foreign_keys=False, may_be_new=replace_lost)
            upgrader = cls(engine, UPGRADE_TIMEOUT_SECONDS)
            try:
                upgrader._bring_up_to_date()
            finally:
                upgrader.close()
        return database

    @staticmethod
    def exists(url: str) -> bool:
        """Whether there is a database at a URL; for a server's database this isn't checked and always True.

        Raises:
            DatabaseError: the URL is wrong.
        """
        parsed = _parse_url(url)
        return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database until the block ends, whatever others write meanwhile."""
        with self._translated_errors(), self._engine.connect() as connection:
            if connection.dialect.name != "sqlite":  # whose readers see one state anyway
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(
        self, *, alone: bool = True, durable: bool = True, patience_seconds: float | None = None
    ) -> Iterator[Connection]:
        """A connection whose writes all become visible at the end of the block, or none of them if an error leaves it.

        Only one writer is active at a time; a second one waits for at most ``lock_timeout_seconds``.

        Args:
            alone: False lets this writer work beside others where the database can do that (PostgreSQL). It is for rows
                that no import touches.
            durable: False spares SQLite a wait for the disk: a loss of power may then undo the last such writes. It is
                for what is counted, and never for what somebody has decided.
            patience_seconds: how long to wait for another writer, where that isn't ``lock_timeout_seconds``.

        Raises:
            DatabaseLockedError: another writer didn't end in time.
        """
        patience = self._lock_timeout_seconds if patience_seconds is None else patience_seconds
        with self._translated_errors(patience), self._engine.connect() as connection:
            connection = connection.execution_options(
                **{WRITING: True, DURABLE: durable, PATIENCE: round(patience * 1000)}
            )
            with connection.begin():
                if connection.dialect.name != "sqlite":
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
                    if alone and has_tables(connection):  # keeps other writers out, as BEGIN IMMEDIATE does on SQLite
                        connection.execute(select(schema.c.version).with_for_update())
                yield connection
                update_full_text_index(connection)
            if durable:
                copy_log(connection)

    def close(self) -> None:
        """Close the idle connections; the next use opens new ones."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        """Lay out the tables and the full-text index as this version knows them, in one transaction."""
        try:
            with self.writing() as connection:
                if not is_up_to_date(connection):  # no other process was faster
                    if has_tables(connection):
                        _copy_before_upgrade(connection)
                    migrate(connection)
                create_full_text_index(connection)
                create_change_triggers(connection)
        except DatabaseError:
            # Where two processes create the tables at once, PostgreSQL refuses the second; the tables exist by then.
            with self.reading() as connection:
                if not _is_laid_out(connection):
                    raise

    @contextmanager
    def _translated_errors(self, patience_seconds: float | None = None) -> Iterator[None]:
        try:
            yield
        except (DataError, UnicodeEncodeError, OverflowError) as error:  # what drivers say of a value
            raise UnstorableValueError(
                "A text or a number can't be stored or looked for: the text holds a null character or half a "
                "character, or the number is too large. Leave it out."
            ) from error
        except SQLAlchemyError as error:
            self._raise_ours(error, self._lock_timeout_seconds if patience_seconds is None else patience_seconds)

    def _raise_ours(self, error: SQLAlchemyError, waited_seconds: float) -> NoReturn:
        name = _readable_name(self._engine.url)
        origin = getattr(error, "orig", None) or error
        reason = str(origin).strip().splitlines()[0]
        waited_in_vain = "locked" in reason or getattr(origin, "sqlstate", "") == _LOCK_TIMEOUT
        if isinstance(error, OperationalError) and waited_in_vain:
            raise DatabaseLockedError(
                f"The catalogue {name} is being written by another import; "
                f"waited {waited_seconds:g} seconds. Nothing was changed; try again when it has ended."
            ) from error
        raise DatabaseError(f"The catalogue {name} can't be used: {reason}. {_advice(origin)}") from error


def _is_laid_out(connection: Connection) -> bool:
    return is_up_to_date(connection) and has_full_text_index(connection) and has_change_triggers(connection)


def _copy_before_upgrade(connection: Connection) -> None:
    copy = copy_beside(connection, f".layout-{read_version(connection)}")
    if copy is not None:
        _log.warning("The catalogue is upgraded. A copy of it as it was is %s; delete it when all is well.", copy)


def _advice(origin: BaseException) -> str:
    """What to do about an error of the database's driver."""
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return "Nothing was changed. Make room on its disk, and try again."
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return "Nothing was changed. Give this user the right to write to it and to its folder, and try again."
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "It is damaged, or no catalogue. Bring a backup back with `python -m catalog restore FILE`."
    return "Check that it is a database that you may read and write, or name another in VITRINA_DATABASE_URL."


def _make_engine(
    url: str, lock_timeout_seconds: float, *, foreign_keys: bool = True, may_be_new: bool = False
) -> Engine:
    parsed = _parse_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    try:
        engine = create_engine(parsed, connect_args={"timeout": lock_timeout_seconds} if is_sqlite else {})
    except ArgumentError as error:
        raise _not_a_url(url) from error
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"The database {_readable_name(parsed)} needs the Python package {error.name!r}; install it with pip."
        ) from error
    if is_sqlite:
        _create_folder(parsed)
        path = Path(parsed.database or "").absolute()
        SqliteFile(path, foreign_keys=foreign_keys, may_be_new=may_be_new).listen(engine)
    return engine


def _parse_url(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise _not_a_url(url) from error


def _not_a_url(url: str) -> DatabaseError:
    return DatabaseError(
        f"{url!r} is not a database URL; one looks like sqlite:////path/catalog.db or "
        "postgresql+psycopg://user:password@host/name. Correct VITRINA_DATABASE_URL."
    )


def _create_folder(url: URL) -> None:
    """Make the folder of a new database, closed to everybody else."""
    if not url.database:
        raise DatabaseError(f"{url} keeps nothing; name a file, as in sqlite:////path/catalog.db.")
    try:
        Path(url.database).absolute().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"The folder of the catalogue {url.database} can't be made: {error.strerror}. "
            "Name another place in VITRINA_HOME or VITRINA_DATABASE_URL."
        ) from error


def _readable_name(url: URL) -> str:
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)

"""A PostgreSQL server for the tests that ask what every database must answer; only where one is installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, NullPool, StaticPool, create_engine, make_url, text

_PROGRAMS = ("initdb", "pg_ctl")
_SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=40"  # nothing is to last
_UNPRIVILEGED = ("postgres", "nobody")  # whom the server may run as where the tests run as root


def find_lacking() -> str | None:
    """Why there is no server to test with; None where there can be one."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed"
    if _find_programs() is None:
        return "no PostgreSQL server is installed (on Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and not any(map(_exists, _UNPRIVILEGED)):
        return "PostgreSQL refuses to run as root, and there is no other user"
    return None


@contextmanager
def serve_postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of a new server's database ``postgres``, on a socket of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # short: a socket's path has a hundred letters at most
        if user := _user():
            shutil.chown(folder, user)
        _run(folder, "initdb", "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        url = f"postgresql+psycopg://tests@/postgres?host={folder}"
        start_postgresql(url)
        try:
            yield url
        finally:
            _run(folder, "pg_ctl", "-m", "immediate", "stop")


def start_postgresql(url: str) -> None:
    """Start the server of a URL from ``serve_postgresql``, for example after it was killed."""
    folder = _folder(url)
    _run(folder, "pg_ctl", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} {_SETTINGS}", "start")


def kill_postgresql(url: str) -> None:
    """End that server at once, as a crash does: it will have to recover when it starts."""
    _run(_folder(url), "pg_ctl", "-m", "immediate", "stop")


def create_database(url: str, name: str) -> str:
    """The URL of a new, empty database beside the one at a URL."""
    with _beside(url) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return _name_database(url, name)


@contextmanager
def copied_database(url: str, template: str) -> Iterator[str]:
    """The URL of a copy of the database ``template``, which nobody may use now, until the block ends."""
    name = f"test_{uuid4().hex}"
    with _beside(url) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield _name_database(url, name)
    finally:
        with _beside(url) as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


class LentDatabase:
    """A copy of a template database, lent to one test after the other, since copying takes longer than most tests.

    Each borrower finds it as the template is: what the last one wrote is removed, and where that changed the layout,
    or rows that the template has, the next borrower gets a new copy.

    Args:
        url: of a database beside the template.
        template: its name; nobody may use it while a copy is made.
    """

    def __init__(self, url: str, template: str) -> None:
        self._url, self._template = url, template
        self._copy: _Copy | None = None

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The database's URL, until the block ends."""
        if self._copy is None:
            self._copy = _Copy(self._url, self._template)
        try:
            yield self._copy.url
        finally:
            if not self._copy.restore():
                self.close()

    def close(self) -> None:
        """Remove the copy, where there is one."""
        if self._copy is not None:
            self._copy.remove()
        self._copy = None


class _Copy:
    """A copy of a template that knows what the template holds."""

    def __init__(self, url: str, template: str) -> None:
        self._place = ExitStack()
        self.url = self._place.enter_context(copied_database(url, template))
        self._engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=StaticPool)
        self._place.callback(self._engine.dispose)
        with self._engine.connect() as connection:
            tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
            self._rows = {table: connection.execute(text(f"TABLE {table}")).all() for table in tables}
            self._layout = connection.execute(text(_LAYOUT)).all()
        empty = [table for table, rows in self._rows.items() if not rows]
        self._filled = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (TABLE {one})" for one in empty)

    def restore(self) -> bool:
        """Remove what the template doesn't hold; False where that isn't enough."""
        with self._engine.connect() as connection:
            connection.execute(text(_END_OTHERS))
            if connection.execute(text(_LAYOUT)).all() != self._layout:
                return False
            given = {table: rows for table, rows in self._rows.items() if rows}
            if any(connection.execute(text(f"TABLE {table}")).all() != rows for table, rows in given.items()):
                return False
            if filled := connection.execute(text(self._filled)).scalars().all():
                connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))
            for sequence in connection.execute(text(_ADVANCED)).scalars():
                connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))
        return True

    def remove(self) -> None:
        self._place.close()


_END_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid != pg_backend_pid()"
)
_ADVANCED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
# Columns, indexes, constraints, triggers and functions, with their definitions and comments.
_LAYOUT = """
    SELECT relname, relkind, attname, format_type(atttypid, atttypmod), attnotnull, obj_description(pg_class.oid)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION SELECT indexname, '', '', indexdef, false, '' FROM pg_indexes WHERE schemaname = 'public'
    UNION SELECT conname, '', '', pg_get_constraintdef(oid), convalidated, '' FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION SELECT tgname, tgenabled, '', pg_get_triggerdef(oid), false, '' FROM pg_trigger WHERE NOT tgisinternal
    UNION SELECT proname, '', '', prosrc, false, obj_description(oid) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3, 4, 5, 6
"""


@contextmanager
def _beside(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _name_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string()


def _run(folder: str, program: str, *arguments: str) -> None:
    programs = _find_programs()
    assert programs is not None
    command = [str(programs / program), "-D", f"{folder}/data", *arguments]
    subprocess.run(command, check=True, capture_output=True, user=_user(), cwd=folder)


def _user() -> str | None:
    """Whom the server runs as; None for whoever runs the tests."""
    return next(filter(_exists, _UNPRIVILEGED)) if os.geteuid() == 0 else None


def _folder(url: str) -> str:
    return str(make_url(url).query["host"])


def _find_programs() -> Path | None:
    """The folder of the newest server's programs; Debian keeps it off the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*([Path(on_path).resolve().parent] if on_path else []), *versions]
    return next((folder for folder in folders if all((folder / name).exists() for name in _PROGRAMS)), None)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True

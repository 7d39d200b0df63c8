"""A PostgreSQL server for the tests that ask what every database must answer; only where one is installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, NullPool, create_engine, make_url, text

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

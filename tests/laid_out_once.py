"""What SQLite catalogues share in a process of tests: tables that the migrations make once, and compiled statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

import catalog.storage.database
from catalog.storage.layout import has_tables, migrate


@contextmanager
def laid_out_once() -> Iterator[None]:
    """Until the block ends, all new SQLite catalogues get what the migrations made of the first one."""
    statements: list[str] = []

    def copy(connection: Connection) -> None:
        new = connection.dialect.name == "sqlite" and not has_tables(connection)
        if new and statements:
            for statement in statements:
                connection.exec_driver_sql(statement)
            return
        migrate(connection)
        if new:
            driver = connection.connection.dbapi_connection
            statements.extend(driver.iterdump())  # type: ignore[union-attr]
            del statements[0], statements[-1]  # which begin and end a transaction

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog.storage.database, "migrate", copy)
        yield


@contextmanager
def compiled_once() -> Iterator[None]:
    """Until the block ends, all SQLite catalogues share what SQLAlchemy compiles of a statement.

    Each engine keeps that for itself, under a key of which its dialect is a part. So the cache is made one, and the
    dialects equal, which they are but for the file that they connect to.
    """
    compiled: LRUCache = LRUCache(5000)
    create_engine = catalog.storage.database.create_engine

    def create(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        if engine.dialect.name == "sqlite":
            engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other), raising=False)
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)), raising=False)
        patch.setattr(catalog.storage.database, "create_engine", create)
        yield

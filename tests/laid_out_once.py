"""The tables of a new catalogue in SQLite, made by the migrations once in a process and copied from then on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

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

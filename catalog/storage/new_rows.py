"""Rows that are added unless their key is there: of two processes that add the same one at once, neither fails."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that leaves out rows whose key the table has, also if another transaction is just adding it.

    Args:
        connection: of ``Database.writing``.
        table: with a primary key that the rows name.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()

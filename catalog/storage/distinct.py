"""The different values of an indexed column, without reading every row."""

from sqlalchemy import ColumnElement, Connection, func, select


def distinct_values(connection: Connection, column: ColumnElement[str], limit: int | None = None) -> list[str]:
    """The different values of a column, sorted as the database sorts them.

    ``SELECT DISTINCT`` would read the column of every row. This query jumps from each value to the next one by the
    column's index, so that a million products cost no more than a thousand.

    Args:
        connection: of ``Database.reading`` or ``Database.writing``.
        column: must be indexed, or come first in an index.
        limit: the largest number of values to return; None returns all.
    """
    hops = select(func.min(column).label("value")).cte("hops", recursive=True)
    following = select(func.min(column)).where(column > hops.c.value).scalar_subquery()
    hops = hops.union_all(select(following).where(hops.c.value.is_not(None)))
    found = select(hops.c.value).where(hops.c.value.is_not(None)).limit(limit).subquery()
    return list(connection.scalars(select(found.c.value).order_by(found.c.value)))

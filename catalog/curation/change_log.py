"""What each change of curation was before and after, so that it can be undone.

Also the number that tells readers in other processes that something changed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from catalog.storage.database import Database
from catalog.storage.tables.curation import curation, curation_changes

RULE, PAIR = "rule", "pair"
_ONLY_ROW = 1


@dataclass(frozen=True)
class Change:
    """One rule or pair of categories that was changed."""

    kind: str  # RULE or PAIR
    subject: Any  # the rule's id; [category, other]
    before: dict[str, Any] | None  # None where there was nothing
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Batch:
    """What was saved together."""

    batch: str
    at: str  # ISO 8601, UTC
    by: str
    count: int  # changes in it
    example: Change  # the first of them
    undoes: str | None = None  # the batch that it took back
    undone: bool = False  # whether another one took it back


class Recorder:
    """Writes the changes of one batch in the transaction that makes them.

    Args:
        connection: from ``Database.writing``.
        by: who changes.
        undoes: the batch that this one takes back.
    """

    def __init__(self, connection: Connection, by: str, undoes: str | None = None) -> None:
        self.batch = secrets.token_urlsafe(16)
        self.at = datetime.now(UTC).isoformat(timespec="seconds")
        self.by = by
        self.connection = connection
        self._undoes = undoes

    def note(
        self, kind: str, subject: object, before: Mapping[str, object] | None, after: Mapping[str, object] | None
    ) -> None:
        """Write one change down."""
        values = {"batch": self.batch, "undoes": self._undoes, "at": self.at, "by": self.by, "kind": kind}
        self.connection.execute(insert(curation_changes).values(**values, subject=subject, before=before, after=after))


def bump_revision(connection: Connection) -> None:
    """Tell every process that what shoppers see has changed, as soon as this transaction ends."""
    changed = connection.execute(update(curation).values(revision=curation.c.revision + 1))
    if not changed.rowcount:
        connection.execute(insert(curation).values(row=_ONLY_ROW, revision=1))


def read_revision(database: Database) -> int:
    """A number that grows with every change of curation; 0 before the first."""
    with database.reading() as connection:
        return connection.execute(select(curation.c.revision)).scalar_one_or_none() or 0


def latest_batches(database: Database, limit: int) -> list[Batch]:
    """What was saved last, latest first."""
    c = curation_changes.c
    latest = (
        select(func.min(c.change_id).label("first"), func.count().label("count"))
        .group_by(c.batch)
        .order_by(func.min(c.change_id).desc())
        .limit(limit)
        .subquery()
    )
    query = select(curation_changes, latest.c.count).join(latest, latest.c.first == c.change_id)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(c.change_id.desc())).all()
        undone = set(connection.scalars(select(c.undoes).where(c.undoes.in_([row.batch for row in rows]))))
    return [
        Batch(
            *(row.batch, row.at, row.by, row._mapping["count"]),
            Change(row.kind, row.subject, row.before, row.after),
            row.undoes,
            row.batch in undone,
        )
        for row in rows
    ]


def read_batch(connection: Connection, batch: str) -> list[Change]:
    """The changes of a batch, in their order; empty if there is no such batch."""
    c = curation_changes.c
    rows = connection.execute(select(curation_changes).where(c.batch == batch).order_by(c.change_id))
    return [Change(row.kind, row.subject, row.before, row.after) for row in rows]


def is_undone(connection: Connection, batch: str) -> bool:
    """Whether another batch took it back."""
    query = select(func.count()).select_from(curation_changes).where(curation_changes.c.undoes == batch)
    return bool(connection.execute(query).scalar_one())

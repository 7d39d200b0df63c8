"""The log of changes to rules, pairs and synonyms, by which they are undone, and the revision number of curation.

Other processes read the revision number to notice that something has changed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from catalog.storage.database import Database
from catalog.storage.tables.curation import curation, curation_changes

RULE, PAIR, SYNONYMS, LABEL, SUPERCATEGORY = "rule", "pair", "synonyms", "label", "supercategory"
_ONLY_ROW = 1
_REVISION = select(curation.c.revision)  # made once, as each list asks for it


@dataclass(frozen=True)
class Change:
    """A change of a rule, a pair of categories, a category's synonyms or supercategory, or a product's label."""

    kind: str  # RULE, PAIR, SYNONYMS, SUPERCATEGORY or LABEL
    subject: Any  # the rule's id, [category, other category], [category], or [product id]
    before: dict[str, Any] | None  # None: there was nothing
    after: dict[str, Any] | None  # None: nothing is left


@dataclass(frozen=True)
class Batch:
    """The changes that were saved together."""

    batch: str
    at: str  # ISO 8601, UTC
    by: str
    count: int  # number of changes
    example: Change  # the first of the changes
    undoes: str | None = None  # the batch that this batch undid
    undone: bool = False  # whether another batch has undone this one


class Recorder:
    """Stores the changes of one batch, in the transaction that makes them.

    Args:
        connection: of ``Database.writing``.
        by: the name of the account that makes the changes.
        undoes: the batch that this batch undoes, if it does.
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
        """Store one change."""
        values = {"batch": self.batch, "undoes": self._undoes, "at": self.at, "by": self.by, "kind": kind}
        self.connection.execute(insert(curation_changes).values(**values, subject=subject, before=before, after=after))


def bump_revision(connection: Connection) -> None:
    """Raise the revision number, so that all processes notice the changes when this transaction has ended."""
    changed = connection.execute(update(curation).values(revision=curation.c.revision + 1))
    if not changed.rowcount:
        connection.execute(insert(curation).values(row=_ONLY_ROW, revision=1))


def read_revision(database: Database) -> int:
    """The revision number, which grows with every change of curation; 0 before the first change."""
    with database.reading() as connection:
        return connection.execute(_REVISION).scalar_one_or_none() or 0


def latest_batches(database: Database, limit: int) -> list[Batch]:
    """The last ``limit`` batches, the latest first."""
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
            batch=row.batch,
            at=row.at,
            by=row.by,
            count=row._mapping["count"],
            example=Change(row.kind, row.subject, row.before, row.after),
            undoes=row.undoes,
            undone=row.batch in undone,
        )
        for row in rows
    ]


def read_batch(connection: Connection, batch: str) -> list[Change]:
    """The changes of a batch in the order in which they were made; empty if there is no such batch."""
    c = curation_changes.c
    rows = connection.execute(select(curation_changes).where(c.batch == batch).order_by(c.change_id))
    return [Change(row.kind, row.subject, row.before, row.after) for row in rows]


def is_undone(connection: Connection, batch: str) -> bool:
    """Whether another batch has undone this one."""
    query = select(func.count()).select_from(curation_changes).where(curation_changes.c.undoes == batch)
    return bool(connection.execute(query).scalar_one())

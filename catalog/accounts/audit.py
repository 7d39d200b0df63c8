"""The audit log: who changed what, when, from what to what. Entries are added, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from catalog.storage.database import Database
from catalog.storage.tables.accounts import audit


@dataclass(frozen=True)
class AuditEntry:
    """One change."""

    entry_id: int
    at: str  # ISO 8601, UTC
    by: str  # the account's name
    action: str  # "rule added", "label corrected", ...
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]


def note_change(
    connection: Connection,
    *,
    by: str,
    action: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write a change down in the transaction that makes it, so that neither exists without the other.

    Args:
        connection: from ``Database.writing``.
        by: the account's name, or "command line".
        action: what was done, a few words of English that the studio can translate.
        subject: what it was done to.
        before: what it was, as JSON values; None where there was nothing.
        after: what it is; None where nothing is left.
    """
    values = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": by, "action": action, "subject": subject}
    connection.execute(insert(audit).values(**values, before=dict(before or {}), after=dict(after or {})))


class AuditLog:
    """Reads the log, latest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self, limit: int, offset: int = 0, *, by: str | None = None, subject: str | None = None
    ) -> list[AuditEntry]:
        """A page of entries, of one account or subject if named."""
        query = select(audit).order_by(audit.c.entry_id.desc()).limit(limit).offset(offset)
        if by is not None:
            query = query.where(audit.c.by == by)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        with self._database.reading() as connection:
            return [AuditEntry(**row._mapping) for row in connection.execute(query)]

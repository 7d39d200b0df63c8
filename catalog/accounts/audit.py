"""The audit log: who signed in and who changed what, when, and the values before and after.

Entries are added and never changed. Two kinds of them are forgotten after a while, as nobody could read them all: what
programs changed, which may be thousands a day, and who signed in. What people changed stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select

from catalog.storage.database import Database
from catalog.storage.tables.accounts import audit

SIGNED_IN, SIGNED_OUT = "signed in", "signed out"
SESSION_ENDED = "session ended"
SIGN_IN_REFUSED = "sign-in refused"
SIGN_INS = (SIGNED_IN, SIGNED_OUT, SESSION_ENDED, SIGN_IN_REFUSED)  # actions that change nothing of the shop
PROGRAM = "API: "  # a program's changes are by this and its key's name
PROGRAM_DAYS, SIGN_IN_DAYS = 90, 365  # for which these entries are kept
FORGET_EVERY = 500  # entries
FORGET_MOST = 1000  # entries at once: more than come meanwhile, and few enough for a short transaction


@dataclass(frozen=True)
class AuditEntry:
    """An entry of the log: one change, or one sign-in."""

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
    """Add an entry in the transaction that makes the change, so that neither is stored without the other.

    Args:
        connection: from ``Database.writing``.
        by: the account's name, "command line", "import", or ``PROGRAM`` and a key's name.
        action: what was done, in a few English words that the studio translates; 40 characters at most.
        subject: what was changed, such as a product id.
        before: name -> value before the change, as JSON has them; None where there was nothing.
        after: name -> value after the change; None where nothing is left.
    """
    now = datetime.now(UTC)
    values = {"at": _write_time(now), "by": by, "action": action, "subject": subject}
    added = connection.execute(insert(audit).values(**values, before=dict(before or {}), after=dict(after or {})))
    if added.inserted_primary_key is not None and added.inserted_primary_key[0] % FORGET_EVERY == 0:
        _forget_old(connection, now)


def _forget_old(connection: Connection, now: datetime) -> None:
    """Delete the oldest entries of the kinds that are forgotten, ``FORGET_MOST`` at most."""
    programs, sign_ins = (_write_time(now - timedelta(days=days)) for days in (PROGRAM_DAYS, SIGN_IN_DAYS))
    too_old = or_(
        and_(audit.c.at < programs, audit.c.by.startswith(PROGRAM, autoescape=True)),
        and_(audit.c.at < sign_ins, audit.c.action.in_(SIGN_INS)),
    )
    oldest = select(audit.c.entry_id).where(too_old).order_by(audit.c.at).limit(FORGET_MOST)
    if entry_ids := connection.scalars(oldest).all():
        connection.execute(delete(audit).where(audit.c.entry_id.in_(entry_ids)))


def _write_time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


class AuditLog:
    """Reads the log, the latest entry first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self,
        limit: int,
        offset: int = 0,
        *,
        by: str | None = None,
        subject: str | None = None,
        sign_ins: bool | None = None,
    ) -> list[AuditEntry]:
        """A page of the entries, only those by an account or about a subject if one is named.

        Args:
            limit: entries of the page.
            offset: entries before the page.
            by: the account's name.
            subject: what was changed.
            sign_ins: True: those of ``SIGN_INS`` alone; False: all others; None: all.
        """
        query = select(audit).order_by(audit.c.entry_id.desc()).limit(limit).offset(offset)
        if sign_ins is not None:
            query = query.where(audit.c.action.in_(SIGN_INS) if sign_ins else audit.c.action.not_in(SIGN_INS))
        if by is not None:
            query = query.where(audit.c.by == by)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        with self._database.reading() as connection:
            return [AuditEntry(**row._mapping) for row in connection.execute(query)]

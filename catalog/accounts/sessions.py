"""The studio's sessions: who is signed in, since when and from where, and which sessions have ended.

A browser's cookie holds a random key; only the key's hash is stored. A session ends when somebody ends it, when it
wasn't used for ``IDLE``, and in any case after ``LONGEST``.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from catalog.accounts.audit import SESSION_ENDED, SIGN_IN_REFUSED, SIGNED_IN, SIGNED_OUT, note_change
from catalog.storage.database import Database
from catalog.storage.deferred_writes import DeferredWrites
from catalog.storage.tables.accounts import sessions

LONGEST = timedelta(days=7)
IDLE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)  # how exactly the latest request is known
UNWRITTEN = timedelta(hours=1)  # how long a session counts that couldn't be written down, as while an import writes
AHEAD = timedelta(minutes=5)  # how far another machine's clock may be ahead of this one's

_KEY_BYTES = 24
_ADDRESS_LENGTH, _BROWSER_LENGTH = 80, 200


@dataclass(frozen=True)
class Session:
    """A session that hasn't ended."""

    session_id: int
    name: str  # the account's
    begun_at: str  # ISO 8601, UTC
    seen_at: str  # of the latest request, to ``SEEN_EVERY``
    address: str  # the network address that signed in
    browser: str  # what the browser said that it is
    is_current: bool = False  # whether it is the one that asks


class SessionStore:
    """Begins, checks, lists and ends sessions. An import that writes the catalogue delays none of it."""

    def __init__(self, database: Database, writes: DeferredWrites) -> None:
        self._database = database
        self._writes = writes
        self._ended_here: set[str] = set()  # hashes of keys that this process ended, until that is written down
        self._lock = threading.Lock()

    def begin(self, name: str, *, address: str, browser: str) -> str:
        """Begin a session of an account, with an entry in the audit log; return the session's key."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        now = datetime.now(UTC)
        row = {"key_hash": _hash(key), "name": name, "begun_at": now.isoformat(), "seen_at": now.isoformat()}
        row |= {"address": address[:_ADDRESS_LENGTH], "browser": browser[:_BROWSER_LENGTH]}

        def write(connection: Connection) -> None:
            connection.execute(delete(sessions).where(~_within(sessions.c.begun_at, LONGEST, now)))
            connection.execute(insert(sessions).values(**row))
            note_change(connection, by=name, action=SIGNED_IN, subject=name, after={"address": row["address"]})

        self._writes.submit(write)
        return key

    def note_refusal(self, name: str, *, address: str) -> None:
        """Add a refused sign-in to an existing account to the audit log, soon; the caller never waits for it."""
        after = {"address": address[:_ADDRESS_LENGTH]}
        self._writes.submit(
            lambda connection: note_change(connection, by=name, action=SIGN_IN_REFUSED, subject=name, after=after),
            at_once=False,
        )

    def holds(self, key: str, begun_at: datetime) -> bool:
        """Whether the session of a key counts; notes that it was used.

        Args:
            key: what ``begin`` returned.
            begun_at: when that was, as the signed cookie says; it decides about a session that isn't written yet.
        """
        now, hashed = datetime.now(UTC), _hash(key)
        if hashed in self._ended_here:
            return False
        with self._database.reading() as connection:
            row = connection.execute(select(sessions).where(sessions.c.key_hash == hashed)).one_or_none()
        if row is None:
            return -AHEAD < now - begun_at < UNWRITTEN
        begun, seen = datetime.fromisoformat(row.begun_at), datetime.fromisoformat(row.seen_at)
        if row.ended_at is not None or not -AHEAD < now - begun < LONGEST or not -AHEAD < now - seen < IDLE:
            return False
        if now - seen > SEEN_EVERY:
            values = {"seen_at": now.isoformat()}
            same = and_(sessions.c.key_hash == hashed, sessions.c.ended_at.is_(None))
            self._writes.submit(lambda connection: _change(connection, same, values))
        return True

    def sessions(self, name: str | None = None, *, current_key: str = "") -> list[Session]:
        """The sessions that haven't ended, of one account or of all, latest used first.

        Args:
            name: the account's; None: everybody's.
            current_key: the key of the session that asks.
        """
        columns = (column for column in sessions.c if column.name not in ("key_hash", "ended_at"))
        is_current = (sessions.c.key_hash == _hash(current_key)).label("is_current")
        query = select(*columns, is_current).where(_alive()).order_by(sessions.c.seen_at.desc())
        if name is not None:
            query = query.where(sessions.c.name == name)
        with self._database.reading() as connection:
            return [
                Session(**{**row._mapping, "is_current": bool(row.is_current)}) for row in connection.execute(query)
            ]

    def counts(self) -> dict[str, int]:
        """Account's name -> how many sessions it has; accounts without one are left out."""
        query = select(sessions.c.name, func.count().label("number")).where(_alive()).group_by(sessions.c.name)
        with self._database.reading() as connection:
            return {row.name: row.number for row in connection.execute(query)}

    def sign_out(self, key: str, name: str, begun_at: datetime) -> None:
        """End the session of a key for good, whoever has a copy of the key, with an entry in the audit log."""
        now, hashed = datetime.now(UTC).isoformat(), _hash(key)
        with self._lock:
            self._ended_here.add(hashed)
        blank = {"name": name, "begun_at": begun_at.isoformat(), "seen_at": now, "address": "", "browser": ""}

        def write(connection: Connection) -> None:
            if not _change(connection, sessions.c.key_hash == hashed, {"ended_at": now}):  # it was never written down
                connection.execute(insert(sessions).values(key_hash=hashed, ended_at=now, **blank))
            note_change(connection, by=name, action=SIGNED_OUT, subject=name)

        if self._writes.submit(write):
            with self._lock:
                self._ended_here.discard(hashed)

    def end(self, session_id: int, *, name: str, by: str) -> int:
        """End one session of an account, if it hasn't ended; return how many were ended."""
        return self._end(and_(sessions.c.session_id == session_id, sessions.c.name == name), name, by)

    def end_all(self, name: str, *, by: str, except_key: str = "") -> int:
        """End all sessions of an account, or all but the one of a key; return how many were ended.

        Raises:
            DatabaseLockedError: an import is writing, and nothing was changed.
        """
        return self._end(and_(sessions.c.name == name, sessions.c.key_hash != _hash(except_key)), name, by)

    def _end(self, which: ColumnElement[bool], name: str, by: str) -> int:
        with self._database.writing(alone=False) as connection:
            count = end_sessions(connection, which)
            if count:
                note_change(connection, by=by, action=SESSION_ENDED, subject=name, after={"sessions": count})
        return count


def end_sessions(connection: Connection, which: ColumnElement[bool]) -> int:
    """End the sessions among ``which`` that haven't ended, in a transaction of the caller's; return their number."""
    return _change(connection, and_(which, _alive()), {"ended_at": datetime.now(UTC).isoformat()})


def _change(connection: Connection, which: ColumnElement[bool], values: dict[str, Any]) -> int:
    return connection.execute(update(sessions).where(which).values(**values)).rowcount


def _alive() -> ColumnElement[bool]:
    now = datetime.now(UTC)
    in_time = and_(_within(sessions.c.begun_at, LONGEST, now), _within(sessions.c.seen_at, IDLE, now))
    return and_(sessions.c.ended_at.is_(None), in_time)


def _within(column: ColumnElement[str], span: timedelta, now: datetime) -> ColumnElement[bool]:
    """Whether a time lies at most so far back, and not ahead: then a clock was wrong and has been put right."""
    return ~or_(column <= (now - span).isoformat(), column >= (now + AHEAD).isoformat())


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8")).hexdigest()

"""Slowing down whoever guesses passwords: refused log-ins are counted by account and by address, for all processes."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select

from catalog.storage.database import Database
from catalog.storage.tables.accounts import refusals

MOST_REFUSALS = 10  # of one account or address within the span; then it has to wait
SPAN = timedelta(minutes=15)


class LoginThrottle:
    """Tells for how long a log-in has to wait. Keys are stored as hashes: no address can be read from the table."""

    def __init__(self, database: Database, *, most: int = MOST_REFUSALS, span: timedelta = SPAN) -> None:
        self._database = database
        self._most = most
        self._span = span

    def wait_seconds(self, keys: Iterable[str]) -> int:
        """Seconds until the next try is taken; 0: now.

        Args:
            keys: whose try it is: the account's name and the network address.
        """
        now = datetime.now(UTC)
        query = select(func.count(), func.min(refusals.c.refused_at))
        query = query.where(refusals.c.refused_at > (now - self._span).isoformat())
        longest = 0.0
        with self._database.reading() as connection:
            for key in keys:
                count, first = connection.execute(query.where(refusals.c.key == _hash(key))).one()
                if count >= self._most:
                    free = datetime.fromisoformat(first) + self._span
                    longest = max(longest, (free - now).total_seconds())
        return max(0, int(longest + 0.999))

    def note_refusal(self, keys: Iterable[str]) -> None:
        """Count a refused log-in for each key, and forget those that count no more."""
        now = datetime.now(UTC)
        with self._database.writing(alone=False) as connection:
            connection.execute(delete(refusals).where(refusals.c.refused_at < (now - self._span).isoformat()))
            connection.execute(insert(refusals), [{"key": _hash(key), "refused_at": now.isoformat()} for key in keys])

    def forgive(self, key: str) -> None:
        """Forget an account's refusals after it signed in; those of the address stay."""
        with self._database.writing(alone=False) as connection:
            connection.execute(delete(refusals).where(refusals.c.key == _hash(key)))


def _hash(key: str) -> str:
    return hashlib.sha256(key.casefold().encode("utf-8")).hexdigest()

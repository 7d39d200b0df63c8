"""Slows down the guessing of passwords: all processes count the refused log-ins of each account and each address."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select

from catalog.storage.database import Database
from catalog.storage.tables.accounts import refusals

MOST_REFUSALS = 10  # refused log-ins of an account or address within SPAN, after which it has to wait
SPAN = timedelta(minutes=15)


class LoginThrottle:
    """Counts refused log-ins, and tells how long a log-in has to wait. Accounts and addresses are stored as hashes."""

    def __init__(self, database: Database, *, most: int = MOST_REFUSALS, span: timedelta = SPAN) -> None:
        self._database = database
        self._most = most
        self._span = span

    def wait_seconds(self, keys: Iterable[str]) -> int:
        """The number of seconds until the next log-in is accepted; 0: it is accepted now.

        Args:
            keys: the account's name and the network address of the log-in.
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
        """Count a refused log-in for each key, and delete refusals that are older than the span."""
        now = datetime.now(UTC)
        with self._database.writing(alone=False) as connection:
            connection.execute(delete(refusals).where(refusals.c.refused_at < (now - self._span).isoformat()))
            connection.execute(insert(refusals), [{"key": _hash(key), "refused_at": now.isoformat()} for key in keys])

    def forgive(self, key: str) -> None:
        """Delete the refusals of one key: of the account after it has signed in, while those of the address stay."""
        with self._database.writing(alone=False) as connection:
            connection.execute(delete(refusals).where(refusals.c.key == _hash(key)))


def _hash(key: str) -> str:
    return hashlib.sha256(key.casefold().encode("utf-8")).hexdigest()

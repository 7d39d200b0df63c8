"""Slows down the guessing of passwords: all processes count the refused log-ins of each account and each address."""

import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, or_, select

from catalog.errors import DatabaseLockedError
from catalog.storage.database import Database
from catalog.storage.deferred_writes import DeferredWrites
from catalog.storage.tables.accounts import refusals

MOST_REFUSALS = 10  # refused log-ins of a key within SPAN, after which it has to wait
SPAN = timedelta(minutes=15)
AHEAD = timedelta(minutes=1)  # a refusal further ahead than this was noted by a clock that was wrong
PATIENCE_SECONDS = 0.5  # how long a log-in waits for an import's lock before it is counted in memory
QUEUE_SECONDS = 2.0  # how long it waits for the other log-ins of its process
YIELD_SECONDS = 0.1  # between two of them: as long as SQLite pauses at most before it tries for its lock again
MOST_KEYS = 10_000  # counted in memory


class LoginThrottle:
    """Counts log-ins, and tells how long a log-in has to wait. Accounts and addresses are stored as hashes.

    A log-in is counted before its password is checked, in one transaction with the question whether it may be: of many
    at once, no more than allowed get through. Threads may share one object.
    """

    def __init__(
        self,
        database: Database,
        *,
        most: int = MOST_REFUSALS,
        span: timedelta = SPAN,
        writes: DeferredWrites | None = None,
    ) -> None:
        self._database = database
        self._writes = writes or DeferredWrites(database)
        self._most = most
        self._span = span
        self._uncounted: dict[str, list[datetime]] = defaultdict(list)  # hash -> log-ins that couldn't be stored
        self._lock = threading.Lock()
        self._queued = 0
        self._turn = threading.Lock()  # many log-ins at once must not keep each other from being counted

    def admit(self, limits: Mapping[str, int]) -> int:
        """Count a log-in unless it has to wait; the number of seconds to wait, 0: it is counted and may be checked.

        While an import writes, log-ins are counted in this process alone, so that nobody waits for the import.

        Args:
            limits: key -> refused log-ins after which it has to wait, for each key of the log-in: its account, its
                network address, ...
        """
        now = datetime.now(UTC)
        try:
            with self._own_turn(), self._counting() as connection:
                self._forget_old(connection, now)
                wait = self._longest_wait(connection, limits, now)
                if not wait:
                    _insert(connection, limits, now)
        except DatabaseLockedError:
            with self._database.reading() as connection, self._lock:
                wait = self._longest_wait(connection, limits, now)
                if not wait:
                    self._count_in_memory(limits, now)
        return wait

    def wait_seconds(self, keys: Iterable[str]) -> int:
        """The number of seconds until the next log-in is accepted; 0: it is accepted now.

        Args:
            keys: the account's name and the network address of the log-in.
        """
        with self._database.reading() as connection:
            return self._longest_wait(connection, dict.fromkeys(keys, self._most), datetime.now(UTC))

    def note_refusal(self, keys: Iterable[str]) -> None:
        """Count a refused log-in for each key, and delete refusals that are older than the span."""
        now = datetime.now(UTC)
        with self._database.writing(alone=False, durable=False) as connection:
            self._forget_old(connection, now)
            _insert(connection, keys, now)

    def forgive(self, *keys: str) -> None:
        """Delete the refusals of some keys: those of the account after it has signed in."""
        hashes = [_hash(key) for key in keys]
        with self._lock:
            for hashed in hashes:
                self._uncounted.pop(hashed, None)
        self._writes.submit(lambda connection: _delete(connection, refusals.c.key.in_(hashes)))

    def take_back(self, key: str) -> None:
        """Delete the latest log-in of a key: it turned out to be right, and the earlier ones stay as they are."""
        hashed = _hash(key)
        with self._lock:
            if times := self._uncounted.get(hashed):
                times.pop()
                if not times:
                    del self._uncounted[hashed]
                return
        latest = select(func.max(refusals.c.refusal_id)).where(refusals.c.key == hashed).scalar_subquery()
        self._writes.submit(lambda connection: _delete(connection, refusals.c.refusal_id == latest))

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        """One log-in of this process after the other; raises DatabaseLockedError if the turn doesn't come in time."""
        with self._lock:
            self._queued += 1
        try:
            came = self._turn.acquire(timeout=QUEUE_SECONDS)
        finally:
            with self._lock:
                self._queued -= 1
        if not came:
            raise DatabaseLockedError("Other log-ins wait for the catalogue, which an import is writing.")
        try:
            yield
            if self._queued:
                time.sleep(YIELD_SECONDS)
        finally:
            self._turn.release()

    def _counting(self) -> AbstractContextManager[Connection]:
        """A write that is quick: a loss of power may undo a count, and an import isn't waited for."""
        return self._database.writing(alone=False, durable=False, patience_seconds=PATIENCE_SECONDS)

    def _longest_wait(self, connection: Connection, limits: Mapping[str, int], now: datetime) -> int:
        longest = 0.0
        since, until = (now - self._span).isoformat(), (now + AHEAD).isoformat()
        times = select(refusals.c.refused_at).where(refusals.c.refused_at > since, refusals.c.refused_at < until)
        for key, most in limits.items():
            query = times.where(refusals.c.key == _hash(key)).order_by(refusals.c.refused_at.desc()).limit(most)
            found = [datetime.fromisoformat(text) for text in connection.scalars(query)]
            found += [at for at in self._uncounted.get(_hash(key), ()) if now - self._span < at < now + AHEAD]
            if len(found) >= most:
                # The last ``most`` log-ins matter: the next one is accepted when the oldest of them is too old.
                free = sorted(found)[-most] + self._span
                longest = max(longest, (free - now).total_seconds())
        return max(0, int(longest + 0.999))

    def _count_in_memory(self, keys: Iterable[str], now: datetime) -> None:
        while len(self._uncounted) > MOST_KEYS:
            self._uncounted.pop(next(iter(self._uncounted)))
        for key in keys:
            self._uncounted[_hash(key)].append(now)

    def _forget_old(self, connection: Connection, now: datetime) -> None:
        """Delete refusals that count no longer, and those that a wrong clock dated ahead: they would count for ever."""
        past, ahead = (now - self._span).isoformat(), (now + AHEAD).isoformat()
        connection.execute(delete(refusals).where(or_(refusals.c.refused_at < past, refusals.c.refused_at > ahead)))
        with self._lock:
            for hashed, times in list(self._uncounted.items()):
                if times[-1] < now - self._span:
                    del self._uncounted[hashed]


def _insert(connection: Connection, keys: Iterable[str], now: datetime) -> None:
    connection.execute(insert(refusals), [{"key": _hash(key), "refused_at": now.isoformat()} for key in keys])


def _delete(connection: Connection, which: object) -> None:
    connection.execute(delete(refusals).where(which))  # type: ignore[arg-type]


def _hash(key: str) -> str:
    return hashlib.sha256(key.casefold().encode("utf-8")).hexdigest()

"""Writes that nobody has to wait for: a sign-in must not wait for the lock that an import may hold for minutes."""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable

from sqlalchemy import Connection

from catalog.errors import CatalogError, DatabaseLockedError
from catalog.storage.database import Database

PATIENCE_SECONDS = 0.25  # how long ``submit`` waits for the lock
RETRY_SECONDS = 1.0
CLOSE_SECONDS = 2.0
ATTEMPTS = 20  # of one write, for other reasons than the lock, before it is given up
MOST_WAITING = 5_000  # writes; later ones are dropped and logged

Write = Callable[[Connection], object]

_log = logging.getLogger("catalog.storage")


class DeferredWrites:
    """Writes at once if the lock is free, and otherwise as soon as it is, in the order of the calls.

    Threads may share one object. What still waits when the process is killed is lost, so this is for what a person can
    do without: an entry in a list, not a decision.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Write] = deque()
        self._failures = 0  # of the first of them, for another reason than the lock
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = False

    def submit(self, write: Write, *, at_once: bool = True) -> bool:
        """Do a write, at once or later; return whether it is done.

        Args:
            write: is called with a connection of ``Database.writing``; it touches rows that no import touches.
            at_once: False leaves it to a thread in any case, so that the caller takes no longer than without a write.
        """
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                _log.warning("A write about a sign-in was dropped: %d wait already.", MOST_WAITING)
                return False
            self._waiting.append(write)
        if not at_once:
            self._write_later()
            return False
        return not self._retries() and self._write_waiting()

    def flush(self, patience_seconds: float = CLOSE_SECONDS) -> bool:
        """Do all writes that wait, and return whether that was possible."""
        try:
            with self._writing:
                self._write_all(patience_seconds)
            return True
        except CatalogError:
            return False

    def close(self) -> None:
        """Try once to do all writes that wait; those that can't be done now are lost."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._waiting and not self.flush():
            _log.warning("%d writes about sign-ins were lost: the catalogue can't be written.", len(self._waiting))

    def _retries(self) -> bool:
        """Whether a thread is trying again; then nobody else needs to wait for the lock."""
        return self._thread is not None and self._thread.is_alive()

    def _write_waiting(self) -> bool:
        with self._writing:
            if self._retries():  # somebody else has found the catalogue locked meanwhile
                return False
            try:
                self._write_all(PATIENCE_SECONDS)
                return True
            except CatalogError as error:
                self._note_failure(error)
        self._write_later()
        return False

    def _write_all(self, patience_seconds: float) -> None:
        """Write all that waits in one transaction; after a failure one by one, so that no write stops the others."""
        while self._waiting:
            batch = list(self._waiting)[: 1 if self._failures else None]
            with self._database.writing(alone=False, patience_seconds=patience_seconds) as connection:
                for write in batch:
                    write(connection)
            self._failures = 0
            for _ in batch:
                self._waiting.popleft()

    def _note_failure(self, error: CatalogError) -> None:
        if isinstance(error, DatabaseLockedError):
            return
        if not self._failures:
            _log.warning("Sign-ins can't be written down at the moment: %s", error)
        self._failures += 1
        if self._failures > ATTEMPTS:
            _log.error("A write about a sign-in was given up: %s", error)
            self._waiting.popleft()
            self._failures = 1

    def _write_later(self) -> None:
        with self._changed:
            if self._closing or self._retries():
                return
            self._thread = threading.Thread(target=self._run, name="deferred-writes", daemon=True)
            self._thread.start()
            atexit.unregister(self.close)
            atexit.register(self.close)

    def _run(self) -> None:
        """Try again until nothing waits."""
        while self._waiting:
            with self._changed:
                if self._changed.wait_for(lambda: self._closing, RETRY_SECONDS):
                    return
            with self._writing:
                try:
                    self._write_all(PATIENCE_SECONDS)
                except CatalogError as error:
                    self._note_failure(error)

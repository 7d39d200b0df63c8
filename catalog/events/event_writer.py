"""The queue of events for the database, so that no request waits for the database or fails because of it."""

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PIL import Image

from catalog.errors import DatabaseLockedError
from catalog.events.event_store import FORGET_STEP, Event, EventStore, SearchEvent
from catalog.events.query_photos import QueryPhotoArchive

CAPACITY = 2000  # largest number of waiting events, about 1 MB
PHOTO_CAPACITY = 16  # largest number of waiting photos, of at most 12 MB each
BATCH = 500  # largest number of events in one transaction
GATHER_SECONDS = 0.5  # how long a batch waits for further events
RETRY_SECONDS = 2.0
ATTEMPTS = 5  # to write a batch that the database refuses; a locked database is waited for without limit
FORGET_SECONDS = 60.0  # between two deletions of old events
CLOSE_SECONDS = 3.0

Entry = tuple[Event, Image.Image | None, float]  # with the time of ``time.monotonic`` at which it came

_log = logging.getLogger("catalog.events")


class EventWriter:
    """A bounded queue of events, and one thread that writes them to the database.

    Args:
        store: stores the events.
        days: how many days events are kept; older ones are deleted, a few after each batch.
        photos: stores the photos; with None no photo is stored.
        capacity: the largest number of waiting events; further events are dropped and counted.
    """

    def __init__(
        self, store: EventStore, *, days: int, photos: QueryPhotoArchive | None = None, capacity: int = CAPACITY
    ) -> None:
        self._store = store
        self._days = days
        self._photos = photos
        self._capacity = capacity
        self._waiting: deque[Entry] = deque()
        self._changed = threading.Condition()
        self._hurry = threading.Event()  # set: don't wait for further events or before the next attempt
        self._closing = False
        self._busy = False
        self._thread: threading.Thread | None = None
        self._next_forgetting = 0.0
        self.dropped = 0
        self.dropped_photos = 0
        # Are told how long the oldest event of each written batch has waited, and how many were written or dropped.
        self.observe_wait: Callable[[float], object] = lambda seconds: None
        self.observe_outcome: Callable[[str, int], object] = lambda outcome, count: None

    def put(self, event: Event, image: Image.Image | None = None) -> bool:
        """Queue an event and the photo to store with it; False if the event was dropped, as too many are waiting."""
        with self._changed:
            if self._closing or len(self._waiting) >= self._capacity:
                self._note_dropped(1)
                return False
            if image is not None and (self._photos is None or self._waiting_photos() >= PHOTO_CAPACITY):
                self.dropped_photos += self._photos is not None
                image = None
            self._waiting.append((event, image, time.monotonic()))
            if self._thread is None or not self._thread.is_alive():  # the first event, or the first one after a fork
                self._start()
            self._changed.notify_all()
        return True

    def flush(self, timeout_seconds: float = CLOSE_SECONDS) -> bool:
        """Write all waiting events now, and return whether that was done in time."""
        self._hurry.set()
        with self._changed:
            done = self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout_seconds)
            if not self._closing:
                self._hurry.clear()
        return done

    def close(self, timeout_seconds: float = CLOSE_SECONDS) -> None:
        """Try once to write all waiting events, and stop; events that aren't written in time are lost."""
        with self._changed:
            self._closing = True
            self._hurry.set()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)
            atexit.unregister(self.close)

    def _start(self) -> None:
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="event-writer", daemon=True)
        self._thread.start()
        atexit.unregister(self.close)
        atexit.register(self.close)

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                if self._write([event for event, _, _ in batch]):
                    self.observe_wait(time.monotonic() - batch[0][2])
                    self._keep_photos(batch)
                    self._forget_old()
            except Exception:  # no error may end the thread
                _log.exception("Events could not be stored.")
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next_batch(self) -> list[Entry]:
        """The next events to write; an empty list once the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
        self._hurry.wait(GATHER_SECONDS)
        with self._changed:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._busy = bool(batch)
        return batch

    def _write(self, events: list[Event]) -> bool:
        attempt = 0
        while True:
            last = self._closing
            try:
                self._store.add(events)
                self.observe_outcome("written", len(events))
                return True
            except DatabaseLockedError:
                pass  # an import is writing; events wait until it ends
            except Exception as error:  # the database's, or what its driver says of a value that it can't take
                if self._write_one_by_one(events):
                    return True  # so it was one of them, and not the database
                attempt += 1
                last = last or attempt == ATTEMPTS
                if attempt == 1:
                    _log.warning("Events can't be stored at the moment: %s", _reason(error))
            if last:
                with self._changed:
                    self._note_dropped(len(events))
                return False
            self._hurry.wait(RETRY_SECONDS)
            if not self._closing:
                time.sleep(0.05)  # keeps a flush from trying without a pause

    def _write_one_by_one(self, events: list[Event]) -> bool:
        """Write what can be written of a batch; one event that can't must not cost the others. False: none can."""
        refused: list[Exception] = []
        for event in events:
            if error := self._refusal(event):
                refused.append(error)
        if len(refused) == len(events):
            return False
        for error in refused:
            _log.warning("An event can't be stored, and is left out: %s", _reason(error))
        self.observe_outcome("written", len(events) - len(refused))
        if refused:
            self.observe_outcome("dropped", len(refused))
        with self._changed:
            self.dropped += len(refused)
        return True

    def _refusal(self, event: Event) -> Exception | None:
        """Write one event; the error for which it can't be written."""
        while True:
            try:
                self._store.add([event])
            except DatabaseLockedError as error:  # an import has begun to write meanwhile
                if self._closing:
                    return error
                self._hurry.wait(RETRY_SECONDS)
                time.sleep(0.05)
            except Exception as error:
                return error
            else:
                return None

    def _keep_photos(self, batch: list[Entry]) -> None:
        for event, image, _ in batch:
            if image is None or self._photos is None or not isinstance(event, SearchEvent):
                continue
            try:
                self._photos.keep(event.search_id, image)
            except OSError as error:
                self.dropped_photos += 1
                _log.warning("A shopper's photo can't be kept: %s", error)

    def _forget_old(self) -> None:
        """Delete a few old events: after every batch while there are more, otherwise once in FORGET_SECONDS."""
        if time.monotonic() < self._next_forgetting:
            return
        before = datetime.now(UTC) - timedelta(days=self._days)
        count, search_ids = self._store.forget(before)
        if self._photos is not None:
            self._photos.forget(search_ids)
            if not self._next_forgetting:  # once per process: photos whose search is in no database any more
                self._photos.forget_older(before)
        self._next_forgetting = time.monotonic() + (0 if count >= FORGET_STEP else FORGET_SECONDS)

    def _waiting_photos(self) -> int:
        return sum(image is not None for _, image, _ in self._waiting)

    def _note_dropped(self, count: int) -> None:
        if self.dropped == 0:
            _log.warning("Events are dropped, since they can't be stored as fast as they come.")
        self.dropped += count
        self.observe_outcome("dropped", count)


def _reason(error: Exception) -> str:
    """An error in one line: what a driver says of a value has no sentence of its own."""
    return f"{type(error).__name__}: {error}".splitlines()[0]

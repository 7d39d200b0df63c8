"""The live engine: always the newest published snapshot, swapped in without making anyone wait."""

import logging
import threading
import time
from pathlib import Path

from search.engine import SearchEngine
from search.errors import SearchError
from search.index.snapshot import POINTER

_log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 0.5  # how often the pointer is looked at; a stat call each


class LiveEngine:
    """Hands out the engine of the live snapshot.

    The first one is opened while the caller waits. Later ones are opened beside it and take over when they are ready;
    requests under way keep the engine they began with. If a new snapshot can't be opened the old one goes on serving.
    """

    def __init__(self, index_dir: Path, bundle_dir: Path) -> None:
        self._index_dir = index_dir
        self._bundle_dir = bundle_dir
        self._engine: SearchEngine | None = None
        self._opened: tuple[int, ...] | None = None  # what the pointer looked like when the engine was opened
        self._looked = 0.0
        self._opening = threading.Lock()

    def current(self) -> SearchEngine:
        """The newest engine that is ready.

        Raises:
            IndexUnavailableError: none ever was, and the one that is published (if any) can't be opened.
            BundleError: the model can't be opened.
        """
        if self._engine is None:
            with self._opening:
                if self._engine is None:
                    self._open()
        elif self._is_outdated() and self._opening.acquire(blocking=False):
            threading.Thread(target=self._swap, name="snapshot-swap", daemon=True).start()
        assert self._engine is not None  # noqa: S101  (for the type checker: _open sets it or raises)
        return self._engine

    def _open(self) -> None:
        pointer = self._look_at_pointer()
        self._engine = SearchEngine.open(self._index_dir, self._bundle_dir)
        self._opened = pointer

    def _swap(self) -> None:
        try:
            self._open()
            _log.info("now serving index %s", self._engine.snapshot.id if self._engine else None)
        except SearchError as error:
            self._opened = self._look_at_pointer()  # not again until something new is published
            _log.error("the new index can't be used, the old one goes on: %s", error)
        finally:
            self._opening.release()

    def _is_outdated(self) -> bool:
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY_SECONDS:
            return False
        self._looked = now
        return self._look_at_pointer() != self._opened

    def _look_at_pointer(self) -> tuple[int, ...] | None:
        """Whatever changes when another snapshot is published."""
        try:
            status = (self._index_dir / POINTER).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

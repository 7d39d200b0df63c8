"""Looks for a new index and for changed products also while nobody searches, so that no search is answered of old."""

import contextlib
import threading
import time
from typing import Protocol

from search.errors import SearchError

INTERVAL_SECONDS = 0.25


class WatchedIndex(Protocol):
    """An index that notices a new snapshot when it is asked for the current one."""

    def current(self) -> object:
        """The newest engine; raises SearchError while there is none."""


def watch_index(index: WatchedIndex, interval_seconds: float = INTERVAL_SECONDS) -> threading.Thread:
    """Start a thread that asks for the current engine again and again, for as long as the process runs."""
    thread = threading.Thread(target=_watch, args=(index, interval_seconds), name="index-watch", daemon=True)
    thread.start()
    return thread


def _watch(index: WatchedIndex, interval_seconds: float) -> None:
    while True:
        time.sleep(interval_seconds)
        with contextlib.suppress(SearchError):  # whoever searches is told why
            index.current()

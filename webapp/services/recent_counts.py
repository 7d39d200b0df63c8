"""How much the catalogue holds, for those who ask every few seconds."""

import threading
import time

from catalog import Catalog, CatalogCounts

MAX_AGE_SECONDS = 60.0


class RecentCounts:
    """The catalogue's counts, at most ``max_age_seconds`` old: counting a million products takes a second."""

    def __init__(self, catalog: Catalog, max_age_seconds: float = MAX_AGE_SECONDS) -> None:
        self._catalog = catalog
        self._max_age_seconds = max_age_seconds
        self._lock = threading.Lock()
        self._counts: CatalogCounts | None = None
        self._counted_at = 0.0

    def read(self) -> CatalogCounts:
        """The counts; raises DatabaseError where the catalogue must be counted and can't be."""
        with self._lock:
            now = time.monotonic()
            if self._counts is None or now - self._counted_at >= self._max_age_seconds:
                self._counts, self._counted_at = self._catalog.counts(), now
            return self._counts

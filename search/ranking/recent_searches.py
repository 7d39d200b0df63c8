"""The latest searches of one store, so that lists made from one ranking search once: pages, and what is nearest."""

import threading
from collections import OrderedDict

import numpy as np

from search.index.vector_store import ProductFilter, VectorStore

_MOST_ROWS = 262_144  # that are remembered in all, 12 bytes each
_MOST_FILTER_BYTES = 64_000_000  # of the filters that they were searched with, each of which may hold masks


class RecentSearches:
    """Searches a store, or remembers what it found; threads may share it.

    Args:
        store: it never changes.
    """

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        # By the query's bytes and the filter, which is the same only where the very same object is asked again.
        self._found: OrderedDict[tuple[bytes, ProductFilter | None], tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._rows = 0
        self._filter_bytes = 0
        self._lock = threading.Lock()

    def at_least(self, query: np.ndarray, k: int, only: ProductFilter | None) -> tuple[np.ndarray, np.ndarray]:
        """The best rows and their scores as ``VectorStore.search`` gives them, k or more, as far as there are.

        Raises:
            ValueError, StoreUnavailableError: as ``VectorStore.search`` does.
        """
        key = (query.tobytes(), only)
        with self._lock:
            known = self._found.get(key)
            if known is not None and len(known[0]) >= k:
                self._found.move_to_end(key)
                return known
        found = self._store.search(query, k, only)
        with self._lock:
            self._forget(key)
            self._found[key] = found
            self._rows += len(found[0])
            self._filter_bytes += _weight(only)
            while len(self._found) > 1 and (self._rows > _MOST_ROWS or self._filter_bytes > _MOST_FILTER_BYTES):
                self._forget(next(iter(self._found)))
        return found

    def _forget(self, key: tuple[bytes, ProductFilter | None]) -> None:
        known = self._found.pop(key, None)
        if known is not None:
            self._rows -= len(known[0])
            self._filter_bytes -= _weight(key[1])


def _weight(only: ProductFilter | None) -> int:
    """The most bytes that a filter may hold: a bit for each row, and a byte for each product."""
    return 0 if only is None else len(only.product_of) * 9 // 8

"""The latest searches of one store, so that lists made from one ranking search once: pages, and what is nearest."""

import threading
from collections import OrderedDict

import numpy as np

from search.index.vector_store import ProductFilter, VectorStore

_MOST_ROWS = 262_144  # that are remembered in all, 12 bytes each


class RecentSearches:
    """Searches a store, or remembers what it found; threads may share it.

    Args:
        store: it never changes.
    """

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        # By the query's bytes and the filter, which is the same only where the very same object is asked again.
        self._found: OrderedDict[tuple[bytes, ProductFilter | None], tuple[np.ndarray, np.ndarray]] = OrderedDict()
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
            self._found[key] = found
            self._found.move_to_end(key)
            kept = sum(len(rows) for rows, _ in self._found.values())
            while kept > _MOST_ROWS and len(self._found) > 1:
                kept -= len(self._found.popitem(last=False)[1][0])
        return found

"""The latest searches of one store, so that lists made from one ranking search once: pages, and what is nearest."""

import threading
from collections import OrderedDict

import numpy as np

from search.index.vector_store import ProductFilter, VectorStore

_MOST_BYTES = 4_000_000  # that are remembered in all


class RecentSearches:
    """Searches a store, or remembers what it found; threads may share it.

    Args:
        store: it never changes.
    """

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        self._found: OrderedDict[bytes, tuple[np.ndarray, np.ndarray]] = OrderedDict()  # by the query's bytes
        self._bytes = 0
        self._lock = threading.Lock()

    def at_least(self, query: np.ndarray, k: int, only: ProductFilter | None) -> tuple[np.ndarray, np.ndarray]:
        """The best rows and their scores as ``VectorStore.search`` gives them, k or more, as far as there are.

        A filtered search isn't remembered: a filter of a million products takes more memory than all that is.

        Raises:
            ValueError, StoreUnavailableError: as ``VectorStore.search`` does.
        """
        if only is not None:
            return self._store.search(query, k, only)
        key = query.tobytes()
        with self._lock:
            known = self._found.get(key)
            if known is not None and len(known[0]) >= k:
                self._found.move_to_end(key)
                return known
        found = self._store.search(query, k)
        with self._lock:
            before = self._found.pop(key, None)
            self._bytes += _size(key, found) - (0 if before is None else _size(key, before))
            self._found[key] = found
            while self._bytes > _MOST_BYTES and len(self._found) > 1:
                self._bytes -= _size(*self._found.popitem(last=False))
        return found


def _size(key: bytes, found: tuple[np.ndarray, np.ndarray]) -> int:
    return len(key) + sum(array.nbytes for array in found)

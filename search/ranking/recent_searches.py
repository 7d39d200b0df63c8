"""The latest searches of one store, so that lists made from one ranking search once: pages, and what is nearest."""

import threading
import weakref
from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from search.index.vector_store import ProductFilter, VectorStore

_MOST_BYTES = 4_000_000  # that are remembered in all
_MOST_OF_FILTER = 8  # searches by one filter


class _Found(NamedTuple):
    rows: np.ndarray
    scores: np.ndarray
    exact: int  # of the scores, from the first one on


_Key = tuple[bytes, bool]  # of the query, and whether only some of the scores are exact


class RecentSearches:
    """Searches a store, or remembers what it found; threads may share it.

    Args:
        store: it never changes.
    """

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        self._found: OrderedDict[_Key, _Found] = OrderedDict()
        self._filtered: tuple[weakref.ref[ProductFilter], dict[_Key, _Found]] | None = None  # of the latest filter
        self._bytes = 0
        self._lock = threading.Lock()

    def at_least(
        self, query: np.ndarray, k: int, only: ProductFilter | None, exact: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows and their scores as ``VectorStore.search`` gives them, k or more, as far as there are.

        Of filtered searches a few by the latest filter are remembered while somebody else has it: a filter of a million
        products takes more memory than all that is remembered.

        Args:
            query: (D,) of the search.
            k: how many at least.
            only: which products may answer; None for all.
            exact: how many of the scores are exact, no more and no fewer, so that each page counts alike; None: all.

        Raises:
            ValueError, StoreUnavailableError: as ``VectorStore.search`` does.
        """
        key = (query.tobytes(), exact is not None)
        with self._lock:
            known = self._known(key, k, only, exact)
        if known is not None:
            return known
        rows, scores = self._store.search(query, k, only, exact=exact)
        found = _Found(rows, scores, len(rows) if exact is None else exact)
        with self._lock:
            if only is not None:
                of_filter = self._of_filter(only)
                if len(of_filter) >= _MOST_OF_FILTER:  # somebody may have the filter for long
                    of_filter.clear()
                of_filter[key] = found
            else:
                self._remember(key, found)
        return rows, scores

    def _known(
        self, key: _Key, k: int, only: ProductFilter | None, exact: int | None
    ) -> tuple[np.ndarray, np.ndarray] | None:
        memory = self._found if only is None else self._of_filter(only)
        known = memory.get(key)
        if known is not None and len(known.rows) >= k and exact in (None, known.exact):
            if only is None:
                self._found.move_to_end(key)
            return known.rows, known.scores
        estimated = memory.get((key[0], True)) if exact is None else None
        if estimated is not None and estimated.exact >= k:
            return estimated.rows[: estimated.exact], estimated.scores[: estimated.exact]
        return None

    def _of_filter(self, only: ProductFilter) -> dict[_Key, _Found]:
        if self._filtered is None or self._filtered[0]() is not only:
            self._filtered = (weakref.ref(only), {})
        return self._filtered[1]

    def _remember(self, key: _Key, found: _Found) -> None:
        before = self._found.pop(key, None)
        self._bytes += _size(key, found) - (0 if before is None else _size(key, before))
        self._found[key] = found
        while self._bytes > _MOST_BYTES and len(self._found) > 1:
            self._bytes -= _size(*self._found.popitem(last=False))


def _size(key: _Key, found: _Found) -> int:
    return len(key[0]) + found.rows.nbytes + found.scores.nbytes

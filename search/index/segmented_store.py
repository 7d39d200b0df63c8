"""A store whose rows have changed since it was written: a segment beside it that is searched exactly, and tombstones.

It works in front of any engine. The engine's own files stay as they are until the next build folds the changes in.
"""

import numpy as np

from search.index.vector_store import ProductFilter, VectorStore

_WIDENING = 2


class SegmentedStore:
    """The rows of a base store, and more rows after them, without the rows that were removed.

    Args:
        base: the store that was written; it is never changed.
        added: (A, D) float32, the vectors of the rows after the base's.
        removed: rows of the base that answer no more.
    """

    def __init__(self, base: VectorStore, added: np.ndarray, removed: np.ndarray) -> None:
        if added.shape != (len(added), base.dim) or not np.isfinite(added).all():
            raise ValueError(f"Vectors of shape {added.shape} came; finite ones of {base.dim} numbers are needed.")
        self._base = base
        self._added = np.ascontiguousarray(added, np.float32)
        self._removed = np.unique(np.asarray(removed, np.int64))

    @property
    def count(self) -> int:
        """How many rows have a number, those that were removed included."""
        return self._base.count + len(self._added)

    @property
    def dim(self) -> int:
        """How long each vector is."""
        return self._base.dim

    @property
    def probes(self) -> int:
        """Those of the base; the segment is always searched in full."""
        return self._base.probes

    @property
    def estimates(self) -> bool:
        """As the base; the segment's scores are exact."""
        return self._base.estimates

    @property
    def recall(self) -> float | None:
        """That of the base."""
        return self._base.recall

    def search(
        self,
        query: np.ndarray,
        k: int,
        only: ProductFilter | None = None,
        *,
        effort: float = 1.0,
        exact: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows of both; see ``VectorStore.search``.

        Raises:
            ValueError: the query, k or the filter doesn't fit.
        """
        if only is not None and only.product_of.shape != (self.count,):
            raise ValueError(f"A filter over {only.product_of.shape} rows came; the index has {self.count}.")
        rows, scores = self._search_base(query, k, only, effort, exact)
        if not len(self._added):
            return rows, scores
        own = np.arange(len(self._added))
        if only is not None:
            own = own[only.passes(only.product_of[self._base.count :])]
        rows = np.concatenate([rows, self._base.count + own])
        scores = np.concatenate([scores, self._added[own] @ np.asarray(query, np.float32)])
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """The stored vectors of some rows, (R, D) float32, in the order of ``rows`` (R,)."""
        rows = np.asarray(rows, np.int64)
        found = np.empty((len(rows), self.dim), np.float32)
        in_base = rows < self._base.count
        if in_base.any():
            found[in_base] = self._base.vectors(rows[in_base])
        found[~in_base] = self._added[rows[~in_base] - self._base.count]
        return found

    def changed(self, added: np.ndarray, removed: np.ndarray) -> "SegmentedStore":
        """The same store with further rows after these, and without further ones; see ``VectorStore.changed``."""
        removed = np.asarray(removed, np.int64)
        if len(removed) and removed.max() >= self._base.count:
            raise ValueError("Only rows of the base can be removed; leave added ones out instead.")
        return SegmentedStore(
            self._base, np.concatenate([self._added, added]), np.concatenate([self._removed, removed])
        )

    def check(self) -> None:
        """Whether the base can answer; see ``VectorStore.check``."""
        self._base.check()

    def _search_base(
        self, query: np.ndarray, k: int, only: ProductFilter | None, effort: float, exact: int | None
    ) -> tuple[np.ndarray, np.ndarray]:
        if only is not None:  # it lets no product through whose rows were removed
            return self._base.search(query, k, only.first(self._base.count), effort=effort, exact=exact)
        more = min(len(self._removed), k)
        while True:
            rows, scores = self._base.search(query, k + more, effort=effort, exact=exact and exact + more)
            kept = ~np.isin(rows, self._removed)
            if kept.sum() >= k or len(rows) < k + more or more >= len(self._removed):
                return rows[kept][:k], scores[kept][:k]
            more = min(len(self._removed), _WIDENING * more + k)

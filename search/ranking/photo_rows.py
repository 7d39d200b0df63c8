"""Which rows of the vector store each product has, wherever they lie."""

from collections.abc import Sequence

import numpy as np


class PhotoRows:
    """The rows of each product, its first photo first; never changes, so threads may share it.

    Args:
        starts: (P + 1,) int, where each product's rows begin in ``rows``.
        rows: (N,) int, product by product.
    """

    def __init__(self, starts: np.ndarray, rows: np.ndarray) -> None:
        self._starts = starts
        self._rows = rows

    @classmethod
    def of_index(cls, product_of: np.ndarray, products: int) -> "PhotoRows":
        """Those of an index: ``product_of`` (N,) is each row's product, of which the first row is its first photo."""
        rows = np.argsort(product_of, kind="stable").astype(np.int32)
        return cls(np.concatenate([[0], np.cumsum(np.bincount(product_of, minlength=products))]), rows)

    def changed(self, more: Sequence[Sequence[int]]) -> "PhotoRows":
        """The same with more products after these, each with its rows."""
        ends = self._starts[-1] + np.cumsum([len(rows) for rows in more], dtype=np.int64)
        flat = np.array([row for rows in more for row in rows], np.int32)
        return PhotoRows(np.concatenate([self._starts, ends]), np.concatenate([self._rows, flat]))

    def of(self, positions: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of C products, (R,) product by product; and (C,) where each product's begin."""
        chosen = np.asarray(positions, np.int64)
        counts = self.counts(chosen)
        begins = np.cumsum(counts) - counts
        within = np.arange(counts.sum()) - np.repeat(begins, counts)
        return self._rows[np.repeat(self._starts[chosen], counts) + within], begins

    def counts(self, positions: Sequence[int] | np.ndarray) -> np.ndarray:
        """(C,) how many rows each of C products has."""
        chosen = np.asarray(positions, np.int64)
        return self._starts[chosen + 1] - self._starts[chosen]

    def first(self, positions: Sequence[int] | np.ndarray) -> np.ndarray:
        """(C,) the rows of the first photos of C products."""
        return self._rows[self._starts[np.asarray(positions, np.int64)]]

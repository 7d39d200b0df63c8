"""How many of the true nearest vectors a search finds, by which approximate indexes are tuned."""

from collections.abc import Sequence

import faiss
import numpy as np

_EQUAL = 1e-5  # share of a score, or of 1, by which those of equal vectors may differ


class TrueNeighbours:
    """The scores of the vectors that are nearest to some queries.

    Rows alone wouldn't do: where more photos show the same than neighbours are looked at, as a shop's picture for "no
    photo yet" does, any of them is as near as any other.

    Args:
        vectors: (N, D) float32, N >= 1.
        queries: (Q, D) float32.
        k: how many of each query's nearest count.
    """

    def __init__(self, vectors: np.ndarray, queries: np.ndarray, k: int) -> None:
        self.queries, self.k = queries, min(k, len(vectors))
        self._vectors = vectors
        # Block by block: a million vectors' scores for all queries would take gigabytes.
        scores, _ = faiss.knn(np.ascontiguousarray(queries), vectors, self.k, metric=faiss.METRIC_INNER_PRODUCT)
        self._least = scores.min(axis=1)
        self._least -= _EQUAL * np.maximum(1, np.abs(self._least))

    def recall(self, found: Sequence[np.ndarray]) -> float:
        """The share of the nearest that were found.

        Args:
            found: for each query rows, ``k`` different ones at most.
        """
        hits = [
            np.count_nonzero(self._vectors[rows] @ query >= least)
            for rows, query, least in zip(found, self.queries, self._least, strict=True)
        ]
        return float(np.mean(hits)) / self.k

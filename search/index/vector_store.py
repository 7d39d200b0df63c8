"""Vector stores: where vectors are kept and searched. One protocol; FAISS in this process is the default engine.

FAISS does several things silently: a wrong dimension raises an empty AssertionError (not even that under
``python -O``), too large a k and NaN queries return row -1, a NaN row is never found. So everything is checked before
each call.
"""

from pathlib import Path
from typing import Protocol

import faiss
import numpy as np

EXACT_UP_TO = (
    200_000  # vectors: until here comparing with every one is fast enough (benchmarks/speed.py), and never wrong
)
RECALL_WANTED = 0.98  # of the true ten nearest, measured when an approximate index is built
_RECALL_QUERIES = 200
_RECALL_K = 10
_TRAINING_PER_LIST = 50  # FAISS warns below 39


class VectorStore(Protocol):
    """What a search needs of an engine: scores are inner products, larger is better, rows count from 0."""

    @property
    def count(self) -> int:
        """How many vectors there are."""

    @property
    def dim(self) -> int:
        """How long each is."""

    def search(self, query: np.ndarray, k: int, allowed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The best rows for a query.

        Args:
            query: (D,) finite float32.
            k: how many at most, >= 1.
            allowed: (count,) bool, which rows may answer; None for all.

        Returns:
            Rows (int64) and their scores (float32), best first; fewer than k where there are no more.
        """

    def vector(self, row: int) -> np.ndarray:
        """One stored vector, (D,) float32."""


class FaissStore:
    """A FAISS index in memory or memory-mapped from a file, never changed once built."""

    def __init__(self, index: faiss.Index, probes: int = 0) -> None:
        self._index = index
        self._probes = probes  # lists visited per search; 0 for an exact index

    @classmethod
    def build(cls, vectors: np.ndarray, *, exact_up_to: int = EXACT_UP_TO) -> "FaissStore":
        """An index over vectors: exact while that is fast, then inverted lists with as many probes as recall needs.

        Args:
            vectors: (N, D) float32, finite, N >= 1.
            exact_up_to: the largest N that is compared in full.

        Raises:
            ValueError: another shape or type, no rows, or rows that aren't finite.
        """
        _check_vectors(vectors)
        if len(vectors) <= exact_up_to:
            index = faiss.IndexFlatIP(vectors.shape[1])
            index.add(vectors)
            return cls(index)
        lists = int(4 * np.sqrt(len(vectors)))  # the usual rule: FAISS wiki, "Guidelines to choose an index"
        quantiser = faiss.IndexFlatIP(vectors.shape[1])
        index = faiss.IndexIVFFlat(quantiser, vectors.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
        chosen = np.random.default_rng(0).choice(
            len(vectors), min(len(vectors), lists * _TRAINING_PER_LIST), replace=False
        )
        index.train(vectors[chosen])
        index.add(vectors)
        index.set_direct_map_type(faiss.DirectMap.Array)
        store = cls(index, probes=1)
        store._probes = store._choose_probes(vectors)
        return store

    @classmethod
    def open(cls, path: Path, probes: int = 0) -> "FaissStore":
        """An index from its file, memory-mapped so that several processes share one copy.

        Raises:
            RuntimeError: FAISS can't read it.
        """
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        return cls(index, probes)

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._index, str(path))

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return self._index.ntotal

    @property
    def dim(self) -> int:
        """How long each is."""
        return self._index.d

    @property
    def probes(self) -> int:
        """Lists visited per unfiltered search; 0 means that every vector is compared."""
        return self._probes

    def search(self, query: np.ndarray, k: int, allowed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The best rows for a query; see ``VectorStore.search``.

        Raises:
            ValueError: a query of another length or not finite, k below 1, or ``allowed`` of another length.
        """
        query = np.ascontiguousarray(query, np.float32)
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"A query of shape {query.shape} came; {self.dim} finite numbers are needed.")
        if k < 1:
            raise ValueError(f"k={k} came; at least 1 is needed.")
        selector, share = None, 1.0
        if allowed is not None:
            if allowed.shape != (self.count,):
                raise ValueError(f"A filter over {allowed.shape} rows came; the index has {self.count}.")
            share = np.count_nonzero(allowed) / max(1, self.count)
            if share == 0:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        scores, rows = self._index.search(query[None], min(k, self.count), params=self._parameters(selector, share))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def vector(self, row: int) -> np.ndarray:
        """One stored vector, (D,) float32."""
        return self._index.reconstruct(row)

    def _parameters(self, selector: faiss.IDSelector | None, share: float) -> faiss.SearchParameters | None:
        """Per call, never set on the shared index. The narrower the filter, the more lists it takes to fill a page."""
        if not self._probes:
            return faiss.SearchParameters(sel=selector) if selector else None
        probes = min(self._index.nlist, int(np.ceil(self._probes / share)))
        return faiss.SearchParametersIVF(sel=selector, nprobe=probes)

    def _choose_probes(self, vectors: np.ndarray) -> int:
        """The fewest lists (a power of two) that find RECALL_WANTED of the true neighbours of sampled vectors."""
        rng = np.random.default_rng(1)
        queries = vectors[rng.choice(len(vectors), min(len(vectors), _RECALL_QUERIES), replace=False)]
        _, true_rows = faiss.knn(queries, vectors, _RECALL_K, metric=faiss.METRIC_INNER_PRODUCT)
        probes = 1
        while probes < self._index.nlist:
            _, rows = self._index.search(queries, _RECALL_K, params=faiss.SearchParametersIVF(nprobe=probes))
            hits = [len(np.intersect1d(found, true)) for found, true in zip(rows, true_rows, strict=True)]
            if np.mean(hits) / _RECALL_K >= RECALL_WANTED:
                break
            probes *= 2
        return min(probes, self._index.nlist)


def _check_vectors(vectors: np.ndarray) -> None:
    if vectors.ndim != 2 or vectors.dtype != np.float32 or not len(vectors):
        raise ValueError(
            f"Vectors of shape {vectors.shape} and type {vectors.dtype} came; (N >= 1, D) float32 is needed."
        )
    if not np.isfinite(vectors).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(vectors).all(axis=1))} vectors are not finite.")

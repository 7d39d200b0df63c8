"""The vector store in this process: a FAISS index in one file, exact or approximate.

FAISS does several things silently: a wrong dimension raises an empty AssertionError (not even that under
``python -O``), too large a k and NaN queries return row -1, a NaN row is never found. So everything is checked before
each call.
"""

from pathlib import Path

import faiss
import numpy as np

from search.index.segmented_store import SegmentedStore
from search.index.vector_store import ProductFilter

# Vectors: until here comparing with every one is fast enough (benchmarks/speed.py), and never wrong.
EXACT_UP_TO = 200_000
RECALL_WANTED = 0.98  # of the true ten nearest, measured when an approximate index is built
_RECALL_QUERIES = 200
_RECALL_K = 10
_WIDENING = 4  # times as many lists are visited if those visited held too few rows
_TRAINING_PER_LIST = 50  # FAISS warns below 39


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
            OSError: there is no such file. RuntimeError: FAISS can't read it. ValueError: it is cut off.
        """
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if path.stat().st_size < 4 * index.ntotal * index.d:  # reading a mapped page that isn't there ends the process
            raise ValueError(f"{path.name} is cut off")
        return cls(index, probes)

    def save(self, path: Path) -> None:
        """Write the index to a file; raises OSError, with the system's reason, if that fails."""
        with path.open("wb") as file:  # FAISS's own writer overlooks a disk that is full when it closes the file
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))

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

    def search(self, query: np.ndarray, k: int, only: ProductFilter | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The best rows for a query; see ``VectorStore.search``.

        Raises:
            ValueError: a query of another length or not finite, k below 1, or a filter over another number of rows.
        """
        query = np.ascontiguousarray(query, np.float32)
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"A query of shape {query.shape} came; {self.dim} finite numbers are needed.")
        if k < 1:
            raise ValueError(f"k={k} came; at least 1 is needed.")
        if only is not None and only.product_of.shape != (self.count,):
            raise ValueError(f"A filter over {only.product_of.shape} rows came; the index has {self.count}.")
        there_are = self.count if only is None else only.count
        wanted = min(k, there_are)
        if not wanted:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        selector = None if only is None else faiss.IDSelectorBitmap(only.bitmap)
        # The narrower the filter, the more lists it takes to fill a page.
        probes = min(self._lists, int(np.ceil(self._probes * self.count / there_are)))
        while True:
            scores, rows = self._index.search(query[None], wanted, params=self._parameters(selector, probes))
            found = rows[0] >= 0
            if found.all() or probes >= self._lists:
                return rows[0][found], scores[0][found]
            probes = min(self._lists, _WIDENING * probes)

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """The stored vectors of some rows, (R, D) float32, in the order of ``rows`` (R,)."""
        return self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))

    def changed(self, added: np.ndarray, removed: np.ndarray) -> SegmentedStore:
        """The same rows with more beside them in memory, and without some; see ``VectorStore.changed``."""
        return SegmentedStore(self, added, removed)

    def check(self) -> None:
        """Nothing: what is open in this process answers."""

    @property
    def _lists(self) -> int:
        """How many lists there are to visit; 0 for an exact index."""
        return self._index.nlist if self._probes else 0

    def _parameters(self, selector: faiss.IDSelector | None, probes: int) -> faiss.SearchParameters | None:
        """Per call, never set on the shared index."""
        if probes:
            return faiss.SearchParametersIVF(sel=selector, nprobe=probes)
        return faiss.SearchParameters(sel=selector) if selector else None

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

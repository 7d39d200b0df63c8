"""The vector store in this process: a FAISS index in one file, exact or approximate.

FAISS does several things silently: a wrong dimension raises an empty AssertionError (not even that under
``python -O``), too large a k and NaN queries return row -1, a NaN row is never found. So everything is checked before
each call.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from search.index.compact_codes import CompactCodes
from search.index.faiss_building import CODES_FROM, FLOAT16, FLOAT32, BuiltIndex, build_exact, build_lists
from search.index.list_search import ListSearch
from search.index.segmented_store import SegmentedStore
from search.index.vector_store import ExpectedSearches, ProductFilter

# Vectors: until here comparing with every one is fast enough (benchmarks/scaling.py), and never wrong.
EXACT_UP_TO = 20_000
_FEW = 1_024  # rows that a filter lets through: so many are compared one by one
CODES_SUFFIX = ".codes"  # of the file beside the index
_BYTES = {FLOAT32: 4, FLOAT16: 2}  # a number


class FaissStore:
    """A FAISS index in memory or memory-mapped from a file, never changed once built."""

    def __init__(
        self,
        index: faiss.Index,
        probes: int = 0,
        recall: float | None = None,
        codes: CompactCodes | None = None,
        parts: Sequence[int] = (),
    ) -> None:
        self._index = index
        self._probes = probes  # lists visited per search; 0 for an exact index
        self._recall = recall
        self._codes = codes
        self._lists = ListSearch(index, codes, parts)

    @classmethod
    def build(
        cls,
        vectors: np.ndarray,
        *,
        exact_up_to: int = EXACT_UP_TO,
        codes_from: int = CODES_FROM,
        precision: str | None = None,
        expected: ExpectedSearches | None = None,
    ) -> "FaissStore":
        """An index over vectors: exact while that is fast, then inverted lists with as many probes as recall needs.

        Args:
            vectors: (N, D) float32, finite, N >= 1.
            exact_up_to: the largest N that is compared in full.
            codes_from: rows that a search visits from which it does so by compact codes.
            precision: "float32" or "float16", of the numbers that are stored; None: as suits the number of vectors.
            expected: what searches will be like; None: the stored vectors themselves are searched for.

        Raises:
            ValueError: another shape or type, no rows, or rows that aren't finite.
        """
        _check_vectors(vectors)
        exact = len(vectors) <= exact_up_to
        precision = precision or (FLOAT32 if exact else FLOAT16)
        if exact:
            built: BuiltIndex = build_exact(vectors, precision)
        else:
            built = build_lists(vectors, precision, expected or _expect_the_same(vectors), codes_from)
        return cls(built.index, built.probes, built.recall, built.codes)

    @classmethod
    def open(cls, path: Path, probes: int = 0, parts: Sequence[int] = ()) -> "FaissStore":
        """An index from its file, memory-mapped so that several processes share one copy.

        Args:
            path: the file.
            probes: as ``probes`` was when it was built.
            parts: as for ``open_store``.

        Raises:
            OSError: there is no such file. RuntimeError: FAISS can't read it. ValueError: it is cut off.
        """
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        # Reading a mapped page that isn't there ends the process.
        if path.stat().st_size < _BYTES[_precision(index)] * index.ntotal * index.d:
            raise ValueError(f"{path.name} is cut off")
        codes = path.with_suffix(CODES_SUFFIX)
        return cls(index, probes, None, CompactCodes.open(codes) if probes and codes.exists() else None, parts)

    def save(self, path: Path) -> None:
        """Write the index to a file, and its codes to one beside it.

        Raises:
            OSError: with the system's reason, if that fails.
        """
        with path.open("wb") as file:  # FAISS's own writer overlooks a disk that is full when it closes the file
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))
        if self._codes is not None:
            self._codes.save(path.with_suffix(CODES_SUFFIX))

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

    @property
    def estimates(self) -> bool:
        """Whether searches give estimates where exact scores aren't asked for: those by compact codes do."""
        return self._lists.estimates

    @property
    def recall(self) -> float | None:
        """Share of the true nearest that searches found when the index was built; None: it was only opened."""
        return self._recall

    def search(
        self,
        query: np.ndarray,
        k: int,
        only: ProductFilter | None = None,
        *,
        effort: float = 1.0,
        exact: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
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
        if not self._probes:
            parameters = None if only is None else faiss.SearchParameters(sel=faiss.IDSelectorBitmap(only.bitmap))
            scores, rows = self._index.search(query[None], wanted, params=parameters)
            return rows[0], scores[0]
        if only is not None and there_are <= _FEW:
            return self._search_each(query, wanted, only)
        return self._lists.best(query, wanted, only, self._probes, effort, exact)

    def _search_each(self, query: np.ndarray, k: int, only: ProductFilter) -> tuple[np.ndarray, np.ndarray]:
        """The best of few rows, each of which is compared."""
        rows = _set_bits(only.bitmap)
        scores = self.vectors(rows) @ query
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """The stored vectors of some rows, (R, D) float32, in the order of ``rows`` (R,)."""
        return self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))

    def changed(self, added: np.ndarray, removed: np.ndarray) -> SegmentedStore:
        """The same rows with more beside them in memory, and without some; see ``VectorStore.changed``."""
        return SegmentedStore(self, added, removed)

    def check(self) -> None:
        """Nothing: what is open in this process answers."""


def _precision(index: faiss.Index) -> str:
    return FLOAT16 if isinstance(index, (faiss.IndexScalarQuantizer, faiss.IndexIVFScalarQuantizer)) else FLOAT32


def _set_bits(bitmap: np.ndarray) -> np.ndarray:
    """(R,) int64, the places of a bitmap's set bits, ascending."""
    full = np.flatnonzero(bitmap)
    bits = np.unpackbits(bitmap[full], bitorder="little").reshape(-1, 8)
    byte, bit = np.nonzero(bits)
    return full[byte] * 8 + bit


def _expect_the_same(vectors: np.ndarray) -> ExpectedSearches:
    """Searches for stored vectors, unweighed."""
    chosen = np.random.default_rng(1).choice(len(vectors), min(len(vectors), 200), replace=False)
    return ExpectedSearches(np.ones(vectors.shape[1], np.float32), vectors[chosen])


def _check_vectors(vectors: np.ndarray) -> None:
    if vectors.ndim != 2 or vectors.dtype != np.float32 or not len(vectors):
        raise ValueError(
            f"Vectors of shape {vectors.shape} and type {vectors.dtype} came; (N >= 1, D) float32 is needed."
        )
    if not np.isfinite(vectors).all():
        raise ValueError(f"{np.count_nonzero(~np.isfinite(vectors).all(axis=1))} vectors are not finite.")

"""Compact codes of the vectors in a FAISS index's inverted lists, by which a search finds out which rows to look at.

Comparing a query with the vectors themselves takes reading them, a kilobyte each. A code takes 4 bits for 4 numbers
(product quantisation), and FAISS compares 32 of them at once. Its score is rough, so a search takes a shortlist by
codes and compares the vectors of these rows alone.

Source: Jégou, Douze, Schmid, "Product quantization for nearest neighbor search", 2011; André, Kermarrec, Le Scouarnec,
"Cache locality is not enough: high-performance nearest neighbor search with product quantization fast scan", 2015.
"""

from pathlib import Path

import faiss
import numpy as np

from search.index.mapped_lists import map_lists, write_lists

_GROUP = 4  # numbers that share a code
_BITS = 4  # of a code
_TRAINING = 40_000  # vectors
_ROUNDS = 12  # of k-means
_BATCH = 50_000
LEAST_DIM = 2 * _GROUP
LISTS_SUFFIX = ".lists"  # of the file beside that of the codes


class CompactCodes:
    """Codes of the rows in inverted lists, of which they have the same ones; never changes, so threads may share it.

    Args:
        index: a linear transformation of queries, and the codes of vectors that were transformed to suit it.
        lists: of the index, if it has none of its own.
    """

    def __init__(self, index: faiss.IndexPreTransform, lists: faiss.InvertedLists | None = None) -> None:
        self._index = index
        self._mapped = lists  # which FAISS wouldn't keep in memory
        self._codes = faiss.downcast_index(index.index)
        turn = faiss.downcast_VectorTransform(index.chain.at(0))
        self._turn = faiss.vector_to_array(turn.A).reshape(turn.d_out, turn.d_in)

    @classmethod
    def build(cls, vectors: np.ndarray, lists: np.ndarray, centroids: np.ndarray, scale: np.ndarray) -> "CompactCodes":
        """Codes of vectors whose lists are known.

        What a code says of a vector is its difference from its list's centroid, whose directions are turned so that
        each group of numbers has as much of what varies as the others.

        Args:
            vectors: (N, D) float32, N >= 1, D >= LEAST_DIM.
            lists: (N,) int64, the list of each.
            centroids: (L, D) float32.
            scale: (D,) positive: how much a difference in each number counts in searches, squared.
        """
        chosen = np.sort(np.random.default_rng(2).choice(len(vectors), min(len(vectors), _TRAINING), replace=False))
        differences = (vectors[chosen] - centroids[lists[chosen]]) * scale
        directions = _balanced_directions(differences)
        dim = directions.shape[1]
        scaled = (directions * scale[:, None]).astype(np.float32)  # (D, dim), of vectors
        quantiser = faiss.IndexFlatIP(dim)
        quantiser.add(centroids @ scaled)
        index = faiss.IndexIVFPQ(quantiser, dim, len(centroids), dim // _GROUP, _BITS, faiss.METRIC_INNER_PRODUCT)
        index.by_residual = True
        index.pq.cp.niter, index.pq.cp.seed, index.pq.cp.min_points_per_centroid = _ROUNDS, 1, 1
        index.pq.train(np.ascontiguousarray(differences @ directions, np.float32))
        index.is_trained = True
        for start in range(0, len(vectors), _BATCH):
            batch = np.ascontiguousarray(vectors[start : start + _BATCH] @ scaled)
            ids = np.arange(start, start + len(batch), dtype=np.int64)
            places = np.ascontiguousarray(lists[start : start + len(batch)])
            index.add_core(len(batch), faiss.swig_ptr(batch), faiss.swig_ptr(ids), faiss.swig_ptr(places))
        codes = faiss.IndexIVFPQFastScan(index)
        codes.quantizer.reset()  # searches know how near each list is
        turn = faiss.LinearTransform(len(scale), dim, False)
        faiss.copy_array_to_vector((directions / scale[:, None]).T.astype(np.float32).ravel(), turn.A)
        turn.is_trained = True
        return cls(faiss.IndexPreTransform(turn, codes))

    @classmethod
    def open(cls, path: Path) -> "CompactCodes":
        """Codes from their files, memory-mapped so that several processes share one copy.

        Those of an earlier version have one file, which each process reads.

        Raises:
            OSError, RuntimeError: a file can't be read. ValueError: it is cut off.
        """
        index = faiss.read_index(str(path))
        codes = faiss.downcast_index(index.index)
        if codes.invlists.compute_ntotal():
            return cls(index)
        mapped = map_lists(path.with_suffix(LISTS_SUFFIX), codes.M2 // 2, codes.nlist, codes.ntotal)
        codes.replace_invlists(mapped, False)
        return cls(index, mapped)

    def save(self, path: Path) -> None:
        """Write them to a file and their lists to one beside it; raises OSError, with the system's reason, if it fails.

        Nobody may search them meanwhile.
        """
        codes = self._codes
        lists, owned = codes.invlists, codes.own_invlists
        write_lists(lists, codes.M2 // 2, path.with_suffix(LISTS_SUFFIX))
        empty = faiss.ArrayInvertedLists(codes.nlist, codes.code_size)
        codes.own_invlists = False
        codes.replace_invlists(empty, False)
        try:
            with path.open("wb") as file:
                faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))
        finally:
            codes.replace_invlists(lists, owned)

    def turned(self, query: np.ndarray) -> np.ndarray:
        """A query (D,) float32 as ``shortlist`` takes it."""
        return self._turn @ query

    def shortlist(
        self, turned: np.ndarray, count: int, lists: np.ndarray, nearness: np.ndarray, only: faiss.IDSelector | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows of some lists by their codes, and what their scores probably are.

        Args:
            turned: the query, from ``turned``.
            count: how many at most.
            lists: (L,) int64.
            nearness: (L,) float32, the query's score with each list's centroid.
            only: which rows may answer; None: all.

        Returns:
            (R,) int64, so many or all that the lists hold, and (R,) float32, best first.
        """
        rows, scores = np.empty(count, np.int64), np.empty(count, np.float32)
        parameters = faiss.SearchParametersIVF(sel=only, nprobe=len(lists))
        pointers = [faiss.swig_ptr(array) for array in (lists, nearness, scores, rows)]
        self._codes.search_preassigned_c(1, faiss.swig_ptr(turned), count, *pointers, False, parameters)
        found = rows >= 0
        return rows[found], scores[found]


def _balanced_directions(differences: np.ndarray) -> np.ndarray:
    """(D, dim) orthonormal directions, group by group, each with about as much of the variance of (T, D) vectors.

    The groups take turns at the directions in which most varies, there and back, so the few that hold most of it lie in
    as many groups. Codes of 4 directions that vary alike would say little of any of them.
    """
    values, directions = np.linalg.eigh(differences.T.astype(np.float64) @ differences)
    groups = len(values) // _GROUP
    turns = np.arange(_GROUP * groups).reshape(_GROUP, groups)
    turns[1::2] = turns[1::2, ::-1]
    return directions[:, np.argsort(-values, kind="stable")[turns.T.ravel()]].astype(np.float32)

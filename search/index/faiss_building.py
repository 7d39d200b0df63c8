"""How a FAISS index is built: exact, or with inverted lists that fit the searches to come, and a measured recall.

Searches weigh the parts of a vector, so neighbours under plain cosines are not those that a search wants. So vectors
are assigned to lists by the weights of the searches that are expected, and how many lists a search visits is measured
with such searches, too.
"""

from dataclasses import dataclass

import faiss
import numpy as np

from search.index.compact_codes import LEAST_DIM, CompactCodes
from search.index.list_search import ListSearch
from search.index.recall import TrueNeighbours
from search.index.vector_store import ExpectedSearches

FLOAT32, FLOAT16 = "float32", "float16"
RECALL_WANTED = 0.993  # of the true RECALL_K nearest, so that other searches than those measured find 0.99
RECALL_K = 24
_LEAST_FACTOR = 0.05  # of the largest one: what no search weighs still tells vectors apart a little
_TRAINING_PER_LIST = 40  # FAISS advises 39 at least
_ROUNDS = 8  # of k-means
_BATCH = 50_000
_WIDENING = 1.19
# Rows that a search visits from which compact codes pay: each shortlist costs about as much as comparing half as many.
CODES_FROM = 20_000
_MOST_FOR_CODES = 2.0  # times as many lists as without codes: beyond, a search by codes would cost as much


@dataclass(frozen=True)
class BuiltIndex:
    """An index, and how it is to be searched."""

    index: faiss.Index
    probes: int = 0  # lists visited per search; 0: it is exact
    recall: float = 1.0  # share of the true RECALL_K nearest that was found
    codes: CompactCodes | None = None  # by which it is searched; None: they would lose too much


def build_exact(vectors: np.ndarray, precision: str) -> BuiltIndex:
    """An index that compares a query with every vector (N, D)."""
    dim = vectors.shape[1]
    if precision == FLOAT32:
        index = faiss.IndexFlatIP(dim)
    else:
        index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.add(vectors)
    return BuiltIndex(index)


def build_lists(
    vectors: np.ndarray, precision: str, expected: ExpectedSearches, codes_from: int = CODES_FROM
) -> BuiltIndex:
    """An index of inverted lists, of which a search visits as many as RECALL_WANTED takes.

    Args:
        vectors: (N, D) float32.
        precision: FLOAT32 or FLOAT16.
        expected: what searches will be like.
        codes_from: rows that a search visits from which it does so by compact codes, if these lose nothing.
    """
    count, dim = vectors.shape
    lists = min(count, int(4 * np.sqrt(count)))  # the usual rule: FAISS wiki, "Guidelines to choose an index"
    factors = np.maximum(expected.factors, _LEAST_FACTOR * expected.factors.max())
    scale = np.sqrt(factors).astype(np.float32)  # inner products of scaled vectors are then scores
    centroids, assigned = _cluster(vectors, lists, scale)
    quantiser = faiss.IndexFlatIP(dim)
    quantiser.add(centroids)
    if precision == FLOAT32:
        index = faiss.IndexIVFFlat(quantiser, dim, lists, faiss.METRIC_INNER_PRODUCT)
    else:
        half = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexIVFScalarQuantizer(quantiser, dim, lists, half, faiss.METRIC_INNER_PRODUCT, False)
    index.is_trained = True
    for start in range(0, count, _BATCH):
        batch = np.ascontiguousarray(vectors[start : start + _BATCH])
        ids = np.arange(start, start + len(batch), dtype=np.int64)
        places = np.ascontiguousarray(assigned[start : start + len(batch)])
        index.add_core(len(batch), faiss.swig_ptr(batch), faiss.swig_ptr(ids), faiss.swig_ptr(places))
    index.set_direct_map_type(faiss.DirectMap.Array)
    true = TrueNeighbours(vectors, expected.queries, RECALL_K)
    probes, recall = _choose_probes(ListSearch(index), true, most=lists)
    if dim >= LEAST_DIM and probes * count / lists >= codes_from:
        codes = CompactCodes.build(vectors, assigned, centroids, scale)
        most = min(lists, int(_MOST_FOR_CODES * probes))
        more_probes, reached = _choose_probes(ListSearch(index, codes), true, probes, most)
        if reached >= min(recall, RECALL_WANTED):
            return BuiltIndex(index, more_probes, reached, codes)
    return BuiltIndex(index, probes, recall)


def _cluster(vectors: np.ndarray, lists: int, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centroids (lists, D) as the vectors are scaled, and for each vector its list (N,) int64."""
    most = lists * _TRAINING_PER_LIST
    chosen = np.random.default_rng(0).choice(len(vectors), min(len(vectors), most), replace=False)
    clustering = faiss.Kmeans(
        vectors.shape[1],
        lists,
        niter=_ROUNDS,
        seed=1,
        max_points_per_centroid=_TRAINING_PER_LIST,
        min_points_per_centroid=1,
    )
    clustering.train(vectors[np.sort(chosen)] * scale)
    assigned = np.empty(len(vectors), np.int64)
    for start in range(0, len(vectors), _BATCH):
        assigned[start : start + _BATCH] = clustering.assign(vectors[start : start + _BATCH] * scale)[1]
    return (clustering.centroids / scale).astype(np.float32), assigned


def _choose_probes(search: ListSearch, true: TrueNeighbours, probes: int = 1, most: int = 1) -> tuple[int, float]:
    """About the fewest lists that find RECALL_WANTED of the true neighbours, and the share that they find.

    Args:
        search: of the index.
        true: the neighbours of queries.
        probes: lists to begin with.
        most: how many are tried at most.
    """
    while True:
        recall = true.recall([search.best(query, true.k, None, probes)[0] for query in true.queries])
        if recall >= RECALL_WANTED or probes >= most:
            return probes, recall
        probes = min(most, int(np.ceil(probes * _WIDENING)))

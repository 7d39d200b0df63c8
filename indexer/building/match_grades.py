"""How alike a category's products are to one another, sampled while an index is built; match grades go by it."""

import numpy as np

from indexer.corpus.sampling import spread_evenly
from search.index.match_grades import LEVELS, SimilarityCalibration
from search.model.balance import Balance

PROBES = 64  # products of a category whose first photo asks, evenly over the catalogue
CANDIDATES = 256  # products that they are compared with; both bound the cost for any size of category
ENOUGH_PAIRS = 100  # below, the 99 % quantile is one pair's whim; then the whole catalogue's distribution serves


def measure_similarity(
    vectors: np.ndarray,
    photo_product: np.ndarray,
    categories: list[str],
    groups: np.ndarray,
    balance: Balance,
) -> SimilarityCalibration:
    """The score distributions of pairs of different products, by category. The same input gives the same output.

    Args:
        vectors: (N, D) float32, one row a photo, a product's rows one after the other.
        photo_product: (N,) int, ascending: position of each row's product.
        categories: (P,) the products' categories.
        groups: (P,) int, equal for colour variants of one product, which are no pair.
        balance: the weights of the vectors' parts under which products are searched.
    """
    first_row = np.searchsorted(photo_product, np.arange(len(categories) + 1))
    codes = np.unique(categories, return_inverse=True)[1]
    by_category: dict[str, np.ndarray] = {}
    for members in np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1]):
        probes, candidates = (members[spread_evenly(len(members), most)] for most in (PROBES, CANDIDATES))
        queries = balance.weigh(vectors[first_row[probes]])
        scores = _best_photo_scores(queries, candidates, vectors, first_row)
        by_category[categories[members[0]]] = scores[groups[probes][:, None] != groups[candidates][None]]
    everything = np.concatenate(list(by_category.values()))
    overall = {"overall": _quantiles(everything)} if len(everything) >= ENOUGH_PAIRS else {}
    own = {name: _quantiles(scores) for name, scores in by_category.items() if len(scores) >= ENOUGH_PAIRS}
    return SimilarityCalibration(**overall, categories=own)


def _best_photo_scores(
    queries: np.ndarray, candidates: np.ndarray, vectors: np.ndarray, first_row: np.ndarray
) -> np.ndarray:
    """(queries, candidates): each candidate's score by its best photo."""
    rows = [np.arange(first_row[position], first_row[position + 1]) for position in candidates]
    starts = np.cumsum([0, *map(len, rows)])[:-1]
    return np.maximum.reduceat(queries @ vectors[np.concatenate(rows)].T, starts, axis=1)


def _quantiles(scores: np.ndarray) -> tuple[float, ...]:
    return tuple(np.quantile(scores, LEVELS).round(4).tolist())

"""The products that are closest in style to something, without those that must not be offered beside it."""

from collections.abc import Iterable, Sequence

import numpy as np

from search.index.vector_store import ProductFilter, VectorStore
from search.ranking.product_scores import best_photos
from search.ranking.ranker import Ranker

# Of the usual effort: a shortlist by style, of which colours and stock then choose, may miss some of the closest. 93 %
# of what goes with a photo is then what an exact search finds, and what stands there instead scores as high to 0.0005.
_EFFORT = 0.25


class StyleSearch:
    """Searches one index by style for one query.

    Args:
        query: (D,) weighed for style alone.
        store: the vectors, one row a photo.
        product_of: (N,) int, position of each row's product.
        ranker: of the same products.
        left_out: groups whose products are never found.
    """

    def __init__(
        self, query: np.ndarray, store: VectorStore, product_of: np.ndarray, ranker: Ranker, left_out: Iterable[int]
    ) -> None:
        self._query = query
        self._store = store
        self._product_of = product_of
        self._ranker = ranker
        members = [ranker.groups.members(group) for group in left_out]
        self._rows_left_out, _ = ranker.rows.of(np.concatenate(members) if members else np.empty(0, np.int64))

    def finds_any(self, only: ProductFilter) -> bool:
        """Whether a filter lets anything through."""
        left_out = len(self._rows_left_out)
        return only.count > left_out or only.count > int(
            np.count_nonzero(only.passes(self._product_of[self._rows_left_out]))
        )

    @property
    def estimates(self) -> bool:
        """Whether ``closest`` only estimates how close products are."""
        return self._store.estimates

    def closest(self, only: ProductFilter, photos: int) -> tuple[np.ndarray, np.ndarray]:
        """Positions and closeness of the products to which so many of the closest photos belong, best first."""
        wanted = photos + len(self._rows_left_out)
        rows, scores = self._store.search(self._query, wanted, only, effort=_EFFORT, exact=0)
        if len(self._rows_left_out):
            kept = (rows[:, None] != self._rows_left_out).all(axis=1)
            rows, scores = rows[kept], scores[kept]
        rows, scores = rows[:photos], scores[:photos]
        return best_photos(self._product_of[rows], scores)

    def closeness(self, positions: Sequence[int] | np.ndarray) -> np.ndarray:
        """(C,) of C products by their closest photos, wherever they rank."""
        if not len(positions):
            return np.empty(0, np.float32)
        vectors, starts = self._ranker.photo_vectors(positions)
        return np.maximum.reduceat(vectors @ self._query, starts)

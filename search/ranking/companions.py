"""What goes with a photo or a product: the anchor that is looked for, and the hits that are found for it."""

from collections.abc import Iterable

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.index.vector_store import VectorStore
from search.query import Hit, QueryEmbedding
from search.ranking.complementary import Anchor, find_complementary
from search.ranking.curation import AppliedCuration, Curation
from search.ranking.genders import NearProduct, ProductGenders
from search.ranking.hits import HitWriter
from search.ranking.ranker import Ranker
from search.ranking.style_search import StyleSearch


class Companions:
    """Finds what goes with things in one index; never changes, so threads may share it.

    Args:
        snapshot: the index.
        store: its vectors, one row a photo.
        product_of: (N,) int, position of each row's product.
        columns: the products.
        ranker: of the same products.
        hits: the same.
        genders: the same.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        store: VectorStore,
        product_of: np.ndarray,
        columns: ProductColumns,
        ranker: Ranker,
        hits: HitWriter,
        genders: ProductGenders,
    ) -> None:
        self._supercategories = snapshot.supercategories
        self._balance = snapshot.balance
        self._store = store
        self._product_of = product_of
        self._columns = columns
        self._ranker = ranker
        self._hits = hits
        self._genders = genders

    def of_photo(
        self,
        seen: QueryEmbedding,
        category: str | None,
        claimed: str | None,
        near: list[NearProduct],
        limit: int,
        curation: Curation,
    ) -> tuple[Hit, ...]:
        """What goes with the product in a photo, whatever the shopper filters by.

        Args:
            seen: the photo.
            category: the category that is the most probable, or the one that the shopper named; None: there is none.
            claimed: the same if the answer says it; None if it asks.
            near: the nearest products, the nearest first. The variants of the first one are never offered.
            limit: how many at most.
            curation: what the shop decided about this list.
        """
        gender = self._genders.of_photo(claimed, near)
        group = int(self._columns.group[near[0].position]) if near else None
        return self._find(Anchor(category, seen.colour, group), gender, seen.vector, limit, curation)

    def of_product(self, position: int, limit: int, curation: Curation) -> tuple[Hit, ...]:
        """What goes with a product of the catalogue."""
        columns = self._columns
        anchor = Anchor(
            columns.category.value(position), columns.seen_colour.value(position), int(columns.group[position])
        )
        vector = self._ranker.first_vectors([position])[0]
        return self._find(anchor, self._genders.of(position), vector, limit, curation)

    def _find(
        self, anchor: Anchor, gender: str | None, vector: np.ndarray, limit: int, curation: Curation
    ) -> tuple[Hit, ...]:
        query = self._balance.with_colour_weight(0.0).weigh(vector)
        supercategories = {**self._supercategories, **curation.supercategories}
        products = self._ranker.filters

        def search_for(left_out: Iterable[int]) -> StyleSearch:
            return StyleSearch(query, self._store, self._product_of, self._ranker, left_out)

        found = find_complementary(
            anchor,
            products,
            products.kept(("for", gender), lambda: None if gender is None else self._genders.fit(gender)),
            supercategories,
            search_for,
            limit,
            curation=AppliedCuration(curation, products),
            weights=curation.weights,
        )
        return self._hits.complementary(found, anchor, supercategories)

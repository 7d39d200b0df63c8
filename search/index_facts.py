"""What an index says without being searched: its products, their counts, and which of them stand alone."""

from collections.abc import Sequence
from functools import cached_property

from search.errors import UnknownProductError
from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.query import Facets, SearchRequest, SnapshotInfo
from search.ranking.curation import NOTHING, Curation, shown_mask
from search.ranking.facets import FacetCounter
from search.ranking.listing import find_positions, mark_products
from search.ranking.neighbour_map import NeighbourMap, draw_map, find_isolated
from search.ranking.ranker import Ranker

_DEFAULT = SearchRequest()


class IndexFacts:
    """The part of a search engine that ranks nothing."""

    _snapshot: Snapshot
    _columns: ProductColumns
    _ranker: Ranker

    @property
    def snapshot(self) -> SnapshotInfo:
        """Which index this is."""
        return self._snapshot.info

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that the indexed products have, sorted."""
        return tuple(sorted(self._columns.categories))

    @cached_property
    def filter_values(self) -> dict[str, tuple[str, ...]]:
        """Parameter of each text filter -> the values that products have, most frequent first."""
        return self._columns.frequent_values()

    @property
    def supercategories(self) -> dict[str, str]:
        """The coarse kind of thing that each category is, as far as that was worked out."""
        return dict(self._snapshot.supercategories)

    @property
    def colour_weight(self) -> float:
        """How much colour counts against shape unless asked otherwise, 0 to 1."""
        return self._snapshot.balance.colour_weight

    def title(self, product_id: str) -> str | None:
        """The product's title when the index was built; raises UnknownProductError."""
        return self._columns.titles[self._position(product_id)].as_py()

    def holds(self, product_id: str) -> bool:
        """Whether the index has a product."""
        return product_id in self._columns.position_of

    def facets(
        self,
        request: SearchRequest = _DEFAULT,
        *,
        like: str | None = None,
        curation: Curation = NOTHING,
        among: Sequence[str] | None = None,
    ) -> Facets:
        """How many hits a ranking has on all its pages, and what each further filter would leave of it.

        Args:
            request: that of the ranking.
            like: the product whose look-alikes are ranked, which isn't one of them; None for a photo's.
            curation: that of the ranking; what it hides isn't counted.
            among: ids of the only products that are listed; None for all.

        Raises:
            UnknownProductError: the index has no product ``like``.
        """
        counter = self._card_counter if request.collapse else self._product_counter
        excluded = None if like is None else self._position(like)
        shown = shown_mask(curation, self._columns)
        if among is not None:
            listed = mark_products(find_positions(among, self._columns), len(self._columns))
            shown = listed if shown is None else shown & listed
        return counter.count(request.filters, exclude=excluded, shown=shown)

    def map_products(self, product_ids: Sequence[str]) -> NeighbourMap:
        """Where some products lie to one another, by their first photos; raises UnknownProductError."""
        vectors = self._ranker.first_vectors([self._position(product_id) for product_id in product_ids])
        return draw_map(
            product_ids, self._snapshot.balance.scale(vectors)
        )  # a distance then says of two what their score does

    @cached_property
    def isolated(self) -> tuple[str, ...] | None:
        """The products that have no close neighbour, the most isolated first; None if the index doesn't know."""
        nearest = self._snapshot.nearest
        if nearest is None:
            return None
        positions = find_isolated(nearest, self._columns.category, self._snapshot.similarity)
        alive = self._columns.alive
        return tuple(self._columns.product_ids[one] for one in positions if alive is None or alive[one])

    @cached_property
    def _card_counter(self) -> FacetCounter:
        return FacetCounter(self._columns)

    @cached_property
    def _product_counter(self) -> FacetCounter:
        return FacetCounter(self._columns, collapse=False)

    def _position(self, product_id: str) -> int:
        try:
            return self._columns.position_of[product_id]
        except KeyError:
            raise UnknownProductError(
                f"The index holds no product {product_id!r}. It may be new (run `make index`), sold off, or mistyped."
            ) from None

"""Look-alikes: what a photo or a product is like, ranked, graded and curated."""

from collections.abc import Collection, Sequence

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.query import LEAST_SHOWN, MAX_PAGE, Filters, Hit, SearchRequest, SimilarPage
from search.ranking.bonus import Bonus
from search.ranking.curation import NOTHING, AppliedCuration, Curation
from search.ranking.genders import NearProduct, ProductGenders
from search.ranking.grading import NEARLY_SAME, Grading
from search.ranking.hits import HitWriter
from search.ranking.listing import by_price, exact_colour_first, find_positions, fuse, list_cards
from search.ranking.ranker import Ranker
from search.ranking.tiers import OfProducts, Tiers
from search.words.orders import CHEAPEST, DEAREST

NEAREST = 5  # products that tell for whom a photo's product is


class LookAlikes:
    """Pages of look-alikes of one index; never changes, so threads may share it."""

    def __init__(
        self,
        snapshot: Snapshot,
        columns: ProductColumns,
        ranker: Ranker,
        hits: HitWriter,
        genders: ProductGenders,
    ) -> None:
        self._similarity = snapshot.similarity
        self._balance = snapshot.balance
        self._columns = columns
        self._ranker = ranker
        self._hits = hits
        self._genders = genders

    def grading(self, category: str | None, kind: str | None, bonus: Bonus | None, *, known: bool = True) -> Grading:
        """How the hits of one answer are graded; ``bonus`` is what each product gains because of its category."""
        base = 0.0 if bonus is None else bonus.most
        return Grading(self._similarity, category, kind, base, known)

    def page(
        self,
        vector: np.ndarray,
        request: SearchRequest,
        bonus: Bonus | None,
        grading: Grading,
        curation: Curation = NOTHING,
        *,
        exclude: int | None = None,
        kind_tiers: OfProducts | None = None,
        worded: Sequence[str] = (),
        equally: bool = False,
        sought: Collection[int] = (),
        count_close: bool = True,
    ) -> SimilarPage:
        """One page.

        Args:
            vector: (D,) of the query.
            request: which part of which ranking.
            bonus: what each product gains because of its category.
            grading: from ``grading``, by the same bonus.
            curation: what the shop decided about this list.
            exclude: position of a product that is left out.
            kind_tiers: from ``kind_tiers``.
            worded: ids of the products that words find, best first; both orders are made one by places.
            equally: whether words find all of them equally well.
            sought: positions of products that are what was asked for, and keep their places if they are sold out.
            count_close: whether all close matches are found, to be counted and for a ranking that ends after them.
        """
        applied = AppliedCuration(curation, self._ranker.filters, request.filters)
        codes = self._columns.category
        all_pages = MAX_PAGE * request.limit
        page = self._ranker.rank(
            self._balance.with_colour_weight(request.colour_weight).weigh(vector),
            first=0 if worded else request.first,
            limit=all_pages if worded else request.limit,
            only=applied.only,
            bonus=applied.bonus(bonus),
            collapse=request.collapse,
            exclude=exclude,
            pins=applied.pins,
            tiers=Tiers(
                kind_tiers,
                self._columns.sold_out,
                grading.least(NEARLY_SAME),
                None if grading.kind is None else codes.equal_to(grading.kind),
                sought,
            ),
            close_from=grading.close_from if count_close else np.inf,
            least=LEAST_SHOWN if request.only_close else None,
        )
        cards = page.cards
        if worded:  # places are put together, so all places that can be asked for have to be known
            order = find_positions(worded, self._columns)
            listed = list_cards(order, self._columns, applied.only, first=0, limit=all_pages, collapse=request.collapse)
            cards = fuse(cards, listed, equally=equally)[request.first : request.first + request.limit]
        moved, leads = applied.bonus(None), request.first == 0
        hits = self._hits.similar(cards, vector, grading.category, grading, moved, leads=leads)
        return SimilarPage(hits, page.close)

    def listed(
        self, request: SearchRequest, curation: Curation, worded: Sequence[str] | None, order_by: str | None = None
    ) -> tuple[Hit, ...]:
        """Products without a query that pass the filters, in the order of ``worded`` (ids), or else of the index.

        Where a colour and its shades are asked for, those of the colour itself come first, unless another order was
        chosen: ``CHEAPEST``, ``DEAREST``, or ``NEWEST``, in which ``worded`` are then. What is sold out comes last,
        unless words alone order the list.
        """
        columns = self._columns
        order = columns.living if worded is None else find_positions(worded, columns)
        only = AppliedCuration(curation, self._ranker.filters, request.filters).only
        if order_by in (CHEAPEST, DEAREST):
            order = by_price(order if only is None else order[only.passes(order)], columns, dearest=order_by == DEAREST)
        elif order_by is None:
            order = exact_colour_first(order, columns, request.filters.colours)
        if worded is None or order_by is not None:
            order = order[np.argsort(columns.sold_out[order], kind="stable")]
        cards = list_cards(order, columns, only, first=request.first, limit=request.limit, collapse=request.collapse)
        return self._hits.listed(cards)

    def passing_ids(self, request: SearchRequest, curation: Curation) -> list[str]:
        """The ids of all products that pass the filters and aren't hidden, in the order of the index."""
        columns = self._columns
        only = AppliedCuration(curation, self._ranker.filters, request.filters).only
        positions = columns.living if only is None else columns.living[only.passes(columns.living)]
        return [columns.product_ids[position] for position in positions.tolist()]

    def nearest(
        self, vector: np.ndarray, bonus: Bonus | None, grading: Grading, named: str | None
    ) -> list[NearProduct]:
        """The first products of an answer without filters and decisions of the shop.

        Args:
            vector: (D,) of the query.
            bonus: what each product gains because of its category.
            grading: from ``grading``, by the same bonus.
            named: the category that the shopper has named, of which they must be then.
        """
        filters = Filters() if named is None else Filters(categories=(named,))
        asked = SearchRequest(limit=NEAREST, filters=filters)
        return self.nearest_of(self.page(vector, asked, bonus, grading, count_close=False))

    def nearest_of(self, page: SimilarPage) -> list[NearProduct]:
        """The same from the first page of an answer that nothing but the photo decides."""
        return [self._near(hit) for hit in page.hits[:NEAREST]]

    def kind_tiers(self, position: int) -> OfProducts:
        """0: a product of the same category for the same gender; 1: of one of both; 2: of neither."""
        codes, gender = self._columns.category.codes, self._genders.of(position)

        def tiers(positions: np.ndarray) -> np.ndarray:
            other_kind = codes[positions] != codes[position]
            return other_kind.astype(np.int8) + ~self._genders.fit(gender, positions)

        return tiers

    def _near(self, hit: Hit) -> NearProduct:
        return NearProduct(self._columns.position_of[hit.product_id], hit.grade == NEARLY_SAME)

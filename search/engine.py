"""The search engine: a photo or a product in; its category, what looks like it and what goes with it out."""

import time
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from search.errors import UnknownProductError
from search.index.overlay import Changes, IndexedPhotos, lay_over
from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot, current_snapshot
from search.index.vector_store import ProductFilter, VectorStore
from search.model.bundle import CATEGORY, COLOUR, GENDER, Bundle
from search.model.embedder import Embedder, Embeddings
from search.model.foreground import box_of_mask
from search.model.photo_embedding import PhotoEmbedding, embed_photo_file
from search.model.preprocessing import query_views
from search.model.things import Thing, ThingFinder
from search.query import (
    MAX_PAGE,
    Answer,
    Facets,
    Hit,
    Query,
    QueryEmbedding,
    SearchRequest,
    SimilarPage,
    SnapshotInfo,
    check_limit,
)
from search.ranking.category_gender import find_gender
from search.ranking.category_prediction import CategoryPredictor
from search.ranking.colour_move import ColourMover
from search.ranking.complementary import Anchor, find_complementary, gender_fits
from search.ranking.curation import NO_CURATIONS, NOTHING, AppliedCuration, Curation, Curations, shown_mask
from search.ranking.facets import FacetCounter
from search.ranking.grading import NEARLY_SAME, Grading
from search.ranking.hits import HitWriter
from search.ranking.listing import fuse, list_cards, mark_products
from search.ranking.neighbour_map import NeighbourMap, draw_map, find_isolated
from search.ranking.ranker import Ranker, best_photos
from search.ranking.tiers import Tiers
from search.ranking.variant_groups import VariantGroups

GOES_WITH_LIMIT = 12
_NEAREST = 5  # products that tell for whom a photo's product is
_DEFAULT = SearchRequest()
_COUNTED = ("_card_counter", "_product_counter", "isolated", "filter_values", "_mover")


class SearchEngine:
    """One snapshot and the model that made it, ready to answer. Never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._bundle = embedder.bundle
        self._balance = snapshot.balance
        columns = ProductColumns(snapshot.products)
        self._serve(
            snapshot.store, columns, Ranker(snapshot.store, columns, snapshot.photo_product), snapshot.photo_product, 0
        )
        self._things = ThingFinder(embedder)
        self._base = self  # the engine of the index as it was built

    def _serve(
        self, store: VectorStore, columns: ProductColumns, ranker: Ranker, product_of: np.ndarray, sequence: int
    ) -> None:
        self.sequence = sequence or self._snapshot.manifest.sequence
        self._state_id = f"{self._snapshot.manifest.id}+{sequence}" if sequence else self._snapshot.manifest.id
        self._store = store
        self._product_of = product_of  # row -> position of its product
        self._columns = columns
        self._ranker = ranker
        self._predictor = CategoryPredictor(self._snapshot, self._bundle, columns, store, product_of, self._state_id)
        self._hits = HitWriter(self._snapshot, columns, ranker)

    def changed(self, changes: Changes, sequence: int) -> "SearchEngine":
        """An engine of the same index with changes of the catalogue laid over it.

        Args:
            changes: everything that differs from the index as it was built, by product id.
            sequence: number of the latest of these changes, by which this state of the index is told from others.
        """
        base = self._base
        if not changes:
            return base
        overlay = lay_over(base._snapshot, base._columns, base._bundle, changes)
        groups = VariantGroups(overlay.columns, base._ranker.groups)
        rows = base._ranker.rows.changed(overlay.rows)
        ranker = Ranker(overlay.store, overlay.columns, overlay.product_of, rows, groups)
        engine = copy(base)
        for name in _COUNTED:  # before the changes
            vars(engine).pop(name, None)
        engine._serve(overlay.store, overlay.columns, ranker, overlay.product_of, sequence)
        return engine

    @cached_property
    def indexed_photos(self) -> IndexedPhotos:
        """Which photos the index has of which product, as it was built."""
        return IndexedPhotos(self._snapshot, self._base._columns)

    @property
    def base(self) -> "SearchEngine":
        """The engine of the index as it was built."""
        return self._base

    @property
    def bundle(self) -> Bundle:
        """The model."""
        return self._bundle

    def embed_photo_file(self, path: Path) -> PhotoEmbedding:
        """A catalogue's photo as the index stores it; raises PhotoError."""
        return embed_photo_file(self._embedder, path)

    @classmethod
    def open(cls, index_dir: Path, bundle_dir: Path) -> "SearchEngine":
        """The engine for the live snapshot of an index directory.

        Raises:
            IndexUnavailableError: no index, another model's, or a damaged one. BundleError: no usable model.
        """
        bundle = Bundle.open(bundle_dir)
        return cls(Snapshot.open(current_snapshot(index_dir), bundle), Embedder(bundle))

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
        return self._balance.colour_weight

    def title(self, product_id: str) -> str | None:
        """The product's title when the index was built; raises UnknownProductError."""
        return self._columns.titles[self._position(product_id)].as_py()

    def holds(self, product_id: str) -> bool:
        """Whether the index has a product."""
        return product_id in self._columns.position_of

    def encode(self, image: Image.Image) -> Query:
        """A shopper's photo as a query: embedded once, it can be ranked in any number of ways.

        Args:
            image: RGB, from ``open_photo``.
        """
        seen = self._embedder.embed_views(query_views(image))
        embedding = QueryEmbedding(
            self._bundle.hash,
            seen.vectors[0],
            seen.probabilities[CATEGORY][0] if CATEGORY in self._bundle.heads else np.empty(0, np.float32),
            gender=self._best_label(seen, GENDER),
            colour=self._best_label(seen, COLOUR),
            box=None if seen.masks is None else box_of_mask(seen.masks[0], image.size),
        )
        return self._predictor.predict(embedding)

    @property
    def model(self) -> str:
        """The hash of the model that embeds photos."""
        return self._bundle.hash

    def find_things(self, image: Image.Image) -> tuple[Thing, ...]:
        """The things in a shopper's photo that may be searched for one by one; none in a packshot.

        Args:
            image: RGB, from ``open_photo``.
        """
        return self._things.find(image)

    def adopt(self, query: Query) -> Query | None:
        """A query of any index as one of this index, without its photo; None if another model embedded the photo."""
        if query.embedding.model != self._bundle.hash:
            return None
        return query if query.snapshot_id == self._state_id else self._predictor.predict(query.embedding)

    def rank(
        self,
        query: Query,
        request: SearchRequest = _DEFAULT,
        curations: Curations = NO_CURATIONS,
        *,
        worded: Sequence[str] = (),
    ) -> Answer:
        """Everything that a photo brings back.

        Args:
            query: from this engine's ``encode`` or ``adopt``.
            request: which part of which ranking.
            curations: what the shop decided about both lists, for the query's ``similar_category`` and
                ``goes_with_category``.
            worded: ids of the products that have the request's words, best first; they rank by both.

        Raises:
            QueryError: no product has the category that the shopper names.
            ValueError: the query is of another index.
        """
        if query.snapshot_id != self._state_id:
            raise ValueError(f"A query of the index {query.snapshot_id} came; one of {self._state_id} is needed.")
        started = time.perf_counter()
        best = query.prediction[0].category
        bonus = None  # a filter leaves nothing to be decided
        if request.category is not None:
            bonus = self._predictor.sure_bonus(request.category)  # what the shopper says outweighs the prediction
        elif not request.filters.categories:
            bonus = self._predictor.soft_bonus(query.probabilities)
        moved, asked, gain = self._mover.move(query, request)
        if gain is not None:
            bonus = gain if bonus is None else bonus + gain
        by_words = gain is not None or bool(worded)  # scores then say more than how alike photos are
        shown = request.category or best
        answer = Answer(query.prediction, (), (), self.snapshot, {}, query.in_distribution, query.embedding.box)
        kind = shown if request.category or answer.sure else None
        known = (query.in_distribution or request.category is not None) and not by_words
        grading = self._grading(shown, kind, bonus, known=known)
        page = self._rank_page(moved.embedding.vector, asked, bonus, shown, curations.similar, grading, worded=worded)
        goes_with = self._go_with_photo(query, shown, curations.goes_with)
        took = {"search": (time.perf_counter() - started) * 1e3}
        return replace(answer, similar=page.hits, goes_with=goes_with, took_ms=took, close=page.close)

    def search_photo(
        self, image: Image.Image, request: SearchRequest = _DEFAULT, curations: Curations = NO_CURATIONS
    ) -> Answer:
        """``encode`` and ``rank`` in one, for whoever ranks a photo once; raises as they do."""
        started = time.perf_counter()
        query = self.encode(image)
        took = {"embed": (time.perf_counter() - started) * 1e3}
        answer = self.rank(query, request, curations)
        return replace(answer, took_ms=took | answer.took_ms)

    def list_products(
        self, request: SearchRequest = _DEFAULT, curation: Curation = NOTHING, *, worded: Sequence[str] | None = None
    ) -> tuple[Hit, ...]:
        """Products without a photo: those that pass the filters, in the order of ``worded``, or else of the index.

        Args:
            request: which part of the list.
            curation: what the shop decided; what it hides isn't listed.
            worded: ids of the only products that are listed, best first; None for all.
        """
        order = self._columns.living if worded is None else self._positions(worded)
        allowed = AppliedCuration(curation, self._columns, request.filters).allowed
        cards = list_cards(
            order, self._columns, allowed, first=request.first, limit=request.limit, collapse=request.collapse
        )
        return self._hits.listed(cards)

    def similar(
        self, product_id: str, request: SearchRequest = _DEFAULT, curation: Curation = NOTHING
    ) -> tuple[Hit, ...]:
        """The products of ``similar_page``; raises as it does."""
        return self.similar_page(product_id, request, curation).hits

    def similar_page(
        self, product_id: str, request: SearchRequest = _DEFAULT, curation: Curation = NOTHING
    ) -> SimilarPage:
        """Products that look like one of the catalogue, without itself and (collapsed) without its own variants.

        Those of its kind and for its gender come first, then those that share one of both.

        Args:
            product_id: the product.
            request: which part of which ranking; the product's own category holds, whatever the request names.
            curation: what the shop decided about this list.

        Raises:
            UnknownProductError: the index has no such product.
        """
        position = self._position(product_id)
        category = self._columns.category.value(position)
        bonus = None if request.filters.categories else self._predictor.sure_bonus(category)
        vector = self._ranker.first_vectors([position])[0]
        grading = self._grading(category, category, bonus)
        tiers = self._kind_tiers(position)
        return self._rank_page(vector, request, bonus, category, curation, grading, exclude=position, kind_tiers=tiers)

    def goes_with(self, product_id: str, limit: int = GOES_WITH_LIMIT, curation: Curation = NOTHING) -> tuple[Hit, ...]:
        """Complementary products of one of the catalogue, best first; raises UnknownProductError, QueryError."""
        check_limit(limit)
        position = self._position(product_id)
        columns = self._columns
        anchor = Anchor(
            columns.category.value(position),
            columns.known_gender.value(position),
            columns.seen_colour.value(position),
            int(columns.group[position]),
        )
        return self._find_complementary(anchor, self._ranker.first_vectors([position])[0], limit, curation)

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
            listed = mark_products(self._positions(among), len(self._columns))
            shown = listed if shown is None else shown & listed
        return counter.count(request.filters, exclude=excluded, shown=shown)

    def map_products(self, product_ids: Sequence[str]) -> NeighbourMap:
        """Where some products lie to one another, by their first photos; raises UnknownProductError."""
        vectors = self._ranker.first_vectors([self._position(product_id) for product_id in product_ids])
        # Scaled so that a distance says of two products what their score does.
        return draw_map(product_ids, self._balance.scale(vectors))

    @cached_property
    def isolated(self) -> tuple[str, ...] | None:
        """The products that have no close neighbour, the most isolated first; None if the index doesn't know."""
        nearest = self._snapshot.nearest
        if nearest is None:
            return None
        coded = self._columns.category
        categories = [coded.values[code] if code >= 0 else None for code in coded.codes[: len(nearest)]]
        positions = find_isolated(nearest, categories, self._snapshot.similarity)
        alive = self._columns.alive
        return tuple(self._columns.product_ids[one] for one in positions if alive is None or alive[one])

    @cached_property
    def _mover(self) -> ColourMover:
        return ColourMover(self._columns, self._balance, self._ranker)

    @cached_property
    def _card_counter(self) -> FacetCounter:
        return FacetCounter(self._columns)

    @cached_property
    def _product_counter(self) -> FacetCounter:
        return FacetCounter(self._columns, collapse=False)

    def _best_label(self, seen: Embeddings, head: str) -> str | None:
        if head not in self._bundle.heads:
            return None
        return self._bundle.heads[head].labels[int(seen.probabilities[head][0].argmax())]

    def _grading(
        self, category: str | None, kind: str | None, bonus: np.ndarray | None, *, known: bool = True
    ) -> Grading:
        base = 0.0 if bonus is None else float(bonus.max(initial=0.0))
        return Grading(self._snapshot.similarity, category, kind, base, known)

    def _rank_page(
        self,
        vector: np.ndarray,
        request: SearchRequest,
        bonus: np.ndarray | None,
        category: str | None,
        curation: Curation,
        grading: Grading,
        exclude: int | None = None,
        kind_tiers: np.ndarray | None = None,
        worded: Sequence[str] = (),
    ) -> SimilarPage:
        """The page of look-alikes; ``bonus`` (P,) is what each product gains, ``exclude`` a product left out."""
        applied = AppliedCuration(curation, self._columns, request.filters)
        codes = self._columns.category
        all_pages = MAX_PAGE * request.limit
        page = self._ranker.rank(
            self._balance.with_colour_weight(request.colour_weight).weigh(vector),
            first=0 if worded else request.first,
            limit=all_pages if worded else request.limit,
            allowed=applied.allowed,
            conditions=applied.conditions,
            bonus=applied.bonus(bonus),
            collapse=request.collapse,
            exclude=exclude,
            pins=applied.pins,
            boosted=list(applied.boosted),
            tiers=Tiers(
                kind_tiers,
                self._columns.sold_out,
                grading.least(NEARLY_SAME),
                None if grading.kind is None else codes.codes == codes.code(grading.kind),
            ),
            close_from=grading.close_from,
            only_close=request.only_close,
        )
        cards = page.cards
        if worded:  # places are put together, so all places that can be asked for have to be known
            order, columns = self._positions(worded), self._columns
            found = list_cards(order, columns, applied.allowed, first=0, limit=all_pages, collapse=request.collapse)
            cards = fuse(cards, found)[request.first : request.first + request.limit]
        moved, leads = applied.bonus(None), request.first == 0
        return SimilarPage(self._hits.similar(cards, vector, category, grading, moved, leads=leads), page.close)

    def _kind_tiers(self, position: int) -> np.ndarray:
        """(P,) 0: a product of the same category for the same gender; 1: of one of both; 2: of neither."""
        columns = self._columns
        other_kind = columns.category.codes != columns.category.codes[position]
        other_gender = ~gender_fits(columns.known_gender.value(position), columns)
        return other_kind.astype(np.int8) + other_gender

    def _go_with_photo(self, query: Query, category: str, curation: Curation) -> tuple[Hit, ...]:
        """What goes with a photo's product, whatever the shopper filters by."""
        seen, columns = query.embedding, self._columns
        of_category = columns.category.codes == columns.category.code(category)
        if columns.alive is not None:
            of_category &= columns.alive
        nearest = self._ranker.rank(
            self._balance.weigh(seen.vector), first=0, limit=_NEAREST, allowed=of_category
        ).cards
        least = self._grading(category, category, None).least(NEARLY_SAME)
        gender = find_gender(category, [(one.position, one.score >= least) for one in nearest], columns)
        group = int(columns.group[nearest[0].position]) if nearest else None
        anchor = Anchor(category, gender, seen.colour, group)
        return self._find_complementary(anchor, seen.vector, GOES_WITH_LIMIT, curation)

    def _positions(self, product_ids: Sequence[str]) -> np.ndarray:
        """(M,) positions of those products that the index has."""
        known = self._columns.position_of
        return np.array([known[one] for one in dict.fromkeys(product_ids) if one in known], np.int64)

    def _find_complementary(
        self, anchor: Anchor, vector: np.ndarray, limit: int, curation: Curation
    ) -> tuple[Hit, ...]:
        query = self._balance.with_colour_weight(0.0).weigh(vector)

        def search_style(allowed: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
            rows, scores = self._store.search(query, k, ProductFilter(allowed, self._product_of))
            return best_photos(self._product_of[rows], scores)

        found = find_complementary(
            anchor,
            self._columns,
            self._snapshot.supercategories,
            search_style,
            limit,
            curation=AppliedCuration(curation, self._columns),
            weights=curation.weights,
        )
        return self._hits.complementary(found, anchor)

    def _position(self, product_id: str) -> int:
        try:
            return self._columns.position_of[product_id]
        except KeyError:
            raise UnknownProductError(
                f"The index holds no product {product_id!r}. It may be new (run `make index`), sold off, or mistyped."
            ) from None

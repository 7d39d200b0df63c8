"""The search engine: a photo or a product in; its category, what looks like it and what goes with it out."""

import time
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from search.index.freed_memory import give_back
from search.index.overlay import Changes, IndexedPhotos, lay_over
from search.index.parquet import emptied
from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot, current_snapshot
from search.index.vector_store import VectorStore
from search.index_facts import IndexFacts
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import PhotoEmbedding, embed_photo_file
from search.model.things import Thing, ThingFinder
from search.query import Answer, Hit, Query, SearchRequest, SimilarPage, check_limit
from search.query_encoding import embed_query
from search.ranking.bonus import Bonus
from search.ranking.category_prediction import CategoryPredictor
from search.ranking.colour_move import ColourMover
from search.ranking.companions import Companions
from search.ranking.curation import NO_CURATIONS, NOTHING, Curation, Curations
from search.ranking.genders import ProductGenders
from search.ranking.hits import HitWriter
from search.ranking.look_alikes import NEAREST, LookAlikes
from search.ranking.ranker import Ranker
from search.ranking.search_depth import MOST_COUNTED_EXACTLY
from search.ranking.variant_groups import VariantGroups

GOES_WITH_LIMIT = 12
_DEFAULT = SearchRequest()
_COUNTED = ("_card_counter", "_product_counter", "isolated", "filter_values", "_mover")


class SearchEngine(IndexFacts):
    """One snapshot and the model that made it, ready to answer. Never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder, columns: ProductColumns | None = None) -> None:
        """``columns``: of the snapshot's products, where their table isn't kept any more."""
        self._snapshot = snapshot
        self._embedder = embedder
        self._bundle = embedder.bundle
        self._balance = snapshot.balance
        columns = columns or ProductColumns(snapshot.products)
        ranker = Ranker(snapshot.store, columns, snapshot.photo_product, parts=self._balance.dims)
        self._serve(snapshot.store, columns, ranker, snapshot.photo_product)
        self._things = ThingFinder(embedder)
        self._built: SearchEngine | None = None  # the engine of the index as it was built; None: this one

    def _serve(
        self, store: VectorStore, columns: ProductColumns, ranker: Ranker, product_of: np.ndarray, changes: str = ""
    ) -> None:
        self._state_id = self._snapshot.manifest.id + changes
        self._columns = columns
        self._ranker = ranker
        self._predictor = CategoryPredictor(self._snapshot, self._bundle, columns, store, product_of, self._state_id)
        hits, genders = HitWriter(self._snapshot, columns, ranker), ProductGenders(columns)
        self._look_alikes = LookAlikes(self._snapshot, columns, ranker, hits, genders)
        self._companions = Companions(self._snapshot, store, product_of, columns, ranker, hits, genders)

    def changed(self, changes: Changes, sequence: int, *, waiting: int = 0) -> "SearchEngine":
        """An engine of the same index with changes of the catalogue laid over it.

        It goes on with what this one knows of filters, so ask the latest one.

        Args:
            changes: everything that differs from the index as it was built, by product id; not only from this engine.
            sequence: number of the latest of these changes, by which this state of the index is told from others.
            waiting: how many products up to that number aren't among them yet.
        """
        base = self.base
        if not changes:
            return base
        overlay = lay_over(base._snapshot, base._columns, base._bundle, changes)
        groups = VariantGroups(overlay.columns, base._ranker.groups)
        rows = base._ranker.rows.changed(overlay.rows)
        filters = self._ranker.filters.changed(overlay.columns, overlay.product_of, rows, base._snapshot.store.count)
        ranker = Ranker(overlay.store, overlay.columns, overlay.product_of, rows, groups, filters, base._ranker.parts)
        engine = copy(base)
        engine._built = base
        for name in _COUNTED:  # before the changes
            vars(engine).pop(name, None)
        engine._serve(overlay.store, overlay.columns, ranker, overlay.product_of, f"+{sequence}-{waiting}")
        return engine

    @cached_property
    def indexed_photos(self) -> IndexedPhotos:
        """Which photos the index has of which product, as it was built."""
        return IndexedPhotos(self._snapshot, self.base._columns)

    @property
    def base(self) -> "SearchEngine":
        """The engine of the index as it was built."""
        return self if self._built is None else self._built

    def counts_about(self, close: int) -> bool:
        """Whether so many close matches of an answer are an estimate, as of thousands in a very large catalogue."""
        return self._snapshot.store.estimates and close > MOST_COUNTED_EXACTLY

    @property
    def sequence(self) -> int:
        """Number of the catalogue's latest change that is part of the index as it was built."""
        return self._snapshot.manifest.sequence

    @property
    def mark(self) -> str:
        """What the build left in the catalogue, by which this is known to know the index."""
        return self._snapshot.manifest.mark

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
        snapshot = Snapshot.open(current_snapshot(index_dir), bundle)
        columns = ProductColumns(snapshot.products)
        # The table takes more memory than all else, and nobody needs it any more.
        snapshot = replace(snapshot, products=emptied(snapshot.products))
        give_back()
        return cls(snapshot, Embedder(bundle), columns)

    def check_store(self) -> None:
        """Raise StoreUnavailableError, with the reason, if the vectors can't be searched at the moment."""
        self._snapshot.store.check()

    def encode(self, image: Image.Image) -> Query:
        """A shopper's photo as a query: embedded once, it can be ranked in any number of ways.

        Args:
            image: RGB, from ``open_photo``.
        """
        return self._predictor.predict(embed_query(self._embedder, image))

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
        equally: bool = False,
    ) -> Answer:
        """Everything that a photo brings back.

        Args:
            query: from this engine's ``encode`` or ``adopt``.
            request: which part of which ranking.
            curations: what the shop decided about both lists, for the query's ``similar_category`` and
                ``goes_with_category``.
            worded: ids of the products that have the request's words, best first; they rank by both.
            equally: whether all of them have all the words, so that the photo alone decides between them.

        Raises:
            QueryError: no product has the category that the shopper names.
            ValueError: the query is of another index.
        """
        if query.snapshot_id != self._state_id:
            raise ValueError(f"A query of the index {query.snapshot_id} came; one of {self._state_id} is needed.")
        started = time.perf_counter()
        shown = request.category or next((guess.category for guess in query.prediction), None)
        answer = Answer(query.prediction, (), (), self.snapshot, {}, query.in_distribution, query.embedding.box)
        kind = shown if request.category or answer.sure else None
        known = query.in_distribution or request.category is not None
        bonus: Bonus | None = self._bonus(query, request)
        grading = self._look_alikes.grading(shown, kind, bonus, known=known)
        plain = request.by_photo_alone and request.limit >= NEAREST and curations.similar == NOTHING and not worded
        near = None if plain else self._look_alikes.nearest(query.embedding.vector, bonus, grading, request.category)
        if request.filters.categories and request.category is None:
            bonus = None  # they leave nothing to be decided
        moved, asked, gain = self._mover.move(query, request, (near or ()) if known else ())
        if gain is not None:
            bonus = (bonus or Bonus()).merged(gain)
        by_words = gain is not None or bool(worded)  # scores then say more than how alike photos are
        grading = self._look_alikes.grading(shown, kind, bonus, known=known and not by_words)
        vector, sought = moved.embedding.vector, gain.own if gain else ()
        page = self._look_alikes.page(
            vector, asked, bonus, grading, curations.similar, worded=worded, equally=equally, sought=sought
        )
        if near is None:
            near = self._look_alikes.nearest_of(page)
        goes_with = self._companions.of_photo(query.embedding, shown, kind, near, GOES_WITH_LIMIT, curations.goes_with)
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
        self,
        request: SearchRequest = _DEFAULT,
        curation: Curation = NOTHING,
        *,
        worded: Sequence[str] | None = None,
        order_by: str | None = None,
    ) -> tuple[Hit, ...]:
        """Products without a photo: those that pass the filters, in the order of ``worded``, or else of the index.

        Args:
            request: which part of the list.
            curation: what the shop decided; what it hides isn't listed.
            worded: ids of the only products that are listed, best first; None for all.
            order_by: an order of ``search.words.orders``; by ``NEWEST``, ``worded`` are in that order.
        """
        return self._look_alikes.listed(request, curation, worded, order_by)

    def passing_ids(self, request: SearchRequest, curation: Curation = NOTHING) -> list[str]:
        """The ids of all products that pass the filters, in the order of the index."""
        return self._look_alikes.passing_ids(request, curation)

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
        grading = self._look_alikes.grading(category, category, bonus)
        tiers = self._look_alikes.kind_tiers(position)
        return self._look_alikes.page(vector, request, bonus, grading, curation, exclude=position, kind_tiers=tiers)

    def goes_with(self, product_id: str, limit: int = GOES_WITH_LIMIT, curation: Curation = NOTHING) -> tuple[Hit, ...]:
        """Complementary products of one of the catalogue, best first; raises UnknownProductError, QueryError."""
        check_limit(limit)
        return self._companions.of_product(self._position(product_id), limit, curation)

    def weight_in_effect(self, request: SearchRequest) -> float:
        """How much colour counts against shape in a photo's answer to a request, 0 to 1."""
        return self._mover.weight(request)

    @cached_property
    def _mover(self) -> ColourMover:
        return ColourMover(self._columns, self._balance, self._ranker)

    def _bonus(self, query: Query, request: SearchRequest) -> Bonus:
        """What each product gains because of its category; what the shopper says outweighs the prediction."""
        if request.category is not None:
            return self._predictor.sure_bonus(request.category)
        return self._predictor.soft_bonus(query.probabilities)

"""The search engine: a photo or a product in; its category, what looks like it and what goes with it out."""

import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from search.errors import QueryError, UnknownProductError
from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot, current_snapshot
from search.model.bundle import COLOUR, GENDER, Bundle
from search.model.embedder import Embedder, Embeddings
from search.model.foreground import box_of_mask
from search.model.preprocessing import query_views
from search.query import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    MAX_PAGE,
    Answer,
    CategoryProbability,
    Facets,
    Filters,
    Hit,
    SnapshotInfo,
)
from search.ranking.category_prediction import CategoryGuesser
from search.ranking.colour_harmony import colour_harmony
from search.ranking.complementary import HARMONIOUS, Anchor, Paired, pair_products
from search.ranking.curation import NOTHING, AppliedCuration, Curate, Curation, shown_mask
from search.ranking.facets import FacetCounter
from search.ranking.neighbour_map import NeighbourMap, draw_map, find_lonely
from search.ranking.ranker import Ranked, Ranker, best_photos

GUESSES = 5  # categories in a prediction
GOES_WITH_LIMIT = 12
SIMILAR, GOES_WITH = "similar", "goes_with"  # the lists that can be curated
_CLOSE_COLOUR = 0.85  # cosine of the colour parts from which a hit may say "colour close"
_CLOSE_SHAPE = 0.75  # score of the shape parts from which it may say "shape close"


class SearchEngine:
    """One snapshot and the model that made it, ready to answer. Never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._bundle = embedder.bundle
        self._balance = snapshot.balance
        self._store = snapshot.store
        self._product_of = snapshot.photo_product  # row -> position of its product
        self._columns = ProductColumns(snapshot.products)
        self._ranker = Ranker(snapshot.store, self._columns, snapshot.photo_product)
        self._guesser = CategoryGuesser(snapshot, self._bundle, self._columns)

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
        return tuple(sorted(self._columns.category.values))

    @property
    def roles(self) -> dict[str, str]:
        """What kind of thing each category is, as far as that was worked out."""
        return dict(self._snapshot.roles)

    @property
    def colour_weight(self) -> float:
        """How much colour counts against shape unless asked otherwise, 0 to 1."""
        return self._balance.colour_weight

    def title(self, product_id: str) -> str | None:
        """The product's title when the index was built."""
        return self._columns.titles[self._position(product_id)].as_py()

    def search_photo(
        self,
        image: Image.Image,
        *,
        limit: int = DEFAULT_LIMIT,
        page: int = 1,
        filters: Filters | None = None,
        colour_weight: float | None = None,
        collapse: bool = True,
        category: str | None = None,
        curate: Curate | None = None,
    ) -> Answer:
        """Everything that a shopper's photo brings back.

        Args:
            image: RGB, from ``open_photo``.
            limit: similar products at most, 1 to 100.
            page: which ``limit`` of them, 1 to ``MAX_PAGE``.
            filters: which products may be similar; they hold during the search, so a narrow one still fills the page.
            colour_weight: 0 (shape alone) to 1 (colour alone); None: the index's own balance.
            collapse: fold colour variants of one product into its best one.
            category: what the shopper says it is. Both lists then take it for sure; the prediction stays what it was.
            curate: asked once a list for what the shop decided, with the category that was said or else recognised.

        Raises:
            QueryError: a limit, page or weight out of range, or a category that no product has.
        """
        started = time.perf_counter()
        seen = self._embedder.embed_views(query_views(image))
        embedded = time.perf_counter()
        probabilities, recognised = self._guesser.guess(seen)
        best = np.argsort(-probabilities, kind="stable")[:GUESSES]
        prediction = tuple(CategoryProbability(self._guesser.labels[i], float(probabilities[i])) for i in best)
        filters = filters or Filters()
        bonus = None  # a filter leaves nothing to be decided
        if category is not None:
            bonus = self._guesser.sure_bonus(category)  # what the shopper says outweighs the guess
        elif not filters.categories:
            bonus = self._guesser.soft_bonus(probabilities)
        known = category or (prediction[0].category if recognised else None)
        curate = curate or _decide_nothing
        similar = self._rank(
            seen.vectors[0],
            bonus=bonus,
            limit=limit,
            page=page,
            filters=filters,
            colour_weight=colour_weight,
            collapse=collapse,
            category=category or prediction[0].category,
            curation=curate(SIMILAR, known),
        )
        anchored = category or (filters.categories[0] if filters.categories else prediction[0].category)
        anchor = Anchor(anchored, self._best_label(seen, GENDER), self._best_label(seen, COLOUR))
        known = category or (filters.categories[0] if filters.categories else known)
        goes_with = self._pair(anchor, seen.vectors[0], GOES_WITH_LIMIT, curate(GOES_WITH, known))
        took = {"embed": (embedded - started) * 1e3, "search": (time.perf_counter() - embedded) * 1e3}
        box = None if seen.masks is None else box_of_mask(seen.masks[0], image.size)
        return Answer(prediction, similar, goes_with, self.snapshot, took, recognised, box)

    def similar(
        self,
        product_id: str,
        *,
        limit: int = DEFAULT_LIMIT,
        page: int = 1,
        filters: Filters | None = None,
        colour_weight: float | None = None,
        collapse: bool = True,
        curation: Curation = NOTHING,
    ) -> tuple[Hit, ...]:
        """Products that look like one of the catalogue, without itself and (collapsed) without its own variants.

        Arguments and errors as ``search_photo``'s; ``curation``: what the shop decided about this list.

        Raises:
            UnknownProductError: the index has no such product.
        """
        position = self._position(product_id)
        filters = filters or Filters()
        category = self._columns.category.value(position)
        return self._rank(
            self._vector(position),
            bonus=None if filters.categories else self._guesser.sure_bonus(category),
            limit=limit,
            page=page,
            filters=filters,
            colour_weight=colour_weight,
            collapse=collapse,
            exclude=position,
            category=category,
            curation=curation,
        )

    def goes_with(
        self, product_id: str, *, limit: int = GOES_WITH_LIMIT, curation: Curation = NOTHING
    ) -> tuple[Hit, ...]:
        """Products of other kinds that go with one of the catalogue; raises UnknownProductError, QueryError."""
        _check_limit(limit)
        position = self._position(product_id)
        columns = self._columns
        anchor = Anchor(
            columns.category.value(position),
            columns.known_gender.value(position),
            columns.seen_colour.value(position),
            int(columns.group[position]),
        )
        return self._pair(anchor, self._vector(position), limit, curation)

    def facets(
        self,
        filters: Filters | None = None,
        *,
        collapse: bool = True,
        like: str | None = None,
        curation: Curation = NOTHING,
    ) -> Facets:
        """How many hits a ranking has under filters, and what each further filter would leave of it.

        Args:
            filters: those of the ranking.
            collapse: whether the ranking folds variants.
            like: the product whose look-alikes are ranked, which isn't one of them; None for a photo's.
            curation: that of the ranking; what it hides isn't counted.

        Raises:
            UnknownProductError: the index has no product ``like``.
        """
        counter = self._card_counter if collapse else self._product_counter
        excluded = None if like is None else self._position(like)
        return counter.count(filters or Filters(), exclude=excluded, shown=shown_mask(curation, self._columns))

    def map_products(self, product_ids: Sequence[str]) -> NeighbourMap:
        """Where some products lie to one another, by their first photos; raises UnknownProductError."""
        vectors = np.stack([self._vector(self._position(product_id)) for product_id in product_ids])
        # Scaled so that a distance says of two products what their score does.
        return draw_map(product_ids, self._balance.scale(vectors))

    def holds(self, product_id: str) -> bool:
        """Whether the index has a product."""
        return product_id in self._columns.position_of

    @cached_property
    def lonely(self) -> tuple[str, ...] | None:
        """The products that have no close neighbour, the loneliest first; None if the index doesn't know."""
        nearest = self._snapshot.nearest
        if nearest is None:
            return None
        coded = self._columns.category
        categories = [coded.values[code] if code >= 0 else None for code in coded.codes]
        positions = find_lonely(nearest, categories, self._snapshot.likeness)
        return tuple(self._columns.product_ids[position] for position in positions)

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

    def _rank(
        self,
        vector: np.ndarray,
        *,
        bonus: np.ndarray | None,
        limit: int,
        page: int,
        filters: Filters,
        colour_weight: float | None,
        collapse: bool,
        category: str | None,
        curation: Curation,
        exclude: int | None = None,
    ) -> tuple[Hit, ...]:
        _check_limit(limit)
        if not 1 <= page <= MAX_PAGE:
            raise QueryError(f"page is {page}; a number from 1 to {MAX_PAGE} is needed.")
        applied = AppliedCuration(curation, self._columns, self._columns.matching(filters))
        ranked = self._ranker.rank(
            self._weigh(vector, colour_weight),
            first=(page - 1) * limit,
            limit=limit,
            allowed=applied.allowed,
            bonus=applied.bonus(bonus),
            collapse=collapse,
            exclude=exclude,
            pins=applied.pins,
            boosted=list(applied.boosted),
        )
        shape, colour, balanced = (self._weigh(vector, weight) for weight in (0.0, 1.0, None))  # the same for all hits
        return tuple(self._hit(one, shape, colour, balanced, category) for one in ranked)

    def _pair(self, anchor: Anchor, vector: np.ndarray, limit: int, curation: Curation) -> tuple[Hit, ...]:
        query = self._weigh(vector, 0.0)

        def search_style(allowed: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
            rows, scores = self._store.search(query, k, allowed[self._product_of])
            return best_photos(self._product_of[rows], scores)

        applied = AppliedCuration(curation, self._columns)
        paired = pair_products(
            *(anchor, self._columns, self._snapshot.roles, search_style, limit),
            curation=applied,
            weights=curation.weights,
        )
        return tuple(self._companion(one, anchor) for one in paired)

    def _companion(self, paired: Paired, anchor: Anchor) -> Hit:
        columns, position = self._columns, paired.position
        reasons = ["pinned"] if paired.pinned else []
        category = columns.category.value(position) or ""
        if not _is_alike_kind(self._snapshot.roles, category, anchor.category):
            reasons.append("other_kind")
        if colour_harmony(anchor.colour, columns.seen_colour.value(position)) >= HARMONIOUS:
            reasons.append("goes_with_colour")
        return Hit(columns.product_ids[position], category, paired.score, reasons=tuple(reasons))

    def _hit(
        self, ranked: Ranked, shape: np.ndarray, colour: np.ndarray, balanced: np.ndarray, category: str | None
    ) -> Hit:
        """A hit with what it has in common with the query, and how much, whatever the order goes by.

        Args:
            ranked: the product.
            shape: (D,) the query weighed for shape alone.
            colour: for colour alone.
            balanced: by the index's own balance.
            category: of the query, where it is known.
        """
        ids = self._columns.product_ids
        vectors = self._ranker.photo_vectors(ranked.position)
        own_category = self._columns.category.value(ranked.position) or ""
        reasons = ["pinned"] if ranked.pinned else []
        if own_category == category:
            reasons.append("category")
        if float((vectors @ shape).max()) >= _CLOSE_SHAPE:
            reasons.append("shape")
        if float((vectors @ colour).max()) >= _CLOSE_COLOUR:
            reasons.append("colour")
        score = float((vectors @ balanced).max())
        grade = self._snapshot.likeness.grade(own_category, score)
        variants = tuple(ids[variant] for variant in ranked.variants)
        return Hit(ids[ranked.position], own_category, ranked.score, variants, tuple(reasons), grade)

    def _weigh(self, vector: np.ndarray, colour_weight: float | None) -> np.ndarray:
        """The query scaled so that its inner product with a stored vector weighs shape against colour."""
        return self._balance.with_colour_weight(colour_weight).weigh(vector)

    def _position(self, product_id: str) -> int:
        try:
            return self._columns.position_of[product_id]
        except KeyError:
            raise UnknownProductError(
                f"The index holds no product {product_id!r}. It may be new (run `make index`), sold off, or mistyped."
            ) from None

    def _vector(self, position: int) -> np.ndarray:
        """The vector of a product's first photo."""
        return self._ranker.photo_vectors(position)[0]


def _decide_nothing(_list: str, _category: str | None) -> Curation:
    return NOTHING


def _is_alike_kind(roles: dict[str, str], one: str, other: str | None) -> bool:
    return one == other or (one in roles and roles[one] == roles.get(other or ""))


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError(f"limit is {limit}; a number from 1 to {MAX_LIMIT} is needed.")

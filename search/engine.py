"""The search engine: a photo or a product in; its category, what looks like it and what goes with it out."""

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from search.bundle import CATEGORY, COLOUR, GENDER, Bundle
from search.category_vote import vote_category
from search.columns import ProductColumns
from search.embedder import Embedder, Embeddings, weigh_parts
from search.errors import QueryError, UnknownProductError
from search.pairing import Anchor, pair_products
from search.preprocessing import query_views
from search.query import DEFAULT_LIMIT, MAX_LIMIT, Answer, CategoryProbability, Filters, Hit, SnapshotInfo
from search.snapshot import Snapshot, current_snapshot

GUESSES = 5  # categories in a prediction
GOES_WITH_LIMIT = 12
CATEGORY_BONUS = (
    0.15  # score that a product gains if its category is surely the photo's; cosines of look-alikes lie closer
)
_CLOSE_COLOUR = 0.85  # cosine of the colour parts from which a hit may say "colour close"
_CLOSE_STYLE = 0.75  # cosine of the style parts from which it may say "shape close"


class SearchEngine:
    """One snapshot and the model that made it, ready to answer. Never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._bundle = embedder.bundle
        self._store = snapshot.store
        self._product_of = snapshot.photo_product  # row -> position of its product
        self._columns = ProductColumns(snapshot.products)
        # Rows are written product by product, so a product's rows are neighbours.
        self._first_row = np.searchsorted(self._product_of, np.arange(len(self._columns) + 1))
        labels = snapshot.head.labels if snapshot.head else self._bundle.heads[CATEGORY].labels
        self._labels = labels
        label_of = {label: place for place, label in enumerate(labels)}
        self._label_to_code = np.array([self._columns.category.code(label) for label in labels])
        self._code_to_label = np.array([label_of.get(name, -1) for name in self._columns.category.values])

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

    def title(self, product_id: str) -> str | None:
        """The product's title when the index was built."""
        return self._columns.titles[self._position(product_id)].as_py()

    def search_photo(
        self,
        image: Image.Image,
        *,
        limit: int = DEFAULT_LIMIT,
        filters: Filters | None = None,
        colour_weight: float | None = None,
        collapse: bool = True,
    ) -> Answer:
        """Everything that a shopper's photo brings back.

        Args:
            image: RGB, from ``open_photo``.
            limit: similar products at most, 1 to 100.
            filters: which products may be similar; they hold during the search, so a narrow one still fills the page.
            colour_weight: 0 (shape alone) to 1 (colour alone); None: as the model's makers chose.
            collapse: fold colour variants of one product into its best one.

        Raises:
            QueryError: a limit or weight out of range.
        """
        started = time.perf_counter()
        seen = self._embedder.embed_views(query_views(image))
        embedded = time.perf_counter()
        probabilities, nearest = self._predict_category(seen)
        best = np.argsort(-probabilities, kind="stable")[:GUESSES]
        prediction = tuple(CategoryProbability(self._labels[i], float(probabilities[i])) for i in best)
        filters = filters or Filters()
        similar = self._rank(
            seen.vectors[0],
            bonus=None if filters.categories else self._category_bonus(probabilities),
            limit=limit,
            filters=filters,
            colour_weight=colour_weight,
            collapse=collapse,
        )
        category = filters.categories[0] if filters.categories else prediction[0].category
        anchor = Anchor(category, self._best_label(seen, GENDER), self._best_label(seen, COLOUR))
        goes_with = self._pair(anchor, seen.vectors[0], GOES_WITH_LIMIT)
        took = {"embed": (embedded - started) * 1e3, "search": (time.perf_counter() - embedded) * 1e3}
        recognised = nearest >= self._bundle.neighbours.strange_below
        return Answer(prediction, similar, goes_with, self.snapshot, took, recognised)

    def similar(
        self,
        product_id: str,
        *,
        limit: int = DEFAULT_LIMIT,
        filters: Filters | None = None,
        colour_weight: float | None = None,
        collapse: bool = True,
    ) -> tuple[Hit, ...]:
        """Products that look like one of the catalogue, without itself and (collapsed) without its own variants.

        Arguments and errors as ``search_photo``'s.

        Raises:
            UnknownProductError: the index has no such product.
        """
        position = self._position(product_id)
        filters = filters or Filters()
        code = self._columns.category.codes[position]
        return self._rank(
            self._vector(position),
            bonus=None if filters.categories else CATEGORY_BONUS * (self._columns.category.codes == code),
            limit=limit,
            filters=filters,
            colour_weight=colour_weight,
            collapse=collapse,
            exclude=position,
        )

    def goes_with(self, product_id: str, *, limit: int = GOES_WITH_LIMIT) -> tuple[Hit, ...]:
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
        return self._pair(anchor, self._vector(position), limit)

    def _predict_category(self, seen: Embeddings) -> tuple[np.ndarray, float]:
        """(C,) probabilities in the order of ``_labels``, the classifier's and the nearest photos' together.

        And the nearest photo's score.
        """
        head, vote = self._snapshot.head, self._bundle.neighbours
        classified = head.predict(seen.vectors)[0] if head is not None else seen.probabilities[CATEGORY][0]
        rows, scores = self._store.search(self._weigh(seen.vectors[0], None), vote.limit)
        labels = self._code_to_label[self._columns.category.codes[self._product_of[rows]]]
        return vote_category(classified, scores, labels, vote), float(scores.max(initial=-1.0))

    def _best_label(self, seen: Embeddings, head: str) -> str | None:
        if head not in self._bundle.heads:
            return None
        return self._bundle.heads[head].labels[int(seen.probabilities[head][0].argmax())]

    def _category_bonus(self, probabilities: np.ndarray) -> np.ndarray:
        """(P,) what each product gains from its category's probability: a soft gate that an unsure prediction opens."""
        by_code = np.zeros(len(self._columns.category.values) + 1, np.float32)  # the last one serves "no category"
        sold = self._label_to_code >= 0
        by_code[self._label_to_code[sold]] = CATEGORY_BONUS * probabilities[sold]
        return by_code[self._columns.category.codes]

    def _rank(
        self,
        vector: np.ndarray,
        *,
        bonus: np.ndarray | None,
        limit: int,
        filters: Filters,
        colour_weight: float | None,
        collapse: bool,
        exclude: int | None = None,
    ) -> tuple[Hit, ...]:
        """Search rows, lift them to products, add the category bonus, fold variants; widen until the page is full."""
        _check_limit(limit)
        query = self._weigh(vector, colour_weight)
        allowed = self._columns.matching(filters)
        rows_allowed = None if allowed is None else allowed[self._product_of]
        k = max(256, 8 * limit)
        while True:
            rows, scores = self._store.search(query, k, rows_allowed)
            positions, best = _best_photo_of_each(self._product_of[rows], scores)
            if bonus is not None:
                best = best + bonus[positions]
                order = np.argsort(-best, kind="stable")
                positions, best = positions[order], best[order]
            folded = self._fold(positions, best, collapse, exclude)
            if len(folded) >= limit or len(rows) < k or k >= self._store.count:
                break
            k *= 4
        return tuple(self._hit(found, score, variants, vector) for found, score, variants in folded[:limit])

    def _fold(
        self, positions: np.ndarray, scores: np.ndarray, collapse: bool, exclude: int | None
    ) -> list[tuple[int, float, list[int]]]:
        """Ranked products with the variants folded into each, best first."""
        groups = self._columns.group
        if not collapse:
            return [(int(p), float(s), []) for p, s in zip(positions, scores, strict=True) if p != exclude]
        own_group = None if exclude is None else groups[exclude]
        folded: dict[int, tuple[int, float, list[int]]] = {}
        for position, score in zip(positions.tolist(), scores.tolist(), strict=True):
            group = groups[position]
            if group == own_group:
                continue
            if group in folded:
                folded[group][2].append(position)
            else:
                folded[group] = (position, score, [])
        return list(folded.values())

    def _pair(self, anchor: Anchor, vector: np.ndarray, limit: int) -> tuple[Hit, ...]:
        query = self._weigh(vector, 0.0)

        def search_style(allowed: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
            rows, scores = self._store.search(query, k, allowed[self._product_of])
            return _best_photo_of_each(self._product_of[rows], scores)

        paired = pair_products(anchor, self._columns, self._snapshot.roles, search_style, limit)
        ids, categories = self._columns.product_ids, self._columns.category
        reasons = ("other_kind", "goes_with_colour")
        return tuple(Hit(ids[p], categories.value(p) or "", score, reasons=reasons) for p, score in paired)

    def _hit(self, position: int, score: float, variants: Iterable[int], query: np.ndarray) -> Hit:
        ids = self._columns.product_ids
        split = self._bundle.style_dim
        own = self._vector(position)
        reasons = []
        if float(own[:split] @ query[:split]) >= _CLOSE_STYLE:
            reasons.append("shape")
        if float(own[split:] @ query[split:]) >= _CLOSE_COLOUR:
            reasons.append("colour")
        category = self._columns.category.value(position) or ""
        return Hit(ids[position], category, score, tuple(ids[v] for v in variants), tuple(reasons))

    def _weigh(self, vector: np.ndarray, colour_weight: float | None) -> np.ndarray:
        """The query scaled so that its inner product with a stored vector weighs style against colour."""
        weight = self._bundle.colour_weight if colour_weight is None else colour_weight
        if not 0 <= weight <= 1:
            raise QueryError(f"colour_weight is {weight}; a number from 0 (shape alone) to 1 (colour alone) is needed.")
        return weigh_parts(vector, self._bundle.style_dim, weight)

    def _position(self, product_id: str) -> int:
        try:
            return self._columns.position_of[product_id]
        except KeyError:
            raise UnknownProductError(
                f"The index holds no product {product_id!r}. It may be new (run `make index`), sold off, or mistyped."
            ) from None

    def _vector(self, position: int) -> np.ndarray:
        """The vector of a product's first photo."""
        return self._store.vector(int(self._first_row[position]))


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError(f"limit is {limit}; a number from 1 to {MAX_LIMIT} is needed.")


def _best_photo_of_each(positions: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products in the order of their best photo, and that photo's score; rows come best first."""
    _, first = np.unique(positions, return_index=True)
    first = np.sort(first)
    return positions[first], scores[first]

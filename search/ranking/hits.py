"""Hits: ranked products as a search gives them, each with the reasons why it is there."""

from collections.abc import Sequence

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.query import Hit
from search.ranking.colour_harmony import colour_harmony
from search.ranking.complementary import HARMONIOUS, Anchor, ComplementaryProduct
from search.ranking.ranker import Ranked, Ranker

# From where a hit may give one of these reasons; they mean something for one model's vectors only (docs/model.md).
CLOSE_SHAPE = 0.75  # weighted score of the parts that say what a thing is
CLOSE_COLOUR = 0.75  # cosine of the colour part


class HitWriter:
    """Turns the products of one index's lists into hits; never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, columns: ProductColumns, ranker: Ranker) -> None:
        self._similarity = snapshot.similarity
        self._supercategories = snapshot.supercategories
        self._balance = snapshot.balance
        self._columns = columns
        self._ranker = ranker

    def similar(self, ranked: Sequence[Ranked], vector: np.ndarray, category: str | None) -> tuple[Hit, ...]:
        """Look-alikes with what they have in common with the query, and how much, whatever the order goes by.

        Args:
            ranked: the products, in their order.
            vector: (D,) of the query.
            category: of the query, where it is known.
        """
        if not ranked:
            return ()
        balances = [self._balance.with_colour_weight(weight) for weight in (0.0, 1.0, None)]
        queries = np.stack([balance.weigh(vector) for balance in balances])
        vectors, starts = self._ranker.photo_vectors([one.position for one in ranked])
        scores = np.maximum.reduceat(vectors @ queries.T, starts, axis=0)  # (hits, 3): shape, colour, both
        return tuple(
            self._similar_hit(one, shape, colour, both, category)
            for one, (shape, colour, both) in zip(ranked, scores.tolist(), strict=True)
        )

    def complementary(self, found: Sequence[ComplementaryProduct], anchor: Anchor) -> tuple[Hit, ...]:
        """Products that go with the anchor, with what makes them go with it."""
        return tuple(self._complementary_hit(one, anchor) for one in found)

    def _similar_hit(self, one: Ranked, shape: float, colour: float, both: float, category: str | None) -> Hit:
        ids, own_category = self._columns.product_ids, self._columns.category.value(one.position) or ""
        given = {
            "pinned": one.pinned,
            "category": own_category == category,
            "shape": shape >= CLOSE_SHAPE,
            "colour": colour >= CLOSE_COLOUR,
        }
        variants = tuple(ids[variant] for variant in one.variants)
        grade = self._similarity.grade(own_category, both)
        return Hit(ids[one.position], own_category, one.score, variants, _reasons(given), grade)

    def _complementary_hit(self, one: ComplementaryProduct, anchor: Anchor) -> Hit:
        columns = self._columns
        category = columns.category.value(one.position) or ""
        harmony = colour_harmony(anchor.colour, columns.seen_colour.value(one.position))
        given = {
            "pinned": one.pinned,
            "other_kind": not self._is_same_kind(category, anchor.category),
            "goes_with_colour": harmony >= HARMONIOUS,
        }
        return Hit(columns.product_ids[one.position], category, one.score, reasons=_reasons(given))

    def _is_same_kind(self, category: str, other: str | None) -> bool:
        """Whether two categories are one, or of one supercategory."""
        known = self._supercategories
        return category == other or (category in known and known[category] == known.get(other or ""))


def _reasons(given: dict[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, holds in given.items() if holds)

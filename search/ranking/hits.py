"""Hits: ranked products as a search gives them, each with the reasons why it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.snapshot import Snapshot
from search.query import Hit
from search.ranking.bonus import Bonus
from search.ranking.colour_harmony import colour_harmony
from search.ranking.complementary import HARMONIOUS, Anchor, ComplementaryProduct
from search.ranking.grading import NEARLY_SAME, VERY_ALIKE, Grading
from search.ranking.product_scores import score_products
from search.ranking.ranked import Ranked
from search.ranking.ranker import Ranker
from search.ranking.tiers import split_tier

# From where a hit may give one of these reasons; they mean something for one model's vectors only (docs/model.md).
CLOSE_SHAPE = 0.75  # weighted score of the parts that say what a thing is
CLOSE_COLOUR = 0.75  # cosine of the colour part


class HitWriter:
    """Turns the products of one index's lists into hits; never changes, so threads may share it."""

    def __init__(self, snapshot: Snapshot, columns: ProductColumns, ranker: Ranker) -> None:
        self._balance = snapshot.balance
        self._columns = columns
        self._ranker = ranker

    def similar(
        self,
        ranked: Sequence[Ranked],
        vector: np.ndarray,
        category: str | None,
        grading: Grading,
        moved: Bonus | None = None,
        *,
        leads: bool = True,
    ) -> tuple[Hit, ...]:
        """Look-alikes with what they have in common with the query, and how much, whatever the order goes by.

        Args:
            ranked: the products, in their order.
            vector: (D,) of the query.
            category: of the query, where it is known.
            grading: the scale of the answer.
            moved: what each product's score has gained or lost by rules of the shop; None: nothing.
            leads: whether these are the first products of their ranking. Later ones aren't called nearly the same.
        """
        if not ranked:
            return ()
        positions = [one.position for one in ranked]
        queries = np.stack([self._balance.with_colour_weight(weight).weigh(vector) for weight in (0.0, 1.0)])
        vectors, starts = self._ranker.photo_vectors(positions)
        scores = np.maximum.reduceat(vectors @ queries.T, starts, axis=0)  # (hits, 2): shape, colour
        gains = [0.0] * len(ranked) if moved is None else moved.of(positions).tolist()
        both = score_products(vectors, starts, self._balance.weigh(vector), self._ranker.parts)
        grades = self._grades(ranked, gains, both.tolist(), grading, leads)
        hits = [
            self._similar_hit(one, gain, shape, colour, category, grading.base, grade)
            for one, gain, (shape, colour), grade in zip(ranked, gains, scores.tolist(), grades, strict=True)
        ]
        return tuple(_mark_closest_available(hits, self._columns))

    def _grades(
        self,
        ranked: Sequence[Ranked],
        gains: Sequence[float],
        cosines: Sequence[float],
        grading: Grading,
        leads: bool,
    ) -> list[str | None]:
        """A grade for each product, which never rises down the list but for those that the shop has moved.

        "Nearly the same" is kept for products of the kind that was asked for, and ends with the first other one. What
        stands at the end only because it is sold out or of another kind gets no grade.
        """
        kind = grading.kind or self._columns.category.value(ranked[0].position)
        grades: list[str | None] = []
        may_be_the_same = leads
        for one, gain, cosine in zip(ranked, gains, cosines, strict=True):
            tier, score = split_tier(one.score)
            grade = None if tier else grading.grade(score - gain)
            alike = self._columns.category.value(one.position) == kind and grading.grade(cosine + grading.base) == grade
            in_order = not one.pinned and not gain
            if grade == NEARLY_SAME and not (alike and (may_be_the_same or not in_order)):
                grade = VERY_ALIKE
            if in_order and grade != NEARLY_SAME:
                may_be_the_same = False
            grades.append(grade)
        return grades

    def listed(self, cards: Sequence[Ranked]) -> tuple[Hit, ...]:
        """Products of a list without a query; nothing is said of how alike they are."""
        ids, category = self._columns.product_ids, self._columns.category
        return tuple(
            Hit(ids[one.position], category.value(one.position) or "", 0.0, tuple(ids[other] for other in one.variants))
            for one in cards
        )

    def complementary(
        self, found: Sequence[ComplementaryProduct], anchor: Anchor, supercategories: Mapping[str, str]
    ) -> tuple[Hit, ...]:
        """Products that go with the anchor, with what makes them go with it; categories by their supercategories."""
        return tuple(self._complementary_hit(one, anchor, supercategories) for one in found)

    def _similar_hit(
        self,
        one: Ranked,
        gain: float,
        shape: float,
        colour: float,
        category: str | None,
        base: float,
        grade: str | None,
    ) -> Hit:
        ids, own_category = self._columns.product_ids, self._columns.category.value(one.position) or ""
        tier, score = split_tier(one.score)
        given = {
            "pinned": one.pinned,
            "moved": bool(gain) and not one.pinned,
            "sold_out_last": tier > 0 and bool(self._columns.sold_out[one.position]),
            "category": own_category == category,
            "shape": shape >= CLOSE_SHAPE,
            "colour": colour >= CLOSE_COLOUR,
        }
        variants = tuple(ids[variant] for variant in one.variants)
        return Hit(ids[one.position], own_category, min(1.0, score - base), variants, _reasons(given), grade)

    def _complementary_hit(self, one: ComplementaryProduct, anchor: Anchor, supercategories: Mapping[str, str]) -> Hit:
        columns = self._columns
        category = columns.category.value(one.position) or ""
        harmony = colour_harmony(anchor.colour, columns.seen_colour.value(one.position))
        given = {
            "pinned": one.pinned,
            "other_kind": not _is_same_kind(category, anchor.category, supercategories),
            "goes_with_colour": harmony >= HARMONIOUS,
        }
        return Hit(columns.product_ids[one.position], category, one.score, reasons=_reasons(given))


def _is_same_kind(category: str, other: str | None, known: Mapping[str, str]) -> bool:
    """Whether two categories are one, or of one supercategory."""
    return category == other or (category in known and known[category] == known.get(other or ""))


def _mark_closest_available(hits: Sequence[Hit], columns: ProductColumns) -> list[Hit]:
    """The hits; the first one that can be bought says that it is the closest of these, if a sold-out one leads it."""
    sold_out = [bool(columns.sold_out[columns.position_of[hit.product_id]]) for hit in hits]
    if not sold_out[0] or hits[0].grade != NEARLY_SAME or all(sold_out):
        return list(hits)
    first = sold_out.index(False)
    return [
        replace(hit, reasons=("closest_available", *hit.reasons)) if place == first else hit
        for place, hit in enumerate(hits)
    ]


def _reasons(given: dict[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, holds in given.items() if holds)

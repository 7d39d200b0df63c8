"""Complementary products: those of other supercategories that go with a product or a photo, by gender and colour.

A coat brings trousers, shoes and a scarf, not another coat. The supercategory of each category was worked out when the
index was built; where a shop sells one supercategory only, its other categories stand in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.index.product_columns import ProductColumns
from search.ranking.category_names import kind_in_name
from search.ranking.colour_harmony import harmony_with
from search.ranking.curation import AppliedCuration, pinned_groups, place_pins

StyleSearch = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""From (allowed products (P,) bool, k) to the positions and cosines of the k closest in style, best first."""

_HARMONY, _STYLE, _STOCK = 0.7, 0.3, 0.5  # how much colour, closeness in style, and being in stock count
HARMONIOUS = 0.6  # what doesn't reach it is offered only where nothing does
_COMPATIBLE = 0.3  # how much the table of categories counts between two categories of one supercategory
_SHORTLIST = 256  # per supercategory, closest in style, before colour and stock decide


@dataclass(frozen=True)
class Anchor:
    """The thing that others shall go with."""

    category: str | None
    colour: str | None  # a name that ``search.ranking.colour_harmony`` knows, else it counts for nothing
    group: int | None = None  # group code of the product itself, never offered with itself


@dataclass(frozen=True)
class ComplementaryProduct:
    """A product that goes with the anchor."""

    position: int
    score: float
    pinned: bool = False


def find_complementary(
    anchor: Anchor,
    columns: ProductColumns,
    fits: np.ndarray,
    supercategories: Mapping[str, str],
    search_style: StyleSearch,
    limit: int,
    *,
    curation: AppliedCuration,
    weights: Mapping[str, float],
) -> list[ComplementaryProduct]:
    """What goes with the anchor: supercategories take turns, those that fit better more often, best first in each.

    Args:
        anchor: what is asked about.
        columns: the products.
        fits: (P,) bool, which of them are for whom the anchor is.
        supercategories: of the categories, as far as they are known.
        search_style: finds products by closeness in style to the anchor.
        limit: how many at most.
        curation: what the shop decided about this list. Pinned products stand at their places whatever they go with.
        weights: category -> how well it goes with the anchor's, 0 (never) to 1; one of the anchor's own
            supercategory takes part only if it is named here. What isn't named goes by its supercategory.
    """
    rating = _Rating(anchor, columns, curation, weights)
    pins = curation.pins
    left_out = set(pinned_groups(pins, columns.group, anchor.group))
    if anchor.group is not None:
        left_out.add(anchor.group)
    eligible = fits & ~np.isin(columns.group, list(left_out))
    for mask in (curation.allowed, columns.alive):
        if mask is not None:
            eligible &= mask
    code_lists = _compatible_codes(anchor.category, columns, supercategories, weights)
    lists = [
        _rank_codes(eligible & np.isin(columns.category.codes, codes), rating, search_style, limit)
        for codes in code_lists
    ]
    shares = [max(weights.get(columns.category.values[code], 1.0) for code in codes) for codes in code_lists]
    turns = _take_turns(lists, shares, limit)
    places = place_pins(pins, columns.group, anchor.group, sum(map(len, lists)))
    closeness = _measure(sorted(places.values()), search_style, len(columns))
    for place in sorted(places):
        turns.insert(
            place,
            ComplementaryProduct(places[place], rating.rate_one(places[place], closeness[places[place]]), pinned=True),
        )
    return turns[:limit]


class _Rating:
    """How well each product goes with the anchor."""

    def __init__(
        self, anchor: Anchor, columns: ProductColumns, curation: AppliedCuration, weights: Mapping[str, float]
    ) -> None:
        harmony = harmony_with(anchor.colour, columns.seen_colour.values)
        self.harmony = np.append(harmony, np.float32(0.5))[columns.seen_colour.codes]  # the last one serves MISSING
        self.groups = columns.group
        self.boosted = sorted(curation.boosted)
        compatible = np.array([weights.get(name, 1.0) for name in columns.category.values] + [1.0], np.float32)
        self._own = _HARMONY * self.harmony - _STOCK * columns.sold_out
        self._own += _COMPATIBLE * (compatible[columns.category.codes] - 1)
        bonus = curation.bonus(None)
        if bonus is not None:
            self._own += bonus

    def rate(self, positions: np.ndarray, closeness: np.ndarray) -> np.ndarray:
        """Scores of products, from their closeness in style."""
        return self._own[positions] + _STYLE * closeness

    def rate_one(self, position: int, closeness: float) -> float:
        """The score of one product."""
        return float(self._own[position]) + _STYLE * closeness


def _rank_codes(
    candidates: np.ndarray, rating: _Rating, search_style: StyleSearch, limit: int
) -> list[ComplementaryProduct]:
    """The best of one supercategory, each group once; what is boosted by name takes part however far off it is."""
    harmonious = candidates & (rating.harmony >= HARMONIOUS)
    positions, closeness = search_style(harmonious if harmonious.any() else candidates, _SHORTLIST)
    more = [one for one in rating.boosted if candidates[one] and one not in set(positions.tolist())]
    if more:
        measured = _measure(more, search_style, len(candidates))
        positions = np.append(positions, more)
        closeness = np.append(closeness, [measured[one] for one in more])
    scores = rating.rate(positions, closeness)
    ranked = [ComplementaryProduct(int(positions[i]), float(scores[i])) for i in np.argsort(-scores, kind="stable")]
    return _best_of_each_group(ranked, rating.groups, limit)


def _measure(products: Sequence[int], search_style: StyleSearch, count: int) -> dict[int, float]:
    """The closeness in style of some products, wherever they rank."""
    if not products:
        return {}
    chosen = np.zeros(count, bool)
    chosen[list(products)] = True
    positions, closeness = search_style(chosen, 8 * len(products) + _SHORTLIST)
    found = dict(zip(positions.tolist(), closeness.tolist(), strict=True))
    return {one: float(found.get(one, 0.0)) for one in products}


def _compatible_codes(
    category: str | None, columns: ProductColumns, supercategories: Mapping[str, str], weights: Mapping[str, float]
) -> list[list[int]]:
    """Category codes by supercategory, without what never goes with the anchor's category: its own kind above all.

    Its own supercategory takes part only with the categories that are given a weight; where there is no other one and
    no weight, each category stands for itself.
    """
    by_supercategory: dict[str, list[int]] = {}
    own, kind = supercategories.get(category or ""), kind_in_name(category or "")
    used = columns.category.used
    for name, code in used.items():
        supercategory = supercategories.get(name, name)
        if kind_in_name(name) == kind:  # coats never go with a coat, whoever they are for
            continue
        usual = supercategory != own
        if weights.get(name, 1.0 if usual else 0.0) > 0:
            by_supercategory.setdefault(supercategory, []).append(code)
    if by_supercategory or weights:
        return [by_supercategory[name] for name in sorted(by_supercategory)]
    return [[used[name]] for name in sorted(used) if kind_in_name(name) != kind]


def _best_of_each_group(
    ranked: list[ComplementaryProduct], groups: np.ndarray, limit: int
) -> list[ComplementaryProduct]:
    """The ranking with only the best variant of each group, ``limit`` at most."""
    best: dict[int, ComplementaryProduct] = {}
    for one in ranked:
        best.setdefault(int(groups[one.position]), one)
    return list(best.values())[:limit]


def _take_turns(lists: list[list[ComplementaryProduct]], shares: list[float], limit: int) -> list[ComplementaryProduct]:
    """The first of each list, then the second of each, and so on; a list of half the share comes half as often."""
    turns = [
        ((turn + 1) / share, number, one)
        for number, (ranked, share) in enumerate(zip(lists, shares, strict=True))
        for turn, one in enumerate(ranked)
    ]
    return [one for _, _, one in sorted(turns, key=lambda entry: entry[:2])[:limit]]

"""Complementary products: those of other supercategories that go with a product or a photo, by gender and colour.

A coat brings trousers, shoes and a scarf, not another coat. The supercategory of each category was worked out when the
index was built; where a shop sells one supercategory only, its other categories stand in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.vector_store import ProductFilter
from search.ranking.category_names import kind_in_name
from search.ranking.colour_harmony import harmony_with
from search.ranking.curation import AppliedCuration, pinned_groups, place_pins
from search.ranking.product_filters import ProductFilters
from search.ranking.style_search import StyleSearch

_HARMONY, _STYLE, _STOCK = 0.7, 0.3, 0.5  # how much colour, closeness in style, and being in stock count
HARMONIOUS = 0.6  # what doesn't reach it is offered only where nothing does
_COMPATIBLE = 0.3  # how much the table of categories counts between two categories of one supercategory
_SHORTLIST = 256  # per supercategory, closest in style, before colour and stock decide
_EXACT_OF_LIMIT = 2  # times as many as are wanted are compared where closeness is estimated


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
    products: ProductFilters,
    fits: ProductFilter | None,
    supercategories: Mapping[str, str],
    search_for: Callable[[Iterable[int]], StyleSearch],
    limit: int,
    *,
    curation: AppliedCuration,
    weights: Mapping[str, float],
) -> list[ComplementaryProduct]:
    """What goes with the anchor: supercategories take turns, those that fit better more often, best first in each.

    Args:
        anchor: what is asked about.
        products: the filters of the index's products.
        fits: which of them are for whom the anchor is; None: all.
        supercategories: of the categories, as far as they are known.
        search_for: from groups that must not be found to a search by closeness in style to the anchor.
        limit: how many at most.
        curation: what the shop decided about this list. Pinned products stand at their places whatever they go with.
        weights: category -> how well it goes with the anchor's, 0 (never) to 1; one of the anchor's own
            supercategory takes part only if it is named here. What isn't named goes by its supercategory.
    """
    columns = products.columns
    rating = _Rating(anchor, products, curation, weights)
    pins = curation.pins
    left_out = set(pinned_groups(pins, columns.group, anchor.group))
    if anchor.group is not None:
        left_out.add(anchor.group)
    search = search_for(left_out)
    code_lists = _compatible_codes(anchor.category, columns, supercategories, weights)
    eligible = products.joint([fits, curation.only, products.living])
    harmonious = products.joint([eligible, rating.harmonious])
    boosted = [one for one in rating.boosted if columns.group[one] not in left_out]
    lists = []
    for codes in code_lists:
        preferred, allowed = (products.of_categories(codes, further) for further in (harmonious, eligible))
        lists.append(_rank_candidates(preferred, allowed, boosted, rating, search, limit))
    shares = [max(weights.get(columns.category.values[code], 1.0) for code in codes) for codes in code_lists]
    turns = _take_turns(lists, shares, limit)
    places = place_pins(pins, columns.group, anchor.group, sum(map(len, lists)))
    pinned = [places[place] for place in sorted(places)]
    scores = rating.rate(np.array(pinned, np.int64), search.closeness(pinned))
    for place, product, score in zip(sorted(places), pinned, scores.tolist(), strict=True):
        turns.insert(place, ComplementaryProduct(product, score, pinned=True))
    return turns[:limit]


class _Rating:
    """How well each product goes with the anchor."""

    def __init__(
        self, anchor: Anchor, products: ProductFilters, curation: AppliedCuration, weights: Mapping[str, float]
    ) -> None:
        columns = products.columns
        self._products = products
        self._columns = columns
        self._colour = anchor.colour
        harmony = harmony_with(anchor.colour, columns.seen_colour.values)
        self._harmony = np.append(harmony, np.float32(0.5))  # by code of the colour; the last one serves MISSING
        self._compatible = np.array([weights.get(name, 1.0) for name in columns.category.values] + [1.0], np.float32)
        self._bonus = curation.bonus(None)
        self.groups = columns.group
        self.boosted = sorted(curation.boosted)

    @property
    def harmonious(self) -> ProductFilter | None:
        """The products whose colours go with the anchor's."""
        codes = self._columns.seen_colour.codes
        return self._products.kept(("harmony", self._colour), lambda: (self._harmony >= HARMONIOUS)[codes])

    def rate(self, positions: np.ndarray, closeness: np.ndarray) -> np.ndarray:
        """Scores of products, from their closeness in style."""
        columns = self._columns
        own = _HARMONY * self._harmony[columns.seen_colour.codes[positions]] - _STOCK * columns.sold_out[positions]
        own += _COMPATIBLE * (self._compatible[columns.category.codes[positions]] - 1)
        if self._bonus is not None:
            own += self._bonus.of(positions)
        return own + _STYLE * closeness


def _rank_candidates(
    preferred: ProductFilter,
    candidates: ProductFilter,
    boosted: Sequence[int],
    rating: _Rating,
    search: StyleSearch,
    limit: int,
) -> list[ComplementaryProduct]:
    """The best of one supercategory, each group once; what is boosted by name takes part however far off it is.

    Others than the preferred candidates are looked at only where the preferred ones leave nothing to offer.
    """
    positions, closeness = search.closest(preferred if search.finds_any(preferred) else candidates, _SHORTLIST)
    named = np.array(boosted, np.int64)
    more = named[candidates.passes(named) & ~np.isin(named, positions)] if len(named) else named
    if len(more):
        positions = np.append(positions, more)
        closeness = np.append(closeness, search.closeness(more.tolist()))
    scores = rating.rate(positions, closeness)
    if search.estimates:  # they choose for whom it is worth knowing
        positions = positions[np.argsort(-scores, kind="stable")[: _EXACT_OF_LIMIT * limit]]
        scores = rating.rate(positions, search.closeness(positions))
    order = np.argsort(-scores, kind="stable")
    best_of_groups = np.sort(np.unique(rating.groups[positions[order]], return_index=True)[1])[:limit]
    best = order[best_of_groups]
    return [
        ComplementaryProduct(position, score)
        for position, score in zip(positions[best].tolist(), scores[best].tolist(), strict=True)
    ]


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


def _take_turns(lists: list[list[ComplementaryProduct]], shares: list[float], limit: int) -> list[ComplementaryProduct]:
    """The first of each list, then the second of each, and so on; a list of half the share comes half as often."""
    turns = [
        ((turn + 1) / share, number, one)
        for number, (ranked, share) in enumerate(zip(lists, shares, strict=True))
        for turn, one in enumerate(ranked)
    ]
    return [one for _, _, one in sorted(turns, key=lambda entry: entry[:2])[:limit]]

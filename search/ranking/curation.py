"""What a shop's people decided about one list: what is pinned, lifted, lowered or hidden, as plain values.

Hidden beats pinned, and sold out beats pinned: what can't be bought stands where it stands by itself. A pin holds only
if its product passes the shopper's filters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from search.index.product_columns import ProductColumns, all_of
from search.index.vector_store import Conditions
from search.query import NO_FILTERS, Filters


@dataclass(frozen=True)
class Pin:
    """A product and where its card shall stand, over all pages."""

    product_id: str
    position: int  # from 1


@dataclass(frozen=True)
class Curation:
    """The decisions about one list; ids and categories that the index doesn't know mean nothing."""

    pins: tuple[Pin, ...] = ()  # the one that counts most comes first
    boosts: Mapping[str, float] = field(default_factory=dict)  # product id -> what its score gains; below 0: buried
    category_boosts: Mapping[str, float] = field(default_factory=dict)  # category -> the same
    hidden: frozenset[str] = frozenset()  # product ids
    hidden_categories: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(
        default_factory=dict
    )  # of what goes with a product: category -> 0 (never) to 1 (often)
    supercategories: Mapping[str, str] = field(default_factory=dict)  # category -> kind, where somebody has said it


NOTHING = Curation()


@dataclass(frozen=True)
class Curations:
    """The decisions about the two lists that answer a photo."""

    similar: Curation = NOTHING
    goes_with: Curation = NOTHING


NO_CURATIONS = Curations()


class AppliedCuration:
    """Decisions as positions of one index's products.

    Args:
        curation: what was decided.
        columns: the products.
        filters: the shopper's.

    Attributes:
        allowed: (P,) bool, what passes the filters and isn't hidden; None for all.
        conditions: the same in words.
        boosted: position -> what the score of a product gains that is boosted or buried by itself.
    """

    def __init__(self, curation: Curation, columns: ProductColumns, filters: Filters = NO_FILTERS) -> None:
        self._columns = columns
        self.allowed = all_of(
            mask for mask in (columns.matching(filters), shown_mask(curation, columns)) if mask is not None
        )
        self.conditions = Conditions(columns.spelled(filters), curation.hidden, curation.hidden_categories)
        self.boosted = {
            columns.position_of[product_id]: boost
            for product_id, boost in curation.boosts.items()
            if product_id in columns.position_of
        }
        codes = {name: code for code, name in enumerate(columns.category.values)}
        boosts = curation.category_boosts.items()
        self._category_boosts = {codes[category]: boost for category, boost in boosts if category in codes}
        known = [pin for pin in curation.pins if pin.product_id in columns.position_of]
        self._pins = [(columns.position_of[pin.product_id], pin.position) for pin in known]

    @property
    def pins(self) -> list[tuple[int, int]]:
        """Products that may be pinned, and where."""
        return [
            (position, place)
            for position, place in self._pins
            if not self._columns.sold_out[position] and (self.allowed is None or self.allowed[position])
        ]

    def bonus(self, bonus: np.ndarray | None) -> np.ndarray | None:
        """(P,) what each product gains, on top of what it gains without decisions; None: nothing at all."""
        if not self.boosted and not self._category_boosts:
            return bonus
        total = np.zeros(len(self._columns), np.float32) if bonus is None else bonus.copy()
        for code, boost in self._category_boosts.items():
            total[self._columns.category.codes == code] += boost
        for position, boost in self.boosted.items():
            total[position] += boost
        return total


def shown_mask(curation: Curation, columns: ProductColumns) -> np.ndarray | None:
    """What isn't hidden, (P,) bool; None where nothing is."""
    if not curation.hidden and not curation.hidden_categories:
        return None
    codes = [columns.category.values.index(one) for one in curation.hidden_categories if one in columns.category.values]
    shown = ~np.isin(columns.category.codes, codes)
    shown[[columns.position_of[one] for one in curation.hidden if one in columns.position_of]] = False
    return shown if columns.alive is None else shown & columns.alive


def place_pins(
    pins: Sequence[tuple[int, int]], groups: np.ndarray, excluded_group: int | None, others: int
) -> dict[int, int]:
    """Where each pinned card stands: place from 0 -> product.

    A place that two want goes to the first in ``pins``, the other one takes the next free place; a card is pinned
    once, whatever variants of it are pinned. In a list that is too short for its place a card stands at the end.

    Args:
        pins: products and places from 1, the one that counts most first.
        groups: (P,) int, equal for what one card shows.
        excluded_group: of the product that the list stands beside.
        others: how many cards there are that aren't pinned; see ``pinned_groups``.
    """
    wanted: dict[int, int] = {}
    late: list[tuple[int, int]] = []
    for product, place in _once_a_group(pins, groups, excluded_group):
        if place - 1 in wanted:
            late.append((place - 1, product))
        else:
            wanted[place - 1] = product
    for place, product in sorted(late, key=lambda one: one[0]):
        while place in wanted:
            place += 1
        wanted[place] = product
    return {min(place, others + before): wanted[place] for before, place in enumerate(sorted(wanted))}


def pinned_groups(pins: Sequence[tuple[int, int]], groups: np.ndarray, excluded_group: int | None) -> list[int]:
    """The groups whose cards are pinned."""
    return [int(groups[product]) for product, _ in _once_a_group(pins, groups, excluded_group)]


def _once_a_group(
    pins: Sequence[tuple[int, int]], groups: np.ndarray, excluded_group: int | None
) -> list[tuple[int, int]]:
    first: dict[int, tuple[int, int]] = {}
    for product, place in pins:
        group = int(groups[product])
        if group != excluded_group:
            first.setdefault(group, (product, place))
    return list(first.values())

"""What a shop's people decided about one list: what is pinned, lifted, lowered or hidden, as plain values.

Hidden beats pinned, and sold out beats pinned: what can't be bought stands where it stands by itself. A pin holds only
if its product passes the shopper's filters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from search.index.product_columns import ProductColumns
from search.query import NO_FILTERS, Filters
from search.ranking.bonus import Bonus
from search.ranking.product_filters import ProductFilters


class GroupOf(Protocol):
    """From positions of products to what they are one card with: (P,) int, or what can be asked like it."""

    def __getitem__(self, positions: Any) -> Any: ...


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
        products: the filters of the index's products.
        filters: the shopper's.

    Attributes:
        only: what passes the shopper's filters and isn't hidden; None for all.
        boosted: position -> what the score of a product gains that is boosted or buried by itself.
    """

    def __init__(self, curation: Curation, products: ProductFilters, filters: Filters = NO_FILTERS) -> None:
        columns = products.columns
        self._columns = columns
        self.only = products.matching(filters, curation.hidden, curation.hidden_categories)
        self.boosted = {
            columns.position_of[product_id]: boost
            for product_id, boost in curation.boosts.items()
            if product_id in columns.position_of
        }
        codes, boosts = columns.category.used, curation.category_boosts.items()
        self._category_boosts = {codes[category]: boost for category, boost in boosts if category in codes}
        known = [pin for pin in curation.pins if pin.product_id in columns.position_of]
        self._pins = [(columns.position_of[pin.product_id], pin.position) for pin in known]

    @property
    def pins(self) -> list[tuple[int, int]]:
        """Products that may be pinned, and where."""
        return [
            (position, place)
            for position, place in self._pins
            if not self._columns.sold_out[position] and (self.only is None or self.only.passes(np.array([position]))[0])
        ]

    def bonus(self, bonus: Bonus | None) -> Bonus | None:
        """What each product gains, on top of what it gains without decisions; None: nothing at all."""
        if not self.boosted and not self._category_boosts:
            return bonus
        total = bonus or Bonus()
        if self._category_boosts:
            by_code = np.zeros(len(self._columns.category.values) + 1, np.float32)
            by_code[list(self._category_boosts)] = list(self._category_boosts.values())
            total = total.plus(self._columns.category, by_code)
        return total.merged(Bonus(own=self.boosted))


def shown_mask(curation: Curation, columns: ProductColumns) -> np.ndarray | None:
    """What isn't hidden, (P,) bool; None where nothing is."""
    return columns.shown(curation.hidden, curation.hidden_categories)


def place_pins(
    pins: Sequence[tuple[int, int]], groups: GroupOf, excluded_group: int | None, others: int
) -> dict[int, int]:
    """Where each pinned card stands: place from 0 -> product.

    A place that two want goes to the first in ``pins``, the other one takes the next free place; a card is pinned
    once, whatever variants of it are pinned. In a list that is too short for its place a card stands at the end.

    Args:
        pins: products and places from 1, the one that counts most first.
        groups: by position, equal for what one card shows.
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


def pinned_groups(pins: Sequence[tuple[int, int]], groups: GroupOf, excluded_group: int | None) -> list[int]:
    """The groups whose cards are pinned."""
    return [int(groups[product]) for product, _ in _once_a_group(pins, groups, excluded_group)]


def _once_a_group(
    pins: Sequence[tuple[int, int]], groups: GroupOf, excluded_group: int | None
) -> list[tuple[int, int]]:
    first: dict[int, tuple[int, int]] = {}
    for product, place in pins:
        group = int(groups[product])
        if group != excluded_group:
            first.setdefault(group, (product, place))
    return list(first.values())

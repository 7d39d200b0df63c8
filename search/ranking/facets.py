"""Facets: what each filter would leave of a ranking, counted over all products at once.

A count is of cards: colour variants of one product count once. So each column's distinct pairs of value and group are
numbered when the index is opened; counting marks the pairs that pass and adds them up by value, without a loop over
products.
"""

from functools import lru_cache

import numpy as np

from search.fields import TEXT_FACETS
from search.index.freed_memory import give_back
from search.index.product_columns import MISSING, CodedColumn, ProductColumns, all_of
from search.query import Facets, FacetValue, Filters, PriceSpan

_KEPT = 256  # counts that are kept, by their filters
_MANY = 100_000  # products, to number whose pairs takes so much memory that it is worth giving back

Mask = np.ndarray | None  # (P,) bool; None lets everything through


class _CardCounter:
    """Counts the cards that have each value of a column."""

    def __init__(self, column: CodedColumn, groups: np.ndarray) -> None:
        """``groups``: (P,) int, equal for what one card shows."""
        self._column = column
        span = int(groups.max(initial=0)) + 1
        self._positions = column.positions
        groups = groups if column.positions is None else groups[column.positions]
        pairs, pair_of = np.unique((column.codes.astype(np.int64) + 1) * span + groups, return_inverse=True)
        self._pair_of = pair_of.astype(np.int32)
        self._value_of_pair = (pairs // span).astype(np.int32)  # one more than the code, so that MISSING is 0

    def count(self, passing: Mask) -> np.ndarray:
        """(values,) int: how many cards have each value among the products that pass."""
        if passing is None:
            present = self._value_of_pair
        else:
            marked = np.zeros(len(self._value_of_pair), bool)
            marked[self._pair_of[passing if self._positions is None else passing[self._positions]]] = True
            present = self._value_of_pair[marked]
        return np.bincount(present, minlength=len(self._column.values) + 1)[1:]

    def values(self, passing: Mask, chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
        """The values that lead somewhere and those that are chosen, most frequent first."""
        counts = self.count(passing)
        codes = {self._column.code(name) for name in chosen}
        found = [
            FacetValue(name, int(counts[code]), code in codes)
            for code, name in enumerate(self._column.values)
            if counts[code] or code in codes
        ]
        found += [FacetValue(name, 0, True) for name in chosen if self._column.code(name) == MISSING]
        return tuple(sorted(found, key=lambda value: (-value.count, value.value)))


class _Counting:
    """What a ``FacetCounter`` counts with."""

    def __init__(self, columns: ProductColumns, *, collapse: bool) -> None:
        self._columns = columns
        groups = np.arange(len(columns)) if not collapse else np.unique(columns.group, return_inverse=True)[1]
        self._groups = groups.astype(np.int32)
        self._counters = {one.name: _CardCounter(columns.texts[one.name], self._groups) for one in TEXT_FACETS}

    def count(self, filters: Filters, exclude: int | None = None, shown: Mask = None) -> Facets:
        """As ``FacetCounter.count``."""
        conditions = self._columns.conditions(filters)
        if shown is not None:
            conditions["shown"] = shown
        if self._columns.alive is not None:
            conditions["alive"] = self._columns.alive
        if exclude is not None:
            conditions["exclude"] = self._groups != self._groups[exclude]

        def without(facet: str) -> Mask:
            return all_of(passing for name, passing in conditions.items() if name != facet)

        in_stock = without("in_stock")
        buyable = ~self._columns.sold_out if in_stock is None else in_stock & ~self._columns.sold_out
        return Facets(
            total=self._cards(all_of(conditions.values())),
            values={
                one.parameter: self._counters[one.name].values(without(one.name), filters.values(one))
                for one in TEXT_FACETS
            },
            in_stock=self._cards(buyable),
            price=self._price_span(without("price_cents")),
        )

    def _cards(self, passing: Mask) -> int:
        marked = np.zeros(int(self._groups.max(initial=-1)) + 1, bool)
        marked[self._groups if passing is None else self._groups[passing]] = True
        return int(np.count_nonzero(marked))

    def _price_span(self, passing: Mask) -> PriceSpan | None:
        prices = self._columns.amounts["price_cents"]
        prices = prices if passing is None else prices[passing]
        prices = prices[prices != MISSING]
        return PriceSpan(int(prices.min()), int(prices.max())) if len(prices) else None


class FacetCounter:
    """Facets over one index's products; never changes, so threads may share it.

    Args:
        columns: the products.
        collapse: whether variants of one product count once.
    """

    def __init__(self, columns: ProductColumns, *, collapse: bool = True) -> None:
        self._counting = _Counting(columns, collapse=collapse)
        if len(columns) >= _MANY:
            give_back()
        # Under the same filters the counts are the same. The cache must not hold this object, which would then stay in
        # memory until Python looks for cycles: each change of the catalogue makes a new one.
        self._of_all = lru_cache(_KEPT)(self._counting.count)

    def count(self, filters: Filters, *, exclude: int | None = None, shown: Mask = None) -> Facets:
        """The facets of a ranking under filters.

        Args:
            filters: what is chosen already; each facet's own filter doesn't narrow that facet.
            exclude: position of a product that isn't ranked, and with it none that its card shows.
            shown: what the shop doesn't hide; None for all.
        """
        if exclude is None and shown is None:
            return self._of_all(filters)
        return self._counting.count(filters, exclude, shown)

"""Filters of one index's products, each condition worked out once and kept as bits.

A mask over all products takes time and memory with the catalogue's length, for each search anew. So what each value of
a field lets through is kept, the least recently used ones within ``MOST_BYTES``, and a search with several conditions
puts their bits together.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.vector_store import Conditions, JointFilter, ProductFilter
from search.query import NO_FILTERS, Filters
from search.ranking.photo_rows import PhotoRows

_MOST_CHANGED = 10_000  # products: beyond, a filter is made anew
MOST_BYTES = 128_000_000  # that the kept conditions of one index may take


@dataclass(frozen=True)
class _Before:
    """The filters of an index before some changes, and what a change of products means for its rows."""

    known: dict[Hashable, ProductFilter]
    moved: np.ndarray  # (M,) rows of the index that belong to other products now
    rows: PhotoRows  # as they are now
    stored: int  # rows of the index

    def hand_over(self, key: Hashable, found: ProductFilter) -> None:
        """Spare a filter making bits of its own where nearly all are what they were."""
        before = self.known.pop(key, None)
        if before is None:
            return
        both = min(len(before.allowed), len(found.allowed))
        changed = np.flatnonzero(before.allowed[:both] != found.allowed[:both])
        if len(changed) > _MOST_CHANGED:
            return
        rows = np.union1d(self.moved, self.rows.of(changed)[0])
        found.first(self.stored).take_over(before.first(self.stored), rows[rows < self.stored])


class ProductFilters:
    """Makes the filters of one index's products; threads may share it.

    Args:
        columns: the P products.
        product_of: (N,) int, position of each row's product.
    """

    def __init__(self, columns: ProductColumns, product_of: np.ndarray) -> None:
        self.columns = columns
        self._product_of = product_of
        self._before: _Before | None = None
        self._kept: OrderedDict[Hashable, ProductFilter | None] = OrderedDict()
        self._joint: OrderedDict[tuple[object, ...], JointFilter] = OrderedDict()  # by its parts and conditions
        self._most_kept = max(16, MOST_BYTES // (len(columns) + len(product_of) // 8 + 1))
        self._lock = threading.Lock()

    def changed(
        self, columns: ProductColumns, product_of: np.ndarray, rows: PhotoRows, stored: int
    ) -> "ProductFilters":
        """Those of the same index with other changes laid over it, which take over the bits that are known here.

        Args:
            columns: the products with these changes.
            product_of: (N + A,) of the rows with these changes.
            rows: the rows of these products.
            stored: N, how many rows the index itself has.
        """
        new = ProductFilters(columns, product_of)
        with self._lock:
            known = {key: found for key, found in self._kept.items() if found is not None}
        moved = np.flatnonzero(self._product_of[:stored] != product_of[:stored])
        new._before = _Before(known, moved, rows, stored)
        return new

    def kept(self, key: Hashable, draw: Callable[[], np.ndarray | None]) -> ProductFilter | None:
        """The filter that was kept under a key, or else the one that ``draw`` gives as a mask (P,); None: all pass."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        mask = draw()
        found = None if mask is None else ProductFilter(mask, self._product_of)
        if found is not None and self._before is not None:
            self._before.hand_over(key, found)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
        return found

    def matching(
        self,
        filters: Filters = NO_FILTERS,
        hidden: frozenset[str] = frozenset(),
        hidden_categories: frozenset[str] = frozenset(),
    ) -> ProductFilter | None:
        """What passes a shopper's filters and isn't hidden by the shop; None if that is everything."""
        columns = self.columns
        parts = [
            self.kept((name, wanted), lambda name=name: columns.passing(name, filters))  # type: ignore[misc]
            for name, wanted in columns.asked(filters).items()
        ]
        if hidden or hidden_categories:
            parts.append(
                self.kept(("hidden", hidden, hidden_categories), lambda: columns.shown(hidden, hidden_categories))
            )
        if not any(parts):
            return None
        return self.joint([*parts, self.living], Conditions(columns.spelled(filters), hidden, hidden_categories))

    def of_categories(self, codes: Sequence[int], further: ProductFilter | None = None) -> ProductFilter:
        """The products of some categories, by their codes, that pass a further filter."""
        names = tuple(self.columns.category.values[code] for code in codes)
        of_codes = self.kept(("codes", tuple(codes)), lambda: self.columns.category.having(codes, len(self.columns)))
        return self._joined([of_codes, further], Conditions(Filters(categories=names)))

    @property
    def living(self) -> ProductFilter | None:
        """The products that the catalogue still has; None if that is all of them."""
        return self.kept("living", lambda: self.columns.alive)

    def joint(
        self, parts: Sequence[ProductFilter | None], conditions: Conditions | None = None
    ) -> ProductFilter | None:
        """What passes several filters, of which None lets everything through; None if everything passes.

        ``conditions``: what those fulfil that pass.
        """
        return self._joined(parts, conditions) if any(part is not None for part in parts) else None

    def _joined(self, parts: Sequence[ProductFilter | None], conditions: Conditions | None) -> JointFilter:
        """Several filters as one, which is kept with all that it works out.

        The same kinds of things, for the same people and in colours that go together, are asked for again and again.
        """
        known = [part for part in parts if part is not None]
        key = (conditions, *map(id, known))  # the joint filter keeps its parts alive, so no others get these numbers
        with self._lock:
            found = self._joint.get(key)
            if found is None:
                found = self._joint[key] = JointFilter(known, conditions)
                while len(self._joint) > self._most_kept:
                    self._joint.popitem(last=False)
            else:
                self._joint.move_to_end(key)
        return found

"""What a search needs of an engine that keeps vectors, whichever it is; ``open_store`` knows those that exist.

A row is one photo of a product. Nothing here assumes where a product's rows lie, or that vectors are near at hand: they
are fetched in batches, and a filter is a value that each engine translates into its own terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from search.query import Filters


@dataclass(frozen=True)
class Conditions:
    """What a product must fulfil, by the fields of ``search.fields``, for engines that keep them beside the vectors.

    Whatever passes the mask fulfils them; what fulfils them may yet not pass it, so an engine checks what it found.
    They were stored with the vectors: a row that has another product since then may have other fields.
    A product without an amount passes no filter by it; where the catalogue doesn't say, a flag counts as true.
    """

    filters: Filters  # with values as the index spells them
    hidden: frozenset[str] = frozenset()  # product ids
    hidden_categories: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class RowProducts:
    """The products that rows belong to, for engines that keep what filters go by beside the vectors."""

    product_of: np.ndarray  # (N,) int, position of each row's product
    columns: Mapping[str, Sequence[Any]]  # product_id and the fields of ``search.fields`` -> one value a product


@dataclass(frozen=True, eq=False)
class ProductFilter:
    """Which products may answer a search, as a mask and, where that is possible, as conditions that they fulfil.

    An engine in this process takes the rows' mask. One elsewhere may translate the conditions into its own language, or
    take the rows, of those that may answer or of those that may not, whichever are fewer.
    """

    allowed: np.ndarray  # (P,) bool, by position of the product
    product_of: np.ndarray  # (N,) int, position of each row's product
    conditions: Conditions | None = None
    _part: "ProductFilter | None" = field(default=None, init=False, repr=False)

    @cached_property
    def rows(self) -> np.ndarray:
        """(N,) bool: the rows that may answer."""
        return self.allowed[self.product_of]

    @cached_property
    def count(self) -> int:
        """How many rows may answer."""
        return int(np.count_nonzero(self.rows))

    @cached_property
    def bitmap(self) -> np.ndarray:
        """The rows' mask as bits, (ceil(N / 8),) uint8, the lowest bit first."""
        return np.packbits(self.rows, bitorder="little")

    def first(self, count: int) -> "ProductFilter":
        """The same filter over the first ``count`` rows alone.

        Of these rows some may belong to other products than when the engine stored them.
        """
        part = self._part
        if part is None or len(part.product_of) != count:
            part = ProductFilter(self.allowed, self.product_of[:count], self.conditions)
            object.__setattr__(self, "_part", part)
        return part


class VectorStore(Protocol):
    """Stored vectors: scores are inner products, larger is better, rows count from 0."""

    @property
    def count(self) -> int:
        """How many vectors there are."""

    @property
    def dim(self) -> int:
        """How long each vector is."""

    @property
    def probes(self) -> int:
        """How much of an approximate index one search visits, as the engine counts it; 0 if every search is exact."""

    def search(self, query: np.ndarray, k: int, only: ProductFilter | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The best rows for a query.

        Args:
            query: (D,) finite float32.
            k: how many at most, >= 1.
            only: which products may answer; None for all.

        Returns:
            Rows (int64) and their scores (float32), best first; fewer than k only where no more rows may answer, also
            if the index is approximate.

        Raises:
            ValueError: the query, k or the filter doesn't fit the store.
            StoreUnavailableError: the engine doesn't answer, or can't vouch for its answer.
        """

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """The stored vectors of some rows, (R, D) float32, in the order of ``rows`` (R,)."""

    def changed(self, added: np.ndarray, removed: np.ndarray) -> "VectorStore":
        """A store with the same rows and more rows after them, of which some answer no more.

        The store itself stays as it is, for searches that go on with it. Rows keep their numbers, removed ones too.
        ``SegmentedStore`` does this in front of any engine; an engine that can be written to may do it itself.

        Args:
            added: (A, D) finite float32.
            removed: rows that answer no search from now on. Filters must let none of their products through.

        Raises:
            ValueError: the vectors don't fit the store.
        """

    def check(self) -> None:
        """Raise StoreUnavailableError, with the reason, if the engine can't answer searches at the moment."""

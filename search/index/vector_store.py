"""What a search needs of an engine that keeps vectors, whichever it is; ``open_store`` knows those that exist.

A row is one photo of a product. Nothing here assumes where a product's rows lie, or that vectors are near at hand: they
are fetched in batches, and a filter is a value that each engine translates into its own terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
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
class ExpectedSearches:
    """What the searches of an index will be like, for engines that fit an approximate index to them."""

    factors: np.ndarray  # (D,) what queries' numbers are multiplied by, on average; none is negative, one is positive
    queries: np.ndarray  # (Q, D) float32, some of them as ``VectorStore.search`` takes them


@dataclass(frozen=True, eq=False)
class Sections:
    """A division of an index's rows, as an engine keeps them together."""

    section_of: np.ndarray  # (N,) int, each row's section
    sizes: np.ndarray  # (S,) rows in each


class ProductFilter:
    """Which products may answer a search, as a mask and, where that is possible, as conditions that they fulfil.

    An engine in this process takes the rows' bits. One elsewhere may translate the conditions into its own language, or
    take the rows, of those that may answer or of those that may not, whichever are fewer. Nothing of a filter changes,
    so searches may share it.

    Args:
        allowed: (P,) bool, by position of the product.
        product_of: (N,) int, position of each row's product.
        conditions: what all that may answer fulfil.
    """

    def __init__(self, allowed: np.ndarray, product_of: np.ndarray, conditions: Conditions | None = None) -> None:
        self.allowed = allowed
        self.product_of = product_of
        self.conditions = conditions
        self._part: ProductFilter | None = None
        self._shares: tuple[Sections, np.ndarray] | None = None

    def passes(self, positions: np.ndarray) -> np.ndarray:
        """(C,) bool: which of C products may answer."""
        return self.allowed[positions]

    @property
    def rows(self) -> np.ndarray:
        """(N,) bool: the rows that may answer."""
        return self.allowed[self.product_of]

    @cached_property
    def count(self) -> int:
        """How many rows may answer."""
        words = len(self.bitmap) // 8 * 8
        whole = np.bitwise_count(self.bitmap[:words].view(np.uint64)).sum(dtype=np.int64)
        return int(whole + np.bitwise_count(self.bitmap[words:]).sum(dtype=np.int64))

    @cached_property
    def bitmap(self) -> np.ndarray:
        """The rows' mask as bits, (ceil(N / 8),) uint8, the lowest bit first."""
        return np.packbits(self.rows, bitorder="little")

    def shares(self, sections: Sections) -> np.ndarray:
        """(S,) which share of each section's rows may answer: 0 only where none may, otherwise perhaps an estimate."""
        if self._shares is None or self._shares[0] is not sections:
            self._shares = (sections, self._find_shares(sections))
        return self._shares[1]

    def _find_shares(self, sections: Sections) -> np.ndarray:
        counts = np.bincount(sections.section_of[self.rows], minlength=len(sections.sizes))
        return (counts / np.maximum(sections.sizes, 1)).astype(np.float32)

    def first(self, count: int) -> "ProductFilter":
        """The same filter over the first ``count`` rows alone.

        Of these rows some may belong to other products than when the engine stored them.
        """
        if len(self.product_of) == count:
            return self
        if self._part is None or len(self._part.product_of) != count:
            self._part = self._first(count)
        return self._part

    def take_over(self, other: "ProductFilter", rows: np.ndarray) -> None:
        """Know at once what another filter has worked out already; it lets the same rows through but for some.

        Args:
            other: a filter of as many rows.
            rows: (R,) int, each once, those that may answer here and not there or the other way round.
        """
        if "bitmap" not in vars(other):
            return
        passing = self.allowed[self.product_of[rows]]
        bitmap, bits = other.bitmap.copy(), np.left_shift(1, rows & 7).astype(np.uint8)
        np.bitwise_or.at(bitmap, rows >> 3, bits)
        np.bitwise_xor.at(bitmap, rows[~passing] >> 3, bits[~passing])
        self.bitmap = bitmap
        if other._shares is not None:
            sections, shares = other._shares[0], other._shares[1].copy()
            new = sections.section_of[rows[passing]]
            shares[new] = np.maximum(shares[new], 1 / sections.sizes[new])
            self._shares = (sections, shares)

    def _first(self, count: int) -> "ProductFilter":
        return ProductFilter(self.allowed, self.product_of[:count], self.conditions)


class JointFilter(ProductFilter):
    """What passes several filters of the same rows, put together from their bits, which takes microseconds."""

    def __init__(self, parts: Sequence[ProductFilter], conditions: Conditions | None = None) -> None:
        self._parts = parts
        self.product_of = parts[0].product_of
        self.conditions = conditions
        self._part = None
        self._shares = None

    @cached_property
    def allowed(self) -> np.ndarray:  # type: ignore[override]
        """(P,) bool, by position of the product."""
        return np.logical_and.reduce([part.allowed for part in self._parts])

    def passes(self, positions: np.ndarray) -> np.ndarray:
        """(C,) bool: which of C products may answer."""
        return np.logical_and.reduce([part.passes(positions) for part in self._parts])

    @cached_property
    def bitmap(self) -> np.ndarray:
        """The rows' mask as bits, (ceil(N / 8),) uint8, the lowest bit first."""
        return reduce(np.bitwise_and, [part.bitmap for part in self._parts])

    def _find_shares(self, sections: Sections) -> np.ndarray:
        """An estimate, as if no condition had to do with another."""
        together: np.ndarray = reduce(np.multiply, [part.shares(sections) for part in self._parts])
        estimated = float(together @ sections.sizes)
        return np.minimum(together * (self.count / estimated), 1.0) if estimated else together

    def _first(self, count: int) -> ProductFilter:
        return JointFilter([part.first(count) for part in self._parts], self.conditions)


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

    @property
    def estimates(self) -> bool:
        """Whether a search may give estimates where exact scores aren't asked for, because they cost it less."""

    @property
    def recall(self) -> float | None:
        """Share of the true nearest rows that searches found when the store was written; None: it was only opened."""

    def search(
        self,
        query: np.ndarray,
        k: int,
        only: ProductFilter | None = None,
        *,
        effort: float = 1.0,
        exact: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows for a query.

        Args:
            query: (D,) finite float32.
            k: how many at most, >= 1.
            only: which products may answer; None for all.
            effort: how much of what it usually visits an approximate index visits at least; less than 1 where products
                that are about as near will do. An engine may ignore it.
            exact: how many of the best need exact scores; None: all. The others come after these, and their scores may
                be estimates, none above the last exact one. An engine without ``estimates`` ignores it.

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

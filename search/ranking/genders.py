"""For whom products are: as the catalogue says, else as their category does, else as the network sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from search.index.product_columns import MISSING, CodedColumn, ProductColumns
from search.ranking.category_names import gender_in_name

UNISEX = "Unisex"
_EVERYONE = frozenset({"unisex", "all", "any", "everyone"})
_ALL = slice(None)
_CODE = np.int32  # of a gender's name
_AGREED = 0.95  # share of a category's products that must be for one gender


@dataclass(frozen=True)
class NearProduct:
    """A product that is near to a photo, by its position."""

    position: int
    nearly_same: bool


def plain_gender(value: str) -> str:
    """One name for what catalogues and the network spell in several ways ("men", "Hombre", "everyone")."""
    folded = value.strip().casefold()
    return UNISEX if folded in _EVERYONE else gender_in_name(value) or folded


class ProductGenders:
    """The genders of one index's products; never changes, so threads may share it."""

    def __init__(self, columns: ProductColumns) -> None:
        self._columns = columns

    def of(self, position: int) -> str | None:
        """For whom a product is; None if nothing tells."""
        names, codes = self._known
        return names[codes[position]] if codes[position] != MISSING else None

    def of_category(self, category: str) -> str | None:
        """For whom (nearly) all products of a category are, or what its name says where they say nothing."""
        column = self._columns.category
        code = column.code(category)
        return self._of_categories[code] if code != MISSING else gender_in_name(category)

    def fit(self, gender: str | None, positions: np.ndarray | slice = _ALL) -> np.ndarray:
        """Which products are for this gender, for everyone, or for nobody knows whom; all if it is for everyone.

        Args:
            gender: a plain one, or None.
            positions: (C,) of the products; all P by default.

        Returns:
            (C,) bool.
        """
        names, codes = self._known
        fits_all = gender is None or gender == UNISEX
        fitting = [fits_all or name in (gender, UNISEX) for name in names]
        return np.array([*fitting, True])[codes[positions]]  # the last one serves MISSING

    def of_photo(self, claimed: str | None, near: Sequence[NearProduct]) -> str | None:
        """For whom the product in a photo is.

        The category that the answer claims knows it, and so does a first product that is nearly the same. Where neither
        does, the photo is taken to be for whom most of the near products are; of two that are equally many, the nearer.

        Args:
            claimed: the category that is said to be in the photo; None if the answer asks instead.
            near: the products that are nearest to it, the nearest first.
        """
        stated = self.of_category(claimed) if claimed is not None else None
        if stated is not None:
            return stated
        genders = [self.of(one.position) for one in near]
        if near and near[0].nearly_same and genders[0] is not None:
            return genders[0]
        known = [gender for gender in genders if gender is not None]
        return max(known, key=known.count, default=None)  # the first of the largest

    @cached_property
    def _of_categories(self) -> list[str | None]:
        """By code of the category."""
        columns = self._columns
        names, codes = _plain(columns.gender)
        counts = np.zeros((len(columns.category.values), max(1, len(names))), np.int64)
        counted = (codes != MISSING) & (columns.category.codes != MISSING)
        if columns.alive is not None:
            counted &= columns.alive
        pairs = columns.category.codes[counted].astype(np.int64) * counts.shape[1] + codes[counted]
        counts += np.bincount(pairs, minlength=counts.size).reshape(counts.shape)
        return [
            gender_in_name(category) if not row.any() else names[row.argmax()] if _agree(row) else None
            for category, row in zip(columns.category.values, counts, strict=True)
        ]

    @cached_property
    def _known(self) -> tuple[list[str], np.ndarray]:
        """Names of genders, and for each product (P,) which of them it has or ``MISSING``."""
        columns = self._columns
        own, by_category, seen = (
            _plain(columns.gender),
            _coded(self._of_categories, columns.category.codes),
            _plain(columns.seen_gender),
        )
        names: list[str] = []
        codes = np.full(len(columns), MISSING, _CODE)
        for some_names, some_codes in (own, by_category, seen):  # the first that says something
            names += [name for name in some_names if name not in names]
            table = np.array([*(names.index(name) for name in some_names), MISSING], _CODE)  # the last serves MISSING
            codes = np.where(codes == MISSING, table[some_codes], codes)
        return names, codes


def _agree(counts: np.ndarray) -> bool:
    return bool(counts.max() >= _AGREED * counts.sum())


def _plain(column: CodedColumn) -> tuple[list[str], np.ndarray]:
    return _coded([plain_gender(value) for value in column.values], column.codes)


def _coded(of_code: Sequence[str | None], codes: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names, each once, and codes for them, from one name (or None) for each of some other codes."""
    names = list(dict.fromkeys(name for name in of_code if name is not None))
    table = [names.index(name) if name is not None else MISSING for name in of_code]
    return names, np.array([*table, MISSING], _CODE)[codes]

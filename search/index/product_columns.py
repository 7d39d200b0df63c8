"""The snapshot's product columns in the shape that filtering and ranking need: small integer codes in NumPy arrays."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from search.fields import FILTERED_FIELDS, FieldType, FilterKind, IndexedField
from search.query import Filters

MISSING = -1  # the code of an empty value


@dataclass(frozen=True)
class CodedColumn:
    """A text column as codes into its distinct values."""

    values: list[str]
    codes: np.ndarray  # (P,) int32, MISSING where empty

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "CodedColumn":
        """The codes of an Arrow text column."""
        encoded = pc.dictionary_encode(column.combine_chunks())
        codes = pc.fill_null(encoded.indices, MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
        return cls([str(value) for value in encoded.dictionary.to_pylist()], codes)

    def code(self, value: str | None) -> int:
        """The code of a value, ignoring case where that is unambiguous; MISSING where no product has it."""
        if value is None:
            return MISSING
        if value in self.values:
            return self.values.index(value)
        folded = [code for code, known in enumerate(self.values) if known.casefold() == value.casefold()]
        return folded[0] if len(folded) == 1 else MISSING

    def value(self, position: int) -> str | None:
        """The value of one product."""
        code = self.codes[position]
        return None if code == MISSING else self.values[code]

    def filled_from(self, other: "CodedColumn") -> "CodedColumn":
        """The same column with its gaps filled from another one."""
        values = list(dict.fromkeys([*self.values, *other.values]))
        translation = np.array([values.index(value) for value in other.values] + [MISSING], np.int32)
        return CodedColumn(values, np.where(self.codes == MISSING, translation[other.codes], self.codes))


class ProductColumns:
    """What is known of P products, by position: ids, and the columns that filters and rankings look at."""

    def __init__(self, products: pa.Table) -> None:
        self.product_ids: list[str] = products["product_id"].to_pylist()
        self.position_of = {product_id: position for position, product_id in enumerate(self.product_ids)}
        self.titles = products["title"]
        # As the catalogue says; filters go by them.
        self.texts = {
            one.name: CodedColumn.of(products[one.name]) for one in FILTERED_FIELDS if one.type is FieldType.TEXT
        }
        self.amounts = {
            one.name: pc.fill_null(products[one.name], MISSING).to_numpy()
            for one in FILTERED_FIELDS
            if one.type is FieldType.AMOUNT
        }
        self.category, self.gender = self.texts["category"], self.texts["gender"]
        self.known_gender = self.gender.filled_from(CodedColumn.of(products["seen_gender"]))
        self.seen_colour = CodedColumn.of(products["seen_colour"])
        self.group = _group_codes(products["group_id"])
        self.flags = {
            one.name: pc.fill_null(products[one.name], True).to_numpy(zero_copy_only=False).astype(bool)
            for one in FILTERED_FIELDS
            if one.type is FieldType.FLAG
        }
        self.sold_out = ~self.flags["in_stock"]

    def __len__(self) -> int:
        return len(self.product_ids)

    def matching(self, filters: Filters) -> np.ndarray | None:
        """Which products pass the filters, (P,) bool; None where there is nothing to filter.

        A product without an amount passes no filter by it; where the catalogue doesn't say, a flag counts as true.
        """
        return all_of(self.conditions(filters).values())

    def conditions(self, filters: Filters) -> dict[str, np.ndarray]:
        """For each filter that is set the products that pass it, (P,) bool, by the name of its field."""
        passing = {one.name: self._passing(one, filters) for one in FILTERED_FIELDS}
        return {name: mask for name, mask in passing.items() if mask is not None}

    def spelled(self, filters: Filters) -> Filters:
        """The filters with each text as the index spells it; a text that no product has stays as it is."""
        changes: dict[str, Any] = {}
        for one in FILTERED_FIELDS:
            if one.type is FieldType.TEXT and filters.values(one):
                column = self.texts[one.name]
                codes = [(column.code(value), value) for value in filters.values(one)]
                found = tuple(value if code == MISSING else column.values[code] for code, value in codes)
                changes[one.attribute] = found if one.filter is FilterKind.ANY_OF else found[0]
        return replace(filters, **changes)

    def _passing(self, field: IndexedField, filters: Filters) -> np.ndarray | None:
        if field.type is FieldType.TEXT:
            column, wanted = self.texts[field.name], filters.values(field)
            known = [code for code in map(column.code, wanted) if code != MISSING]
            return np.isin(column.codes, known) if wanted else None
        if field.type is FieldType.FLAG:
            flag = filters.flag(field)
            return None if flag is None else self.flags[field.name] == flag
        lowest, highest = filters.bounds(field)
        if lowest is None and highest is None:
            return None
        amounts = self.amounts[field.name]
        passing = amounts >= max(0, lowest or 0)
        return passing if highest is None else passing & (amounts <= highest)


def all_of(conditions: Iterable[np.ndarray]) -> np.ndarray | None:
    """What passes every condition, (P,) bool; None where there is none."""
    passing = list(conditions)
    return np.logical_and.reduce(passing) if passing else None


def _group_codes(column: pa.ChunkedArray) -> np.ndarray:
    """(P,) int64: equal for variants of one product, unique for products without a group."""
    coded = CodedColumn.of(column)
    alone = len(coded.values) + np.arange(len(coded.codes))
    return np.where(coded.codes == MISSING, alone, coded.codes)

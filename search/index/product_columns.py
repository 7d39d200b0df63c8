"""The snapshot's product columns in the shape that filtering and ranking need: small integer codes in NumPy arrays."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
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
    codes: np.ndarray  # (P,) int32, MISSING where empty; (M,) of all values in a column of lists
    positions: np.ndarray | None = None  # (M,) the product that each of the codes belongs to; None: one code a product

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "CodedColumn":
        """The codes of an Arrow column of texts, or of lists of texts."""
        combined = column.combine_chunks()
        positions = None
        if pa.types.is_list(combined.type):
            positions = pc.list_parent_indices(combined).to_numpy(zero_copy_only=False).astype(np.int64)
            combined = pc.list_flatten(combined)
        encoded = pc.dictionary_encode(combined)
        codes = pc.fill_null(encoded.indices, MISSING).to_numpy(zero_copy_only=False).astype(np.int32)
        return cls([str(value) for value in encoded.dictionary.to_pylist()], codes, positions)

    def having(self, wanted: Iterable[int], count: int) -> np.ndarray:
        """(P,) bool: which products have any of these codes.

        Args:
            wanted: the codes.
            count: P.
        """
        found = np.isin(self.codes, list(wanted))
        if self.positions is None:
            return found
        mask = np.zeros(count, bool)
        mask[self.positions[found]] = True
        return mask

    def code(self, value: str | None) -> int:
        """The code of a value, ignoring case where that is unambiguous; MISSING where no product has it."""
        if value is None:
            return MISSING
        if value in self.places:
            return self.places[value]
        folded = [code for code, known in enumerate(self.values) if known.casefold() == value.casefold()]
        return folded[0] if len(folded) == 1 else MISSING

    def value(self, position: int) -> str | None:
        """The value of one product."""
        code = self.codes[position]
        return None if code == MISSING else self.values[code]

    def changed(self, more: Sequence[str | None]) -> "CodedColumn":
        """The same column with more values after these."""
        values = self.values
        places = self.places
        if not places.keys() >= set(more) - {None}:
            values = list(dict.fromkeys([*values, *(value for value in more if value is not None)]))
            places = {value: place for place, value in enumerate(values)}
        codes = np.array([MISSING if value is None else places[value] for value in more], np.int32)
        return CodedColumn(values, np.concatenate([self.codes, codes]))

    @cached_property
    def places(self) -> dict[str, int]:
        """Value -> code."""
        return {value: code for code, value in enumerate(self.values)}

    def filled_from(self, other: "CodedColumn") -> "CodedColumn":
        """The same column with its gaps filled from another one."""
        values = list(dict.fromkeys([*self.values, *other.values]))
        translation = np.array([values.index(value) for value in other.values] + [MISSING], np.int32)
        return CodedColumn(values, np.where(self.codes == MISSING, translation[other.codes], self.codes))


class ProductColumns:
    """What is known of P products, by position: ids, and the columns that filters and rankings look at.

    Attributes:
        alive: (P,) bool, which products the catalogue still has; None: all of them.
    """

    def __init__(self, products: pa.Table) -> None:
        self.product_ids: Sequence[str] = products["product_id"].to_pylist()
        self.position_of: Mapping[str, int] = {one: position for position, one in enumerate(self.product_ids)}
        self.titles = products["title"]
        # As the catalogue says; filters go by them.
        self.texts = {one.name: CodedColumn.of(products[one.name]) for one in FILTERED_FIELDS if one.is_text}
        self.amounts = {
            one.name: pc.fill_null(products[one.name], MISSING).to_numpy()
            for one in FILTERED_FIELDS
            if one.type is FieldType.AMOUNT
        }
        self.seen_gender = CodedColumn.of(products["seen_gender"])
        self.seen_colour = CodedColumn.of(products["seen_colour"])
        self._groups = CodedColumn.of(products["group_id"])
        self.group = _group_codes(self._groups)
        self.flags = {
            one.name: pc.fill_null(products[one.name], True).to_numpy(zero_copy_only=False).astype(bool)
            for one in FILTERED_FIELDS
            if one.type is FieldType.FLAG
        }
        self.alive: np.ndarray | None = None
        self._name_columns()

    def _name_columns(self) -> None:
        self.category, self.gender = self.texts["category"], self.texts["gender"]
        self.sold_out = ~self.flags["in_stock"]

    def __len__(self) -> int:
        return len(self.product_ids)

    def changed(self, more: Sequence[Mapping[str, Any]], gone: Sequence[str]) -> "ProductColumns":
        """These columns with more products after them, without those that they replace and without some others.

        Args:
            more: for each product its id, the fields of ``search.fields``, seen_gender and seen_colour.
            gone: ids of products that are no more.
        """

        def values(name: str) -> list[Any]:
            return [one[name] for one in more]

        new = object.__new__(ProductColumns)
        ids = values("product_id")
        new.product_ids = ChangedIds(self.product_ids, ids)
        new.position_of = ChangedPositions(self.position_of, ids, len(self), frozenset(gone))
        new.titles = pa.chunked_array([*self.titles.chunks, pa.array(values("title"), pa.string())])
        new.texts = {name: column.changed(values(name)) for name, column in self.texts.items()}
        new.amounts = {
            name: np.concatenate(
                [column, np.array([MISSING if one is None else one for one in values(name)], np.int64)]
            )
            for name, column in self.amounts.items()
        }
        new.flags = {
            name: np.concatenate([column, np.array([one is not False for one in values(name)], bool)])
            for name, column in self.flags.items()
        }
        new.seen_gender = self.seen_gender.changed(values("seen_gender"))
        new.seen_colour = self.seen_colour.changed(values("seen_colour"))
        new._groups = self._groups
        new.group = np.concatenate([self.group, self._later_groups(values("group_id"))])
        new.alive = np.ones(len(new), bool)
        new.alive[[self.position_of[one] for one in (*ids, *gone) if one in self.position_of]] = False
        new._name_columns()
        return new

    def _later_groups(self, group_ids: Sequence[str | None]) -> np.ndarray:
        """The codes of later products' groups: of groups that there were before the same, of others new ones."""
        known, new = self._groups.places, len(self._groups.values) + len(self)
        codes: dict[str, int] = {}
        found = []
        for number, group_id in enumerate(group_ids):
            own = new + number
            found.append(own if group_id is None else known.get(group_id, codes.setdefault(group_id, own)))
        return np.array(found, np.int64)

    @cached_property
    def categories(self) -> frozenset[str]:
        """The categories that products have."""
        codes = self.category.codes if self.alive is None else self.category.codes[self.alive]
        counts = np.bincount(codes[codes != MISSING], minlength=len(self.category.values))
        return frozenset(self.category.values[code] for code in np.flatnonzero(counts))

    @property
    def living(self) -> np.ndarray:
        """The positions of the products that the catalogue still has, ascending."""
        return np.arange(len(self)) if self.alive is None else np.flatnonzero(self.alive)

    @cached_property
    def known_colour(self) -> CodedColumn:
        """The colours that the catalogue names; where it names none, those that the network sees."""
        return self.texts["colour"].filled_from(self.seen_colour)

    def frequent_values(self) -> dict[str, tuple[str, ...]]:
        """Parameter of each text filter -> the values that products have, most frequent first."""
        found = {}
        for one in FILTERED_FIELDS:
            if one.type is FieldType.TEXT:
                column = self.texts[one.name]
                codes = column.codes if self.alive is None else column.codes[self.alive]
                counts = np.bincount(codes[codes != MISSING], minlength=len(column.values))
                ordered = np.argsort(-counts, kind="stable")
                found[one.parameter] = tuple(column.values[code] for code in ordered if counts[code])
        return found

    def matching(self, filters: Filters) -> np.ndarray | None:
        """Which products pass the filters, (P,) bool; None where there is nothing to filter.

        A product without an amount passes no filter by it; where the catalogue doesn't say, a flag counts as true.
        """
        conditions = self.conditions(filters)
        if conditions and self.alive is not None:
            conditions["alive"] = self.alive
        return all_of(conditions.values())

    def conditions(self, filters: Filters) -> dict[str, np.ndarray]:
        """For each filter that is set the products that pass it, (P,) bool, by the name of its field."""
        passing = {one.name: self._passing(one, filters) for one in FILTERED_FIELDS}
        passing |= {
            f"without {parameter} {value}": self._lacking(parameter, value) for parameter, value in filters.without
        }
        return {name: mask for name, mask in passing.items() if mask is not None}

    def spelled(self, filters: Filters) -> Filters:
        """The filters with each text as the index spells it; a text that no product has stays as it is."""
        changes: dict[str, Any] = {}
        for one in FILTERED_FIELDS:
            if one.is_text and filters.values(one):
                column = self.texts[one.name]
                codes = [(column.code(value), value) for value in filters.values(one)]
                found = tuple(value if code == MISSING else column.values[code] for code, value in codes)
                changes[one.attribute] = found if one.filter is FilterKind.ANY_OF else found[0]
        return replace(filters, **changes)

    def _lacking(self, parameter: str, value: str) -> np.ndarray | None:
        """Which products don't have a value, (P,) bool; None if no product has it. An empty field lacks every value."""
        column = next((self.texts[one.name] for one in FILTERED_FIELDS if one.parameter == parameter), None)
        code = MISSING if column is None else column.code(value)
        return None if column is None or code == MISSING else column.codes != code

    def _passing(self, field: IndexedField, filters: Filters) -> np.ndarray | None:
        if field.is_text:
            column, wanted = self.texts[field.name], filters.values(field)
            known = [code for code in map(column.code, wanted) if code != MISSING]
            return column.having(known, len(self)) if wanted else None
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


class ChangedIds(Sequence[str]):
    """The ids of an index's products, and of those after them."""

    def __init__(self, base: Sequence[str], more: Sequence[str]) -> None:
        self._base = base
        self._more = more

    def __len__(self) -> int:
        return len(self._base) + len(self._more)

    def __getitem__(self, position: Any) -> Any:
        there = len(self._base)
        return self._base[position] if position < there else self._more[position - there]


class ChangedPositions(Mapping[str, int]):
    """Id -> position of an index's products and of those after them, without those that are gone."""

    def __init__(self, base: Mapping[str, int], more: Sequence[str], first: int, gone: frozenset[str]) -> None:
        self._base = base
        self._more = {one: first + number for number, one in enumerate(more)}
        self._gone = gone

    def __getitem__(self, product_id: str) -> int:
        if product_id in self._more:
            return self._more[product_id]
        if product_id in self._gone:
            raise KeyError(product_id)
        return self._base[product_id]

    def __iter__(self) -> Iterator[str]:
        yield from (one for one in self._base if one not in self._more and one not in self._gone)
        yield from self._more

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _group_codes(coded: CodedColumn) -> np.ndarray:
    """(P,) int64: equal for variants of one product, unique for products without a group."""
    alone = len(coded.values) + np.arange(len(coded.codes))
    return np.where(coded.codes == MISSING, alone, coded.codes)

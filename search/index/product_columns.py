"""The snapshot's product columns in the shape that filtering and ranking need: small integer codes in NumPy arrays."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from search.fields import FILTERED_FIELDS, FieldType, IndexedField
from search.index.changed_ids import ChangedIds, ChangedPositions
from search.index.coded_column import MISSING, CodedColumn
from search.index.parquet import to_numbers
from search.index.product_ids import IdPositions, ProductIds
from search.query import Filters

__all__ = ["MISSING", "CodedColumn", "ProductColumns", "all_of"]


class ProductColumns:
    """What is known of P products, by position: ids, and the columns that filters and rankings look at.

    Attributes:
        alive: (P,) bool, which products the catalogue still has; None: all of them.
    """

    def __init__(self, products: pa.Table) -> None:
        ids = ProductIds(products["product_id"])
        self.product_ids: Sequence[str] = ids
        self.position_of: Mapping[str, int] = IdPositions(ids)
        self.titles = products["title"]
        # As the catalogue says; filters go by them.
        self.texts = {one.name: CodedColumn.of(products[one.name]) for one in FILTERED_FIELDS if one.is_text}
        self.amounts = {
            one.name: to_numbers(products[one.name], MISSING) for one in FILTERED_FIELDS if one.type is FieldType.AMOUNT
        }
        self.seen_gender = CodedColumn.of(products["seen_gender"])
        self.seen_colour = CodedColumn.of(products["seen_colour"])
        self._groups = CodedColumn.of(products["group_id"])
        self.group = _group_codes(self._groups)
        self.flags = {
            one.name: to_numbers(products[one.name], True) for one in FILTERED_FIELDS if one.type is FieldType.FLAG
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
        dead = np.array([self.position_of[one] for one in (*ids, *gone) if one in self.position_of], np.int64)
        new.texts = {name: column.changed(values(name), dead, len(self)) for name, column in self.texts.items()}
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
        new.seen_gender = self.seen_gender.changed(values("seen_gender"), dead, len(self))
        new.seen_colour = self.seen_colour.changed(values("seen_colour"), dead, len(self))
        new._groups = self._groups
        new.group = np.concatenate([self.group, self._later_groups(values("group_id"))])
        new.alive = np.ones(len(new), bool)
        new.alive[dead] = False
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
        return frozenset(self.category.used)

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
            if one.is_text:
                column = self.texts[one.name]
                ordered = sorted(column.used.values(), key=lambda code: -column.counts[code])
                found[one.parameter] = tuple(column.values[code] for code in ordered)
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
        """For each condition of the filters the products that fulfil it, (P,) bool, by the name of its field."""
        passing = {name: self.passing(name, filters) for name in self.asked(filters)}
        return {name: mask for name, mask in passing.items() if mask is not None}

    def shown(self, hidden: Iterable[str], hidden_categories: Iterable[str]) -> np.ndarray | None:
        """What isn't hidden by its id or category, (P,) bool; None where nothing is hidden."""
        if not hidden and not hidden_categories:
            return None
        codes = [self.category.used[one] for one in hidden_categories if one in self.category.used]
        shown = ~self.category.having(codes, len(self))
        shown[[self.position_of[one] for one in hidden if one in self.position_of]] = False
        return shown if self.alive is None else shown & self.alive

    def asked(self, filters: Filters) -> dict[str, Hashable]:
        """For each condition of the filters what is asked for, by the name of its field."""
        found: dict[str, Hashable] = {}
        for one in FILTERED_FIELDS:
            if one.is_text:
                wanted: Hashable = filters.values(one) or None
            elif one.type is FieldType.FLAG:
                wanted = filters.flag(one)
            else:
                bounds = filters.bounds(one)
                wanted = None if bounds == (None, None) else bounds
            if wanted is not None:
                found[one.name] = wanted
        return found | {f"without {parameter} {value}": True for parameter, value in filters.without}

    def passing(self, name: str, filters: Filters) -> np.ndarray | None:
        """The products that fulfil one condition, by a name of ``asked``, (P,) bool; None if all do."""
        for parameter, value in filters.without:
            if name == f"without {parameter} {value}":
                return self._lacking(parameter, value)
        return self._passing(next(one for one in FILTERED_FIELDS if one.name == name), filters)

    def spelled(self, filters: Filters) -> Filters:
        """The filters with each text as the index spells it; a text that no product has stays as it is."""
        changes: dict[str, Any] = {}
        for one in FILTERED_FIELDS:
            if one.is_text and filters.values(one):
                column = self.texts[one.name]
                codes = [(column.code(value), value) for value in filters.values(one)]
                found = tuple(value if code == MISSING else column.values[code] for code, value in codes)
                changes[one.attribute] = found
        return replace(filters, **changes)

    def _lacking(self, parameter: str, value: str) -> np.ndarray | None:
        """Which products don't have a value, (P,) bool; None if no product has it. An empty field lacks every value."""
        column = next((self.texts[one.name] for one in FILTERED_FIELDS if one.parameter == parameter), None)
        code = MISSING if column is None else column.code(value)
        return None if column is None or code == MISSING else ~column.having([code], len(self))

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


def _group_codes(coded: CodedColumn) -> np.ndarray:
    """(P,) int64: equal for variants of one product, unique for products without a group."""
    alone = len(coded.values) + np.arange(len(coded.codes))
    return np.where(coded.codes == MISSING, alone, coded.codes)

"""What products gain on top of their scores, without a number for each product of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from search.index.coded_column import CodedColumn


@dataclass(frozen=True, eq=False)
class ValueGains:
    """What products gain by their value in one column."""

    column: CodedColumn
    by_code: np.ndarray  # (values + 1,) float32; the last one serves products without a value


@dataclass(frozen=True, eq=False)
class Bonus:
    """What each product gains: by its values in some columns, and some products by themselves."""

    by_value: Sequence[ValueGains] = ()  # a column each
    own: Mapping[int, float] = field(default_factory=dict)  # by position

    def of(self, positions: np.ndarray | Sequence[int]) -> np.ndarray:
        """(C,) float32: the gains of C products."""
        chosen = np.asarray(positions, np.int64)
        total = np.zeros(len(chosen), np.float32)
        for gains in self.by_value:
            total += gains.by_code[gains.column.codes[chosen]]
        if self.own:
            total += np.array([self.own.get(position, 0.0) for position in chosen.tolist()], np.float32)
        return total

    @cached_property
    def most(self) -> float:
        """The most that a product gains by its values, at least 0."""
        if len(self.by_value) < 2:
            found = [gains.by_code[list(gains.column.used.values())].max(initial=0.0) for gains in self.by_value]
        else:  # only some values come together
            found = [np.sum([gains.by_code[gains.column.codes] for gains in self.by_value], axis=0).max(initial=0.0)]
        return float(max(found, default=0.0))

    def merged(self, other: "Bonus") -> "Bonus":
        """Both together: a product gains what either gives."""
        total = self
        for gains in other.by_value:
            total = total.plus(gains.column, gains.by_code)
        own = dict(self.own)
        for position, gain in other.own.items():
            own[position] = own.get(position, 0.0) + gain
        return Bonus(total.by_value, own)

    def plus(self, column: CodedColumn, by_code: np.ndarray) -> "Bonus":
        """The same with more gains by the values of a column."""
        here = [gains for gains in self.by_value if gains.column is column]
        others = [gains for gains in self.by_value if gains.column is not column]
        for gains in here:
            by_code = by_code + gains.by_code
        return Bonus((*others, ValueGains(column, by_code)), self.own)

"""A column of texts as small integer codes into its distinct values, so that filters and rankings compare numbers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from search.index.parquet import to_numbers

MISSING = -1  # the code of an empty value


@dataclass(frozen=True)
class CodedColumn:
    """A text column as codes into its distinct values."""

    values: list[str]  # after changes also those that no product has any more
    codes: np.ndarray  # (P,) int, MISSING where empty; (M,) of all values in a column of lists; see ``_code_type``
    positions: np.ndarray | None = None  # (M,) the product that each of the codes belongs to; None: one code a product
    known_counts: np.ndarray | None = None  # (values,) what ``counts`` is, where that is known already

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "CodedColumn":
        """The codes of an Arrow column of texts, or of lists of texts."""
        combined = column.combine_chunks()
        positions = None
        if pa.types.is_list(combined.type):
            positions = to_numbers(pc.list_parent_indices(combined)).astype(np.int32)
            combined = pc.list_flatten(combined)
        encoded = pc.dictionary_encode(combined)
        codes = to_numbers(encoded.indices, MISSING)
        codes = codes.astype(_code_type(len(encoded.dictionary)))
        return cls([str(value) for value in encoded.dictionary.to_pylist()], codes, positions)

    def having(self, wanted: Iterable[int], count: int) -> np.ndarray:
        """(P,) bool: which products have any of these codes.

        Args:
            wanted: the codes.
            count: P.
        """
        asked = np.zeros(len(self.values) + 1, bool)  # the last one serves MISSING
        asked[list(wanted)] = True
        found = asked[self.codes]
        if self.positions is None:
            return found
        mask = np.zeros(count, bool)
        mask[self.positions[found]] = True
        return mask

    def code(self, value: str | None) -> int:
        """The code of a value, ignoring case where that is unambiguous; MISSING where no product has it."""
        if value is None:
            return MISSING
        if value in self.used:
            return self.used[value]
        folded = [code for known, code in self.used.items() if known.casefold() == value.casefold()]
        return folded[0] if len(folded) == 1 else MISSING

    def equal_to(self, value: str | None) -> Callable[[np.ndarray], np.ndarray]:
        """From positions of products to which of them have a value (bool)."""
        code = self.code(value)
        return lambda positions: self.codes[positions] == code

    def value(self, position: int) -> str | None:
        """The value of one product."""
        code = self.codes[position]
        return None if code == MISSING else self.values[code]

    def changed(self, more: Sequence[Any], dead: np.ndarray, count: int) -> "CodedColumn":
        """The same column with the values of more products after these, and without those of some products.

        Args:
            more: a text or None for each further product; in a column of lists a list or None.
            dead: (D,) positions of products that have no value from now on.
            count: how many products there were.
        """
        if self.positions is not None:
            return self._changed_lists(self.positions, more, dead, count)
        gone = self.codes[dead]
        values, new = self._coded(more)
        codes = np.concatenate([self.codes, new])
        codes[dead] = MISSING
        return CodedColumn(values, codes, None, self._recounted(len(values), gone, new))

    def _changed_lists(
        self, positions: np.ndarray, more: Sequence[Sequence[str] | None], dead: np.ndarray, count: int
    ) -> "CodedColumn":
        gone = np.isin(positions, dead)
        values, new = self._coded([value for one in more for value in one or ()])
        owners = np.repeat(count + np.arange(len(more), dtype=np.int32), [len(one or ()) for one in more])
        return CodedColumn(
            values,
            np.concatenate([self.codes[~gone], new]),
            np.concatenate([positions[~gone], owners]),
            self._recounted(len(values), self.codes[gone], new),
        )

    def _coded(self, texts: Sequence[str | None]) -> tuple[list[str], np.ndarray]:
        """The values of this column and of further texts, and the codes of these."""
        values, places = self.values, self.places
        if not places.keys() >= set(texts) - {None}:
            values = list(dict.fromkeys([*values, *(text for text in texts if text is not None)]))
            places = {value: place for place, value in enumerate(values)}
        codes = [MISSING if text is None else places[text] for text in texts]
        return values, np.array(codes, _code_type(len(values)))

    def _recounted(self, values: int, gone: np.ndarray, new: np.ndarray) -> np.ndarray:
        counts = np.zeros(values, np.int64)
        counts[: len(self.counts)] = self.counts
        return counts - _count(gone, values) + _count(new, values)

    @cached_property
    def counts(self) -> np.ndarray:
        """(values,) how many products have each value."""
        return _count(self.codes, len(self.values)) if self.known_counts is None else self.known_counts

    @cached_property
    def used(self) -> dict[str, int]:
        """Value -> code, for the values that products have."""
        return {self.values[code]: code for code in np.flatnonzero(self.counts).tolist()}

    @cached_property
    def places(self) -> dict[str, int]:
        """Value -> code."""
        return {value: code for code, value in enumerate(self.values)}

    def filled_from(self, other: "CodedColumn") -> "CodedColumn":
        """The same column with its gaps filled from another one."""
        values = list(dict.fromkeys([*self.values, *other.values]))
        translation = np.array([values.index(value) for value in other.values] + [MISSING], _code_type(len(values)))
        return CodedColumn(values, np.where(self.codes == MISSING, translation[other.codes], self.codes))


def _code_type(values: int) -> type[np.signedinteger[Any]]:
    """The smallest type that has so many codes and MISSING: few columns have more than a hundred values."""
    return next(kind for kind in (np.int8, np.int16, np.int32) if values <= np.iinfo(kind).max)


def _count(codes: np.ndarray, values: int) -> np.ndarray:
    """(values,) how often each code occurs."""
    return np.bincount(codes[codes != MISSING], minlength=values)

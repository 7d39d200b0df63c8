"""Ids of an index's products with those of changed ones after them, made without a copy of what the index holds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


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

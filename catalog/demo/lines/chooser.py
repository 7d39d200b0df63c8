"""Choices that keep the designs of a category apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from catalog.demo.designs import seeded
from catalog.demo.palette import COLOURS, luminance

T = TypeVar("T")

_NAMES = (
    "Alba", "Brisa", "Cala", "Duna", "Estela", "Faro", "Gala", "Huerta", "Isla", "Jara", "Lago", "Mar", "Nube", "Olmo",
    "Prado", "Ribera", "Sierra", "Tajo", "Umbra", "Vega",
)  # fmt: skip


class Chooser:
    """Draws the traits of design `number` of a category so that neighbours differ in as many as possible.

    Kinds are dealt in turn, measures follow low-discrepancy sequences: both cover their range evenly, which
    independent draws would not.
    """

    def __init__(self, seed: int, category: str, number: int) -> None:
        self.number = number
        self._rng = seeded(seed, category, str(number))
        self._offsets = seeded(seed, category).uniform(0, 1, 64)
        self._draws = 0

    def deal(self, options: Sequence[T], every: int = 1) -> T:
        """The next of `options`, each kept for `every` designs."""
        return options[(self.number // every + int(self._offsets[63] * len(options))) % len(options)]

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`, evenly covered over the category."""
        return options[min(len(options) - 1, int(self.spread(0, 1) * len(options)))]

    def spread(self, low: float, high: float) -> float:
        """A measure between `low` and `high`, evenly covered over the category."""
        self._draws += 1
        step = math.sqrt((2, 3, 5, 7, 11, 13, 17, 19, 23, 29)[self._draws % 10]) * (1 + 0.1 * (self._draws // 10))
        return low + (high - low) * ((self.number * step + float(self._offsets[self._draws % 60])) % 1)

    def chance(self, share: float) -> bool:
        """True for about `share` of the designs."""
        return self.spread(0, 1) < share

    def colours(self, pool: Sequence[str], low: int = 2, high: int = 4) -> tuple[str, ...]:
        """Between `low` and `high` colours of `pool`, the first dealt in turn, sorted from dark to light."""
        count = int(self._rng.integers(low, high + 1))
        first = self.deal(pool)
        others = [slug for slug in pool if slug != first]
        chosen = [first, *(str(slug) for slug in self._rng.choice(others, count - 1, replace=False))]
        return tuple(sorted(chosen, key=lambda slug: luminance(COLOURS[slug].rgb)))

    def price(self, low: int, high: int) -> int:
        """A price in cents between two in euros, ending as prices do."""
        euros = int(np.round(self._rng.uniform(low, high) / 5) * 5)
        return euros * 100 - int(self._rng.choice([0, 5, 1, 100]))

    def line_name(self) -> str:
        """The name under which the design is sold."""
        return _NAMES[(self.number + int(self._offsets[62] * len(_NAMES))) % len(_NAMES)]

    def pattern_seed(self) -> int:
        """What makes this design's print its own."""
        return int(self._rng.integers(1 << 31))

"""Tiers of a ranking: whatever their scores, products of an earlier tier stand before those of a later one.

A tier is part of the number that the ranking sorts by: each one takes ``TIER`` off the score. So the order needs no
second key, and what a search hasn't seen yet can't stand higher than its bare score.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

TIER = 100.0  # far above any score, bonus and boost
MOST_TIERS = 3  # without that of what is sold out

OfProducts = Callable[[np.ndarray], np.ndarray]
"""From the positions (C,) of some products to something of each of them, (C,)."""


@dataclass(frozen=True)
class Tiers:
    """Which tier each of P products is in. Sold-out products come last, unless they are nearly what was asked for.

    Attributes:
        own: from positions of products to their tiers (int) without regard to stock, ``MOST_TIERS`` different ones at
            most; None: all are in the first one.
        sold_out: (P,) bool, which products go behind all others if their scores are too low; None: none does.
        kept_from: the score from which a sold-out product keeps its place.
        keepable: from positions to which sold-out products may keep it (bool); None: all.
        sought: positions of what was asked for itself, which keeps its place.
    """

    own: OfProducts | None = None
    sold_out: np.ndarray | None = None
    kept_from: float = np.inf
    keepable: OfProducts | None = None
    sought: Collection[int] = ()

    def lower(self, positions: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """The numbers (N,) to sort N products by, from their scores (N,)."""
        tiers = np.zeros(len(positions), np.float32)
        last = 1
        if self.own is not None:
            tiers += self.own(positions)
            last = MOST_TIERS
        if self.sold_out is not None:
            kept = scores >= self.kept_from
            if self.keepable is not None:
                kept &= self.keepable(positions)
            if self.sought:
                kept |= np.isin(positions, list(self.sought))
            tiers[self.sold_out[positions] & ~kept] = last
        return scores - np.float32(TIER) * tiers


def split_tier(sorted_by: float) -> tuple[int, float]:
    """The tier, from 0, and the score in a number that ``Tiers.lower`` made."""
    tier = max(0, round(-sorted_by / TIER))
    return tier, sorted_by + TIER * tier

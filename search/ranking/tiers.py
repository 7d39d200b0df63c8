"""Tiers of a ranking: whatever their scores, products of an earlier tier stand before those of a later one.

A tier is part of the number that the ranking sorts by: each one takes ``TIER`` off the score. So the order needs no
second key, and what a search hasn't seen yet can't stand higher than its bare score.
"""

from dataclasses import dataclass

import numpy as np

TIER = 100.0  # far above any score, bonus and boost


@dataclass(frozen=True)
class Tiers:
    """Which tier each of P products is in. Sold-out products come last, unless they are nearly what was asked for.

    Attributes:
        own: (P,) int, the tier without regard to stock; None: all are in the first one.
        sold_out: (P,) bool, which products go behind all others if their scores are too low; None: none does.
        kept_from: the score from which a sold-out product keeps its place.
        keepable: (P,) bool, which sold-out products may keep it; None: all.
    """

    own: np.ndarray | None = None
    sold_out: np.ndarray | None = None
    kept_from: float = np.inf
    keepable: np.ndarray | None = None

    def lower(self, positions: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """The numbers (N,) to sort N products by, from their scores (N,)."""
        tiers = np.zeros(len(positions), np.float32)
        last = 1
        if self.own is not None:
            tiers += self.own[positions]
            last += int(self.own.max(initial=0))
        if self.sold_out is not None:
            kept = scores >= self.kept_from
            if self.keepable is not None:
                kept &= self.keepable[positions]
            tiers[self.sold_out[positions] & ~kept] = last
        return scores - np.float32(TIER) * tiers


def split_tier(sorted_by: float) -> tuple[int, float]:
    """The tier, from 0, and the score in a number that ``Tiers.lower`` made."""
    tier = max(0, round(-sorted_by / TIER))
    return tier, sorted_by + TIER * tier

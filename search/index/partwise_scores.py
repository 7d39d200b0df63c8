"""Scores of many fixed vectors with queries that weigh one photo's vector in several ways.

One photo is searched for by its shape, by all it shows and by its style. These queries differ in what each part of its
vector is multiplied by, and so do the parts of their scores. So what a part scores is remembered for the next query,
which then reads none of the fixed vectors: there are thousands, and they are never in the processor's cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_EQUAL = 1e-6  # two parts point into the same direction if their unit vectors differ by so little


@dataclass(frozen=True)
class _Scored:
    """A part of a query, and what it scores."""

    direction: np.ndarray  # (dim,) of length 1
    scores: np.ndarray  # (V,) of the direction


class PartwiseScores:
    """Inner products with V fixed vectors; threads may share it, and remember the query of the latest.

    Args:
        vectors: (V, D) float32.
        parts: how many numbers each part of a vector has; D in all.
    """

    def __init__(self, vectors: np.ndarray, parts: Sequence[int]) -> None:
        ends = np.cumsum(parts).tolist()
        self._slices = [slice(end - dim, end) for end, dim in zip(ends, parts, strict=True)]
        self._vectors = [np.ascontiguousarray(vectors[:, one]) for one in self._slices]
        self._latest: list[_Scored | None] = [None] * len(parts)

    def of(self, query: np.ndarray) -> np.ndarray:
        """(V,) float32: the scores of a query (D,)."""
        total = np.zeros(len(self._vectors[0]), np.float32)
        for place, numbers in enumerate(self._slices):
            part = query[numbers]
            length = float(np.linalg.norm(part))
            if length:
                total += np.float32(length) * self._score(place, part / np.float32(length))
        return total

    def _score(self, place: int, direction: np.ndarray) -> np.ndarray:
        latest = self._latest[place]
        if latest is None or np.abs(latest.direction - direction).max() > _EQUAL:
            latest = self._latest[place] = _Scored(direction, self._vectors[place] @ direction)
        return latest.scores

"""Whether a photo shows something that the catalogue has, by how far its nearest product stands out.

A photo taken at home is less like every packshot than another packshot is, so no one score divides what a shop sells
from what it doesn't. What does it better is by how much the nearest product is more like the photo than things usually
are; the *usual* is the model's, not the shop's, so that a shop of nothing but shoes knows shoes when it sees them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Familiarity:
    """The model's measure of what is strange; it means something for the vectors of that model only."""

    usual: tuple[float, ...]  # (D,) mean vector of the categories that it was trained on, each counting the same
    share: float  # of a photo's likeness to the usual that is taken off its nearest score, 0 to 1
    least_lead: float  # what has to be left for the photo to show something that the shop sells

    def leads(self, queries: np.ndarray, nearest: np.ndarray | float) -> np.ndarray:
        """(N,), or a single number, by how much the nearest products stand out.

        Args:
            queries: (N, D), or (D,) for one photo, weighed by the model's own balance.
            nearest: (N,), or one number: each one's score with the nearest photo of the catalogue.
        """
        return nearest - self.share * (queries @ np.asarray(self.usual, np.float32))

    def recognises(self, query: np.ndarray, nearest: float) -> bool:
        """Whether one photo (D,) shows something that the catalogue has."""
        return bool(self.leads(query, nearest) >= self.least_lead)


def average_categories(vectors: np.ndarray, categories: Sequence | np.ndarray) -> np.ndarray:
    """The mean of the categories' mean vectors, so that a large category counts as much as a small one.

    Args:
        vectors: (N, D), N >= 1.
        categories: (N,) each row's category.

    Returns:
        (D,) float32.
    """
    _, codes, counts = np.unique(np.asarray(categories), return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(sums, codes, vectors)
    return (sums / counts[:, None]).mean(axis=0).astype(np.float32)

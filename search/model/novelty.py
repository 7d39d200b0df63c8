"""Whether a photo shows something that the catalogue has: how near its nearest photo is in shape, whatever its colour.

The general part tells things of different worlds apart, the style part the kinds of products that training has seen;
their plain mean tells both. Colour says nothing of what a thing is: a plain green picture is as green as a shirt.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Novelty:
    """The model's threshold; it means something for the vectors of that model only."""

    threshold: float  # score of ``Balance.weigh_shapes`` that the nearest photo of the catalogue must have

    def in_distribution(self, nearest: np.ndarray | float) -> np.ndarray:
        """Whether photos show something that the catalogue has, by the scores of their nearest photos there."""
        return np.asarray(nearest) >= self.threshold

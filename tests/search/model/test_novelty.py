"""What a shop doesn't sell: worked by hand."""

import numpy as np

from search.model.novelty import Novelty


def test_photos_are_known_by_their_nearest_score() -> None:
    """At the threshold or above it; a catalogue without photos knows none."""
    assert Novelty(0.6).in_distribution(np.array([0.7, 0.6, 0.59, -1.0])).tolist() == [True, True, False, False]

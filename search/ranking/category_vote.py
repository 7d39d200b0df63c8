"""The predicted category: what the classifier says, outvoted by near neighbours where there are any.

A head fitted on studio photos is unsure of a photo taken at home; the catalogue's own photos of that thing are not.
The nearer they are, the more they count. Far from everything the classifier speaks alone.
"""

import numpy as np

from search.model.bundle import NeighbourVote


def vote_category(
    probabilities: np.ndarray, neighbour_scores: np.ndarray, neighbour_labels: np.ndarray, vote: NeighbourVote
) -> np.ndarray:
    """Category probabilities from the classifier and the nearest photos.

    Each neighbour weighs ``exp((score - equal_score) / softness)`` against the classifier's 1: one neighbour at the
    equal score counts as much as the classifier.

    Args:
        probabilities: (C,) the classifier's, summing to 1.
        neighbour_scores: (K,) of the nearest photos, in shape alone.
        neighbour_labels: (K,) int, each neighbour's category as an index into ``probabilities``; -1 abstains.
        vote: the model's scale.

    Returns:
        (C,) float32, summing to 1.
    """
    counted = neighbour_labels >= 0
    weights = np.exp((neighbour_scores[counted] - vote.equal_score) / vote.softness)
    total = probabilities.astype(np.float64)
    np.add.at(total, neighbour_labels[counted], weights)
    return (total / total.sum()).astype(np.float32)

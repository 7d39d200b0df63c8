"""The classifier and the neighbours together."""

import numpy as np
import pytest

from search.model.bundle import NeighbourVote
from search.ranking.category_prediction import vote_category

VOTE = NeighbourVote(limit=3, equal_score=0.7, softness=0.1)
CLASSIFIER = np.array([0.6, 0.3, 0.1], np.float32)


def test_weights_worked_by_hand() -> None:
    """One neighbour at the equal score weighs 1, one a softness nearer weighs e."""
    voted = vote_category(CLASSIFIER, np.array([0.8, 0.7]), np.array([1, 2]), VOTE)
    assert voted == pytest.approx(np.array([0.6, 0.3 + np.e, 0.1 + 1]) / (2 + np.e), abs=1e-6)


def test_far_neighbours_leave_the_classifier_its_word() -> None:
    """A photo of nothing that the shop has."""
    voted = vote_category(CLASSIFIER, np.full(3, -0.5), np.array([1, 1, 1]), VOTE)
    assert voted == pytest.approx(CLASSIFIER, abs=1e-4)


def test_none_and_unknown_neighbours_abstain() -> None:
    """A category that the head doesn't know has no vote."""
    assert vote_category(CLASSIFIER, np.empty(0), np.empty(0, int), VOTE) == pytest.approx(CLASSIFIER)
    assert vote_category(CLASSIFIER, np.array([0.99]), np.array([-1]), VOTE) == pytest.approx(CLASSIFIER)

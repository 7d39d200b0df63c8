"""The interval of the macro F1: against a whole draw done by hand, and what groups do to it."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from indexer.evaluation.bootstrap import DRAWS, macro_f1_interval


@pytest.fixture
def judged() -> tuple[np.ndarray, np.ndarray]:
    """300 photos of three classes, four of five named right."""
    rng = np.random.default_rng(3)
    targets = rng.integers(0, 3, 300)
    return targets, np.where(rng.random(300) < 0.8, targets, rng.integers(0, 3, 300))


def test_the_interval_is_that_of_scikit_learn_on_the_same_draws(judged: tuple[np.ndarray, np.ndarray]) -> None:
    """The same groups drawn, but photos repeated one by one and judged by another library."""
    targets, predicted = judged
    groups = np.arange(300) // 3
    rng, values = np.random.default_rng(0), []
    for _ in range(DRAWS):
        photos = np.concatenate([np.flatnonzero(groups == group) for group in rng.integers(0, 100, 100)])
        there = np.unique(targets[photos])
        values.append(f1_score(targets[photos], predicted[photos], labels=there, average="macro"))
    assert macro_f1_interval(targets, predicted, groups) == pytest.approx(np.percentile(values, (2.5, 97.5)))


def test_photos_that_are_right_or_wrong_together_widen_it(judged: tuple[np.ndarray, np.ndarray]) -> None:
    """Ten photos a product that all say the same are worth one."""
    targets, predicted = (np.repeat(one[:60], 10) for one in judged)
    low, high = macro_f1_interval(targets, predicted, np.arange(600))
    low_of_groups, high_of_groups = macro_f1_interval(targets, predicted, np.arange(600) // 10)
    assert high_of_groups - low_of_groups > 2 * (high - low)

"""Weights that are taken over, mixed and fitted again around the steps of a training."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from indexer.training.batches import TrainingPhotos
from indexer.training.schedule import Progress
from indexer.training.trainer import Trainer
from tests.indexer.tiny import build_tiny
from tests.indexer.training.tiny_trainers import ANYTHING, NAMES, SHORT, make, prepare, weights

pytestmark = pytest.mark.slow  # each trainer compiles its step, which takes seconds


@pytest.fixture(scope="module")
def photos() -> TrainingPhotos:
    return prepare(8)


@dataclass(frozen=True)
class Refitted:
    """A training with a refit that nothing disturbed, and another trainer to go on with from what it kept."""

    whole: Trainer
    again: Trainer
    first: list[np.ndarray]  # the branch's weights
    kept: list[tuple[dict[str, np.ndarray], list[np.ndarray]]]  # after each epoch: the state, and the best weights


@pytest.fixture(scope="module")
def refitted(photos: TrainingPhotos) -> Refitted:
    recipe = replace(SHORT, batch_size=24, epochs=2, head_epochs=0.0, keep_start=0.25, refit_epochs=2, patience=9)
    whole, kept = make(photos, recipe), []
    first = weights(whole)[: len(whole.branch_variables)]

    def save(now: Trainer) -> None:
        kept.append((now.state(), [best.copy() for best in now.best]))

    whole.run(lambda now: {"score": 1.0 - now.progress.step / 10}, save, progress=False)
    return Refitted(whole, make(photos, recipe), first, kept)


@pytest.mark.parametrize("stopped_at", [None, 1, 2, 3])
def test_first_weights_are_mixed_back_in_and_the_parts_refitted(refitted: Refitted, stopped_at: int | None) -> None:
    """After the moving epochs; wherever it was stopped and went on."""
    trainer = refitted.whole
    if stopped_at is not None:
        trainer = refitted.again
        trainer.restore(refitted.kept[stopped_at - 1][0])
        trainer.run(lambda _: ANYTHING, lambda _: None, progress=False)
    late = len(trainer.branch_variables)
    best = refitted.kept[1][1]  # of the moving epochs
    for start, found, end in zip(refitted.first, best, weights(trainer), strict=False):
        np.testing.assert_allclose(end, 0.25 * start + 0.75 * found, atol=1e-6)
    assert any((found != end).any() for found, end in zip(best[late:], weights(trainer)[late:], strict=True))
    assert [entry["epoch"] for entry in trainer.progress.history] == [1, 2, 3, 4]
    assert trainer.progress.best_epoch >= 2, "what was best before the mixing is not what is kept"


def test_weights_are_mixed_without_a_refit_too(photos: TrainingPhotos) -> None:
    """What is kept at the end is the mixture; once, also where an ended training is gone on with."""
    recipe = replace(SHORT, batch_size=24, epochs=1, head_epochs=0.0, keep_start=0.25, patience=9)
    trainer = make(photos, recipe)
    late, first, kept = len(trainer.branch_variables), weights(trainer), []
    trainer.run(lambda _: ANYTHING, lambda now: kept.append((now.state(), now.best)), progress=False)
    state, best = kept[-1]
    again = make(photos, recipe)
    again.restore(state)
    again.run(lambda _: ANYTHING, lambda _: None, progress=False)
    for ended in (trainer, again):
        for row, (start, found, end) in enumerate(zip(first, best, ended.best, strict=True)):
            expected = 0.25 * start + 0.75 * found if row < late else found
            np.testing.assert_allclose(end, expected, atol=1e-6)


def test_weights_of_the_parts_are_taken_over(photos: TrainingPhotos) -> None:
    """Those that are given; all others start from the seed."""
    first, second = make(photos), make(photos)
    for one, other in zip(weights(first), weights(second), strict=True):
        assert np.array_equal(one, other)
    given = [np.ones_like(one) for one in first.projection_heads.get_layer("style_projection").get_weights()]
    trainer = Trainer(build_tiny(), {"style_projection": given}, NAMES, photos, SHORT)
    assert (trainer.projection_heads.get_layer("style_projection").get_weights()[0] == 1).all()
    assert trainer.progress == Progress()

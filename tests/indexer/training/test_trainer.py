"""Fine-tuning a tiny network on drawn photos."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from indexer.errors import TrainingDivergedError
from indexer.network.fork import TUNED
from indexer.network.full_network import FullNetwork
from indexer.network.projection_heads import MASK
from indexer.network.start import Start
from indexer.training import trainer as trainer_module
from indexer.training.batches import TrainingPhotos
from indexer.training.losses import MISSING_LABEL, weigh_classes
from indexer.training.recipe import Recipe
from indexer.training.trainer import Trainer
from indexer.training.validation import Validator
from tests.indexer.tiny import SIDE, build_tiny
from tests.indexer.training.tiny_trainers import ANYTHING, NAMES, SHORT, make, prepare, weights

pytestmark = pytest.mark.slow  # each trainer compiles its step, which takes seconds


@pytest.fixture(scope="module")
def photos() -> TrainingPhotos:
    return prepare(8)


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint after each step."""
    monkeypatch.setattr(trainer_module, "CHECKPOINT_SECONDS", -1.0)


def assert_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    """Equal weights, averages, best weights and moments, and the same story."""
    assert one.keys() == other.keys()
    assert str(one["progress"]) == str(other["progress"])
    for name in one.keys() - {"progress"}:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-3, atol=1e-5, err_msg=name)


def test_it_learns_to_tell_things_apart() -> None:
    """Of photos that it hasn't seen; the loss falls, and of the backbone the trained branch alone moves."""
    usual = replace(SHORT, epochs=3, head_epochs=0.0, patience=9, dropout=0.0, street=0.0, erasing=0.0, margin=0.1)
    recipe = replace(usual, learning_rate=5e-3, head_learning_rate=1e-2, style_contrast=0.0, mask_weight=0.0)
    start, unseen = build_tiny(), prepare(8, first_seed=500)
    trainer = Trainer(start, {}, NAMES, prepare(80), recipe)
    judge = FullNetwork(start, NAMES, SIDE)
    losses = []
    take_step = trainer._step

    def remember(*arguments: object) -> tuple:
        loss, accuracy = take_step(*arguments)
        losses.append(float(loss))
        return loss, accuracy

    def validate(now: Trainer) -> dict[str, float]:
        judge.take_weights(now.backbone, now.projection_heads)
        found = judge.predict(unseen.pixels)["category"].argmax(axis=1)
        return {"score": float((found == unseen.targets["category"]).mean())}

    trainer._step = remember
    trainer.run(validate, lambda _: None, progress=False)
    assert len(losses) == trainer.schedule.steps == 60
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:10])
    assert trainer.progress.best_score > 0.8
    moved = {
        layer.name: not np.array_equal(layer.get_weights()[0], start.get_layer(layer.name).get_weights()[0])
        for layer in trainer.backbone.layers
        if layer.weights
    }
    assert moved == {"first": False, "second": False, TUNED: True}


@pytest.mark.usefixtures("every_step")
@pytest.mark.parametrize("head_epochs", [0.5, 0.0], ids=["parts first", "all at once"])
def test_stopped_after_any_step_it_ends_the_same(photos: TrainingPhotos, head_epochs: float) -> None:
    """Going on from whichever checkpoint, in a trainer that was made anew or that has trained something else."""
    at_once = not head_epochs
    whole, states = make(photos, replace(SHORT, head_epochs=head_epochs)), []
    whole.run(lambda _: ANYTHING, lambda now: states.append(now.state()), progress=False)
    assert len(whole.progress.history) == 2
    assert len(states) == 4, "one a step"
    ended = whole.state()
    again = whole if at_once else make(photos)
    for state in states[:1] if at_once else reversed(states):
        again.restore(state)
        again.run(lambda _: ANYTHING, lambda _: None, progress=False)
        assert_same(again.state(), ended)


@pytest.mark.usefixtures("every_step")
def test_stopped_in_any_run_it_ends_the_same(photos: TrainingPhotos) -> None:
    """What the ended runs came to is in the checkpoint too; and a second run differs from the first by its batches."""
    recipe = replace(SHORT, runs=2, epochs=1, head_epochs=0.5, keep_start=0.25)
    whole, states, best = make(photos, recipe), [], []
    first = weights(whole)

    def save(now: Trainer) -> None:
        states.append(now.state())
        best.append(now.best)

    whole.run(lambda _: ANYTHING, save, progress=False)
    assert len(states) == 4
    late = len(whole.branch_variables)
    for row, values in enumerate(zip(first, best[1], best[3], whole.best, strict=True)):
        start, of_one, of_other, end = values
        mean = (of_one + of_other) / 2
        np.testing.assert_allclose(end, 0.25 * start + 0.75 * mean if row < late else mean, atol=1e-6)
    assert any((one != other).any() for one, other in zip(best[1], best[3], strict=True))
    again = make(photos, recipe)
    for state in reversed(states):
        again.restore(state)
        again.run(lambda _: ANYTHING, lambda _: None, progress=False)
        assert_same(again.state(), whole.state())


def test_state_of_another_network_is_refused(photos: TrainingPhotos) -> None:
    """Instead of being trained on as if nothing were."""
    state = make(photos).state()
    with pytest.raises((KeyError, ValueError)):
        Trainer(build_tiny(), {}, {"category": ["a", "b", "c", "d"]}, prepare(2), SHORT).restore(state)


def test_a_training_that_leads_nowhere_is_told(photos: TrainingPhotos) -> None:
    """It went on to its end, and kept the weights that it had begun with, as if that were a result."""
    trainer = make(photos, replace(SHORT, learning_rate=1e30, head_learning_rate=1e30, head_epochs=0.0))
    with pytest.raises(TrainingDivergedError, match=r"The loss of step 2 is nan.*smaller rates.*learning_rate=1e\+29"):
        trainer.run(lambda _: ANYTHING, lambda _: None, progress=False)


def test_a_last_step_that_leads_nowhere_is_told(photos: TrainingPhotos) -> None:
    """Its loss is made before it, so it ended as a bundle whose vectors are no numbers."""
    recipe = replace(SHORT, batch_size=24, epochs=1, learning_rate=1e30, head_learning_rate=1e30, head_epochs=0.0)
    network = build_tiny()
    start = Start("tiny", "nowhere", network, {}, {})
    targets = {"category": photos.targets["category"], "colour": photos.targets["colour"]}
    validator = Validator(start, NAMES, recipe, photos.pixels, targets)
    trainer = Trainer(network, {}, NAMES, photos, recipe)
    with pytest.raises(TrainingDivergedError, match=r"after step 1 are no numbers.*smaller rates"):
        trainer.run(validator.validate, lambda _: None, progress=False)
    assert validator.loss() == np.inf


@pytest.fixture
def unlearning(photos: TrainingPhotos, monkeypatch: pytest.MonkeyPatch) -> Callable[[Recipe], Trainer]:
    """Makes trainers of one step an epoch whose step adds 1 to every weight, which is quick."""

    def make_stub(recipe: Recipe) -> Trainer:
        trainer = make(photos, replace(recipe, batch_size=24))

        def step(*_: object) -> tuple[float, float]:
            for variable in trainer.variables:
                variable.assign_add(variable * 0 + 1)
            return 0.0, 0.0

        trainer._step = step
        return trainer

    monkeypatch.setattr(trainer_module, "epoch_batches", lambda *_: [{}])
    return make_stub


def test_best_weights_are_kept_and_patience_ends(unlearning: Callable[[Recipe], Trainer]) -> None:
    """The weights of the best epoch, not the last; after so many epochs without a better one it is over."""
    trainer = unlearning(replace(SHORT, epochs=9, patience=2, averaging=0.0))
    before, judged = weights(trainer), iter((0.3, 0.7, 0.7, 0.6, 0.9))

    def validate(_: Trainer) -> dict[str, float]:
        return {"score": next(judged)}

    trainer.run(validate, lambda _: None, progress=False)
    assert [(entry["epoch"], entry["score"]) for entry in trainer.progress.history] == [
        *((1, 0.3), (2, 0.7), (3, 0.7), (4, 0.6))
    ]
    assert (trainer.progress.best_score, trainer.progress.best_epoch) == (0.7, 1)
    for start, best, last in zip(before, trainer.best, weights(trainer), strict=True):
        np.testing.assert_allclose(best, start + 2, atol=1e-4)
        np.testing.assert_allclose(last, start + 4, atol=1e-4)
    again = unlearning(replace(SHORT, epochs=9, patience=2, averaging=0.0))
    again.restore(trainer.state())
    again.run(validate, lambda _: None, progress=False)
    assert again.progress.step == 4, "started again it is still over"


def test_runs_begin_alike_and_are_averaged(unlearning: Callable[[Recipe], Trainer]) -> None:
    """Each at the first weights, rates and all, with what was best of each; patience ends one run, not all."""
    trainer = unlearning(replace(SHORT, epochs=3, runs=3, patience=1, averaging=0.0))
    before, judged, rates = weights(trainer), iter((0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.1)), []

    def validate(now: Trainer) -> dict[str, float]:
        rates.append((now.progress.step, *(float(optimizer.learning_rate) for optimizer in now.optimizers)))
        return {"score": next(judged)}

    trainer.run(validate, lambda _: None, progress=False)
    assert [entry["epoch"] for entry in trainer.progress.history] == [1, 2, *(4, 5, 6), *(7, 8)]
    assert [rate for step, *rate in rates if step in (1, 2)] == [rate for step, *rate in rates if step in (4, 5)]
    for start, best in zip(before, trainer.best, strict=True):
        np.testing.assert_allclose(best, start + (1 + 3 + 1) / 3, atol=1e-4)
    trainer.run(validate, lambda _: None, progress=False)
    assert len(trainer.progress.history) == 7, "started again it is still over"


@pytest.mark.parametrize("averaging", [0.9, 0.0])
def test_averages_are_judged_unless_averaging_is_off(averaging: float, unlearning: Callable[[Recipe], Trainer]) -> None:
    """And training goes on with the weights themselves. This step moves weights and leaves averages alone."""
    trainer = unlearning(replace(SHORT, epochs=1, averaging=averaging))
    before, seen = weights(trainer), []

    def validate(now: Trainer) -> dict[str, float]:
        seen.extend(weights(now))
        return ANYTHING

    trainer.run(validate, lambda _: None, progress=False)
    for start, judged, best, end in zip(before, seen, trainer.best, weights(trainer), strict=True):
        np.testing.assert_allclose(judged, start if averaging else start + 1, atol=1e-5)
        np.testing.assert_allclose(best, judged)
        np.testing.assert_allclose(end, start + 1, atol=1e-5)


def test_only_the_parts_move_in_the_beginning(photos: TrainingPhotos) -> None:
    """For as many epochs as the recipe says; and averages follow the weights, quickly at first."""
    trainer = make(photos, replace(SHORT, batch_size=24, epochs=1, head_epochs=1.0))
    before = weights(trainer)
    trainer.run(lambda _: ANYTHING, lambda _: None, progress=False)
    moved = [(start != end).any() for start, end in zip(before, weights(trainer), strict=True)]
    late = len(trainer.branch_variables)
    assert not any(moved[:late])
    assert any(moved[late:])
    for start, average, end in zip(before, trainer.averages, weights(trainer), strict=True):
        np.testing.assert_allclose(average.numpy(), 0.1 * start + 0.9 * end, atol=1e-6)


def test_refit_follows_lost_patience(unlearning: Callable[[Recipe], Trainer]) -> None:
    """The moving epochs that are left out are not made up for."""
    trainer = unlearning(replace(SHORT, epochs=9, patience=1, averaging=0.0, refit_epochs=2))
    judged = iter((0.7, 0.6, 0.1, 0.2))
    trainer.run(lambda _: {"score": next(judged)}, lambda _: None, progress=False)
    assert [entry["epoch"] for entry in trainer.progress.history] == [1, 2, 10, 11]
    assert trainer.progress.best_score == 0.2


def test_the_mask_is_learned_beside_the_rest(photos: TrainingPhotos) -> None:
    """From packshots' backgrounds; without its weight it stays as it was, whatever the colours want."""
    for weight in (1.0, 0.0):
        usual = replace(SHORT, head_epochs=0.0, mask_weight=weight, weight_decay=0.0, epochs=1)
        trainer = make(photos, usual)
        mask = [row for row, one in enumerate(trainer.variables) if one.path.split("/")[-2].startswith("mask")]
        assert len(mask) == 12, "weights and biases of six layers"
        before = weights(trainer)
        trainer.run(lambda _: ANYTHING, lambda _: None, progress=False)
        moved = [(old != new).any() for old, new in zip(before, weights(trainer), strict=True)]
        assert any(moved[row] for row in mask) == bool(weight)
        assert any(moved)
    assert MASK in trainer.projection_heads.output


def test_a_gpu_runs_all_layers_in_the_step(photos: TrainingPhotos, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here in its precision on the processor: pixels come as they are, and the first step's loss is nearly the same."""
    from indexer.training.batches import epoch_batches

    recipe = replace(SHORT, head_epochs=0.0, dropout=0.0)
    losses, shapes = [], []
    for devices in ([], ["a GPU"]):
        monkeypatch.setattr(trainer_module.tf.config, "list_physical_devices", lambda _, found=devices: found)
        trainer = make(photos, recipe)
        before = weights(trainer)
        batch = next(iter(epoch_batches(photos, recipe, 0, 0, trainer.enter)))
        shapes.append([tuple(entered.shape) for entered in batch["entered"]] if not devices else batch["entered"].shape)
        losses.append(trainer.take_step(batch)[0])
        moved = [(old != new).any() for old, new in zip(before, weights(trainer), strict=True)]
        assert any(moved[: len(trainer.branch_variables)])
    assert losses[1] == pytest.approx(losses[0], rel=0.02)
    assert shapes[0] == [(24, 32, 32, 12), (24, 8, 8, 24), (24, 24)]
    assert shapes[1] == (24, SIDE, SIDE, 3)


def test_rare_classes_count_more_a_photo() -> None:
    """By n ** -balance, with a mean of 1 over the photos; not at all with a balance of 0."""
    targets = np.array([0] * 16 + [1] * 4 + [MISSING_LABEL] * 3)
    even, half = (weigh_classes(targets, 3, balance).numpy() for balance in (0.0, 0.5))
    assert even[:2].tolist() == [1.0, 1.0]
    assert half[1] / half[0] == pytest.approx(2.0)
    assert (16 * half[0] + 4 * half[1]) / 20 == pytest.approx(1.0)

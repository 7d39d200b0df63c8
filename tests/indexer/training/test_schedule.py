"""Where a training stands: when a run ends, when the backbone moves, and how fast."""

from dataclasses import replace

import pytest

from indexer.training.recipe import Recipe
from indexer.training.schedule import Progress, Schedule

RECIPE = Recipe(epochs=4, runs=2, head_epochs=0.5, refit_epochs=1, patience=2, learning_rate=0.1, head_learning_rate=1)
EPOCH = 10  # steps


@pytest.fixture
def schedule() -> Schedule:
    return Schedule(RECIPE, EPOCH)


def test_all_runs_and_the_refit_count_as_steps(schedule: Schedule) -> None:
    assert (schedule.moving_steps, schedule.steps) == (2 * 4 * EPOCH, 2 * 4 * EPOCH + EPOCH)
    assert [schedule.first_step(run) for run in (0, 1)] == [0, 4 * EPOCH]
    assert schedule.steps_of_run(Progress(step=4 * EPOCH + 3, run=1)) == 3


@pytest.mark.parametrize(
    ("epochs_done", "best_epoch", "ended"), [(3, 0, True), (2, 0, False), (3, 1, False), (4, 3, True), (3, -1, False)]
)
def test_a_run_ends_when_no_epoch_was_better_for_long_or_all_are_over(
    schedule: Schedule, epochs_done: int, best_epoch: int, ended: bool
) -> None:
    assert schedule.has_run_ended(Progress(step=epochs_done * EPOCH, best_epoch=best_epoch)) == ended


def test_after_the_last_run_nothing_is_left_to_run(schedule: Schedule) -> None:
    assert schedule.has_run_ended(Progress(step=8 * EPOCH, run=2))


def test_the_backbone_stands_still_at_first_and_while_heads_are_refitted(schedule: Schedule) -> None:
    assert [schedule.moves_heads_only(Progress(step=step)) for step in (0, 4, 5)] == [True, True, False]
    assert schedule.moves_heads_only(Progress(step=4 * EPOCH, run=1)), "each run begins with the heads"
    assert schedule.moves_heads_only(Progress(step=8 * EPOCH + 9, run=2, refitting=True))


def test_rates_rise_and_fall_within_each_run(schedule: Schedule) -> None:
    """Never above the recipe's; the same at the same step of each run; lower while heads are refitted."""
    first = [schedule.rates(Progress(step=step)) for step in range(4 * EPOCH)]
    second = [schedule.rates(Progress(step=4 * EPOCH + step, run=1)) for step in range(4 * EPOCH)]
    assert first == second
    assert max(branch for branch, _ in first) == pytest.approx(0.1, rel=0.05)
    assert max(heads for _, heads in first) == pytest.approx(1, rel=0.05)
    assert first[-1][1] < 0.01
    refit = [schedule.rates(Progress(step=8 * EPOCH + step, run=2, refitting=True))[1] for step in range(EPOCH)]
    assert max(refit) <= 0.3


def test_a_training_without_runs_in_its_recipe_has_one() -> None:
    assert Schedule(replace(RECIPE, runs=0), EPOCH).runs == 1

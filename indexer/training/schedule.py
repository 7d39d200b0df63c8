"""Where a training stands among its steps: runs of epochs with a moving backbone, then epochs that refit the heads."""

from dataclasses import dataclass, field

from indexer.training.optimization import WARMUP_SHARE
from indexer.training.recipe import Recipe, scheduled_rate

_REFIT_RATE = 0.3  # of the heads' highest learning rate, when they are fitted to a mixed backbone


@dataclass
class Progress:
    """How far a training is; with the weights, all that going on needs."""

    step: int = 0  # of all runs together
    run: int = 0
    best_score: float = -1.0  # of this run
    best_epoch: int = -1
    refitting: bool = False  # the epochs with a moving backbone are over
    history: list[dict[str, float]] = field(default_factory=list)


class Schedule:
    """What a recipe asks for, counted in steps.

    Args:
        recipe: how to train.
        steps_per_epoch: batches in an epoch.
    """

    def __init__(self, recipe: Recipe, steps_per_epoch: int) -> None:
        self._recipe = recipe
        self.steps_per_epoch = steps_per_epoch
        self.runs = max(1, recipe.runs)
        self._run_steps = recipe.epochs * steps_per_epoch
        self.moving_steps = self.runs * self._run_steps  # those in which the backbone moves
        self.steps = self.moving_steps + recipe.refit_epochs * steps_per_epoch

    def first_step(self, run: int) -> int:
        """The step that a run begins at."""
        return run * self._run_steps

    def steps_of_run(self, progress: Progress) -> int:
        """How many steps the present run has behind it."""
        return progress.step - self.first_step(progress.run)

    def has_run_ended(self, progress: Progress) -> bool:
        """At an epoch's end: whether all epochs of the run are done, or none has been better for long."""
        if progress.run >= self.runs:
            return True
        epoch, best = progress.step // self.steps_per_epoch, progress.best_epoch
        return self.steps_of_run(progress) >= self._run_steps or (
            best >= 0 and epoch - 1 - best >= self._recipe.patience
        )

    def moves_heads_only(self, progress: Progress) -> bool:
        """Whether the backbone stands still in the next step."""
        return progress.refitting or self.steps_of_run(progress) < self._recipe.head_epochs * self.steps_per_epoch

    def rates(self, progress: Progress) -> tuple[float, float]:
        """The learning rates of the next step: of the backbone's trained branch, and of the projection heads."""
        head_steps, step = int(self._recipe.head_epochs * self.steps_per_epoch), self.steps_of_run(progress)
        warmup = int(WARMUP_SHARE * self._run_steps)
        branch = scheduled_rate(max(0, step - head_steps), self._run_steps - head_steps, warmup)
        heads = scheduled_rate(step, self._run_steps, warmup)
        if progress.refitting:
            heads = _REFIT_RATE * scheduled_rate(step, self.steps - self.moving_steps, warmup)
        return self._recipe.learning_rate * branch, self._recipe.head_learning_rate * heads

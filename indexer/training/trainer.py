"""Fine-tuning: the loop over batches, the averaged weights, validation, and going on after a stop."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from indexer.errors import TrainingDivergedError
from indexer.network.fork import split_at_fork
from indexer.network.projection_heads import MASK, build_projection_heads_for
from indexer.network.start import resize_backbone
from indexer.training.batches import FrozenLayers, TrainingPhotos, epoch_batches, steps_per_epoch
from indexer.training.losses import mask_loss, photos_loss, weigh_classes
from indexer.training.optimization import build_optimizer, clipped_gradients
from indexer.training.recipe import Recipe
from indexer.training.schedule import Progress, Schedule

CHECKPOINT_SECONDS = 120.0  # between checkpoints: what a kill can cost


class Trainer:
    """One network being fine-tuned.

    Args:
        backbone: to start from; it is copied at the recipe's training size.
        head_weights: of the projection heads, by layer; layers that aren't named start at random.
        names: head -> labels, the first head being the one that validation judges.
        photos: to learn from.
        recipe: how.
    """

    def __init__(
        self,
        backbone: keras.Model,
        head_weights: dict[str, list[np.ndarray]],
        names: dict[str, list[str]],
        photos: TrainingPhotos,
        recipe: Recipe,
    ) -> None:
        keras.utils.set_random_seed(recipe.seed)
        self.recipe, self.photos, self.names = recipe, photos, names
        self.main_head = next(iter(names))
        on_gpu = bool(tf.config.list_physical_devices("GPU"))
        # A GPU computes in half precision faster; bfloat16 needs no loss scaling.
        self.backbone = resize_backbone(backbone, recipe.train_size, "mixed_bfloat16" if on_gpu else "float32")
        self._still, self._branch = split_at_fork(self.backbone)
        self.projection_heads = build_projection_heads_for(self.backbone, names)
        for layer in self.projection_heads.layers:
            if layer.name in head_weights:
                layer.set_weights(head_weights[layer.name])
        self._on_gpu = on_gpu  # a GPU runs what stands still in the step itself; on a CPU, LiteRT does while data come
        self.enter: Callable[[Any], Any] = _as_it_is if on_gpu else FrozenLayers(self._still).in_graph
        self.branch_variables = self._branch.trainable_variables
        self.head_variables = self.projection_heads.trainable_variables
        self.variables = self.branch_variables + self.head_variables
        self.averages = [tf.Variable(variable.value) for variable in self.variables]
        self.optimizers = [
            build_optimizer(variables, recipe.weight_decay)
            for variables in (self.branch_variables, self.head_variables)
        ]
        self._class_weights = {
            head: weigh_classes(photos.targets[head], len(names[head]), recipe.balance) for head in names
        }
        self.schedule = Schedule(recipe, steps_per_epoch(len(photos), min(recipe.batch_size, len(photos))))
        self._start = [variable.value.numpy() for variable in self.variables]
        self.progress = Progress()
        self.best: list[np.ndarray] = list(self._start)
        self._sums: list[np.ndarray] = [np.zeros_like(value) for value in self._start]  # of the ended runs' best
        self._step = tf.function(self._take_step)

    def run(
        self,
        validate: Callable[["Trainer"], dict[str, float]],
        save: Callable[["Trainer"], None],
        *,
        progress: bool = True,
    ) -> None:
        """Train from where ``progress`` says to the end.

        Args:
            validate: judges the averaged weights, which are in place while it runs; ``score`` decides which are kept.
            save: writes a checkpoint.
            progress: show a bar.

        Raises:
            TrainingDivergedError: the loss of a step is no number, or what comes of an epoch says none.
        """
        size = min(self.recipe.batch_size, len(self.photos))
        bar = tqdm(
            total=self.schedule.steps * size,
            initial=self.progress.step * size,
            unit="photo",
            desc="training",
            disable=not progress,
            smoothing=0.05,
        )
        with bar:
            while True:
                epoch = self._next_epoch()
                if epoch is None:
                    break
                self._train_epoch(epoch, bar, save)
                self._validate(epoch, validate, progress=progress)
                save(self)

    def _next_epoch(self) -> int | None:
        """The epoch that comes next, after what stands between it and the last one; None at the end."""
        while not self.progress.refitting and self.schedule.has_run_ended(self.progress):
            if self.progress.run < self.schedule.runs:
                self._end_run()
            if self.progress.run < self.schedule.runs:
                self._begin_run()
            elif self.recipe.keep_start <= 0 and not self.recipe.refit_epochs:
                return None
            else:
                self._begin_refit()
        if self.progress.step >= self.schedule.steps:
            return None
        return self.progress.step // self.schedule.steps_per_epoch

    def _train_epoch(self, epoch: int, bar: tqdm, save: Callable[["Trainer"], None]) -> None:
        """The steps that are left of an epoch, with a checkpoint now and then."""
        saved, size = time.monotonic(), min(self.recipe.batch_size, len(self.photos))
        first = self.progress.step % self.schedule.steps_per_epoch
        for batch in epoch_batches(self.photos, self.recipe, epoch, first, self.enter):
            loss, accuracy = self.take_step(batch)
            if not math.isfinite(loss):
                raise TrainingDivergedError(
                    f"The loss of step {self.progress.step:,} is {loss}. {self.recipe.advise_smaller_rates()}"
                )
            bar.set_postfix(epoch=epoch + 1, loss=f"{loss:.3f}", accuracy=f"{accuracy:.3f}", refresh=False)
            bar.update(size)
            # Not at the epoch's end: a training that goes on from there would never validate that epoch.
            ended = self.progress.step % self.schedule.steps_per_epoch == 0
            if time.monotonic() - saved > CHECKPOINT_SECONDS and not ended:
                save(self)
                saved = time.monotonic()

    def take_step(self, batch: dict[str, Any]) -> tuple[float, float]:
        """Learn from one batch of ``epoch_batches``; gives its loss and the main head's accuracy."""
        for optimizer, rate in zip(self.optimizers, self.schedule.rates(self.progress), strict=True):
            optimizer.learning_rate = rate
        step, taken = self.progress.step, self.schedule.steps_of_run(self.progress)
        head_only = self.schedule.moves_heads_only(self.progress)
        loss, accuracy = self._step(batch, tf.constant(step), tf.constant(taken), head_only)
        self.progress.step += 1
        return float(loss), float(accuracy)

    def _end_run(self) -> None:
        """Put the run's best weights aside; after the last run, what is best is the mean over all.

        All begin at the same weights, so they end near enough to each other for their mean to be a network.
        Source: Wortsman et al., "Model soups" (ICML 2022).
        """
        self._sums = [total + best for total, best in zip(self._sums, self.best, strict=True)]
        self.progress.run += 1
        if self.progress.run == self.schedule.runs:
            self.best = [total / self.schedule.runs for total in self._sums]

    def _begin_run(self) -> None:
        """Begin anew at the first weights, with other batches."""
        self.progress.step = self.schedule.first_step(self.progress.run)
        self.progress.best_score, self.progress.best_epoch = -1.0, -1
        self.put(self._start)
        for average, first in zip(self.averages, self._start, strict=True):
            average.assign(first)
        for optimizer in self.optimizers:
            for variable in optimizer.variables:
                variable.assign(np.zeros(variable.shape, variable.dtype))

    def _begin_refit(self) -> None:
        """Mix the trained branch's first weights into its best ones; from now on only the projection heads move.

        What was learned from few photos is kept in part, and so is what the first weights knew of all others.
        Source: Wortsman et al., "Robust fine-tuning of zero-shot models" (CVPR 2022).
        """
        keep = max(0.0, self.recipe.keep_start)
        late = len(self.branch_variables)
        mixed = [
            (1 - keep) * best + keep * first for best, first in zip(self.best[:late], self._start[:late], strict=True)
        ]
        self.best = mixed + self.best[late:]
        self.put(self.best)
        for average, variable in zip(self.averages, self.variables, strict=True):
            average.assign(variable.value)
        self.progress.step = self.schedule.moving_steps
        self.progress.refitting, self.progress.best_score = True, -1.0

    def _validate(self, epoch: int, validate: Callable[["Trainer"], dict[str, float]], *, progress: bool) -> None:
        current = [variable.value.numpy() for variable in self.variables]
        averaged = [average.numpy() for average in self.averages] if self.recipe.averaging else current
        self.put(averaged)
        judged = validate(self)
        if judged["score"] > self.progress.best_score:
            self.progress.best_score, self.progress.best_epoch, self.best = judged["score"], epoch, averaged
        self.progress.history.append({"epoch": epoch + 1, **judged})
        if progress:
            figures = ", ".join(f"{name} {value:.4f}" for name, value in judged.items())
            of_run = f"run {self.progress.run + 1}, " if self.schedule.runs > 1 and not self.progress.refitting else ""
            tqdm.write(f"{of_run}epoch {epoch + 1}: validation {figures}")
        self.put(current)

    def put(self, weights: list[np.ndarray]) -> None:
        """Set the trainable weights."""
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)

    def state(self) -> dict[str, np.ndarray]:
        """Everything that going on later needs, for ``restore``."""
        lists = {
            "weight": self.variables,
            "average": self.averages,
            "best": self.best,
            "sum": self._sums,
            "late": self.optimizers[0].variables,
            "part": self.optimizers[1].variables,
        }
        state = {f"{name}{i}": _numbers(value) for name, values in lists.items() for i, value in enumerate(values)}
        state["progress"] = np.array(json.dumps(asdict(self.progress)))
        return state

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Go on where ``state`` was taken.

        Raises:
            KeyError, ValueError: it is of another network.
        """
        self.put([state[f"weight{i}"] for i in range(len(self.variables))])
        for i, average in enumerate(self.averages):
            average.assign(state[f"average{i}"])
        self.best, self._sums = ([state[f"{name}{i}"] for i in range(len(self.variables))] for name in ("best", "sum"))
        for name, optimizer in zip(("late", "part"), self.optimizers, strict=True):
            for i, variable in enumerate(optimizer.variables):
                variable.assign(state[f"{name}{i}"])
        self.progress = Progress(**json.loads(str(state["progress"])))

    def _take_step(self, batch: dict[str, Any], step: Any, taken: Any, head_only: bool) -> tuple[Any, Any]:
        variables = self.head_variables if head_only else self.variables
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in variables])
            entered = self._still(batch["entered"], training=False) if self._on_gpu else batch["entered"]
            fork, feature_map, features = entered
            loss, accuracy = self._loss(fork, feature_map, features, batch, step)
        gradients = clipped_gradients(tape, loss, variables)
        split = 0 if head_only else len(self.branch_variables)
        if not head_only:
            self.optimizers[0].apply(gradients[:split], self.branch_variables)
        self.optimizers[1].apply(gradients[split:], self.head_variables)
        if self.recipe.averaging:
            taken = tf.cast(taken, tf.float32)
            decay = tf.minimum(self.recipe.averaging, (1 + taken) / (10 + taken))
            for average, variable in zip(self.averages, self.variables, strict=True):
                average.assign(decay * average + (1 - decay) * variable.value)
        return loss, accuracy

    def _loss(self, fork: Any, feature_map: Any, features: Any, batch: dict[str, Any], step: Any) -> tuple[Any, Any]:
        recipe = self.recipe
        tuned = tf.cast(self._branch(fork, training=False), tf.float32)
        inputs = {
            "features": drop_out(tf.cast(features, tf.float32), recipe, step),
            "tuned": drop_out(tuned, recipe, step),
            "map": tf.cast(feature_map, tf.float32),
            "small": batch["small"],
        }
        outputs = self.projection_heads(inputs, training=True)
        targets = {head: batch[f"target_{head}"] for head in self.names}
        loss = photos_loss(outputs, targets, self._class_weights, recipe, recipe.style_contrast)
        loss += recipe.mask_weight * mask_loss(outputs[MASK], batch["shown"], batch["marked"])
        judged = tf.tile(targets[self.main_head], [2])
        known = tf.cast(judged >= 0, tf.float32)
        right = tf.cast(tf.argmax(outputs[self.main_head], axis=1, output_type=tf.int32) == judged, tf.float32)
        accuracy = tf.reduce_sum(right * known) / tf.maximum(tf.reduce_sum(known), 1.0)
        return loss, accuracy


def drop_out(features: Any, recipe: Recipe, step: Any) -> Any:
    """Features (N, F) with some of them set to 0, others each step."""
    return tf.nn.experimental.stateless_dropout(features, recipe.dropout, seed=tf.stack([recipe.seed, step]))


def _numbers(value: Any) -> np.ndarray:
    """An array of a Keras variable, a TensorFlow variable or an array."""
    value = getattr(value, "value", value) if isinstance(value, keras.Variable) else value
    return value if isinstance(value, np.ndarray) else value.numpy()


def _as_it_is(pixels: Any) -> Any:
    return pixels

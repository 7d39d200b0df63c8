"""A training's last step: the projection heads are fitted again, to photos as they are served.

While the backbone moves, it sees photos tilted, cropped, covered and scaled down, and the projection heads learn what
those look like. Served photos are whole. So when the backbone stands still, its outputs for each photo in a few views
are remembered, and the heads are fitted to them, which takes seconds an epoch. The product mask stays as it is.

A backbone that knows its few training photos by heart makes them look easier than others are, and heads fitted to that
get worse. So validation decides how far they are fitted, and whether at all.

Source: the idea is that of Touvron et al., "Fixing the train-test resolution discrepancy" (NeurIPS 2019).
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from PIL import Image
from tqdm import tqdm

from indexer.network.full_network import FullNetwork
from indexer.network.projection_heads import MASK, SMALL_FACTOR, histogram_of
from indexer.training.augmentation import as_shoppers
from indexer.training.batches import FrozenLayers, TrainingPhotos
from indexer.training.losses import photos_loss, weigh_classes
from indexer.training.optimization import WARMUP_SHARE, build_optimizer, clipped_gradients
from indexer.training.recipe import Recipe, scheduled_rate
from indexer.training.trainer import drop_out
from search.model.preprocessing import image_to_pixels, stored_views

_SHOPPER_SHARE = 0.5  # how often the second view is one as a shopper might have taken it
_BATCH = 96  # photos, each in two views
_RATES = (1 / 3, 1.0)  # that are tried, as shares of the recipe's; beside leaving the heads as they are
_REMEMBERED = ("features", "tuned")  # what the heads take of a photo, beside its histogram
_AT_ONCE = 256  # photos embedded between two steps of the bar


def refit_heads(
    network: FullNetwork,
    names: dict[str, list[str]],
    photos: TrainingPhotos,
    recipe: Recipe,
    validate: Callable[[], float],
    *,
    progress: bool = True,
) -> dict[str, float]:
    """Fit the projection heads of a network, in place, to its photos as they are served.

    ``recipe.fit_epochs`` of 0 does nothing.

    Args:
        network: whose backbone stands still from now on.
        names: head -> labels.
        photos: to learn from.
        recipe: how.
        validate: the loss of the network on photos that it isn't fitted to.
        progress: show bars.

    Returns:
        Learning rate -> that loss afterwards; the least was taken, "0" being the heads as they were.
    """
    if not recipe.fit_epochs:
        return {}
    views = _remember_views(network, photos, recipe, progress=progress)
    first = best = network.projection_heads.get_weights()
    losses = {"0": validate()}
    fit = _Fit(network, names, photos.targets, recipe)
    for share in _RATES:
        fit.begin(first)
        rate = share * recipe.head_learning_rate
        network.projection_heads.set_weights(_fit(fit, photos, recipe, views, rate, progress=progress))
        loss = validate()
        if loss < min(losses.values()):
            best = network.projection_heads.get_weights()
        losses[f"{rate:.2g}"] = loss
    network.projection_heads.set_weights(best)
    return losses


def _fit(
    fit: "_Fit",
    photos: TrainingPhotos,
    recipe: Recipe,
    views: tuple[np.ndarray, np.ndarray],
    rate: float,
    *,
    progress: bool,
) -> list[np.ndarray]:
    """The projection heads' weights after fitting them to remembered views, at a rate that rises and falls."""
    rng = np.random.default_rng(recipe.seed)
    size = min(_BATCH, len(photos))
    steps = recipe.fit_epochs * (len(photos) // size)
    warmup = int(WARMUP_SHARE * steps)
    batches = _batches(len(photos), size, recipe.fit_epochs, rng)
    for step, rows in enumerate(tqdm(batches, total=steps, desc="fitting", unit="batch", disable=not progress)):
        fit.optimizer.learning_rate = rate * scheduled_rate(step, steps, warmup)
        two_views = _two_views(*views, rows, rng)
        targets = {head: tf.constant(values[rows]) for head, values in photos.targets.items()}
        fit.step(tf.constant(two_views), targets, tf.constant(step))
    return fit.projection_heads.get_weights()


class _Fit:
    """A copy of the projection heads, and one step of fitting what lies in them above what is remembered."""

    def __init__(
        self, network: FullNetwork, names: dict[str, list[str]], targets: dict[str, np.ndarray], recipe: Recipe
    ) -> None:
        self._recipe = recipe
        self.projection_heads = _copy(network.projection_heads)
        inputs = [self.projection_heads.input[name] for name in _REMEMBERED]
        self._lengths = [each.shape[-1] for each in inputs] + [histogram_of(self.projection_heads).shape[-1]]
        outputs = {name: output for name, output in self.projection_heads.output.items() if name != MASK}
        self._top = keras.Model([*inputs, histogram_of(self.projection_heads)], outputs)
        self._variables = self._top.trainable_variables
        self.optimizer = build_optimizer(self._variables, recipe.weight_decay)
        self._class_weights = {
            head: weigh_classes(targets[head], len(labels), recipe.balance) for head, labels in names.items()
        }
        self.step = tf.function(self._take_step)

    def begin(self, weights: list[np.ndarray]) -> None:
        """Start from weights of the projection heads, with nothing left of an earlier fit."""
        self.projection_heads.set_weights(weights)
        for variable in self.optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def _take_step(self, seen: tf.Tensor, targets: dict[str, tf.Tensor], step: tf.Tensor) -> None:
        recipe = self._recipe
        *features, histogram = tf.split(seen, self._lengths, axis=1)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in self._variables])
            dropped = [drop_out(each, recipe, step) for each in features]
            outputs = self._top([*dropped, histogram], training=True)
            loss = photos_loss(outputs, targets, self._class_weights, recipe, recipe.fit_style_contrast)
        self.optimizer.apply(clipped_gradients(tape, loss, self._variables), self._variables)


def _remember_views(
    network: FullNetwork, photos: TrainingPhotos, recipe: Recipe, *, progress: bool
) -> tuple[np.ndarray, np.ndarray]:
    """What lies below the projection heads, of each photo: (N, V, D) float16 in served views, (N, D) as a shopper's."""
    outputs, side = FrozenLayers(_below(network, recipe.image_size)), recipe.image_size

    def remember(view: np.ndarray | Image.Image) -> np.ndarray:
        pixels = view if isinstance(view, np.ndarray) else image_to_pixels(view, side)
        return outputs(pixels[None].astype(np.float32))[0][0].astype(np.float16)

    def remember_served(photo: np.ndarray) -> np.ndarray:
        image = Image.fromarray(photo)
        views = [*stored_views(image), image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
        return np.stack([remember(view) for view in views])

    served: list[np.ndarray] = []
    shoppers: list[np.ndarray] = []
    bar = tqdm(total=len(photos), desc="remembering", unit="photo", disable=not progress)
    with ThreadPoolExecutor(os.cpu_count()) as pool, bar:
        for start in range(0, len(photos), _AT_ONCE):
            pixels = photos.pixels[photos.rows[start : start + _AT_ONCE]]
            served.extend(pool.map(remember_served, pixels))
            shoppers.extend(pool.map(remember, as_shoppers(pixels, side, recipe.seed + start)))
            bar.update(len(pixels))
    return np.stack(served), np.stack(shoppers)


def _below(network: FullNetwork, image_size: int) -> keras.Model:
    """From pixels to what is remembered: the pooled features of both branches, then the colour histogram."""
    pixels = keras.Input((image_size, image_size, 3), name="pixels")
    feature_map, features, tuned = network.backbone(pixels)
    small = layers.AveragePooling2D(SMALL_FACTOR)(pixels)
    heads = _copy(network.projection_heads)
    histogram = keras.Model([heads.input["map"], heads.input["small"]], histogram_of(heads))([feature_map, small])
    return keras.Model(pixels, layers.Concatenate()([features, tuned, histogram]))


def _copy(heads: keras.Model) -> keras.Model:
    """To be cut open: Keras can't save a network of whose layers another one has been made."""
    copy = keras.models.clone_model(heads)
    copy.set_weights(heads.get_weights())
    return copy


def _batches(count: int, size: int, epochs: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    for _ in range(epochs):
        yield from rng.permutation(count)[: count // size * size].reshape(-1, size)


def _two_views(served: np.ndarray, shoppers: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(2B, D) float32: a served view of each photo, then another one or a shopper's."""
    first, second = (served[rows, rng.integers(0, served.shape[1], len(rows))] for _ in range(2))
    changed = rng.random(len(rows)) < _SHOPPER_SHARE
    second = np.where(changed[:, None], shoppers[rows], second)
    return np.concatenate([first, second]).astype(np.float32)

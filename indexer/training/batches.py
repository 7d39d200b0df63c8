"""The stream of training batches: two random views of each photo.

They come through the early layers already, where those are left alone anyway.

Which photos and views come at a step depends on the seed, the epoch and the step only; so a training that goes on after
a stop gets the batches that it would have got.
"""

import os
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from indexer.network.export import convert_to_litert
from indexer.network.projection_heads import SMALL_FACTOR
from indexer.training.augmentation import Augmentation, augment
from indexer.training.recipe import Recipe
from indexer.training.scenes import packshot_backgrounds

_AHEAD = 2  # batches made while one is learned from
_LOOKED_AT_ONCE = 256
_WORN_LAID = 0.4  # how often a thing that somebody wears is cut out and laid on another scene


@dataclass(frozen=True)
class TrainingPhotos:
    """The decoded photos that a training sees, N of them."""

    pixels: np.ndarray  # (P, S, S, 3) uint8, of all photos of the source; may lie on disk
    rows: np.ndarray  # (N,) int, which of them are learned from
    backgrounds: np.ndarray  # (N, S, S / 8) uint8, one bit a pixel: where a packshot shows its background
    targets: dict[str, np.ndarray]  # head -> (N,) int32, MISSING_LABEL where unknown
    products: np.ndarray  # (N,) int, equal for photos of one product, which are views of the same thing
    worn: np.ndarray  # (N,) bool: the background, which somebody has marked, is a real scene and no packshot's

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def prepare(
        cls,
        pixels: np.ndarray,
        rows: np.ndarray,
        targets: dict[str, np.ndarray],
        *,
        products: np.ndarray | None = None,
        masks: dict[int, np.ndarray] | None = None,
        progress: bool = True,
    ) -> "TrainingPhotos":
        """Find the packshots' backgrounds.

        Args:
            pixels: as the attribute.
            rows: as the attribute.
            targets: as the attribute.
            products: as the attribute; None for a product a photo.
            masks: place in ``rows`` -> (S, S) bool, True on the product, for photos whose products somebody has marked.
            progress: show a bar.
        """
        side = pixels.shape[1]
        if side % 8:
            raise ValueError(f"Photos of {side} pixels came; a multiple of 8 is needed.")
        backgrounds = np.zeros((len(rows), side, side // 8), np.uint8)
        starts = range(0, len(rows), _LOOKED_AT_ONCE)
        for start in tqdm(starts, desc="cutting out", unit="batch", disable=not progress, leave=False):
            found = packshot_backgrounds(pixels[rows[start : start + _LOOKED_AT_ONCE]])
            backgrounds[start : start + _LOOKED_AT_ONCE] = np.packbits(found > 0, axis=2)
        worn = np.zeros(len(rows), bool)
        for place, mask in (masks or {}).items():
            backgrounds[place], worn[place] = np.packbits(~mask, axis=1), True
        products = np.arange(len(rows)) if products is None else products
        return cls(pixels, rows, backgrounds, targets, products, worn)

    def other_views(self, places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """For each photo (its place among the N) a photo of the same product, another one where there is any."""
        first, count = self._first[places], self._count[places]
        step = rng.integers(1, np.maximum(count, 2))
        return self._order[first + (self._rank[places] + step) % count]

    @cached_property
    def _order(self) -> np.ndarray:
        """(N,) the photos' places, product by product."""
        return np.argsort(self.products, kind="stable")

    @cached_property
    def _rank(self) -> np.ndarray:
        """(N,) which of its product's photos each photo is."""
        rank = np.empty(len(self.products), np.int64)
        rank[self._order] = np.arange(len(self.products))
        return rank - self._first

    @cached_property
    def _first(self) -> np.ndarray:
        """(N,) where in ``_order`` the photos of each photo's product begin."""
        return np.searchsorted(self.products[self._order], self.products)

    @cached_property
    def _count(self) -> np.ndarray:
        """(N,) how many photos each photo's product has."""
        return np.searchsorted(self.products[self._order], self.products, side="right") - self._first


class FrozenLayers:
    """Layers that stand still, run by LiteRT, one photo at a time; as many threads as there are cores may call it.

    Args:
        layers: a model of one output or several.
    """

    def __init__(self, layers: keras.Model) -> None:
        from ai_edge_litert.interpreter import Interpreter

        named = {f"output{place:02}": output for place, output in enumerate(layers.outputs)}
        content = convert_to_litert(keras.Model(layers.input, named))
        self._shapes = [tuple(output.shape[1:]) for output in layers.outputs]
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(max(_AHEAD, os.cpu_count() or 1)):
            interpreter = Interpreter(model_content=content, num_threads=1)
            interpreter.allocate_tensors()
            self._idle.put(interpreter.get_signature_runner())

    def __call__(self, pixels: np.ndarray) -> list[np.ndarray]:
        """The layers' outputs for (N, s, s, 3) float32."""
        run = self._idle.get()
        try:
            outputs = [np.empty((len(pixels), *shape), np.float32) for shape in self._shapes]
            for row, one in enumerate(pixels):
                found = run(pixels=one[None])
                for place, output in enumerate(outputs):
                    output[row] = found[f"output{place:02}"][0]
            return outputs
        finally:
            self._idle.put(run)

    def in_graph(self, pixels: Any) -> tuple[Any, ...]:
        """The same as a TensorFlow operation."""
        outputs = tf.numpy_function(self, [pixels], [tf.float32] * len(self._shapes))
        for output, shape in zip(outputs, self._shapes, strict=True):
            output.set_shape((None, *shape))
        return tuple(outputs)


def steps_per_epoch(photos: int, batch_size: int) -> int:
    """Batches an epoch; the photos that don't fill the last one come another time."""
    return max(1, photos // batch_size)


def epoch_batches(
    photos: TrainingPhotos, recipe: Recipe, epoch: int, first_step: int, enter: Callable[[Any], Any]
) -> Iterator[dict[str, Any]]:
    """The batches of one epoch, from a step on.

    Args:
        photos: to draw from.
        recipe: how.
        epoch: from 0.
        first_step: of this epoch, from 0; later than 0 where a stopped training goes on.
        enter: what the pixels pass before the trainable network, in the graph: the layers that stand still, or nothing.

    Yields:
        ``entered`` (2B, ...) what ``enter`` gives for B first views and then B second ones, ``small`` (2B, s, s, 3),
        ``shown`` (2B, s, s) how much of each pixel of ``small`` is the product's, ``marked`` (2B,) 1 where that is
        known and 0 where it isn't, and ``target_HEAD`` (B,) for each head.
    """
    size = min(recipe.batch_size, len(photos))
    order = np.random.default_rng([recipe.seed, epoch]).permutation(len(photos)).astype(np.int64)
    steps = steps_per_epoch(len(photos), size)
    limits = Augmentation(
        recipe.smallest_view, tilt=recipe.tilt, perspective=recipe.perspective, erasing=recipe.erasing
    )

    def gather(rows: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng([recipe.seed, epoch, int(step)])
        both = np.concatenate([rows, photos.other_views(rows, rng)])
        often = np.repeat([0.0, recipe.street], len(rows))
        laid = rng.random(2 * len(rows)) < np.where(photos.worn[both], _WORN_LAID, often)
        backgrounds = np.unpackbits(photos.backgrounds[both], axis=2) * np.uint8(255)
        return photos.pixels[photos.rows[both]], backgrounds, laid

    def make(step: Any, rows: Any) -> dict[str, Any]:
        pixels, backgrounds, laid = tf.numpy_function(gather, [rows, step], (tf.uint8, tf.uint8, tf.bool))
        pixels.set_shape((2 * size, *photos.pixels.shape[1:]))
        backgrounds.set_shape((2 * size, *photos.pixels.shape[1:3]))
        laid.set_shape((2 * size,))
        seed = tf.stack([tf.constant((recipe.seed * 100_003 + epoch) % 2**31, tf.int32), tf.cast(step, tf.int32)])
        views, uncovered = augment(pixels, backgrounds, laid, seed, recipe.train_size, limits)
        marked = tf.reduce_any(backgrounds > 0, axis=(1, 2))
        targets = {f"target_{head}": tf.gather(values, rows) for head, values in photos.targets.items()}
        return {
            "entered": enter(views),
            "small": tf.nn.avg_pool2d(views, SMALL_FACTOR, SMALL_FACTOR, "VALID"),
            "shown": 1 - tf.nn.avg_pool2d(uncovered, SMALL_FACTOR, SMALL_FACTOR, "VALID")[..., 0],
            "marked": tf.cast(marked, tf.float32),
            **targets,
        }

    rows = order[: steps * size].reshape(steps, size)[first_step:]
    numbers = np.arange(first_step, steps, dtype=np.int64)
    batches = tf.data.Dataset.from_tensor_slices((numbers, rows))
    yield from batches.map(make, num_parallel_calls=_AHEAD, deterministic=True).prefetch(_AHEAD)

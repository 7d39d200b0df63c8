"""The stream of training batches: two random views of each photo.

They come through the early layers already, where those are left alone anyway.

Which photos and views come at a step depends on the seed, the epoch and the step only; so a training that goes on after
a stop gets the batches that it would have got.
"""

import os
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from indexer.network.export import convert_to_litert
from indexer.network.parts import SMALL_FACTOR
from indexer.training.augmentation import Augmentation, augment
from indexer.training.recipe import Recipe
from indexer.training.scenes import packshot_backgrounds

_AHEAD = 2  # batches made while one is learned from
_LOOKED_AT_ONCE = 256


@dataclass(frozen=True)
class TrainingPhotos:
    """The decoded photos that a training sees, N of them."""

    pixels: np.ndarray  # (P, S, S, 3) uint8, of all photos of the source; may lie on disk
    rows: np.ndarray  # (N,) int, which of them are learned from
    backgrounds: np.ndarray  # (N, S, S / 8) uint8, one bit a pixel: where a packshot shows its background
    targets: dict[str, np.ndarray]  # head -> (N,) int32, MISSING_LABEL where unknown

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def prepare(
        cls, pixels: np.ndarray, rows: np.ndarray, targets: dict[str, np.ndarray], *, progress: bool = True
    ) -> "TrainingPhotos":
        """Find the packshots' backgrounds; the arguments are the attributes."""
        side = pixels.shape[1]
        if side % 8:
            raise ValueError(f"Photos of {side} pixels came; a multiple of 8 is needed.")
        backgrounds = np.zeros((len(rows), side, side // 8), np.uint8)
        starts = range(0, len(rows), _LOOKED_AT_ONCE)
        for start in tqdm(starts, desc="cutting out", unit="batch", disable=not progress, leave=False):
            found = packshot_backgrounds(pixels[rows[start : start + _LOOKED_AT_ONCE]])
            backgrounds[start : start + _LOOKED_AT_ONCE] = np.packbits(found > 0, axis=2)
        return cls(pixels, rows, backgrounds, targets)


class FrozenLayers:
    """Layers that stand still, run by LiteRT, one photo at a time; as many threads as there are cores may call it."""

    def __init__(self, layers: keras.Model) -> None:
        from ai_edge_litert.interpreter import Interpreter

        content = convert_to_litert(layers)
        self._shape = tuple(layers.output.shape[1:])
        self._idle: queue.SimpleQueue = queue.SimpleQueue()
        for _ in range(max(_AHEAD, os.cpu_count() or 1)):
            interpreter = Interpreter(model_content=content, num_threads=1)
            interpreter.allocate_tensors()
            self._idle.put(interpreter)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """The layers' output for (N, s, s, 3) float32."""
        interpreter = self._idle.get()
        try:
            source, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
            outputs = np.empty((len(pixels), *self._shape), np.float32)
            for row, one in enumerate(pixels):
                interpreter.set_tensor(source, one[None])
                interpreter.invoke()
                outputs[row] = interpreter.get_tensor(result)[0]
            return outputs
        finally:
            self._idle.put(interpreter)

    def in_graph(self, pixels: Any) -> Any:
        """The same as a TensorFlow operation."""
        outputs = tf.numpy_function(self, [pixels], tf.float32)
        outputs.set_shape((None, *self._shape))
        return outputs


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
        enter: what the pixels pass before the trainable network, in the graph: the early layers, or nothing.

    Yields:
        ``entered`` (2B, ...) what ``enter`` gives for B first views and then B second ones, ``small`` (2B, s, s, 3),
        and ``target_HEAD`` (B,) for each head.
    """
    size = min(recipe.batch_size, len(photos))
    order = np.random.default_rng([recipe.seed, epoch]).permutation(len(photos)).astype(np.int64)
    steps = steps_per_epoch(len(photos), size)
    limits = Augmentation(erasing=recipe.erasing)

    def gather(rows: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng([recipe.seed, epoch, int(step)])
        both = np.concatenate([rows, rows])
        laid = np.concatenate([np.zeros(len(rows), bool), rng.random(len(rows)) < recipe.street])
        backgrounds = np.unpackbits(photos.backgrounds[both], axis=2) * np.uint8(255)
        return photos.pixels[photos.rows[both]], backgrounds * laid[:, None, None]

    def make(step: Any, rows: Any) -> dict[str, Any]:
        pixels, backgrounds = tf.numpy_function(gather, [rows, step], (tf.uint8, tf.uint8))
        pixels.set_shape((2 * size, *photos.pixels.shape[1:]))
        backgrounds.set_shape((2 * size, *photos.pixels.shape[1:3]))
        seed = tf.stack([tf.constant((recipe.seed * 100_003 + epoch) % 2**31, tf.int32), tf.cast(step, tf.int32)])
        views = augment(pixels, backgrounds, seed, recipe.train_size, limits)
        targets = {f"target_{head}": tf.gather(values, rows) for head, values in photos.targets.items()}
        return {
            "entered": enter(views),
            "small": tf.nn.avg_pool2d(views, SMALL_FACTOR, SMALL_FACTOR, "VALID"),
            **targets,
        }

    rows = order[: steps * size].reshape(steps, size)[first_step:]
    numbers = np.arange(first_step, steps, dtype=np.int64)
    batches = tf.data.Dataset.from_tensor_slices((numbers, rows))
    yield from batches.map(make, num_parallel_calls=_AHEAD, deterministic=True).prefetch(_AHEAD)

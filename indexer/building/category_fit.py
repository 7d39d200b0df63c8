"""Fitting a shop's own categories on its photos' vectors: a small Keras softmax and its temperature, in seconds."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.calibration import choose_temperature
from indexer.quiet_keras import import_keras
from search.index.category_head import CategoryHead
from search.model.balance import VectorPart

_SAMPLE = 200_000  # photos to learn from at most; more change nothing but the time
_FOLDS = 5  # each product is judged by a classifier that was fitted without it
_CALIBRATED_ON = 20_000  # photos at most; more change the temperature no further
_EPOCHS = 15
_BATCH = 512
_STEPS = 300  # at least so many batches, so that a small catalogue is learned too
_LEARNING_RATE = 2e-2
_WEIGHT_DECAY = 1e-4


# How much each part of the vectors says of a category: ImageNet's general knowledge most, colours least. Chosen on the
# shoppers' photos of boutiques drawn by the seeds 11 and 23.
_PART_SCALES = {"general": 1.5, "style": 1.0, "palette": 0.7}


def scale_parts(parts: Sequence[VectorPart]) -> np.ndarray:
    """(D,) what each number of a vector is multiplied by before categories are fitted on it."""
    return np.repeat([_PART_SCALES.get(part.name, 1.0) for part in parts], [part.dim for part in parts])


def fit_category_head(
    vectors: np.ndarray,
    categories: list[str],
    groups: np.ndarray,
    *,
    scales: np.ndarray | float = 1.0,
    seed: int = 0,
) -> CategoryHead:
    """A calibrated classifier of a shop's categories.

    Its temperature is chosen by the photos' probabilities out of fold, so that they mean what they say of photos that
    the classifier hasn't seen; then all photos are used.

    Args:
        vectors: (N, D) float32, one a photo.
        categories: (N,) each photo's category.
        groups: (N,) int; photos of one group (product, colour variants) stay on one side of the split.
        scales: (D,) from ``scale_parts``; the head is for vectors that aren't scaled.
        seed: of the split and the training.
    """
    labels = tuple(sorted(set(categories)))
    code_of = {label: code for code, label in enumerate(labels)}
    targets = np.array([code_of[category] for category in categories], np.int32)
    if len(labels) == 1:
        kernel = np.zeros((vectors.shape[1], 1), np.float32)
        return CategoryHead(labels, kernel, np.zeros(1, np.float32), 1.0)
    rng = np.random.default_rng(seed)
    if len(targets) > _SAMPLE:
        chosen = rng.choice(len(targets), _SAMPLE, replace=False)
        vectors, targets, groups = vectors[chosen], targets[chosen], groups[chosen]
    vectors = (vectors * scales).astype(np.float32)
    logits, judged = _logits_out_of_fold(vectors, targets, groups, len(labels), rng, seed)
    temperature = choose_temperature(logits, targets[judged]) if len(judged) else 1.0
    kernel, bias = _fit_softmax(vectors, targets, len(labels), seed)
    return CategoryHead(labels, kernel * np.reshape(scales, (-1, 1)).astype(np.float32), bias, temperature)


def _logits_out_of_fold(
    vectors: np.ndarray, targets: np.ndarray, groups: np.ndarray, classes: int, rng: np.random.Generator, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The logits (J, C) of photos by classifiers fitted on other groups, and which photos (J,) they are of.

    Left out are photos of a category that has no other group: of those nothing could be learned.
    """
    rows = np.sort(rng.permutation(len(targets))[:_CALIBRATED_ON])
    names = np.unique(groups[rows])
    fold_of = dict(zip(rng.permutation(names).tolist(), np.arange(len(names)) % _FOLDS, strict=True))
    folds = np.array([fold_of[group] for group in groups[rows].tolist()])
    found, judged = [np.empty((0, classes), np.float32)], [np.empty(0, np.int64)]
    for fold in range(_FOLDS):
        learned, left_out = rows[folds != fold], rows[folds == fold]
        left_out = left_out[np.isin(targets[left_out], targets[learned])]
        if len(left_out):
            kernel, bias = _fit_softmax(vectors[learned], targets[learned], classes, seed)
            found.append(vectors[left_out] @ kernel + bias)
            judged.append(left_out)
    return np.concatenate(found), np.concatenate(judged)


def _fit_softmax(vectors: np.ndarray, targets: np.ndarray, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (D, C) and bias (C,) of a multinomial logistic regression."""
    keras = import_keras()  # here, because a build that fits nothing need not wait for TensorFlow
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((vectors.shape[1],)), keras.layers.Dense(classes)])
    steps = max(_STEPS, _EPOCHS * -(-len(vectors) // _BATCH))
    schedule = keras.optimizers.schedules.CosineDecay(_LEARNING_RATE, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(schedule, weight_decay=_WEIGHT_DECAY), loss)
    batches = _endless_batches(vectors, targets, seed)
    model.fit(batches, epochs=1, steps_per_epoch=steps, shuffle=False, verbose=0)
    kernel, bias = model.get_weights()
    return kernel, bias


def _endless_batches(vectors: np.ndarray, targets: np.ndarray, seed: int) -> Any:
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices((vectors, targets))
    return dataset.shuffle(min(len(vectors), 20_000), seed=seed).repeat().batch(_BATCH)


class HeadStore:
    """Fitted heads kept between builds, so that a changed price fits nothing anew."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def fit(
        self,
        vectors: np.ndarray,
        categories: list[str],
        groups: np.ndarray,
        fingerprints: list[str],
        model_hash: str,
        scales: np.ndarray | float = 1.0,
    ) -> CategoryHead:
        """The head for these photos: from disk if the same was fitted before."""
        state = hashlib.sha256(model_hash.encode())
        for sha256, category, group in zip(fingerprints, categories, groups.tolist(), strict=True):
            state.update(f"{sha256}{category}\0{group}".encode())
        path = self._directory / f"{state.hexdigest()[:24]}.npz"
        try:
            return CategoryHead.load(path)
        except (OSError, ValueError):
            head = fit_category_head(vectors, categories, groups, scales=scales)
        self._directory.mkdir(parents=True, exist_ok=True)
        for old in self._directory.glob("*.npz"):
            old.unlink(missing_ok=True)
        head.save(path)
        return head

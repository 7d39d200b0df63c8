"""Training the parts on a frozen backbone's cached features: classification heads and instance discrimination together.

Source of the contrastive loss: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations"
(ICML 2020), between a plain view and any other view of the same photo.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tqdm import tqdm

from indexer.network import HEAD_SCALE, build_parts
from indexer.views import ViewFeatures

MISSING_LABEL = -1  # a photo whose catalogue says nothing for a head; it doesn't count in that head's loss


@dataclass(frozen=True)
class Recipe:
    """Everything that can be turned in the training of the parts."""

    epochs: int = 16
    batch_size: int = 256  # photos, each in two views
    learning_rate: float = 4e-3
    weight_decay: float = 1e-3
    label_smoothing: float = 0.05
    contrast_temperature: float = 0.1
    style_contrast: float = 0.4  # weight of telling photos apart by their style part
    colour_contrast: float = 0.05  # and by their colour part
    margin: float = 0.25  # cosine by which the right label must lead (CosFace)
    dropout: float = 0.3  # of the pooled features
    head_weights: dict[str, float] = field(default_factory=lambda: {"category": 1.5, "gender": 0.5, "colour": 1.0})
    seed: int = 0


def train_parts(
    views: dict[str, ViewFeatures], labels: dict[str, np.ndarray], names: dict[str, list[str]], recipe: Recipe
) -> keras.Model:
    """Parts fitted to N photos.

    Args:
        views: "plain" and at least one other view, all of the same N photos.
        labels: head -> (N,) int, index into its names, MISSING_LABEL where unknown.
        names: head -> label names.
        recipe: how.
    """
    keras.utils.set_random_seed(recipe.seed)
    parts = build_parts(names)
    steps = -(-len(views["plain"].features) // recipe.batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-5, recipe.epochs * steps, warmup_target=recipe.learning_rate, warmup_steps=steps
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
    optimizer.build(parts.trainable_variables)

    @tf.function(jit_compile=False)
    def step(first: dict, second: dict, targets: dict) -> tuple:
        with tf.GradientTape() as tape:
            loss, parts_of_loss = _loss(parts, first, second, targets, recipe)
        gradients = tape.gradient(loss, parts.trainable_variables)
        optimizer.apply_gradients(zip(gradients, parts.trainable_variables, strict=True))
        return loss, parts_of_loss

    rng = np.random.default_rng(recipe.seed)
    with tqdm(total=recipe.epochs * steps, unit="batch", desc="parts") as bar:
        for _ in range(recipe.epochs):
            for batch in _batches(views, labels, recipe, rng):
                loss, accuracy = step(*batch)
                bar.set_postfix(loss=f"{float(loss):.3f}", accuracy=f"{float(accuracy):.3f}", refresh=False)
                bar.update()
    return parts


def _loss(parts: keras.Model, first: dict, second: dict, targets: dict, recipe: Recipe) -> tuple:
    """The weighted sum of the heads' cross-entropies over both views and the contrasts between the views."""
    both = {name: ops.concatenate([first[name], second[name]]) for name in first}
    both["features"] = tf.nn.dropout(both["features"], recipe.dropout)
    outputs = parts(both, training=True)
    loss, accuracy = 0.0, 0.0
    for head, target in targets.items():
        logits = outputs[head]
        target = ops.concatenate([target, target])
        known = ops.cast(target >= 0, "float32")
        classes = logits.shape[-1]
        wanted = tf.one_hot(ops.maximum(target, 0), classes) * (1 - recipe.label_smoothing)
        wanted = wanted + recipe.label_smoothing / classes
        logits = logits - recipe.margin * HEAD_SCALE * tf.one_hot(ops.maximum(target, 0), classes)
        losses = tf.nn.softmax_cross_entropy_with_logits(wanted, logits) * known
        loss += recipe.head_weights.get(head, 0.5) * ops.sum(losses) / ops.maximum(ops.sum(known), 1.0)
        if head == "category":
            accuracy = ops.mean(
                ops.cast(ops.cast(ops.argmax(logits, -1), "int32") == ops.cast(target, "int32"), "float32")
            )
    for part, weight in (("style", recipe.style_contrast), ("colour_part", recipe.colour_contrast)):
        if weight:
            loss += weight * _contrast(outputs[part], recipe.contrast_temperature)
    return loss, accuracy


def _contrast(vectors: tf.Tensor, temperature: float) -> tf.Tensor:
    """NT-Xent across two views (2N, D): each photo must find its other view among the batch's."""
    first, second = tf.split(vectors, 2)
    scores = tf.matmul(first, second, transpose_b=True) / temperature
    target = tf.range(tf.shape(scores)[0])
    one = tf.nn.sparse_softmax_cross_entropy_with_logits(target, scores)
    other = tf.nn.sparse_softmax_cross_entropy_with_logits(target, tf.transpose(scores))
    return ops.mean(one + other) / 2


def _batches(
    views: dict[str, ViewFeatures], labels: dict[str, np.ndarray], recipe: Recipe, rng: np.random.Generator
) -> Iterator[tuple]:
    """Shuffled batches: a plain or studio view first, any view second."""
    near = [name for name in views if not name.startswith("street")]
    order = rng.permutation(len(views["plain"].features))
    for start in range(0, len(order), recipe.batch_size):
        rows = order[start : start + recipe.batch_size]
        if len(rows) < 2:
            continue
        first = _pick(views, near, rows, rng)
        second = _pick(views, list(views), rows, rng)
        yield first, second, {head: tf.constant(values[rows]) for head, values in labels.items()}


def _pick(views: dict[str, ViewFeatures], names: list[str], rows: np.ndarray, rng: np.random.Generator) -> dict:
    """The rows' inputs, each from a randomly chosen view."""
    choice = rng.integers(0, len(names), len(rows))
    picked = {}
    for key, attribute in (("features", "features"), ("map", "maps"), ("small", "small")):
        stacked = np.stack(
            [getattr(views[names[view]], attribute)[row] for view, row in zip(choice, rows, strict=True)]
        )
        picked[key] = tf.constant(stacked.astype(np.float32))
    return picked


def predict_parts(parts: keras.Model, view: ViewFeatures, batch_size: int = 256) -> dict[str, np.ndarray]:
    """The parts' outputs (head logits among them) for N photos in one view."""
    outputs = [
        parts(
            {
                "features": view.features[start : start + batch_size].astype(np.float32),
                "map": view.maps[start : start + batch_size].astype(np.float32),
                "small": view.small[start : start + batch_size].astype(np.float32),
            },
            training=False,
        )
        for start in range(0, len(view.features), batch_size)
    ]
    return {name: np.concatenate([ops.convert_to_numpy(output[name]) for output in outputs]) for name in outputs[0]}

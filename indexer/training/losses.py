"""What training minimises: the heads' cross-entropies with a margin, and telling products and their pixels apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from indexer.network.projection_heads import GENERAL, HEAD_SCALE, PALETTE, STYLE
from indexer.training.recipe import Recipe

_PALETTE_SHARE = 0.7  # of the palette's cosine in the score by which products are told apart; the other parts count 1
MISSING_LABEL = -1  # a photo whose source says nothing for a head; it doesn't count in that head's loss


def photos_loss(
    outputs: Mapping[str, Any],
    targets: Mapping[str, Any],
    class_weights: Mapping[str, Any],
    recipe: Recipe,
    style_contrast: float,
) -> Any:
    """The whole loss of a batch of photos, each in two views.

    Args:
        outputs: of the projection heads, for 2N views: first views of N photos, then their second views in the same
            order.
        targets: head -> (N,) int, MISSING_LABEL where unknown.
        class_weights: head -> (C,) how much a photo of each class counts.
        recipe: margin, smoothing and the weights of the heads.
        style_contrast: weight of telling products apart.
    """
    loss = tf.constant(0.0)
    for head, labels in targets.items():
        weight = recipe.head_weights.get(head, recipe.other_head_weight)
        loss += weight * margin_cross_entropy(
            outputs[head], tf.tile(labels, [2]), class_weights[head], recipe.margin, recipe.label_smoothing
        )
    if style_contrast:
        loss += style_contrast * instance_contrast(_searched_vectors(outputs), recipe.contrast_temperature)
    return loss


def _searched_vectors(outputs: Mapping[str, Any]) -> Any:
    """All parts together, of which the style part alone learns: what the others can't tell apart already."""
    general, palette = tf.stop_gradient(outputs[GENERAL]), tf.stop_gradient(outputs[PALETTE])
    return tf.concat([general, outputs[STYLE], _PALETTE_SHARE**0.5 * palette], axis=1)


def mask_loss(logits: Any, shown: Any, marked: Any) -> Any:
    """Mean cross-entropy of the product's pixels over the photos whose product is marked.

    Args:
        logits: (N, s, s).
        shown: (N, s, s) share of each pixel that is the product's, 0 to 1.
        marked: (N,) 1 where that is known, 0 where it isn't.
    """
    losses = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(shown, logits), axis=(1, 2))
    return tf.reduce_sum(losses * marked) / tf.maximum(tf.reduce_sum(marked), 1.0)


def weigh_classes(targets: np.ndarray, classes: int, balance: float) -> Any:
    """(C,) n ** -balance for classes of n photos, scaled so that the photos' weights average to 1."""
    counts = np.bincount(targets[targets >= 0], minlength=classes)
    weights = np.maximum(counts, 1.0) ** -balance
    return tf.constant(weights * counts.sum() / max((weights * counts).sum(), 1e-9), tf.float32)


def margin_cross_entropy(logits: Any, targets: Any, class_weights: Any, margin: float, smoothing: float) -> Any:
    """Weighted mean cross-entropy over the photos whose label is known.

    The right label's cosine is lowered by the margin, so that it has to lead by it.
    Source: Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition" (CVPR 2018).

    Args:
        logits: (N, C), cosines times HEAD_SCALE.
        targets: (N,) int, MISSING_LABEL where unknown.
        class_weights: (C,) how much a photo of each class counts.
        margin: cosine.
        smoothing: share of the target spread over all labels.
    """
    classes = logits.shape[-1]
    safe = tf.maximum(targets, 0)
    one_hot = tf.one_hot(safe, classes)
    wanted = one_hot * (1 - smoothing) + smoothing / classes
    losses = tf.nn.softmax_cross_entropy_with_logits(wanted, logits - margin * HEAD_SCALE * one_hot)
    weights = tf.cast(targets >= 0, tf.float32) * tf.gather(class_weights, safe)
    return tf.reduce_sum(losses * weights) / tf.maximum(tf.reduce_sum(weights), 1e-6)


def instance_contrast(vectors: Any, temperature: float) -> Any:
    """NT-Xent across two views: each product must find its other view among the batch's.

    Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations" (ICML 2020).

    Args:
        vectors: (2N, D) unit rows: first views of N photos, then their second views in the same order.
        temperature: what divides the cosines.
    """
    first, second = tf.split(vectors, 2)
    scores = tf.matmul(first, second, transpose_b=True) / temperature
    right = tf.range(tf.shape(scores)[0])
    one = tf.nn.sparse_softmax_cross_entropy_with_logits(right, scores)
    other = tf.nn.sparse_softmax_cross_entropy_with_logits(right, tf.transpose(scores))
    return tf.reduce_mean(one + other) / 2

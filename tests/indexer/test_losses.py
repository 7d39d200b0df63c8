"""What training minimises, worked by hand."""

import numpy as np
import pytest
import tensorflow as tf

from indexer.network.parts import HEAD_SCALE
from indexer.training.losses import MISSING_LABEL, instance_contrast, margin_cross_entropy

EVEN = tf.ones(2)


def loss(
    logits: list[list[float]],
    targets: list[int],
    weights: tf.Tensor = EVEN,
    margin: float = 0.0,
    smoothing: float = 0.0,
) -> float:
    return float(margin_cross_entropy(tf.constant(logits), tf.constant(targets), weights, margin, smoothing))


def test_cross_entropy_without_margin_is_the_textbooks() -> None:
    """ln(1 + e^(other - right)), and the mean over photos."""
    assert loss([[0.0, 0.0]], [0]) == pytest.approx(np.log(2))
    assert loss([[2.0, 0.0], [2.0, 0.0]], [0, 1]) == pytest.approx(np.log1p(np.exp([-2.0, 2.0])).mean())


def test_margin_lowers_the_right_labels_cosine() -> None:
    """By that much of a cosine; the other labels stay."""
    assert loss([[5.0, 1.0]], [0], margin=0.2) == pytest.approx(np.log1p(np.exp(1.0 - (5.0 - 0.2 * HEAD_SCALE))))


def test_smoothing_wants_a_share_of_every_label() -> None:
    """0.1 over two labels: 0.95 and 0.05."""
    right, wrong = np.log1p(np.exp(-3.0)), np.log1p(np.exp(3.0))
    assert loss([[3.0, 0.0]], [0], smoothing=0.1) == pytest.approx(0.95 * right + 0.05 * wrong)


def test_photos_without_a_label_do_not_count() -> None:
    """Neither above nor below the fraction; with none at all the loss is 0, not nan."""
    assert loss([[2.0, 0.0], [-9.0, 9.0]], [0, MISSING_LABEL]) == pytest.approx(loss([[2.0, 0.0]], [0]))
    assert loss([[2.0, 0.0]], [MISSING_LABEL]) == 0.0


def test_photos_of_heavier_classes_count_more() -> None:
    """A weighted mean: 3 of one kind to 1 of the other."""
    right, wrong = np.log1p(np.exp(-2.0)), np.log1p(np.exp(2.0))
    found = loss([[2.0, 0.0], [2.0, 0.0]], [0, 1], tf.constant([3.0, 1.0]))
    assert found == pytest.approx((3 * right + wrong) / 4)


def test_contrast_is_lowest_where_views_agree() -> None:
    """Two photos: found for sure, not told apart, taken for each other."""
    one, other = [1.0, 0.0], [0.0, 1.0]

    def contrast(*rows: list[float]) -> float:
        return float(instance_contrast(tf.constant(rows), 0.5))

    assert contrast(one, other, one, other) == pytest.approx(np.log1p(np.exp(-2.0)))
    assert contrast(one, one, one, one) == pytest.approx(np.log(2))
    assert contrast(one, other, other, one) == pytest.approx(np.log1p(np.exp(2.0)))

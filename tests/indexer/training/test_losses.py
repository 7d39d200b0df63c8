"""What training minimises, worked by hand."""

import numpy as np
import pytest
import tensorflow as tf

from indexer.network.projection_heads import GENERAL, HEAD_SCALE, PALETTE, STYLE
from indexer.training.losses import (
    MISSING_LABEL,
    instance_contrast,
    margin_cross_entropy,
    mask_loss,
    photos_loss,
)
from indexer.training.recipe import Recipe

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


def unit(*degrees: float) -> tf.Tensor:
    radians = np.deg2rad(degrees)
    return tf.constant(np.stack([np.cos(radians), np.sin(radians)], axis=1), tf.float32)


def test_products_are_told_apart_by_all_parts_together() -> None:
    """Worked by hand: general cosines count 1, style's 1 and the palette's 0.7, divided by the temperature.

    Two products in two views: those of one product agree in each part. Two products' general parts have the cosine 0.5,
    their styles 0 and their palettes -1, which makes a lead of 0.5 + 1 + 0.7 * 2 = 2.9.
    """
    outputs = {GENERAL: unit(0, 60, 0, 60), STYLE: unit(0, 90, 0, 90), PALETTE: unit(0, 180, 0, 180)}
    recipe = Recipe(contrast_temperature=0.5)
    found = photos_loss(outputs, {}, {}, recipe, 2.0)
    assert float(found) == pytest.approx(2 * np.log1p(np.exp(-2.9 / 0.5)), rel=1e-4)
    assert float(photos_loss(outputs, {}, {}, recipe, 0.0)) == 0.0


def test_only_style_learns_from_telling_products_apart() -> None:
    """It learns what the other parts leave open: less where they tell two products apart already."""
    general, style, palette = (tf.Variable(unit(0, 20, 10, 30)) for _ in range(3))
    strengths = []
    for apart in (palette, tf.Variable(unit(0, 180, 0, 180))):
        with tf.GradientTape() as tape:
            outputs = {GENERAL: general, STYLE: style, PALETTE: apart}
            loss_ = photos_loss(outputs, {}, {}, Recipe(contrast_temperature=0.5), 1.0)
        of_general, of_style, of_palette = tape.gradient(loss_, [general, style, apart])
        assert of_general is None
        assert of_palette is None
        strengths.append(float(tf.norm(of_style)))
    assert strengths[0] > 3 * strengths[1] > 0


def test_heads_count_by_their_weights() -> None:
    """One of its own, or that of all others; both views of a photo have its label."""
    logits = tf.constant([[2.0, 0.0], [2.0, 0.0]])
    outputs = {"category": logits, "fit": logits}
    targets = {"category": tf.constant([0]), "fit": tf.constant([1])}
    recipe = Recipe(margin=0.0, label_smoothing=0.0, head_weights={"category": 1.5}, other_head_weight=0.5)
    found = photos_loss(outputs, targets, {"category": EVEN, "fit": EVEN}, recipe, 0.0)
    assert float(found) == pytest.approx(1.5 * np.log1p(np.exp(-2.0)) + 0.5 * np.log1p(np.exp(2.0)), rel=1e-5)


def test_pixels_of_marked_photos_are_learned() -> None:
    """Worked by hand: logits of 0 cost ln 2 a pixel whatever is shown, sure and right ones nothing."""
    sure = [[30.0, -30.0]]
    logits = tf.constant([[[0.0, 0.0]], sure, [[9.0, 9.0]]])
    shown = tf.constant([[[1.0, 0.3]], [[1.0, 0.0]], [[0.0, 0.0]]])
    assert float(mask_loss(logits, shown, tf.constant([1.0, 0.0, 0.0]))) == pytest.approx(np.log(2), rel=1e-5)
    assert float(mask_loss(logits, shown, tf.constant([0.0, 1.0, 0.0]))) == pytest.approx(0, abs=1e-6)
    assert float(mask_loss(logits, shown, tf.constant([1.0, 1.0, 0.0]))) == pytest.approx(np.log(2) / 2, rel=1e-5)
    assert float(mask_loss(logits, shown, tf.zeros(3))) == 0.0, "where nothing is known there is nothing to learn"


def test_half_shown_pixels_want_a_half() -> None:
    """As on a product's edge: surer either way costs more."""
    costs = [
        float(mask_loss(tf.constant([[[logit]]]), tf.constant([[[0.5]]]), tf.ones(1))) for logit in (-1.0, 0.0, 1.0)
    ]
    assert costs[0] == pytest.approx(costs[2])
    assert costs[1] < costs[0]

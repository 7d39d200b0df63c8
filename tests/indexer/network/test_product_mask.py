"""The product mask: what it goes by, and that it can be learned."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from indexer.network.export import convert_to_litert
from indexer.network.product_mask import _distance_from_border, _places, mask_logits
from indexer.network.projection_heads import MASK, build_classifier, build_projection_heads_for
from indexer.training.losses import mask_loss
from indexer.training.scenes import packshot_backgrounds
from tests.indexer.tiny import SIDE, build_tiny, draw_things

pytestmark = pytest.mark.slow  # trains and converts networks

HEADS = {"category": ["coat", "hood"], "colour": ["Red", "Green"]}


def test_distance_is_from_the_borders_median() -> None:
    """By NumPy: channel by channel, of an even number of pixels the upper one in the middle."""
    colours = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 3)).astype(np.float32)
    found = np.asarray(_distance_from_border(tf.constant(colours)))
    for photo, distances in zip(colours, found, strict=True):
        border = np.concatenate([photo[0], photo[-1], photo[:, 0], photo[:, -1]])  # corners count twice
        median = np.sort(border, axis=0)[len(border) // 2 - 1]
        upper = np.sort(border, axis=0)[len(border) // 2]
        expected = [np.linalg.norm(photo - one, axis=2) for one in (median, upper)]
        nearest = min(expected, key=lambda one: np.abs(distances[..., 0] - one).max())
        assert distances[..., 0] == pytest.approx(nearest, abs=2e-3)


def test_plain_background_has_no_distance() -> None:
    """Whatever its colour, and though the thing touches the border here and there."""
    colours = np.full((1, 16, 16, 3), -0.4, np.float32)
    colours[:, 5:16, 6:9] = 0.6
    distances = np.asarray(_distance_from_border(tf.constant(colours)))[0, ..., 0]
    assert distances[:5].max() < 0.002
    assert distances[5:, 6:9] == pytest.approx(np.full((11, 3), np.sqrt(3.0)), abs=1e-3)


def test_places_grow_towards_the_border() -> None:
    """The squared distance from the middle, down and across; the same for every photo."""
    places = np.asarray(_places(tf.zeros((2, 5, 5, 3))))
    line = np.array([1, 0.25, 0, 0.25, 1])
    assert np.array_equal(places[1], places[0])
    assert places[0, :, 2, 0] == pytest.approx(line)
    assert places[0, 2, :, 1] == pytest.approx(line)
    assert places[0, 0, 2].tolist() == [1, 0]


def test_mask_is_as_large_as_the_small_photo() -> None:
    """From feature maps of any size; with weights whose shapes don't depend on it."""
    models = []
    for side in (16, 48):
        feature_map, small = keras.Input((side // 16, side // 16, 24)), keras.Input((side, side, 3))
        models.append(keras.Model([feature_map, small], mask_logits(feature_map, small)))
        assert models[-1].output_shape == (None, side, side)
    one, other = ([weights.shape for weights in model.get_weights()] for model in models)
    assert one == other


def test_it_learns_where_the_product_is() -> None:
    """From packshots, whose background is known: of things that it hasn't seen it finds nearly every pixel."""
    keras.utils.set_random_seed(0)
    backbone = build_tiny()
    parts = build_projection_heads_for(backbone, HEADS)
    classifier = build_classifier(backbone, parts, {})
    (seen, _), (unseen, _) = draw_things(16), draw_things(8, first_seed=700)

    def prepare(photos: np.ndarray) -> tuple[dict, tf.Tensor]:
        pixels = tf.constant(photos, tf.float32)
        feature_map, features, tuned = backbone(pixels, training=False)
        small = tf.nn.avg_pool2d(pixels, 2, 2, "VALID")
        background = tf.constant(packshot_backgrounds(photos)[..., None] / 255, tf.float32)
        shown = 1 - tf.nn.avg_pool2d(background, 2, 2, "VALID")[..., 0]
        return {"features": features, "tuned": tuned, "map": feature_map, "small": small}, shown

    inputs, shown = prepare(seen)
    variables = [variable for variable in parts.trainable_variables if variable.path.split("/")[-2].startswith("mask")]
    optimizer = keras.optimizers.Adam(1e-2)
    optimizer.build(variables)

    @tf.function
    def step() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = mask_loss(parts(inputs, training=True)[MASK], shown, tf.ones(len(seen)))
        optimizer.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        return loss

    losses = [float(step()) for _ in range(60)]
    assert losses[-1] < 0.3 * losses[0]
    others, expected = prepare(unseen)
    right = (parts(others, training=False)[MASK].numpy() > 0) == (expected.numpy() > 0.5)
    assert right.mean() > 0.95
    # What is shipped says the same, as probabilities, coarser by 4.
    mask = classifier.predict(unseen.astype(np.float32), verbose=0)[MASK]
    assert mask.shape == (len(unseen), SIDE // 8, SIDE // 8)
    shares = expected.numpy().reshape(len(unseen), SIDE // 8, 4, SIDE // 8, 4).mean(axis=(2, 4))
    assert np.corrcoef(mask.ravel(), shares.ravel())[0, 1] > 0.9


def test_shipped_file_finds_the_same_pixels() -> None:
    """LiteRT in half precision against Keras, with weights as they come."""
    keras.utils.set_random_seed(1)
    backbone = build_tiny()
    classifier = build_classifier(backbone, build_projection_heads_for(backbone, HEADS), {})
    pixels = draw_things(2)[0].astype(np.float32)
    interpreter = Interpreter(model_content=convert_to_litert(classifier, half_precision=True), num_threads=1)
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner()
    expected = classifier.predict(pixels, verbose=0)[MASK]
    assert np.ptp(expected) > 0.01, "there is something to compare"
    for row, photo in enumerate(pixels):
        assert run(pixels=photo[None])[MASK][0] == pytest.approx(expected[row], abs=0.01)

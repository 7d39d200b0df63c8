"""What a training starts from: a bundle of this format or the earlier one, or words that say why not."""

import hashlib
import json
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest

from indexer.errors import TrainingDataError
from indexer.network import lite0
from indexer.network.export import convert_to_litert
from indexer.network.fork import split_at_fork
from indexer.network.full_network import FullNetwork
from indexer.network.projection_heads import (
    build_projection_heads_for,
)
from indexer.network.start import start_from_bundle
from search.errors import BundleError
from search.model import preprocessing
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.settings import PRETRAINED_BUNDLE
from tests.indexer.network.networks import DIMS, HEADS, run
from tests.indexer.tiny import SIDE

pytestmark = pytest.mark.slow  # builds, runs and converts whole networks


def test_start_from_a_bundle_is_its_network(tiny_bundle: Path, pixels: np.ndarray) -> None:
    """The heads' labels, and weights under which the vectors are those of the bundle's embedder; forked as it was."""
    start, bundle = start_from_bundle(tiny_bundle), Bundle.open(tiny_bundle)
    assert start.labels == {name: tuple(labels) for name, labels in HEADS.items()}
    assert start.supercategories == {"coat": "outer", "hood": "head", "suit": "outer"}
    assert start.neighbours == bundle.neighbours
    network = FullNetwork(start.backbone, start.labels, SIDE)
    for layer in network.projection_heads.layers:
        if layer.weights:
            layer.set_weights(start.weights.pop(layer.name))
    assert not start.weights, "and there are no others"
    feature_map, _, tuned = run(start.backbone, pixels)
    assert np.abs(tuned - feature_map.mean(axis=(1, 2))).max() > 0.1, "its branches have parted"
    still, branch = split_at_fork(start.backbone)
    fork, *_ = still(pixels.astype(np.float32), training=False)
    assert branch(fork, training=False).numpy() == pytest.approx(tuned, abs=1e-5)
    found, expected = network.predict(pixels), Embedder(bundle).embed(pixels)
    vectors = np.concatenate([found[part] for part in DIMS], axis=1)
    assert vectors == pytest.approx(expected.vectors, abs=1e-3)
    for head, probabilities in expected.probabilities.items():
        exponents = np.exp(found[head] / 1.5)
        assert exponents / exponents.sum(axis=1, keepdims=True) == pytest.approx(probabilities, abs=1e-3)


def test_shipped_bundle_can_be_trained_further() -> None:
    """It is what a training starts from: a forked backbone, and every weight of the parts on top."""
    start = start_from_bundle(PRETRAINED_BUNDLE)
    assert start.labels == {name: head.labels for name, head in Bundle.open(PRETRAINED_BUNDLE).heads.items()}
    assert start.name == lite0.NAME
    still, branch = split_at_fork(start.backbone)
    assert len(still.weights) + len(branch.weights) == len(start.backbone.weights)
    parts = build_projection_heads_for(start.backbone, start.labels)
    assert set(start.weights) == {layer.name for layer in parts.layers if layer.weights}
    for layer, weights in start.weights.items():
        parts.get_layer(layer).set_weights(weights)


def test_start_from_another_kind_of_network_is_explained(tiny_bundle: Path, tmp_path: Path) -> None:
    """As of another program."""
    for name in ("model.json", "embedder.tflite"):
        (tmp_path / name).write_bytes((tiny_bundle / name).read_bytes())
    pixels = keras.Input((SIDE, SIDE, 3))
    keras.Model(pixels, keras.layers.Flatten()(pixels)).save(tmp_path / "classifier.keras")
    with pytest.raises(TrainingDataError, match=r"no layers features, fork, map, parts, tuned.*shipped bundle"):
        start_from_bundle(tmp_path)


@pytest.fixture
def earlier_bundle(tmp_path: Path) -> Path:
    """One of the earlier format: a network of two parts, one of them the mean colour."""
    photo = keras.Input((8, 8, 3), name="pixels")
    style = keras.layers.UnitNormalization(name="style")(keras.layers.Dense(5)(keras.layers.Flatten()(photo)))
    colours = keras.layers.GlobalAveragePooling2D()(photo)
    colour = keras.layers.UnitNormalization(name="colour_part")(colours)
    category = keras.layers.Softmax(name="category")(keras.layers.Dense(2)(style))
    network = keras.Model(photo, {"style": style, "colour_part": colour, "category": category})
    out = tmp_path / "earlier"
    out.mkdir()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        network.save(out / "classifier.keras")
        (out / "embedder.tflite").write_bytes(convert_to_litert(network))
    description = {
        "format": 1,
        "name": "earlier",
        "input": {"size": 8, "preprocessing": preprocessing.VERSION},
        "vector": {"style_dim": 5, "colour_dim": 3, "colour_weight": 0.4},
        "neighbours": {"limit": 10, "equal_score": 0.7, "softness": 0.03},
        "heads": {"category": {"labels": ["coat", "hood"]}},
        "files": {"embedder.tflite": hashlib.sha256((out / "embedder.tflite").read_bytes()).hexdigest()},
    }
    (out / "model.json").write_text(json.dumps(description))
    return out


def test_bundle_of_the_earlier_format_serves(earlier_bundle: Path) -> None:
    """Style, then colour: of a plain photo the colour part is its colour, and its weight that of the description."""
    bundle = Bundle.open(earlier_bundle)
    photo = np.full((1, 8, 8, 3), (30, 40, 120), np.uint8)
    vector = Embedder(bundle).embed(photo).vectors[0]
    assert vector[5:] == pytest.approx(np.array([3, 4, 12]) / 13, abs=1e-4)
    assert np.linalg.norm(vector[:5]) == pytest.approx(1, abs=1e-4)
    assert bundle.balance.weigh(vector) == pytest.approx(vector * np.repeat([0.6, 0.4], [5, 3]), abs=1e-6)


def test_bundle_of_the_earlier_format_cannot_be_trained_on(earlier_bundle: Path) -> None:
    """Its network isn't forked; it is said what to start from instead."""
    with pytest.raises(
        TrainingDataError, match=r"fork, .*tuned.*can't train it further. Start from the shipped bundle"
    ):
        start_from_bundle(earlier_bundle)


def test_start_from_no_bundle_is_explained(tmp_path: Path) -> None:
    """Neither from an empty folder nor from a bundle whose Keras file is broken."""
    with pytest.raises(BundleError, match="no model bundle"):
        start_from_bundle(tmp_path)
    for name in ("model.json", "embedder.tflite"):
        (tmp_path / name).write_bytes((PRETRAINED_BUNDLE / name).read_bytes())
    whole = bytearray((PRETRAINED_BUNDLE / "classifier.keras").read_bytes())
    whole[len(whole) // 2] ^= 255  # zipfile finds it, and Keras passes on what zipfile says
    for content in (None, b"no network", bytes(whole)):
        if content:
            (tmp_path / "classifier.keras").write_bytes(content)
        with pytest.raises(TrainingDataError, match=r"classifier.keras can't be read"):
            start_from_bundle(tmp_path)

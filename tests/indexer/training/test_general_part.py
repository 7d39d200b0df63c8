"""The general part's directions, against NumPy."""

import keras
import numpy as np
import pytest
from keras import layers

from indexer.network.lite0 import POOLED
from indexer.network.projection_heads import GENERAL_DIM
from indexer.training import general_part
from indexer.training.batches import TrainingPhotos
from indexer.training.general_part import general_projection
from tests.indexer.tiny import SIDE, build_tiny, draw_things

pytestmark = pytest.mark.slow  # runs networks


@pytest.fixture(scope="module")
def photos() -> TrainingPhotos:
    pixels = draw_things(10, side=72)[0]
    return TrainingPhotos.prepare(pixels, np.arange(len(pixels)), {}, progress=False)


def pooled(backbone: keras.Model, side: int) -> np.ndarray:
    """Unit features of things that nobody looked at."""
    model = keras.Model(backbone.input, backbone.get_layer(POOLED).output)
    features = model.predict(draw_things(5, side=side, first_seed=300)[0].astype(np.float32), verbose=0)
    return features / np.linalg.norm(features, axis=1, keepdims=True)


def wide_backbone() -> keras.Model:
    """Of more features than the general part has."""
    keras.utils.set_random_seed(0)
    pixels = keras.Input((SIDE, SIDE, 3), name="pixels")
    x = layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
    x = layers.Conv2D(GENERAL_DIM + 44, 9, 9, activation="relu")(x)
    return keras.Model(pixels, layers.GlobalAveragePooling2D(name=POOLED)(x))


def test_few_features_are_kept_as_they_are(photos: TrainingPhotos) -> None:
    """Only turned, so that every cosine stays; what is missing in length are zeros."""
    backbone = build_tiny()
    (projection,) = general_projection(backbone, photos, SIDE, progress=False)
    assert projection.shape == (24, GENERAL_DIM)
    assert projection.dtype == np.float32
    assert not projection[:, 24:].any()
    features = pooled(backbone, SIDE)
    projected = features @ projection
    assert projected @ projected.T == pytest.approx(features @ features.T, abs=1e-5)


def test_many_features_keep_their_cosines_nearly(photos: TrainingPhotos) -> None:
    """By directions of length one at right angles, the strongest of them first."""
    backbone = wide_backbone()
    (projection,) = general_projection(backbone, photos, SIDE, progress=False)
    assert projection.shape == (GENERAL_DIM + 44, GENERAL_DIM)
    assert projection.T @ projection == pytest.approx(np.eye(GENERAL_DIM), abs=1e-4)
    features = pooled(backbone, SIDE)
    projected = features @ projection
    strengths = (projected**2).sum(axis=0)
    assert strengths[0] > 0.8 * strengths.sum(), "they are not centred, so the mean is what is largest"
    assert strengths[:32].sum() > 0.99 * strengths.sum()
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    assert projected @ projected.T == pytest.approx(features @ features.T, abs=0.01)


def test_equal_photos_give_equal_directions(photos: TrainingPhotos, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that goes on after a stop makes them anew; also where not all photos are looked at."""
    backbone = build_tiny()
    for most in (6_000, 7, 1):
        monkeypatch.setattr(general_part, "_MOST", most)
        one, other = (general_projection(backbone, photos, SIDE, progress=False)[0] for _ in range(2))
        assert np.array_equal(one, other)

"""The shipped bundle on real photos, where the development photos are at hand."""

from pathlib import Path

import numpy as np
import pytest

from indexer.network.export import measure_parity
from indexer.training.development_photos import data_dir, read_boutique
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo
from search.settings import PRETRAINED_BUNDLE

PHOTOS = 60

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not (data_dir() / "boutique" / "products.csv").is_file(),
        reason="the development photos are not part of the project; VITRINA_DATA names them where they are",
    ),
]


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    """Test products, evenly over the table."""
    products = read_boutique(data_dir())
    paths = products[products["split"] == "test"]["path"].tolist()
    return np.stack([image_to_pixels(open_photo(Path(path)), 224) for path in paths[:: len(paths) // PHOTOS][:PHOTOS]])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, reading its own variables
@pytest.mark.slow
def test_keras_and_litert_are_the_same_network(pixels: np.ndarray) -> None:
    """So that what is trained on is what serves."""
    assert measure_parity(PRETRAINED_BUNDLE, pixels) >= 0.999


def test_a_mirrored_photo_is_its_own_nearest(pixels: np.ndarray) -> None:
    """The embedding tells real products apart and doesn't mind which way they look."""
    embedder = Embedder(Bundle.open(PRETRAINED_BUNDLE))
    scores = embedder.embed(pixels[:, :, ::-1]).vectors @ embedder.embed(pixels).vectors.T
    assert np.mean(scores.argmax(axis=1) == np.arange(len(pixels))) >= 0.95

"""From an image to the network's pixels, and the views that stand for a photo."""

import numpy as np
import pytest
from PIL import Image

from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels, query_views, stored_views
from search.settings import PRETRAINED_BUNDLE


@pytest.fixture
def image() -> Image.Image:
    """40 x 80, every pixel another one."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 200, (80, 40, 3), dtype=np.uint8))


def test_pixels_are_the_whole_image_on_a_white_square(image: Image.Image) -> None:
    """Nothing is cut off, nothing stretched."""
    pixels = image_to_pixels(image, 80)
    assert np.array_equal(pixels[:, 20:60], np.asarray(image))
    assert (pixels[:, :20] == 255).all()
    assert (pixels[:, 60:] == 255).all()
    assert image_to_pixels(image, 24).shape == (24, 24, 3)


def test_stored_views_are_the_whole_and_its_middle(image: Image.Image) -> None:
    """The middle keeps eight tenths of each side."""
    whole, middle = (np.asarray(view) for view in stored_views(image))
    assert np.array_equal(whole, np.asarray(image))
    assert np.array_equal(middle, whole[8:72, 4:36])


def test_a_query_is_seen_as_a_stored_photo_is(image: Image.Image) -> None:
    """Whole and from near."""
    for view, stored in zip(query_views(image), stored_views(image), strict=True):
        assert np.array_equal(np.asarray(view), np.asarray(stored))


def test_views_are_averaged_part_by_part(image: Image.Image) -> None:
    """Every part keeps length 1, so that none outweighs another; probabilities still sum to 1."""
    embedder = Embedder(Bundle.open(PRETRAINED_BUNDLE))
    size = embedder.bundle.image_size
    seen = embedder.embed_views(stored_views(image))
    each = embedder.embed(np.stack([image_to_pixels(view, size) for view in stored_views(image)]))
    start = 0
    for part in embedder.bundle.balance.parts:
        piece = slice(start, start + part.dim)
        mean = each.vectors[:, piece].mean(axis=0)
        assert seen.vectors[0, piece] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
        start += part.dim
    assert seen.vectors.shape == (1, start)
    for head, rows in each.probabilities.items():
        assert seen.probabilities[head][0] == pytest.approx(rows.mean(axis=0), abs=1e-6)

"""Views for training: the product stays, everything around it changes."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from indexer.street import foreground, street_view, studio_view


@pytest.fixture
def packshot() -> Image.Image:
    """A red thing with a white hole, on white."""
    image = Image.new("RGB", (100, 140), (252, 252, 252))
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 79, 119), fill=(200, 20, 20))
    draw.rectangle((40, 60, 59, 79), fill="white")
    return image


def test_foreground_is_the_thing_with_its_white_parts(packshot: Image.Image) -> None:
    """White inside the product (a print, a sole) is product."""
    mask = np.asarray(foreground(packshot)) > 0
    assert mask[20:120, 20:80].all()
    assert mask.sum() == 100 * 60


def test_street_view_has_the_product_and_another_background(packshot: Image.Image) -> None:
    """Red in the middle, no white border; the same chance gives the same view."""
    clutter = Image.new("RGB", (80, 80), (30, 90, 160))
    for seed in range(6):
        view = street_view(packshot, clutter, np.random.default_rng(seed))
        pixels = np.asarray(view).astype(int)
        assert view.size == (224, 224)
        middle = pixels[60:90, 80:144].reshape(-1, 3).mean(axis=0)
        assert middle[0] > 1.5 * middle[1]
        again = street_view(packshot, clutter, np.random.default_rng(seed))
        assert (np.asarray(again) == pixels).all()


def test_studio_view_stays_on_white(packshot: Image.Image) -> None:
    """Reframed, but still a packshot."""
    for seed in range(4):
        view = np.asarray(studio_view(packshot, np.random.default_rng(seed)))
        assert np.median(np.concatenate([view[0], view[-1]])) > 230

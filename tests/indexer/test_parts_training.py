"""Training the parts on cached features."""

import numpy as np
import pytest

from indexer.parts_training import MISSING_LABEL, Recipe, predict_parts, train_parts
from indexer.views import ViewFeatures

NAMES = {"category": ["coat", "shoe", "bag"], "colour": ["red", "blue"]}


@pytest.fixture(scope="module")
def shop() -> tuple[dict[str, ViewFeatures], dict[str, np.ndarray]]:
    """90 photos in two views: the category shows in the features, the colour in the pixels alone."""
    rng = np.random.default_rng(0)
    category, colour = rng.integers(0, 3, 90), rng.integers(0, 2, 90)
    centres = rng.random((3, 1280))
    views = {}
    for name in ("plain", "street-1"):
        small = np.full((90, 14, 14, 3), 250, np.uint8)
        small[:, 3:11, 3:11] = np.array([[200, 30, 30], [30, 30, 200]])[colour][:, None, None]
        features = centres[category] + 0.3 * rng.random((90, 1280))
        views[name] = ViewFeatures(features.astype(np.float16), rng.random((90, 7, 7, 320)).astype(np.float16), small)
    return views, {"category": category, "colour": colour}


@pytest.mark.slow
def test_heads_learn_what_their_part_can_see(shop: tuple) -> None:
    """The category from the features, the colour from the pixels; unlabelled photos do no harm."""
    views, labels = shop
    partly = {head: np.where(np.arange(90) % 5 == 0, MISSING_LABEL, codes) for head, codes in labels.items()}
    parts = train_parts(views, partly, NAMES, Recipe(epochs=20, batch_size=45))
    outputs = predict_parts(parts, views["plain"])
    for head, codes in labels.items():
        assert np.mean(outputs[head].argmax(axis=1) == codes) > 0.95
    for part in ("style", "colour_part"):
        assert np.linalg.norm(outputs[part], axis=1) == pytest.approx(np.ones(90), abs=1e-4)


def test_selecting_photos_keeps_views_together(shop: tuple) -> None:
    """A split takes the same photos from every array."""
    view = shop[0]["plain"]
    mask = np.arange(90) % 3 == 0
    chosen = view.select(mask)
    assert len(chosen.features) == len(chosen.maps) == len(chosen.small) == 30
    assert (chosen.maps[1] == view.maps[3]).all()

"""Cross-view retrieval of a shop drawn on the spot."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.errors import TrainingDataError
from indexer.evaluation.cross_view import SHOPS, found_within, read_shop, read_shops, score_galleries
from search.ranking.product_scores import GAIN


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Two products of three photos, of which two of the first are one picture; and one of a single photo."""
    (tmp_path / "images").mkdir()
    rows, shades = ["product_id,image"], {"a": (10, 11, 120), "b": (60, 180, 240), "c": (90,)}
    for product, greys in shades.items():
        for number, grey in enumerate(greys):
            image = f"images/{product}{number}.png"
            Image.new("RGB", (40, 40), (grey, grey, grey)).save(tmp_path / image)
            rows.append(f"{product},{image}")
    (tmp_path / "views.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_nearly_the_same_picture_is_no_other_side(shop: Path) -> None:
    """It is left out of the gallery; a photo without another side doesn't ask."""
    read = read_shop(shop)
    assert read.products.tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert read.left_out[0, 1]
    assert read.left_out.diagonal().all()
    assert read.right[0].tolist() == [False, False, True, False, False, False, False]
    assert read.asking.tolist() == [True] * 6 + [False]


def test_found_is_what_comes_within_the_first_places(shop: Path) -> None:
    """Worked by hand: the first photo's own product comes second, the fourth's first; left out photos don't count."""
    read, scores = read_shop(shop), np.zeros((7, 7))
    scores[0] = [9, 9, 0.5, 0.6, 0.1, 0.1, 0.1]
    scores[3] = [0.5, 0.4, 0.3, 9, 0.7, 0.1, 0.1]
    assert not found_within(read, scores, 1)[0]
    assert found_within(read, scores, 2)[0]
    assert found_within(read, scores, 1)[3]


def test_five_photos_of_one_product_are_one_place(shop: Path) -> None:
    """A shopper sees products: the third photo's own one is second behind three photos of another."""
    read, scores = read_shop(shop), np.zeros((7, 7))
    scores[2] = [0.5, 0.4, 9, 0.8, 0.9, 0.7, 0.1]
    assert not found_within(read, scores, 1)[2]
    assert found_within(read, scores, 2)[2]


def test_galleries_count_what_lies_between_the_photos_that_are_in_them(shop: Path) -> None:
    """The third photo's gallery has both others of its product, the first one's only that one."""
    read = read_shop(shop)
    angles = np.radians([0, 40, 20, 3, 300, 200, 100])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    scores = score_galleries(read, vectors, vectors, (2,))
    between = np.cos(angles[2]) + GAIN * (1 - np.cos(angles[2]))  # between 0 and 40 degrees lies 20
    assert scores[2, :2] == pytest.approx([between, between])
    assert scores[0, 2] == pytest.approx(np.cos(angles[2]))
    assert np.isneginf(scores[0, 1])
    assert found_within(read, scores, 1)[2]


def test_absent_shops_are_named(tmp_path: Path) -> None:
    """They are no part of the project."""
    with pytest.raises(TrainingDataError, match=f"{SHOPS[0]}.*not part of the project"):
        read_shops(tmp_path)

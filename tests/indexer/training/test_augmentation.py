"""Random views: another framing and light, the same garment."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from indexer.training.augmentation import Augmentation, augment
from indexer.training.scenes import packshot_backgrounds
from tests.indexer.tiny import COLOURS, draw_things

SIDE, VIEW = 72, 64
STILL = Augmentation(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)  # nothing but the mirror


@pytest.fixture(scope="module")
def photos() -> np.ndarray:
    """Red ones (odd) and black ones (even) on white."""
    return draw_things(8, side=SIDE)[0]


@pytest.fixture(scope="module")
def backgrounds(photos: np.ndarray) -> np.ndarray:
    found = packshot_backgrounds(photos)
    assert found.any(axis=(1, 2)).all()
    return found


def both(
    photos: np.ndarray,
    backgrounds: np.ndarray,
    laid: np.ndarray | None = None,
    *,
    seed: int = 0,
    side: int = VIEW,
    limits: Augmentation | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Views, all of them laid on another scene unless said otherwise, and where they show the background."""
    laid = np.ones(len(photos), bool) if laid is None else laid
    made = augment(photos, backgrounds, laid, tf.constant([seed, 0]), side, limits or Augmentation())
    return made[0].numpy(), made[1].numpy()


def views(*given: np.ndarray, **options: Any) -> np.ndarray:
    return both(*given, **options)[0]


@pytest.mark.parametrize("side", [32, 64, 96])
def test_views_are_pixels_of_the_asked_size(photos: np.ndarray, backgrounds: np.ndarray, side: int) -> None:
    """Smaller or larger than the photos, with and without scenes."""
    for where in (backgrounds, np.zeros_like(backgrounds)):
        made = views(photos, where, side=side)
        assert made.shape == (len(photos), side, side, 3)
        assert made.dtype == np.float32
        assert np.isfinite(made).all()
        assert made.min() >= 0
        assert made.max() <= 255


def test_equal_seeds_give_equal_views(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """And other seeds others, for every photo."""
    made = views(photos, backgrounds, seed=1)
    assert (views(photos, backgrounds, seed=1) == made).all()
    assert (np.abs(views(photos, backgrounds, seed=2) - made).mean(axis=(1, 2, 3)) > 3).all()


def test_nothing_changes_where_nothing_may(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """With every limit at zero a view is the photo or its mirror image."""
    made = views(photos, np.zeros_like(backgrounds), side=SIDE, limits=STILL)
    mirrored = 0
    for view, photo in zip(made, photos.astype(np.float32), strict=True):
        differences = [np.abs(view - other).max() for other in (photo, photo[:, ::-1])]
        assert min(differences) < 0.01
        mirrored += differences[1] < differences[0]
    assert 0.2 * len(photos) < mirrored < 0.8 * len(photos)


def test_colours_stay_recognisable(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """What was red is red and what was black is black, on whatever scene and in whatever light."""
    for where in (backgrounds, np.zeros_like(backgrounds)):
        made = views(photos, where, limits=Augmentation(erasing=0.0))
        middle = made[:, 24:40, 24:40].reshape(len(photos), -1, 3)
        dark = np.take_along_axis(middle, middle.sum(axis=2).argsort(axis=1)[:, :64, None], axis=1).mean(axis=1)
        wanted = np.array(list(COLOURS.values()))
        nearest = np.abs(dark[:, None] - wanted).sum(axis=2).argmin(axis=1)
        assert (nearest == np.arange(len(photos)) % 2).mean() > 0.9


def test_backgrounds_are_replaced_only_where_asked(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """Light corners of a packshot that is laid elsewhere aren't light any more; the others' stay to the pixel."""
    some = np.arange(len(photos)) % 2 == 1
    limits = Augmentation(brightness=0.0, contrast=0.0, cast=0.0, erasing=0.0)
    made, plain = (views(photos, backgrounds, laid, limits=limits) for laid in (some, np.zeros_like(some)))
    assert (made[::2] == plain[::2]).all()
    before, after = (some[1::2, [0, 0, -1, -1], [0, -1, 0, -1]].min(axis=2) for some in (plain, made))
    assert (before > 245).mean() > 0.5
    assert (after[before > 245] < 245).mean() > 0.9


def test_without_a_known_background_nothing_is_laid_elsewhere(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """Though it was asked for."""
    unknown = np.zeros_like(backgrounds)
    made, plain = (both(photos, unknown, laid)[0] for laid in (None, np.zeros(len(photos), bool)))
    assert (made == plain).all()


@pytest.mark.parametrize("laid", [False, True])
def test_the_background_is_known_in_every_view(photos: np.ndarray, backgrounds: np.ndarray, laid: bool) -> None:
    """Whichever way the view is tilted, and on whatever scene: where there is no background lies the thing's colour."""
    limits = Augmentation(brightness=0.0, contrast=0.0, cast=0.0, erasing=0.0)
    made, uncovered = both(photos, backgrounds, np.full(len(photos), laid), limits=limits)
    assert uncovered.shape == (len(photos), VIEW, VIEW, 1)
    assert uncovered.min() == 0
    assert uncovered.max() == 1
    for view, where, photo in zip(made, uncovered[..., 0], photos, strict=True):
        thing = photo[photo.min(axis=2) < 230].mean(axis=0)
        assert np.abs(view[where == 0] - thing).max() < 40
        if not laid:
            assert view[where == 1].min() > 245


def test_around_a_photo_there_is_background(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """A view that shows more than the photo has white around it, which is none of the product's."""
    wide = Augmentation(1.5, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    made, uncovered = both(photos, np.zeros_like(backgrounds), limits=wide)
    middle = slice(VIEW // 3, 2 * VIEW // 3)
    assert (uncovered[:, middle, middle] == 0).all()
    outermost = np.concatenate([uncovered[:, 0], uncovered[:, -1]], axis=1)
    assert (outermost == 1).mean() > 0.5
    assert made[uncovered[..., 0] == 1].min() == 255


def test_now_and_then_a_patch_is_covered(photos: np.ndarray, backgrounds: np.ndarray) -> None:
    """In as many photos as asked, by one grey."""
    none = np.zeros_like(backgrounds)
    clear, covered = (
        views(photos, none, limits=Augmentation(brightness=0, contrast=0, cast=0, erasing=share)) for share in (0, 1)
    )
    changed = (clear != covered).any(axis=3)
    shares = changed.mean(axis=(1, 2))
    assert (shares > 0.004).all()
    assert (shares < 0.17).all()
    for view, where in zip(covered, changed, strict=True):
        assert np.ptp(view[where]) == 0

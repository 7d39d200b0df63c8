"""From packshots to shoppers' photos: the product stays, everything around it changes."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageDraw

from indexer.training.scenes import lay_on_scene, make_scenes, numbered_seed, packshot_backgrounds

SIDE = 96
RED, BLUE = (200, 20, 20), (30, 90, 160)


def draw(
    ground: tuple[int, int, int] = (250, 252, 250), box: tuple[int, int, int, int] = (20, 10, 75, 84)
) -> Image.Image:
    """A red thing with a white hole."""
    image = Image.new("RGB", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle(box, fill=RED)
    pen.rectangle((40, 40, 54, 54), fill="white")
    return image


def seed(number: int) -> tf.Tensor:
    return tf.constant([number, 5])


def test_background_is_what_is_light_up_to_the_thing() -> None:
    """White inside the product (a print, a sole) is product; a packshot's background needn't be quite white."""
    background = packshot_backgrounds(np.asarray(draw())[None])[0]
    assert background.dtype == np.uint8
    assert set(np.unique(background)) == {0, 255}
    assert (background[10:85, 20:76] == 0).all()
    assert (background == 255).sum() == SIDE * SIDE - 75 * 56


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (draw(ground=BLUE), "it has another background"),
        (draw(box=(0, 0, SIDE, 60)), "the thing fills much of the border"),
        (draw(box=(40, 40, 50, 50)), "there is next to nothing on it"),
        (Image.new("RGB", (SIDE, SIDE), "white"), "it is blank"),
    ],
)
def test_other_photos_have_no_background_to_replace(photo: Image.Image, why: str) -> None:
    """Home photos stay what they are, and so do packshots that can't be cut out."""
    assert not packshot_backgrounds(np.asarray(photo)[None]).any(), why


def test_photos_are_looked_at_one_by_one() -> None:
    """A home photo in between changes nothing."""
    both = np.stack([np.asarray(draw(ground=BLUE)), np.asarray(draw())])
    assert packshot_backgrounds(both).any(axis=(1, 2)).tolist() == [False, True]
    assert packshot_backgrounds(both[:0]).shape == (0, SIDE, SIDE)


def test_scenes_are_made_of_photos_and_chance() -> None:
    """The same seed gives the same one, another seed another one; each photo its own."""
    photos = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE, 3), np.uint8)
    scenes = make_scenes(photos, seed(1), 64).numpy()
    assert scenes.shape == (3, 64, 64, 3)
    assert scenes.dtype == np.float32
    assert scenes.min() >= 0
    assert scenes.max() <= 255
    assert (make_scenes(photos, seed(1), 64).numpy() == scenes).all()
    assert np.abs(make_scenes(photos, seed(2), 64).numpy() - scenes).mean() > 5
    assert np.abs(scenes[0] - scenes[1]).mean() > 5


def test_product_stays_and_the_scene_is_around_it() -> None:
    """Up to a camera's noise and the shadow that the product throws."""
    background = packshot_backgrounds(np.asarray(draw())[None])[..., None] / np.float32(255)
    product, scene = np.asarray(draw(), np.float32)[None], np.full((1, SIDE, SIDE, 3), BLUE, np.float32)
    laid = lay_on_scene(product, background, scene, seed(3)).numpy()[0]
    covered = background[0, ..., 0] == 0
    assert laid[covered].mean(axis=0) == pytest.approx(product[0][covered].mean(axis=0), abs=3)
    assert laid[:5].mean(axis=(0, 1)) == pytest.approx(BLUE, abs=3)
    beside = laid[30:60, 77:79].mean()
    assert beside < 0.9 * np.mean(BLUE), "right of the product lies its shadow"
    assert (lay_on_scene(product, background, scene, seed(3)).numpy()[0] == laid).all()


def test_numbered_seeds_are_all_different() -> None:
    """So that two draws are not the same draw."""
    seeds = {tuple(numbered_seed(seed(1), number).numpy().tolist()) for number in range(20)}
    assert len(seeds) == 20

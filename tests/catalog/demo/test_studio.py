"""Studio and shopper photos of every kind of thing."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.demo.assortment import plan_assortment
from catalog.demo.canvas import Canvas
from catalog.demo.designs import DemoProduct, seeded
from catalog.demo.street import frame_garment, take_shopper_photo
from catalog.demo.studio import draw_cutout, take_photo, take_second_photo

FIRST_OF_CATEGORY = {product.design.category: product for product in reversed(plan_assortment(7))}


@pytest.mark.parametrize("product", FIRST_OF_CATEGORY.values(), ids=FIRST_OF_CATEGORY.keys())
def test_the_garment_fills_the_studio_photo_and_stays_inside(product: DemoProduct) -> None:
    """Near-white all round, and something of a fair size in the middle."""
    pixels = np.asarray(take_photo(product, 7), int)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert np.median(border) > 225
    assert border.min() > 150  # a shadow may reach it, the garment not
    drawn = np.abs(pixels - pixels[2, 2]).max(2) > 40
    assert 0.06 < drawn.mean() < 0.7


def test_the_second_view_is_another_picture_of_the_same_colours() -> None:
    """Its mean colour over the garment is close to the front's."""
    product = FIRST_OF_CATEGORY["WOMEN_Skirts"]
    front, back = (np.asarray(take(product, 7), float) for take in (take_photo, take_second_photo))
    assert np.abs(front - back).mean() > 0.5
    means = [pixels[np.abs(pixels - pixels[2, 2]).max(2) > 60].mean(0) for pixels in (front, back)]
    assert np.abs(means[0] - means[1]).max() < 30


def test_a_shopper_photo_is_a_portrait_saved_as_a_phone_does() -> None:
    """The quality that goes with it is a phone's, low enough to leave traces."""
    image, quality = take_shopper_photo(FIRST_OF_CATEGORY["MEN_Coats"], 7)
    assert image.height > image.width >= 480
    assert 50 <= quality <= 75


@pytest.mark.parametrize("category", ["MEN_Trousers", "WOMEN_Shoes", "Bags", "MEN_Suits"])
def test_the_garment_fills_the_frame_of_a_shopper_photo(category: str) -> None:
    """However narrow or flat it is, its box covers 45 % of the frame, and most of it is in the picture."""
    rng = seeded(7, category)
    canvas = Canvas((240, 300), 0.5, (120.0, 0.0), rng)
    alpha = draw_cutout(FIRST_OF_CATEGORY[category], canvas, "front")
    for _ in range(5):
        _, cover = frame_garment(canvas.image, alpha, rng)
        rows, columns = (np.flatnonzero((cover[..., 0] > 0.5).any(axis)) for axis in (1, 0))
        assert np.ptp(rows) * np.ptp(columns) > 0.45 * cover.size


@pytest.mark.parametrize("view", ["front", "back"])
def test_every_design_can_be_drawn(view: str) -> None:
    """All cuts in both views leave something on the canvas; small, so that it takes seconds."""
    for product in plan_assortment(7)[::9]:
        canvas = Canvas((96, 120), 0.2, (48.0, 0.0), seeded(7, product.product_id))
        assert np.asarray(draw_cutout(product, canvas, view)).any()

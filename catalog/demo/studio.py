"""The studio: a near-white sweep, soft light, and the two views that a shop shows."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from catalog.demo.canvas import Canvas
from catalog.demo.designs import DemoProduct, seeded

PHOTO_SIZE = (480, 600)
_FINE = 1.6  # drawn so much larger, then scaled down: smooth edges
_CLOSE_UP = 2.1
# How much nearer than usual the camera stands, and the height in units at which it looks; (1, 300) elsewhere.
_FRAMING = {
    "MEN_Shirts": (1.2, 250.0),
    "WOMEN_Shirts": (1.3, 240.0),
    "WOMEN_Skirts": (1.18, 290.0),
    "MEN_Hood": (1.08, 265.0),
    "WOMEN_Hood": (1.06, 272.0),
    "Bags": (1.12, 350.0),
    "MEN_Shoes": (1.1, 380.0),
    "WOMEN_Shoes": (1.06, 330.0),
}


def take_photo(product: DemoProduct, seed: int) -> Image.Image:
    """The product from the front, (480, 600) RGB."""
    return _photograph(product, seeded(seed, product.product_id, "front"), "front")


def take_second_photo(product: DemoProduct, seed: int) -> Image.Image:
    """The product from behind, or a close-up of it, (480, 600) RGB."""
    rng = seeded(seed, product.product_id, "second")
    if product.design.close_up:
        return _photograph(product, rng, "front", _CLOSE_UP)
    return _photograph(product, rng, "back")


def draw_cutout(product: DemoProduct, canvas: Canvas, view: str) -> Image.Image:
    """Draw the product on `canvas`; returns its outline, mode L."""
    product.design.cut.draw(canvas, product.cloths(), view)
    return canvas.alpha


def _photograph(product: DemoProduct, rng: np.random.Generator, view: str, close: float = 1.0) -> Image.Image:
    width, height = round(PHOTO_SIZE[0] * _FINE), round(PHOTO_SIZE[1] * _FINE)
    near, middle = _FRAMING.get(product.design.category, (1.0, 300.0))
    x, y = product.design.cut.focus if close > 1 else (0.0, middle)
    zoom = _FINE * (close if close > 1 else near)
    canvas = Canvas((width, height), zoom, (width / 2 - x * zoom, height / 2 - y * zoom), rng)
    alpha = draw_cutout(product, canvas, view)
    return _set_before_sweep(canvas.image, alpha, product.design.standing, centred=close == 1)


def _set_before_sweep(image: Image.Image, alpha: Image.Image, standing: bool, *, centred: bool) -> Image.Image:
    """The garment, scaled down, on the background with its shadow."""
    image.paste((0, 0, 0), (0, 0), ImageChops.invert(alpha))  # premultiplied, so that edges take no fringe
    garment, cover = (drawn.resize(PHOTO_SIZE, Image.Resampling.HAMMING) for drawn in (image, alpha))
    scene = _sweep().copy()
    if centred:
        box = cover.getbbox() or (0, 0, *PHOTO_SIZE)
        shift = (PHOTO_SIZE[0] - box[0] - box[2]) // 2, (PHOTO_SIZE[1] - box[1] - box[3]) // 2
        garment, cover = ImageChops.offset(garment, *shift), ImageChops.offset(cover, *shift)
        _cast_shadow(scene, cover, standing)
    around = ImageChops.invert(cover)
    return ImageChops.add(ImageChops.multiply(scene, Image.merge("RGB", [around] * 3)), garment)


@cache
def _sweep() -> Image.Image:
    """The background: light falls from the upper left, the floor curves up without an edge."""
    y, x = np.mgrid[0:1:64j, 0:1:64j].astype(np.float32)
    light = 249 - 10 * np.hypot(x - 0.42, y - 0.36) ** 2 - 7 * np.clip((y - 0.86) / 0.14, 0, 1) ** 2
    tones = np.clip(light[..., None] + np.array([0.0, -0.4, -1.6], np.float32), 0, 255).astype(np.uint8)
    return Image.fromarray(tones).resize(PHOTO_SIZE, Image.Resampling.BICUBIC)


def _cast_shadow(scene: Image.Image, alpha: Image.Image, standing: bool) -> None:
    small = alpha.resize((scene.width // 4, scene.height // 4), Image.Resampling.BOX)
    if standing:
        _paste_shadow(scene, _floor_shadow(small), 0.55)
    else:
        soft = Image.new("L", small.size, 0)
        soft.paste(small, (1, 2))
        _paste_shadow(scene, soft.filter(ImageFilter.GaussianBlur(4)), 0.20)


def _floor_shadow(small: Image.Image) -> Image.Image:
    """The outline laid flat on the floor below its lowest points, tight where it touches."""
    box = small.getbbox() or (0, 0, *small.size)
    lowest = small.crop((box[0], max(box[1], box[3] - 14), box[2], box[3]))
    flat = lowest.resize((lowest.width + 6, 7), Image.Resampling.BOX)
    shadow = Image.new("L", small.size, 0)
    shadow.paste(flat, (box[0] - 2, box[3] - 4))
    wide = shadow.filter(ImageFilter.GaussianBlur(2.2))
    return Image.blend(wide, shadow.filter(ImageFilter.GaussianBlur(0.9)), 0.5)


def _paste_shadow(scene: Image.Image, shadow: Image.Image, strength: float) -> None:
    mask = shadow.resize(scene.size, Image.Resampling.BICUBIC).point([round(v * strength) for v in range(256)])
    scene.paste((62, 58, 66), (0, 0), mask)

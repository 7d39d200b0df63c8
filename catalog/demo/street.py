"""Shopper photos: the same garment, photographed at home by somebody who is no photographer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from catalog.demo.canvas import Canvas
from catalog.demo.designs import DemoProduct, seeded
from catalog.demo.outline import Points
from catalog.demo.rooms import draw_room
from catalog.demo.studio import draw_cutout

PHOTO_SIZE = (540, 720)
_ZOOM = 1.4
_LEAST_SHARE = 0.5  # of the frame that the garment's box covers, unless it would be cut off for it

FloatPixels = NDArray[np.float32]


def take_shopper_photo(product: DemoProduct, seed: int) -> tuple[Image.Image, int]:
    """The product as a shopper would send it, (540, 720) RGB, and the JPEG quality at which their phone saves it."""
    rng = seeded(seed, product.product_id, "shopper")
    canvas = Canvas((int(480 * _ZOOM), int(600 * _ZOOM)), _ZOOM, (240 * _ZOOM, 0.0), rng)
    alpha = draw_cutout(_worn(product, rng), canvas, "front")
    room = draw_room(PHOTO_SIZE, rng, floor=product.design.standing)
    garment, mask = frame_garment(canvas.image, alpha, rng)
    scene = _laid_on(np.asarray(room, np.float32), garment, mask, rng)
    return _exposed(scene, rng), int(rng.integers(50, 76))


def _worn(product: DemoProduct, rng: np.random.Generator) -> DemoProduct:
    """The product with its sleeves lying as they fell."""
    cut = product.design.cut
    torso = getattr(cut, "torso", None)
    if torso is None:
        return product
    moved = replace(torso, spread=torso.spread * float(rng.uniform(0.55, 1.5)))
    return replace(product, design=replace(product.design, cut=replace(cut, torso=moved)))  # type: ignore[type-var]


def frame_garment(image: Image.Image, alpha: Image.Image, rng: np.random.Generator) -> tuple[FloatPixels, FloatPixels]:
    """The garment as the tilted camera sees it: colours times cover, and cover (H, W, 1), 0-1."""
    box = alpha.getbbox() or (0, 0, *alpha.size)
    corners = np.array([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])], np.float32)
    coefficients = _perspective(_seen_corners(corners, rng), corners)
    cutout = image.copy()
    cutout.putalpha(alpha)
    seen = cutout.transform(PHOTO_SIZE, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)
    pixels = np.asarray(seen, np.float32)
    cover = pixels[..., 3:] / np.float32(255)
    return (pixels[..., :3] * cover).astype(np.float32), cover.astype(np.float32)


def _seen_corners(corners: Points, rng: np.random.Generator) -> Points:
    """Where the corners of the garment's box come to lie: tilted, off centre, a little cut off, in mild perspective."""
    width, height = PHOTO_SIZE
    size = np.ptp(corners, axis=0)
    angle = math.radians(float(rng.uniform(-15, 15)))
    fill = float(rng.uniform(0.86, 1.06))
    whole = min(width / size[0], height / size[1])
    enough = math.sqrt(_LEAST_SHARE * width * height / float(size.prod()))
    scale = float(np.clip(enough, fill * whole, 1.12 * whole))
    centred = (corners - corners.mean(0)) * scale
    jitter = rng.uniform(-0.045, 0.045, (4, 2)) * size * scale
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = np.array([width, height]) * (0.5 + rng.uniform(-0.035, 0.035, 2))
    return ((centred + jitter) @ turn + middle).astype(np.float32)


def _perspective(seen: Points, source: Points) -> list[float]:
    """The eight coefficients with which Pillow maps points of the photo back to the drawing."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows, np.float64), np.array(values, np.float64))]


def _laid_on(room: FloatPixels, garment: FloatPixels, cover: FloatPixels, rng: np.random.Generator) -> FloatPixels:
    """The garment in front of the room, with the shadow that it throws."""
    outline = Image.fromarray((cover[..., 0] * 255).astype(np.uint8))
    small = outline.resize((PHOTO_SIZE[0] // 4, PHOTO_SIZE[1] // 4), Image.Resampling.BOX)
    shadow = np.zeros(room.shape[:2], np.float32)
    dx, dy = (int(v) for v in rng.integers(-4, 5, 2))
    for blur, strength in ((1.6, 0.34), (6.0, 0.36)):
        moved = Image.new("L", small.size, 0)
        moved.paste(small, (dx, abs(dy)))
        soft = moved.filter(ImageFilter.GaussianBlur(blur)).resize(PHOTO_SIZE, Image.Resampling.BILINEAR)
        shadow += np.asarray(soft, np.float32) / 255 * strength
    return room * (1 - shadow[..., None]) * (1 - cover) + garment


def _exposed(scene: FloatPixels, rng: np.random.Generator) -> Image.Image:
    """What the phone makes of the light: uneven, tinted, a bit blurred, noisy."""
    height, width = scene.shape[:2]
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)[None]
    direction = rng.uniform(0, 2 * math.pi)
    slope = float(rng.uniform(0.05, 0.24))
    light = 1 + slope * (x * np.float32(math.cos(direction)) + y * np.float32(math.sin(direction)))
    light -= float(rng.uniform(0.02, 0.08)) * (x * x + y * y)
    light *= float(rng.uniform(0.82, 1.10))
    warmth = float(rng.uniform(-0.05, 0.08))
    cast = np.array([1 + warmth, 1 + float(rng.uniform(-0.015, 0.02)), 1 - warmth], np.float32)
    scene *= light[..., None] * cast
    scene += _sensor_noise(height, width, rng)
    gamma = float(rng.uniform(0.88, 1.1))
    curve = [round(255 * (value / 255) ** gamma) for value in range(256)] * 3
    seen = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8)).point(curve)
    return seen.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 0.8))))


def _sensor_noise(height: int, width: int, rng: np.random.Generator) -> FloatPixels:
    """Fine grey grain and coarse coloured blotches, (H, W, 3); a quarter of it is drawn and repeated."""
    grain = rng.standard_normal((height // 2, width // 2, 1), np.float32) * np.float32(rng.uniform(3, 8))
    colour = (rng.standard_normal((height // 4, width // 4, 3), np.float32) * 3).repeat(2, 0).repeat(2, 1)
    return np.tile(grain + colour, (2, 2, 1))

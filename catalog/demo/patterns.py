"""What is woven into or printed on cloth, as one repeat of pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from catalog.demo.fabrics import TILE_ZOOM, Cloth, Pixels, Quilt, dye
from catalog.demo.palette import RGB, contrast, lighten, mix

_LARGEST = {"houndstooth": 20.0, "herringbone": 22.0, "gingham": 40.0}  # units beyond which a weave looks like a print


@dataclass(frozen=True)
class Pattern:
    """A pattern without its colours.

    Attributes:
        kind: one of `KINDS`.
        size: the repeat in units.
        accent: the second colour; None makes it a tone of the first.
        third: the third colour; None as above.
        seed: what is random in it.
    """

    kind: str = "plain"
    size: float = 24.0
    accent: RGB | None = None
    third: RGB | None = None
    seed: int = 0


def weave(rgb: RGB, material: str, pattern: Pattern | None = None, quilt: Quilt | None = None) -> Cloth:
    """A bolt of `material`, dyed `rgb`, with a pattern."""
    pattern = pattern or Pattern()
    plain = dye(rgb, material, quilt)
    if pattern.kind == "plain":
        return plain
    colours = (rgb, pattern.accent or contrast(rgb, 0.4), pattern.third or contrast(rgb, 0.75))
    draw = KINDS[pattern.kind]
    side = max(4, round(min(pattern.size, _LARGEST.get(pattern.kind, pattern.size)) * TILE_ZOOM))
    return replace(plain, tile=draw(colours, side, np.random.default_rng(pattern.seed)))


Colours = tuple[RGB, RGB, RGB]


def _paint(colours: Colours, weights: NDArray[np.float64], third: NDArray[np.float64] | None = None) -> Pixels:
    """The first colour, with the second (and the third) laid on by weights 0-1."""
    base, accent, extra = (np.asarray(c, np.float64) for c in colours)
    pixels = base + (accent - base) * np.clip(weights, 0, 1)[..., None]
    if third is not None:
        pixels = pixels + (extra - pixels) * np.clip(third, 0, 1)[..., None]
    return pixels.astype(np.uint8)


def _stripes(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    x = np.arange(side) / side
    broad, thin = rng.uniform(0.28, 0.5), rng.uniform(0.0, 0.12)
    weights = (x < broad).astype(float)
    third = ((x > 0.72) & (x < 0.72 + thin)).astype(float)
    return _paint(colours, weights[None], third[None])


def _hoops(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    return np.ascontiguousarray(_stripes(colours, side, rng).transpose(1, 0, 2))


def _pinstripe(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    x = np.arange(side)
    return _paint(colours, 0.75 * (x < max(2, side // 14)).astype(float)[None])


def _gingham(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    bar = (np.arange(side) < side / 2) * 0.5
    return _paint(colours, bar[None] + bar[:, None])


def _tartan(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    t = np.arange(side) / side
    broad = ((t > 0.08) & (t < 0.08 + rng.uniform(0.22, 0.36))) * 0.55
    bars = broad + ((t > 0.62) & (t < 0.66)) * 0.6
    start = rng.uniform(0.74, 0.84)
    fine = (((t > start) & (t < start + 0.05)) | ((t > 0.2) & (t < 0.225))) * 0.6
    return _paint(colours, bars[None] + bars[:, None] * 0.9, np.maximum(fine[None], fine[:, None]))


def _windowpane(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    line = (np.arange(side) < max(2, side // 22)) * 0.85
    return _paint(colours, np.maximum(line[None], line[:, None]))


def _glen(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    side = max(24, side // 8 * 8)
    y, x = np.mgrid[0:side, 0:side]
    zones = ((x < side // 2).astype(int) + (y < side // 2)).clip(0, 2)
    texture = ((x // 2 + y // 2) % 2) * 0.4 + (((x // 4) % 2) ^ ((y // 4) % 2)) * 0.35
    line = ((x % side) == side // 4) | ((y % side) == side // 4)
    return _paint(colours, texture * zones / 1.5, line * 0.55)


def _herringbone(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    side = max(8, side // 4 * 4)
    y, x = np.mgrid[0:side, 0:side]
    period = max(4, side // 4)
    fold = np.where(x < side // 2, x, side - x)
    return _paint(colours, (((fold + y) % period) < period / 2) * 0.62)


def _houndstooth(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    y, x = np.mgrid[0:side, 0:side] / side * 8
    warp, weft = (x % 8) < 4, (y % 8) < 4
    twill = ((x + y) % 4) < 2
    return _paint(colours, np.where(warp == weft, warp, twill).astype(float) * 0.9)


def _motifs(colours: Colours, side: int, rng: np.random.Generator, kind: str) -> Pixels:
    """Motifs strewn over a repeat four motifs wide; each is drawn on both sides of the edge that it crosses."""
    fine = 2
    span = side * 3 * fine
    image = Image.new("RGB", (span, span), colours[0])
    draw = ImageDraw.Draw(image)
    radius = side * fine * 0.36
    for row in range(4):
        for column in range(3):
            x = (column + 0.5 * (row % 2) + rng.uniform(-0.12, 0.12)) * span / 3
            y = (row + rng.uniform(-0.12, 0.12)) * span / 4
            turn, grow = rng.uniform(0, 360), rng.uniform(0.75, 1.15)
            for dx in (-span, 0, span):
                for dy in (-span, 0, span):
                    _motif(draw, kind, (x + dx, y + dy), radius * grow, turn, colours)
    return np.asarray(image.reduce(fine), np.uint8)


def _motif(
    draw: ImageDraw.ImageDraw, kind: str, at: tuple[float, float], radius: float, turn: float, colours: Colours
) -> None:
    x, y = at
    if kind == "flowers":
        for petal in range(5):
            angle = math.radians(turn + petal * 72)
            px, py, r = x + math.cos(angle) * radius * 0.5, y + math.sin(angle) * radius * 0.5, radius * 0.42
            draw.ellipse((px - r, py - r, px + r, py + r), fill=colours[1], outline=mix(colours[1], colours[0], 0.35))
        r = radius * 0.26
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colours[2])
    elif kind == "leaves":
        c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        for sign, shade in ((1, colours[1]), (-1, mix(colours[1], colours[2], 0.5))):
            rib = [(t, sign * 0.34 * math.sin(math.pi * (t + 1) / 2)) for t in np.linspace(-1, 1, 12)]
            draw.polygon([(x + (a * c - b * s) * radius, y + (a * s + b * c) * radius) for a, b in rib], fill=shade)
    else:
        points = []
        for corner in range(10):
            reach = radius * (0.75 if corner % 2 == 0 else 0.32)
            angle = math.radians(turn + corner * 36)
            points.append((x + math.cos(angle) * reach, y + math.sin(angle) * reach))
        draw.polygon(points, fill=colours[1])


def _dots(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    y, x = np.mgrid[0:side, 0:side] / side
    radius = rng.uniform(0.15, 0.24)
    near = np.hypot(x - 0.25, y - 0.25), np.hypot(x - 0.75, y - 0.75)
    return _paint(colours, (np.minimum(*near) < radius).astype(float))


def _argyle(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    y, x = np.mgrid[0:side, 0:side] / side
    diamond = np.abs(x - 0.5) + np.abs(y - 0.5) < 0.5
    lines = np.minimum(np.abs((x + y) % 1 - 0.5), np.abs((x - y) % 1 - 0.5)) > 0.475
    return _paint(colours, diamond * 0.85, lines * 0.9)


def _zigzag(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    y, x = np.mgrid[0:side, 0:side] / side
    wave = (y + np.abs(x * 2 - 1) * 0.35) % 1
    return _paint(colours, (wave < 0.33).astype(float), ((wave > 0.5) & (wave < 0.6)).astype(float))


def _camouflage(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    span = max(64, side * 3)
    layers = []
    for blur in (span / 22, span / 26):
        noise = Image.fromarray(rng.integers(0, 256, (span, span), dtype=np.uint8))
        tiled = np.tile(np.asarray(noise), (3, 3))[span // 2 : span * 5 // 2, span // 2 : span * 5 // 2]
        soft = np.asarray(Image.fromarray(tiled).filter(ImageFilter.GaussianBlur(blur)), float)
        middle = soft[span // 2 : span // 2 + span, span // 2 : span // 2 + span]
        layers.append((middle > np.quantile(middle, 0.62)).astype(float))
    return _paint((colours[0], mix(colours[0], (30, 30, 24), 0.5), lighten(colours[0], 0.35)), layers[0], layers[1])


def _melange(colours: Colours, side: int, rng: np.random.Generator) -> Pixels:
    noise = rng.standard_normal((192, 192))
    slub = np.mean([np.roll(noise, shift, 1) for shift in range(6)], axis=0) * 2.4
    return _paint(colours, (slub > 1.0) * 0.55, (slub < -1.3) * 0.3)


KINDS = {
    "stripes": _stripes,
    "hoops": _hoops,
    "pinstripe": _pinstripe,
    "gingham": _gingham,
    "tartan": _tartan,
    "windowpane": _windowpane,
    "glen check": _glen,
    "herringbone": _herringbone,
    "houndstooth": _houndstooth,
    "flowers": lambda colours, side, rng: _motifs(colours, side, rng, "flowers"),
    "leaves": lambda colours, side, rng: _motifs(colours, side, rng, "leaves"),
    "stars": lambda colours, side, rng: _motifs(colours, side, rng, "stars"),
    "dots": _dots,
    "argyle": _argyle,
    "zigzag": _zigzag,
    "camouflage": _camouflage,
    "melange": _melange,
}

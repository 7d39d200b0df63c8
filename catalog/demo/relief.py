"""Light on cloth: a height field per panel (roundness, folds, quilting, crumple), lit from the upper left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from catalog.demo.outline import Points

FloatMap = NDArray[np.float32]

NEUTRAL = 128  # the light value that leaves a colour as it is; 255 is twice as bright


@dataclass(frozen=True)
class Fold:
    """A ridge (depth > 0) or crease (depth < 0) along `path`, `width` units wide."""

    path: Points
    width: float = 7.0
    depth: float = 0.5


@dataclass(frozen=True)
class Relief:
    """How a panel takes the light.

    Attributes:
        roundness: how much the panel turns away at its edges, 0 (a flat badge) to 1.5 (a sleeve).
        crumple: strength of the random soft folds.
        run: how stretched those folds are: above 1 they fall vertically, below 1 they lie across.
        angle: degrees by which the folds and the cloth are turned.
    """

    roundness: float = 1.0
    crumple: float = 1.0
    run: float = 2.6
    angle: float = 0.0


def light_map(
    mask: Image.Image, zoom: float, extent: tuple[float, float], heights: FloatMap, relief: Relief
) -> tuple[FloatMap, int]:
    """Light values of a panel at a fraction of its size.

    Args:
        mask: the panel, mode L, at full size.
        zoom: pixels per unit.
        extent: the whole panel's width and height in units, of which `mask` may be a part.
        heights: bumps on the panel in units, at the reduced size (see `reduction`).
        relief: how the panel takes the light.

    Returns:
        Light (rows, columns), 1 = as is, and the factor by which it is reduced.
    """
    factor = reduction(zoom)
    small = _shrink(mask, factor)
    reach = max(2.0, min(26.0, 0.20 * min(extent)) * zoom / factor)
    dome = np.asarray(small.filter(ImageFilter.GaussianBlur(reach)), np.float32) / 255
    dome = np.clip((dome - 0.42) / 0.58, 0, 1)
    rounded = np.sqrt(dome) * reach * 0.55 * relief.roundness
    gy, gx = np.gradient(rounded + heights)
    light = 1.03 + 0.30 * gx + 0.27 * gy - 0.05 * np.abs(gx)
    return light - 0.34 * relief.roundness * (1 - dome) ** 2, factor


def reduction(zoom: float) -> int:
    """Pixels of the canvas per light sample: light is soft, so about half a unit is enough."""
    return max(2, round(zoom * 2))


def _shrink(mask: Image.Image, factor: int) -> Image.Image:
    size = (max(2, -(-mask.width // factor)), max(2, -(-mask.height // factor)))
    return mask.resize(size, Image.Resampling.BOX)


def fold_heights(folds: Sequence[Fold], shape: tuple[int, int], origin: Points, zoom: float) -> FloatMap:
    """Heights of drawn folds on a map of `shape`, its corner at `origin` in units, `zoom` samples a unit."""
    heights = np.zeros(shape, np.float32)
    for width in sorted({fold.width for fold in folds}):
        layer = Image.new("L", (shape[1], shape[0]), 128)
        draw = ImageDraw.Draw(layer)
        for fold in folds:
            if fold.width == width:
                path = [(float(x), float(y)) for x, y in (fold.path - origin) * zoom]
                draw.line(
                    path, fill=int(128 + np.clip(fold.depth, -1, 1) * 127), width=max(1, round(width * zoom * 0.6))
                )
        blurred = layer.filter(ImageFilter.GaussianBlur(max(0.6, width * zoom * 0.42)))
        heights += (np.asarray(blurred, np.float32) - 128) / 127 * width * zoom * 0.9
    return heights


def crumple_heights(shape: tuple[int, int], zoom: float, relief: Relief, rng: np.random.Generator) -> FloatMap:
    """Soft random folds on a reduced map of `shape`, in map samples."""
    heights = np.zeros(shape, np.float32)
    for cell, strength in ((34.0, 0.9), (13.0, 0.22)):
        columns = max(2, int(shape[1] / (cell * zoom)) + 3)
        rows = max(2, int(shape[0] / (cell * relief.run * zoom)) + 3)
        noise = Image.fromarray(rng.standard_normal((rows, columns)).astype(np.float32))
        wide = noise.resize((shape[1], shape[0]), Image.Resampling.BICUBIC, box=(0.5, 0.5, columns - 0.5, rows - 0.5))
        field = np.asarray(wide, np.float32)
        heights += (1 - np.abs(field)) * strength * cell * zoom * 0.12
    return heights * relief.crumple

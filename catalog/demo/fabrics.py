"""Cloth: a dye, a pattern and a weave, ready to be cut into panels of any place and angle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from catalog.demo.palette import RGB
from catalog.demo.relief import FloatMap

Pixels = NDArray[np.uint8]
Texture = NDArray[np.uint16]

TILE_ZOOM = 1.6  # tile pixels per garment unit
_GRAIN_SIZE = 256
_NEUTRAL_GRAIN = 128


@dataclass(frozen=True)
class Quilt:
    """Stitched padding: `kind` is "channels", "diamonds" or "squares", `pitch` the distance of the seams in units."""

    kind: str
    pitch: float
    loft: float = 1.0

    def wave(self, x: FloatMap, y: FloatMap) -> FloatMap:
        """0 on the seams to 1 in the middle of the padding, at points given in units."""
        if self.kind == "channels":
            wave = np.abs(np.sin(np.pi * y / self.pitch)) + 0 * x
        elif self.kind == "squares":
            wave = np.minimum(np.abs(np.sin(np.pi * x / self.pitch)), np.abs(np.sin(np.pi * y / self.pitch)))
        else:
            wave = np.abs(np.sin(np.pi * (x + y) / self.pitch) * np.sin(np.pi * (x - y) / self.pitch))
        return np.asarray(wave, np.float32)

    @property
    def height(self) -> float:
        """How far the padding rises, in units."""
        return self.pitch * self.loft * (0.34 if self.kind == "channels" else 0.17)


@dataclass(frozen=True)
class Weave:
    """What a material does to the light: `grain` strength, `gloss` of its highlights, how much it `crumples`."""

    grain: str
    strength: float
    gloss: float
    crumple: float


WEAVES: dict[str, Weave] = {
    "wool": Weave("felt", 0.06, 0.0, 0.55),
    "tweed": Weave("fleck", 0.14, 0.0, 0.5),
    "boucle": Weave("loop", 0.12, 0.0, 0.35),
    "worsted": Weave("twill", 0.06, 0.03, 0.55),
    "cotton": Weave("plain", 0.06, 0.0, 1.0),
    "linen": Weave("slub", 0.12, 0.0, 1.5),
    "denim": Weave("denim", 0.20, 0.0, 0.9),
    "canvas": Weave("plain", 0.14, 0.0, 0.5),
    "corduroy": Weave("cord", 0.26, 0.0, 0.7),
    "fleece": Weave("felt", 0.045, 0.0, 0.95),
    "sherpa": Weave("loop", 0.15, 0.0, 0.4),
    "knit": Weave("knit", 0.26, 0.0, 0.5),
    "rib": Weave("rib", 0.26, 0.0, 0.3),
    "leather": Weave("pebble", 0.06, 0.28, 0.8),
    "smooth leather": Weave("plain", 0.03, 0.34, 0.5),
    "suede": Weave("felt", 0.07, 0.0, 0.5),
    "nylon": Weave("plain", 0.04, 0.16, 1.3),
    "satin": Weave("plain", 0.02, 0.30, 1.3),
    "silk": Weave("plain", 0.03, 0.16, 1.0),
}


@dataclass(frozen=True)
class Cloth:
    """A bolt of cloth.

    Attributes:
        rgb: its main colour.
        tile: one repeat of the pattern, (H, W, 3) uint8, at `TILE_ZOOM` pixels per unit.
        weave: its material.
        quilt: its padding, if any.
    """

    rgb: RGB
    tile: Pixels
    weave: Weave
    quilt: Quilt | None = None

    def cut(self, x: FloatMap, y: FloatMap) -> tuple[Pixels, Texture]:
        """Colours (H, W, 3) and brightness (H, W), 128 = as dyed, at points in units.

        Args:
            x: an axis (W,) for straight cloth, else a map (H, W).
            y: an axis (H,), else a map (H, W).
        """
        u, v = (x * TILE_ZOOM).astype(np.int32), (y * TILE_ZOOM).astype(np.int32)
        height, width = self.tile.shape[:2]
        grain = weave_texture(self.weave.grain, self.weave.strength)
        if x.ndim == 1:
            straight = self.tile if height == width == 1 else self.tile[:, u % width][v % height]
            return straight, grain[:, u % _GRAIN_SIZE][v % _GRAIN_SIZE]
        return self.tile[v % height, u % width], grain[v % _GRAIN_SIZE, u % _GRAIN_SIZE]


def dye(rgb: RGB, material: str, quilt: Quilt | None = None) -> Cloth:
    """Plain cloth of one colour."""
    return Cloth(rgb, np.asarray(rgb, np.uint8)[None, None], WEAVES[material], quilt)


@cache
def weave_texture(kind: str, strength: float) -> Texture:
    """A weave's brightness, (256, 256) uint16 that repeats, 128 = as dyed."""
    grain = weave_grain(kind).astype(np.int32) - _NEUTRAL_GRAIN
    return (128 + grain * strength * 128 / 60).clip(16, 240).astype(np.uint16)


@cache
def weave_grain(kind: str) -> Pixels:
    """The fine structure of a weave, (256, 256) uint8 that repeats, 128 = no change."""
    rng = np.random.default_rng(len(kind) * 1000 + sum(kind.encode()))
    y, x = np.mgrid[0:_GRAIN_SIZE, 0:_GRAIN_SIZE]
    noise = rng.standard_normal((_GRAIN_SIZE, _GRAIN_SIZE))
    match kind:
        case "felt":
            field = _smooth(noise, 1, 1) * 0.9 + 0.35 * _smooth(noise.T, 4, 4)
        case "fleck":
            field = _smooth(noise, 1, 1) * 0.7 + 0.5 * np.sin((x + y) * np.pi / 4)
        case "loop":
            field = _smooth(noise, 3, 3) * 0.8 + _smooth(noise.T, 1, 1) * 0.5
        case "twill":
            field = np.sin((x + y) * np.pi / 2) * 0.6 + noise * 0.3
        case "denim":
            field = 0.7 * np.sin((x + y) * 2 * np.pi / 4) + 0.5 * _smooth(noise, 0, 9) + 0.35 * noise
        case "slub":
            field = _smooth(noise, 10, 0) + _smooth(noise.T, 0, 10)
        case "cord":
            field = np.sin(x * 2 * np.pi / 8) * 1.1 + 0.2 * noise
        case "knit":
            field = _knit(x, y) + 0.2 * _smooth(noise, 1, 1)
        case "rib":
            field = np.sin(x * 2 * np.pi / 8) + 0.35 * np.sin(y * np.pi) + 0.15 * noise
        case "pebble":
            field = np.abs(_smooth(noise, 2, 2)) - 0.8
        case _:
            field = 0.5 * np.sin(x * np.pi / 1) * np.sin(y * np.pi) + noise * 0.6
    return np.clip(_NEUTRAL_GRAIN + 60 * field, 0, 255).astype(np.uint8)


def _knit(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Columns of V-shaped stitches."""
    lean = np.abs((x % 16) - 8)
    return np.asarray(0.8 * np.sin((y + lean * 1.1) * 2 * np.pi / 8) - 0.9 * (lean < 1) - 0.5 * (lean > 7))


def _smooth(noise: NDArray[np.float64], across: int, down: int) -> NDArray[np.float64]:
    """Noise averaged over a window that wraps around, scaled back to unit variance."""
    for axis, reach in ((1, across), (0, down)):
        if reach:
            noise = np.mean([np.roll(noise, shift, axis) for shift in range(-reach, reach + 1)], axis=0)
    return np.asarray(noise / noise.std())

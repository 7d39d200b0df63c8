"""The canvas on which a garment is built panel by panel, at twice the photo's size, with its own outline as alpha."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from catalog.demo.fabrics import Cloth
from catalog.demo.outline import Points, band, ellipse
from catalog.demo.palette import RGB, lighten
from catalog.demo.relief import NEUTRAL, FloatMap, Fold, Relief, crumple_heights, fold_heights, light_map

Box = tuple[int, int, int, int]

_SOFT = Relief()
_GLINT = int(NEUTRAL * 1.06)  # light from which glossy cloth glints


class Canvas:
    """Panels, seams and notions in garment units; what lies outside the garment stays transparent.

    Args:
        size: width and height in pixels.
        zoom: pixels per unit.
        origin: the pixel of the unit point (0, 0).
        rng: everything that is random in the drawing.
    """

    def __init__(
        self, size: tuple[int, int], zoom: float, origin: tuple[float, float], rng: np.random.Generator
    ) -> None:
        self.image = Image.new("RGB", size, (255, 255, 255))
        self.alpha = Image.new("L", size, 0)
        self.rng = rng
        self._zoom = zoom
        self._origin = np.asarray(origin, np.float32)

    @contextmanager
    def placed(self, scale: float, x: float, y: float) -> Iterator[None]:
        """Draw what follows smaller or elsewhere: unit (0, 0) lies at (x, y)."""
        zoom, origin = self._zoom, self._origin
        self._origin = origin + np.asarray([x, y], np.float32) * zoom
        self._zoom = zoom * scale
        try:
            yield
        finally:
            self._zoom, self._origin = zoom, origin

    def panel(
        self,
        shape: Points,
        cloth: Cloth,
        relief: Relief = _SOFT,
        *,
        folds: Sequence[Fold] = (),
        drop: float = 0.0,
        edge: float = 0.0,
    ) -> None:
        """Lay a piece of cloth on the garment.

        Args:
            shape: its outline.
            cloth: what it is cut from.
            relief: how it takes the light.
            folds: folds that the design wants.
            drop: strength 0-1 of the shadow on what lies below.
            edge: strength 0-1 of a dark line around it, as a seam makes.
        """
        pixels = self._pixels(shape)
        box = self._box(pixels)
        if box is None:
            return
        mask = _mask(pixels, box)
        if drop:
            self._shade_below(mask, box, drop)
        light = self._light(mask, box, shape, cloth, relief, folds)
        self.image.paste(Image.fromarray(self._shaded(cloth, box, relief.angle, shape, light)), box[:2], mask)
        self.alpha.paste(255, box[:2], mask)
        if edge:
            self.line(np.concatenate([shape, shape[:1]]), lighten(cloth.rgb, -0.75), 1.0, edge)

    def line(self, path: Points, rgb: RGB, width: float = 1.0, opacity: float = 1.0) -> None:
        """A line of `width` units."""
        draw = ImageDraw.Draw(self.image, "RGBA")
        points = self._pixels(path).ravel().tolist()
        draw.line(points, fill=(*rgb, round(255 * opacity)), width=max(1, round(width * self._zoom)))

    def seam(self, path: Points, cloth: Cloth, opacity: float = 0.5) -> None:
        """A sewn line: a dark groove with a light lip."""
        self.line(path + np.array([0.9, 0.7], np.float32), lighten(cloth.rgb, 0.45), 0.9, opacity * 0.42)
        self.line(path, lighten(cloth.rgb, -0.8), 1.1, opacity)

    def stitches(self, path: Points, rgb: RGB, pitch: float = 5.0, width: float = 1.0, opacity: float = 0.85) -> None:
        """A dashed line, one dash per `pitch` units."""
        steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        starts = np.arange(0, steps[-1], pitch)
        ends = np.stack([starts, np.minimum(starts + pitch * 0.6, steps[-1])], 1)
        dashes = np.stack([np.interp(ends, steps, path[:, 0]), np.interp(ends, steps, path[:, 1])], 2)
        draw = ImageDraw.Draw(self.image, "RGBA")
        fill, thick = (*rgb, round(255 * opacity)), max(1, round(width * self._zoom))
        for dash in self._pixels(dashes.astype(np.float32)).reshape(-1, 4).tolist():
            draw.line(dash, fill=fill, width=thick)

    def fill(self, shape: Points, rgb: RGB, opacity: float = 1.0, *, solid: bool = False) -> None:
        """A flat shape; `solid` ones belong to the garment's outline, others only colour it."""
        points = self._pixels(shape).ravel().tolist()
        ImageDraw.Draw(self.image, "RGBA").polygon(points, fill=(*rgb, round(255 * opacity)))
        if solid:
            ImageDraw.Draw(self.alpha).polygon(points, fill=255)

    def shade(self, shape: Points, opacity: float, blur: float) -> None:
        """A soft dark (or, with a negative opacity, light) stain on what is already there."""
        pixels = self._pixels(shape)
        box = self._box(pixels, margin=int(blur * self._zoom * 2) + 2)
        if box is None:
            return
        self._stain(_mask(pixels, box), box, opacity, blur * self._zoom)

    def disc(self, x: float, y: float, radius: float, rgb: RGB) -> None:
        """A small rounded solid (a button, a bead, an eyelet) with a shadow and a highlight."""
        self.fill(ellipse(x + radius * 0.2, y + radius * 0.35, radius * 1.12, radius * 1.12), (0, 0, 0), 0.35)
        self.fill(ellipse(x, y, radius, radius), lighten(rgb, -0.35))
        self.fill(ellipse(x - radius * 0.06, y - radius * 0.08, radius * 0.86, radius * 0.86), rgb)
        self.fill(ellipse(x + radius * 0.1, y + radius * 0.12, radius * 0.55, radius * 0.55), lighten(rgb, -0.2))
        self.fill(ellipse(x - radius * 0.35, y - radius * 0.4, radius * 0.3, radius * 0.2, -40), (255, 255, 255), 0.55)

    def hairs(self, threads: Sequence[Points], tones: Sequence[RGB], width: float = 0.8) -> None:
        """Threads so thin that they may stand out over the garment's edge."""
        colour, cover = ImageDraw.Draw(self.image), ImageDraw.Draw(self.alpha)
        thick = max(1, round(width * self._zoom))
        for thread, tone in zip(threads, tones, strict=True):
            points = self._pixels(thread).ravel().tolist()
            colour.line(points, fill=tone, width=thick)
            cover.line(points, fill=255, width=thick)

    def ribbon(
        self, path: Points, width: float | Points, cloth: Cloth, *, drop: float = 0.25, edge: float = 0.0
    ) -> None:
        """A strap or cord of `width` units along `path`."""
        self.panel(band(path, width), cloth, Relief(roundness=1.2, crumple=0.1), drop=drop, edge=edge)

    def _pixels(self, shape: Points) -> Points:
        return np.asarray(shape * self._zoom + self._origin, np.float32)

    def _box(self, pixels: Points, margin: int = 2) -> Box | None:
        low, high = np.floor(pixels.min(0)) - margin, np.ceil(pixels.max(0)) + margin
        width, height = self.image.size
        box = max(0, int(low[0])), max(0, int(low[1])), min(width, int(high[0])), min(height, int(high[1]))
        return box if box[2] > box[0] + 1 and box[3] > box[1] + 1 else None

    def _shade_below(self, mask: Image.Image, box: Box, strength: float) -> None:
        """The panel's contact shadow on what was laid before: dark and tight, falling to the lower right."""
        reach = int(7 * self._zoom) + 2
        shift = int(2.2 * self._zoom)
        width, height = self.image.size
        wide = (max(0, box[0] - reach), max(0, box[1] - reach), min(width, box[2] + reach), min(height, box[3] + reach))
        shadow = Image.new("L", (wide[2] - wide[0], wide[3] - wide[1]), 0)
        shadow.paste(mask, (box[0] - wide[0] + shift // 2, box[1] - wide[1] + shift))
        self._stain(shadow, wide, strength, 2.6 * self._zoom)

    def _stain(self, mask: Image.Image, box: Box, opacity: float, blur: float) -> None:
        small = mask.resize((max(1, mask.width // 4), max(1, mask.height // 4)), Image.Resampling.BOX)
        soft = small.filter(ImageFilter.GaussianBlur(blur / 4)).resize(mask.size, Image.Resampling.BILINEAR)
        colour = (10, 8, 14) if opacity > 0 else (255, 252, 246)
        self.image.paste(colour, box, soft.point([round(value * abs(opacity)) for value in range(256)]))

    def _light(
        self, mask: Image.Image, box: Box, shape: Points, cloth: Cloth, relief: Relief, folds: Sequence[Fold]
    ) -> Image.Image:
        """The panel's light, full size, mode L, `NEUTRAL` = colour as dyed."""
        extent = np.ptp(shape, axis=0)
        samples = self._zoom / max(2, round(self._zoom * 2))
        rows, columns = (max(2, -(-side // max(2, round(self._zoom * 2)))) for side in (mask.height, mask.width))
        corner = (np.asarray(box[:2], np.float32) - self._origin) / self._zoom
        heights: FloatMap = np.zeros((rows, columns), np.float32)
        crumple = relief.crumple * cloth.weave.crumple
        if crumple > 0 and min(extent) > 8:
            loose = Relief(crumple=crumple, run=relief.run)
            heights += crumple_heights((rows, columns), samples, loose, self.rng)
        if folds:
            heights += fold_heights(folds, (rows, columns), corner, samples)
        grooves: FloatMap | float = 0.0
        if cloth.quilt:
            wave = cloth.quilt.wave(*_turned(*self._units(box, rows, columns), relief.angle, shape))
            heights += np.sqrt(wave) * cloth.quilt.height * samples
            grooves = 0.30 * (1 - wave) ** 7
        light, _ = light_map(mask, self._zoom, (float(extent[0]), float(extent[1])), heights, relief)
        light = light - grooves
        values = np.clip(light * NEUTRAL, 40, 255).astype(np.uint8)
        return Image.fromarray(values).resize(mask.size, Image.Resampling.BILINEAR)

    def _units(self, box: Box, rows: int, columns: int) -> tuple[FloatMap, FloatMap]:
        """Unit coordinates (columns,), (rows,) of a grid over a box of pixels."""
        x = (np.linspace(box[0], box[2], columns, endpoint=False, dtype=np.float32) - self._origin[0]) / self._zoom
        y = (np.linspace(box[1], box[3], rows, endpoint=False, dtype=np.float32) - self._origin[1]) / self._zoom
        return x, y

    def _shaded(
        self, cloth: Cloth, box: Box, angle: float, shape: Points, light: Image.Image
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """The cloth in a box of pixels with its grain and light."""
        x, y = self._units(box, box[3] - box[1], box[2] - box[0])
        if angle:
            x, y = _turned(x, y, angle, shape)
        colours, texture = cloth.cut(x, y)
        # Fixed-point arithmetic, 128 = 1: several times as fast as floats, and the light stays below 2.
        lit = np.asarray(light, np.uint16)
        gain = np.minimum(lit * texture >> 7, 255)
        shaded = colours.astype(np.uint16) * gain[..., None] >> 7
        if cloth.weave.gloss:
            glint = np.maximum(lit, _GLINT) - _GLINT
            shaded += (glint * round(2.75 * cloth.weave.gloss * 64) >> 6)[..., None]
        return np.minimum(shaded, 255).astype(np.uint8)


def _turned(x: FloatMap, y: FloatMap, angle: float, shape: Points) -> tuple[FloatMap, FloatMap]:
    """Two maps (rows, columns) of the grid's coordinates along and across cloth that is turned by `angle` degrees."""
    cx, cy = shape.mean(0)
    cos, sin = np.float32(np.cos(np.radians(angle))), np.float32(np.sin(np.radians(angle)))
    dx, dy = (x - cx)[None, :], (y - cy)[:, None]
    return dx * cos + dy * sin + cx, dy * cos - dx * sin + cy


def _mask(pixels: Points, box: Box) -> Image.Image:
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
    ImageDraw.Draw(mask).polygon((pixels - np.array(box[:2], np.float32)).ravel().tolist(), fill=255)
    return mask

"""Skirts: pencil, A-line, pleated, wrapped, tiered, buttoned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.garments.cloths import Cloths
from catalog.demo.notions import button_row, patch_pocket, sew_buckle, sew_button, sew_zip
from catalog.demo.outline import Points, both, outline, rectangle
from catalog.demo.palette import lighten
from catalog.demo.relief import Fold, Relief


@dataclass(frozen=True)
class Skirt:
    """A skirt's cut.

    Attributes:
        kind: "pencil", "a-line", "pleated", "wrap", "tiered", "buttoned" or "flared".
        waist, hip, hem: half widths.
        top: height of the waist.
        length: height of the hem.
        pleats: pleats over the whole width.
        band: height of the waistband.
        belt: whether a belt is worn.
        pockets: whether it has patch pockets.
        slit: length of a slit at the front.
    """

    kind: str = "a-line"
    waist: float = 62
    hip: float = 90
    hem: float = 128
    top: float = 90
    length: float = 440
    pleats: int = 0
    band: float = 20
    belt: bool = False
    pockets: bool = False
    slit: float = 0

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, self.top + 75

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        if self.kind == "tiered":
            self._draw_tiers(canvas, cloths)
        else:
            canvas.panel(self._shape(), cloths.main, Relief(1.2, 0.9, 3.2), folds=self._folds(), edge=0.28)
        if view == "back":
            sew_zip(canvas, outline((0, self.top + 6), (0, self.top + 92)), cloths.main.rgb, cloths.metal, 5)
            if self.kind == "pencil":
                self._cut_slit(canvas, 0, 60)
        else:
            self._finish_front(canvas, cloths)
        self._sew_band(canvas, cloths, view)

    def _width(self, share: float) -> float:
        """Half width after `share` of the length."""
        hip_share = 0.32
        if self.kind in ("flared", "tiered", "pleated"):
            return self.waist + (self.hem - self.waist) * share**0.85
        if share < hip_share:
            return self.waist + (self.hip - self.waist) * float(np.sin(share / hip_share * np.pi / 2))
        return self.hip + (self.hem - self.hip) * (share - hip_share) / (1 - hip_share)

    def _shape(self) -> Points:
        shares = np.linspace(0, 1, 24)
        right = np.stack([[self._width(float(s)) for s in shares], self.top + (self.length - self.top) * shares], 1)
        x = np.linspace(self.hem, 0, 60)[1:]
        sag = 10 * (1 - (x / self.hem) ** 2)
        wave = (
            3.2 * np.cos(x / self.hem * np.pi * max(3, self.pleats / 2)) if self.kind in ("flared", "pleated") else 0.0
        )
        bottom = np.stack([x, self.length + sag + wave], 1)
        return both(np.concatenate([np.array([[0, self.top]], np.float32), right, bottom]).astype(np.float32))

    def _folds(self) -> list[Fold]:
        count = self.pleats or {"flared": 9, "a-line": 5, "wrap": 4}.get(self.kind, 3)
        sharp = self.kind == "pleated"
        folds = []
        for share in np.linspace(-0.92, 0.92, count):
            start = 0.0 if sharp or self.kind == "flared" else 0.35
            top = (float(share) * self._width(start), self.top + (self.length - self.top) * start)
            end = (float(share) * self.hem, self.length + 8)
            bend = ((top[0] + end[0]) / 2 * 0.94, (top[1] + end[1]) / 2)
            depth = 0.95 if sharp else 0.5
            folds.append(Fold(outline(top, (*bend, *end)), 6 if sharp else 15, depth))
            shift = np.array([self.hem / count * (0.45 if sharp else 0.8), 0], np.float32)
            folds.append(Fold(outline(top, (*bend, *end)) + shift, 5 if sharp else 13, -depth * 0.85))
        return folds

    def _draw_tiers(self, canvas: Canvas, cloths: Cloths) -> None:
        steps = np.linspace(0, 1, 4)
        for low, high in zip(steps[-2::-1], steps[:0:-1], strict=True):
            y0, y1 = (self.top + (self.length - self.top) * float(s) for s in (low, high))
            w0, w1 = self._width(float(low)) + 1, self._width(float(high)) + 4
            x = np.linspace(w1, -w1, 70)
            bottom = np.stack([x, y1 + 8 * (1 - (x / w1) ** 2) + 2.5 * np.sin(np.arange(70) * 0.9)], 1)
            shape = np.concatenate([np.array([[-w0, y0 - 4], [w0, y0 - 4]], np.float32), bottom]).astype(np.float32)
            folds = []
            for share in np.linspace(-0.93, 0.93, 17):
                jitter = float(canvas.rng.uniform(-4, 4))
                folds.append(
                    Fold(
                        outline((share * w0, y0), (share * w1 + jitter, y1 + 4)), 7, float(canvas.rng.uniform(0.3, 0.8))
                    )
                )
            canvas.panel(shape, cloths.main, Relief(1.0, 0.5, 2.0), folds=folds, drop=0.4, edge=0.28)

    def _finish_front(self, canvas: Canvas, cloths: Cloths) -> None:
        if self.kind == "wrap":
            edge = outline(
                (-self.waist * 0.5, self.top), (self.hip * 0.2, self.top + 120, self.hem * 0.42, self.length + 6)
            )
            canvas.shade(np.concatenate([edge, edge[::-1] + np.array([12, 0], np.float32)]), 0.42, 6)
            canvas.seam(edge, cloths.main, 0.8)
            self._tie(canvas, cloths)
        if self.kind == "buttoned":
            canvas.panel(
                rectangle(-13, self.top + 8, 13, self.length + 9), cloths.main, Relief(0.4, 0.3), drop=0.3, edge=0.3
            )
            button_row(canvas, (0, self.top + 40), self.length - 26, 7, 5.4, cloths.buttons)
        if self.pockets:
            for sign in (-1, 1):
                patch_pocket(canvas, sign * self.hip * 0.56, self.top + 62, (52, 58), cloths.main, cloths.thread)
        if self.slit:
            self._cut_slit(canvas, self.hem * 0.45, self.slit)
        for sign in (-1, 1):
            if self.kind in ("pencil", "a-line", "buttoned") and not self.pockets:
                canvas.seam(
                    outline((sign * self.waist * 0.5, self.top + 16), (sign * self.hip * 0.52, self.top + 72)),
                    cloths.main,
                    0.35,
                )
        hem = outline((-self.hem + 5, self.length - 12), (0, self.length + 4, self.hem - 5, self.length - 12))
        if self.kind in ("a-line", "buttoned", "pencil"):
            canvas.stitches(hem, lighten(cloths.main.rgb, -0.4), 4, 0.7, 0.4)

    def _cut_slit(self, canvas: Canvas, x: float, length: float) -> None:
        gap = outline((x, self.length - length), (x + 9, self.length + 10), (x - 5, self.length + 10))
        canvas.fill(gap, (16, 13, 18), 0.72)
        canvas.shade(outline((x, self.length - length), (x + 14, self.length), (x - 10, self.length)), 0.3, 4)

    def _tie(self, canvas: Canvas, cloths: Cloths) -> None:
        x, y = -self.waist * 0.55, self.top + 12
        for dx, length in ((-18, 88), (6, 104)):
            canvas.panel(
                outline((x - 5, y), (x + dx - 8, y + length), (x + dx + 8, y + length + 4), (x + 7, y)),
                cloths.main,
                Relief(1.0, 0.6),
                drop=0.45,
                edge=0.3,
            )
        for sign in (-1, 1):
            loop = outline((x, y - 4), (x + sign * 20, y - 20, x + sign * 34, y - 4), (x + sign * 24, y + 14, x, y + 5))
            canvas.panel(loop, cloths.main, Relief(1.2, 0.4), drop=0.4, edge=0.3)
        canvas.panel(rectangle(x - 7, y - 8, x + 8, y + 9, 4), cloths.main, Relief(1.2), drop=0.4, edge=0.3)

    def _sew_band(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        w, y = self.waist, self.top
        band = outline(
            (-w, y - 4), (0, y, w, y - 4), (w + 2, y + self.band - 4), (0, y + self.band, -w - 2, y + self.band - 4)
        )
        canvas.panel(band, cloths.main, Relief(0.7, 0.2), drop=0.35, edge=0.35)
        if view == "front":
            canvas.panel(
                both(outline((0, y - 8), (w * 0.6, y - 8, w - 1, y - 4), (w * 0.6, y - 1, 0, y))),
                cloths.lining,
                Relief(0.2, 0.1),
            )
        if self.belt:
            canvas.panel(band + np.array([0, 2], np.float32), cloths.accent, Relief(0.9, 0.2), drop=0.5, edge=0.3)
            if view == "front":
                sew_buckle(canvas, 0, y + self.band * 0.5, (26, self.band + 5), cloths.metal)
        elif view == "front" and self.kind == "buttoned":
            sew_button(canvas, 0, y + self.band * 0.42, 5.2, cloths.buttons)

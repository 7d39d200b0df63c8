"""Trousers, chinos, jeans and joggers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.sashes import tie_sash
from catalog.demo.notions import flap_pocket, patch_pocket, sew_button, welt_pocket
from catalog.demo.outline import Points, both, outline, rectangle, side
from catalog.demo.relief import Fold, Relief

_TOP = 42.0


@dataclass(frozen=True)
class Trousers:
    """A pair of trousers' cut; half widths of the hips, full widths of one leg, heights from the photo's top.

    Attributes:
        waist, hip: half widths.
        crotch: height of the fork.
        thigh, knee, hem: widths of one leg.
        length: height of the hem.
        style: "tailored", "jeans", "chino", "cargo", "jogger" or "palazzo".
        pleats: pleats a side.
        turn_up: height of the turn-up.
        sash: whether a sash ties the waist.
        high: height of the waistband.
        stripe: whether a stripe runs down the side.
        fade: how worn the thighs are, 0 to 1.
    """

    waist: float = 64
    hip: float = 80
    crotch: float = 182
    thigh: float = 78
    knee: float = 60
    hem: float = 52
    length: float = 568
    style: str = "tailored"
    pleats: int = 0
    turn_up: float = 0
    sash: bool = False
    high: float = 17
    stripe: bool = False
    fade: float = 0.0

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, _TOP + 80

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        for sign in (-1, 1):
            shape = self._leg(sign)
            canvas.panel(
                shape, cloths.main, Relief(1.15, 0.9, 3.0, sign * -2.0), folds=self._folds(sign), drop=0.3, edge=0.28
            )
            self._finish_leg(canvas, cloths, sign)
        canvas.seam(outline((0, _TOP + self.high), (1, self.crotch)), cloths.main, 0.55)
        if view == "back":
            self._finish_back(canvas, cloths)
        else:
            self._finish_front(canvas, cloths)
        self._sew_waistband(canvas, cloths, view)

    def _leg_middle(self, y: float) -> float:
        """The leg's middle line drifts outwards on its way down."""
        share = (y - self.crotch) / (self.length - self.crotch)
        return self.thigh / 2 + 2 + share * (8 + self.hem * 0.08)

    def _leg(self, sign: int) -> Points:
        knee_y = self.crotch + (self.length - self.crotch) * 0.48
        knee, hem = self._leg_middle(knee_y), self._leg_middle(self.length)
        thigh_out = self.thigh + 3
        fall = self.length - knee_y
        path = outline(
            (0, _TOP),
            (self.waist, _TOP),
            (self.waist + 5, _TOP + 40, self.hip, 112, max(self.hip, thigh_out), self.crotch - 14),
            (
                max(self.hip, thigh_out) + 1,
                self.crotch + 40,
                knee + self.knee / 2,
                knee_y - 60,
                knee + self.knee / 2,
                knee_y,
            ),
            (
                knee + self.knee / 2,
                knee_y + fall * 0.42,
                hem + self.hem / 2,
                self.length - fall * 0.45,
                hem + self.hem / 2,
                self.length,
            ),
            (hem, self.length + 5, hem - self.hem / 2, self.length),
            (
                hem - self.hem / 2,
                self.length - fall * 0.45,
                knee - self.knee / 2,
                knee_y + fall * 0.42,
                knee - self.knee / 2,
                knee_y,
            ),
            (knee - self.knee / 2, knee_y - 70, 5, self.crotch + 50, 0, self.crotch),
        )
        return side(path, sign)

    def _folds(self, sign: int) -> list[Fold]:
        c, t = self.crotch, self.thigh
        knee_y = c + (self.length - c) * 0.48
        knee = self._leg_middle(knee_y)
        folds = [
            Fold(outline((4, c - 4), (t * 0.5, c - 26, t * 0.86, c - 42)), 9, -0.45),
            Fold(outline((5, c + 6), (t * 0.5, c + 4, t * 0.8, c + 26)), 9, 0.42),
            Fold(outline((8, c + 26), (t * 0.4, c + 34, t * 0.62, c + 70)), 10, -0.3),
            Fold(
                outline((knee - self.knee * 0.4, knee_y - 8), (knee, knee_y + 8, knee + self.knee * 0.3, knee_y - 14)),
                9,
                0.3,
            ),
            Fold(
                outline(
                    (knee - self.knee * 0.35, knee_y + 22), (knee, knee_y + 30, knee + self.knee * 0.4, knee_y + 12)
                ),
                9,
                -0.3,
            ),
        ]
        hem = self._leg_middle(self.length)
        for lift, depth in ((18, -0.35), (34, 0.35), (56, -0.25)):
            y = self.length - lift
            folds.append(
                Fold(outline((hem - self.hem * 0.42, y), (hem, y + 10, hem + self.hem * 0.36, y - 8)), 8, depth)
            )
        if self.style in ("tailored", "palazzo"):
            folds.append(Fold(outline((t * 0.5 + 4, c - 60), (knee, knee_y), (hem, self.length - 3)), 5, 0.9))
        if self.style == "palazzo":
            for share, depth in ((0.25, -0.5), (0.75, -0.5), (0.95, 0.3)):
                folds.append(
                    Fold(outline((t * share, c - 40), (hem + self.hem * (share - 0.5), self.length)), 12, depth)
                )
        return [Fold(side(fold.path, sign), fold.width, fold.depth) for fold in folds]

    def _finish_leg(self, canvas: Canvas, cloths: Cloths, sign: int) -> None:
        hem, half = self._leg_middle(self.length), self.hem / 2
        if self.turn_up:
            y = self.length - self.turn_up
            band = outline(
                (hem - half - 2, y),
                (hem, y + 4, hem + half + 2, y),
                (hem + half + 2, self.length),
                (hem, self.length + 6, hem - half - 2, self.length),
            )
            canvas.panel(side(band, sign), cloths.main, Relief(0.9, 0.3), drop=0.4, edge=0.3)
        elif self.style == "jogger":
            band = outline(
                (hem - half - 1, self.length - 26),
                (hem, self.length - 22, hem + half + 1, self.length - 26),
                (hem + half - 5, self.length + 8),
                (hem, self.length + 12, hem - half + 5, self.length + 8),
            )
            canvas.panel(side(band, sign), cloths.accent, Relief(1.0, 0.2), drop=0.35, edge=0.3)
        elif self.style in ("jeans", "chino", "cargo"):
            canvas.stitches(
                side(
                    outline((hem - half + 2, self.length - 8), (hem, self.length - 4, hem + half - 2, self.length - 8)),
                    sign,
                ),
                cloths.thread,
                4,
                0.9,
                0.7,
            )
        if self.fade:
            knee_y = self.crotch + 90
            patch = outline(
                (self.thigh * 0.35, self.crotch - 10),
                (self.thigh * 0.1, knee_y, self.thigh * 0.55, knee_y + 90),
                (self.thigh * 0.95, knee_y, self.thigh * 0.72, self.crotch - 10),
            )
            canvas.shade(side(patch, sign), -self.fade, 16)
        if self.stripe:
            knee = self._leg_middle(375) + self.knee / 2
            line = outline(
                (self.hip - 5, 120), (self.hip - 3, self.crotch + 60, knee - 6, 375), (hem + half - 6, self.length - 2)
            )
            canvas.ribbon(side(line, sign), 7, cloths.accent, drop=0.1)

    def _finish_front(self, canvas: Canvas, cloths: Cloths) -> None:
        band = _TOP + self.high
        if self.style not in ("jogger", "palazzo"):
            fly = outline((15, band), (15, self.crotch - 50), (13, self.crotch - 30, 1, self.crotch - 22))
            canvas.seam(fly, cloths.main, 0.4)
            if self.style in ("jeans", "chino", "cargo"):
                canvas.stitches(fly + np.array([2.5, 1.5], np.float32), cloths.thread, 4, 0.9)
        for sign in (-1, 1):
            self._sew_front_pocket(canvas, cloths, sign)
            for pleat in range(self.pleats):
                x = 26 + pleat * 14
                canvas.seam(side(outline((x, band), (x + 3, band + 60)), sign), cloths.main, 0.5)
                canvas.shade(side(outline((x, band), (x + 5, band), (x + 5, band + 52)), sign), 0.35, 2)

    def _sew_front_pocket(self, canvas: Canvas, cloths: Cloths, sign: int) -> None:
        band = _TOP + self.high
        if self.style == "jeans":
            scoop = outline((self.waist - 34, band), (self.waist - 30, band + 34, self.waist + 9, band + 34))
            canvas.seam(side(scoop, sign), cloths.main, 0.7)
            canvas.stitches(side(scoop + np.array([0.5, 3.0], np.float32), sign), cloths.thread, 4, 0.9)
            canvas.disc(sign * (self.waist - 31), band + 6, 2.4, cloths.metal)
            canvas.stitches(
                side(outline((self.hip - 4, band + 40), (self.hip - 1, self.crotch + 40)), sign),
                cloths.thread,
                4,
                0.8,
                0.6,
            )
        else:
            slit = outline((self.waist - 18, band + 2), (self.hip - 4, band + 62))
            canvas.seam(side(slit, sign), cloths.main, 0.75)
            canvas.shade(
                side(outline((self.waist - 18, band), (self.hip - 2, band + 64), (self.hip - 8, band + 64)), sign),
                0.3,
                2,
            )
        if self.style == "cargo":
            x, y = sign * (self.thigh * 0.82), self.crotch + 66
            patch_pocket(canvas, x, y, (46, 68), cloths.main, cloths.thread)
            flap_pocket(canvas, x, y - 3, (50, 22), cloths.main)
            sew_button(canvas, x, y + 12, 3.2, cloths.buttons)

    def _finish_back(self, canvas: Canvas, cloths: Cloths) -> None:
        band = _TOP + self.high
        for sign in (-1, 1):
            x = sign * self.waist * 0.56
            if self.style in ("jeans", "cargo"):
                yoke = outline((0, band + 34), (self.waist + 4, band + 14))
                canvas.seam(side(yoke, sign), cloths.main, 0.5)
                canvas.stitches(side(yoke + np.array([0.0, 2.5], np.float32), sign), cloths.thread, 4, 0.9)
                patch_pocket(canvas, x, band + 42, (46, 54), cloths.main, cloths.thread)
            elif self.style != "palazzo":
                welt_pocket(canvas, x, band + 44, (44, 7), cloths.main)
                sew_button(canvas, x, band + 54, 3, cloths.buttons)
            dart = outline((x, band), (x, band + 30))
            canvas.seam(dart, cloths.main, 0.3)

    def _sew_waistband(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        w, low = self.waist, _TOP + self.high
        band = outline((-w, _TOP), (0, _TOP + 3, w, _TOP), (w + 2, low), (0, low + 4, -w - 2, low))
        cloth = cloths.accent if self.style == "jogger" else cloths.main
        canvas.panel(band, cloth, Relief(0.6, 0.2), drop=0.35, edge=0.35)
        if view == "front":
            canvas.panel(
                both(outline((0, _TOP - 5), (w * 0.6, _TOP - 4, w - 1, _TOP), (w * 0.6, _TOP + 3, 0, _TOP + 3))),
                cloths.lining,
                Relief(0.2, 0.2),
            )
        if self.style == "jogger":
            for sign in (-1, 1):
                canvas.line(
                    outline((sign * 5, low - 6), (sign * 14, low + 30, sign * 10, low + 62)), cloths.thread, 3.4
                )
            return
        for x in (-w * 0.86, -w * 0.44, w * 0.44, w * 0.86):
            canvas.panel(
                rectangle(x - 3, _TOP - 1, x + 3, low + 6, 1), cloths.main, Relief(0.6, 0.1), drop=0.4, edge=0.3
            )
        if self.sash:
            tie_sash(canvas, cloths.main, self.waist, _TOP + self.high * 0.5, front=view == "front")
        elif view == "front":
            sew_button(
                canvas, 6, _TOP + self.high * 0.55, 4.2, cloths.metal if self.style == "jeans" else cloths.buttons
            )

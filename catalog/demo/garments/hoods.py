"""Hooded things: hoodies, parkas, puffer jackets, anoraks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.emblems import print_emblem
from catalog.demo.garments.torso import Torso, body_folds, body_half, front_half, sew_back, sew_cuffs, sew_sleeves
from catalog.demo.notions import (
    flap_pocket,
    hang_cord,
    lay_fur,
    patch_pocket,
    sew_button,
    sew_zip,
    welt_pocket,
    zip_pocket,
)
from catalog.demo.outline import Points, both, outline, rectangle, side
from catalog.demo.relief import Fold, Relief


@dataclass(frozen=True)
class Hood:
    """A hooded jacket's cut.

    Attributes:
        torso: its measures; `top` must leave room for the hood.
        top_side: +1 men, -1 women: the side whose front lies on top.
        closure: "pullover", "half zip", "zip" or "placket" (a flap with snaps over the zip).
        hood: half width of the hood.
        fur: whether the hood's rim is furred.
        pocket: "kangaroo", "flap", "welt", "patch", "zip" or "none".
        ribbed: whether cuffs and hem are ribbed.
        cord: whether cords hang from the hood.
        waist_cord: whether the waist is drawn in.
        block: the part in the accent cloth: "none", "yoke", "sleeves", "hood", "band" or "lower".
        emblem: what is on the chest: "none", "disc", "bars", "chevron" or "letter".
    """

    torso: Torso
    top_side: int = 1
    closure: str = "zip"
    hood: float = 56
    fur: bool = False
    pocket: str = "kangaroo"
    ribbed: bool = True
    cord: bool = True
    waist_cord: bool = False
    block: str = "none"
    emblem: str = "none"

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, self.torso.top + 30

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        t = self.torso
        sleeves = cloths.accent if self.block == "sleeves" else cloths.main
        if view != "back":
            self._draw_hood_inside(canvas, cloths)
        sew_sleeves(canvas, t, sleeves)
        if self.ribbed:
            sew_cuffs(canvas, t, self._ribbing(cloths), 26, 0.92)
        if view == "back":
            self._draw_back(canvas, cloths)
        else:
            self._draw_front(canvas, cloths)

    def _ribbing(self, cloths: Cloths) -> Cloth:
        return cloths.accent if self.block in ("hood", "lower") else cloths.main

    def _draw_front(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        if self.closure in ("pullover", "half zip"):
            folds = body_folds(t, 1) + body_folds(t, -1)
            canvas.panel(both(body_half(t)), cloths.main, Relief(1.1), folds=folds, drop=0.42, edge=0.25)
        else:
            for sign in (-self.top_side, self.top_side):
                folds = body_folds(t, sign, self.waist_cord)
                shape = front_half(t, sign, 2, t.top + 30)
                canvas.panel(shape, cloths.main, Relief(1.1), folds=folds, drop=0.35, edge=0.25)
        self._block(canvas, cloths)
        self._finish_hem(canvas, cloths)
        self._sew_pockets(canvas, cloths)
        self._close(canvas, cloths)
        print_emblem(canvas, cloths, self.emblem, self.torso.armpit + 34)
        self._draw_hood_rim(canvas, cloths)

    def _draw_back(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        sew_back(canvas, t, cloths.main, centre=False, yoke=52 if self.block in ("yoke", "none") else 0)
        self._block(canvas, cloths)
        self._finish_hem(canvas, cloths)
        hood = cloths.accent if self.block == "hood" else cloths.main
        shape = both(
            outline(
                (0, 22),
                (self.hood * 0.75, 20, self.hood + 4, 66),
                (self.hood + 8, t.top, t.neck + 14, t.top + 18),
                (t.neck * 0.9, t.top + 46, 0, t.top + 50),
            )
        )
        folds = [Fold(side(outline((10, t.top + 30), (40, t.top + 4, 50, t.top - 34)), s), 13, -0.4) for s in (-1, 1)]
        canvas.panel(shape, hood, Relief(1.3), folds=folds, drop=0.5, edge=0.25)
        canvas.seam(outline((0, 22), (0, t.top + 49)), hood, 0.5)
        if self.fur:
            lay_fur(
                canvas,
                outline((-self.hood - 4, 72), (-self.hood * 0.8, 18, 0, 20), (self.hood * 0.8, 18, self.hood + 4, 72)),
                30,
                cloths.accent.rgb,
                900,
            )

    def _hood_half(self) -> Points:
        t = self.torso
        return outline(
            (0, 14),
            (self.hood * 0.72, 12, self.hood, 58),
            (self.hood + 8, t.top - 22, t.neck + 16, t.top + 16),
            (t.neck * 0.8, t.top + 46, 0, t.top + 48),
        )

    def _opening_half(self) -> Points:
        t = self.torso
        return outline(
            (0, 38),
            (self.hood * 0.58, 38, self.hood - 17, 72),
            (self.hood - 16, t.top - 6, t.neck * 0.5, t.top + 28),
            (0, t.top + 50),
        )

    def _draw_hood_inside(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        hood = cloths.accent if self.block == "hood" else cloths.main
        folds = [
            Fold(side(outline((self.hood - 4, 50), (self.hood + 2, t.top - 20, t.neck + 8, t.top + 10)), s), 10, 0.4)
            for s in (-1, 1)
        ]
        canvas.panel(both(self._hood_half()), hood, Relief(1.4), folds=folds, edge=0.2)
        opening = both(self._opening_half())
        canvas.panel(opening, cloths.lining, Relief(0.3))
        canvas.shade(
            both(
                outline((0, 50), (self.hood * 0.4, 52, self.hood - 24, 80), (t.neck * 0.5, t.top + 20), (0, t.top + 40))
            ),
            0.5,
            12,
        )
        canvas.seam(outline((0, 14), (0, 38)), hood, 0.5)

    def _draw_hood_rim(self, canvas: Canvas, cloths: Cloths) -> None:
        """The hood's front edge, which comes down over the chest on both sides of the opening."""
        t = self.torso
        hood = cloths.accent if self.block == "hood" else cloths.main
        for sign in (-1, 1):
            edge = self._opening_half()
            lip = np.concatenate(
                [
                    edge,
                    outline(
                        (0, t.top + 60),
                        (t.neck * 0.8, t.top + 44, t.neck + 17, t.top + 17),
                        (self.hood + 2, t.top - 20, self.hood - 4, 74),
                        (self.hood * 0.7, 28, 0, 27),
                    ),
                ]
            )
            canvas.panel(side(lip, sign), hood, Relief(0.9, 0.4), drop=0.45, edge=0.2)
            canvas.seam(side(edge * np.array([1.12, 1.0], np.float32) + np.array([0, -4], np.float32), sign), hood, 0.3)
        if self.fur:
            for sign in (-1, 1):
                lay_fur(
                    canvas,
                    side(
                        outline(
                            (0, 26), (self.hood * 0.9, 24, self.hood - 2, 78), (self.hood - 4, t.top, 10, t.top + 42)
                        ),
                        sign,
                    ),
                    32,
                    cloths.accent.rgb,
                    800,
                )
        if self.cord:
            for sign, length in ((-1, 92), (1, 84)):
                start = side(outline((16, t.top + 34), (20, t.top + 60, 17, t.top + 34 + length)), sign)
                canvas.disc(float(start[0, 0]), float(start[0, 1]), 3.4, cloths.metal)
                hang_cord(canvas, start, cloths.thread, 4.2, cloths.metal)

    def _block(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        y = t.top + t.slope
        if self.block == "yoke":
            low = t.armpit - 18
            shape = both(
                outline(
                    (0, t.top + 3),
                    (t.neck, t.top),
                    (t.shoulder - 3, y - 1),
                    (t.shoulder - 10, y + 36, t.chest - 7, low),
                    (t.chest * 0.5, low + 8, 0, low + 8),
                )
            )
            canvas.panel(shape, cloths.accent, Relief(0.8), edge=0.3)
        if self.block == "band":
            shape = both(
                outline(
                    (0, t.armpit + 22), (t.chest - 2, t.armpit + 20), (t.waist + 3, t.armpit + 66), (0, t.armpit + 68)
                )
            )
            canvas.panel(shape, cloths.accent, Relief(0.9), edge=0.3)
        if self.block == "lower":
            shape = both(
                outline(
                    (0, t.waist_y - 6),
                    (t.waist, t.waist_y - 8),
                    (t.waist, t.waist_y + 26, t.hip, t.hip_y - 20, t.hip, t.hip_y),
                    (t.hem, t.length),
                    (0, t.length + 4),
                )
            )
            canvas.panel(shape, cloths.accent, Relief(1.0), edge=0.3)

    def _finish_hem(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        if self.ribbed:
            band = both(
                outline(
                    (0, t.length - 22),
                    (t.hem - 1, t.length - 24),
                    (t.hem - 5, t.length + 3),
                    (t.hem * 0.5, t.length + 7, 0, t.length + 7),
                )
            )
            canvas.panel(band, self._ribbing(cloths), Relief(0.8, 0.2), drop=0.35, edge=0.3)
            canvas.seam(both(outline((0, t.length - 22), (t.hem - 1, t.length - 24))), cloths.main, 0.4)
        else:
            canvas.stitches(
                outline((-t.hem + 3, t.length - 9), (0, t.length - 5, t.hem - 3, t.length - 9)),
                cloths.thread,
                4.5,
                0.9,
                0.6,
            )
        if self.waist_cord:
            canvas.seam(outline((-t.waist, t.waist_y), (0, t.waist_y + 5, t.waist, t.waist_y)), cloths.main, 0.6)
            canvas.seam(
                outline((-t.waist, t.waist_y + 8), (0, t.waist_y + 13, t.waist, t.waist_y + 8)), cloths.main, 0.5
            )

    def _sew_pockets(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        y = max(t.waist_y + 8, t.length - 130)
        x = t.hip * 0.56
        if self.pocket == "kangaroo":
            half = outline((0, y - 12), (40, y - 12), (t.hip * 0.74, y + 48), (t.hip * 0.74, y + 78), (0, y + 80))
            canvas.panel(both(half), cloths.main, Relief(0.5, 0.6), drop=0.4, edge=0.3)
            for sign in (-1, 1):
                canvas.stitches(side(outline((37, y - 8), (t.hip * 0.70, y + 49)), sign), cloths.thread, 4, 0.9, 0.6)
        for sign in (-1, 1):
            match self.pocket:
                case "flap":
                    patch_pocket(canvas, sign * x, y + 6, (58, 62), cloths.main)
                    flap_pocket(canvas, sign * x, y, (62, 22), cloths.main)
                    sew_button(canvas, sign * x, y + 14, 3.6, cloths.metal)
                case "patch":
                    patch_pocket(canvas, sign * x, y, (60, 70), cloths.main, cloths.thread)
                case "welt":
                    welt_pocket(canvas, sign * x * 1.1, y + 24, (58, 12), cloths.main, -sign * 68)
                case "zip":
                    zip_pocket(canvas, sign * x * 1.1, y + 20, 58, sign * 16, cloths.main.rgb, cloths.metal)

    def _close(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        line = outline((0, t.top + 56), (0, t.length + 4))
        if self.closure == "zip":
            sew_zip(canvas, line, cloths.main.rgb, cloths.metal, 7)
        elif self.closure == "half zip":
            sew_zip(canvas, outline((0, t.top + 56), (0, t.armpit + 60)), cloths.main.rgb, cloths.metal, 7)
        elif self.closure == "placket":
            x = self.top_side * 3
            canvas.panel(
                rectangle(x - 15, t.top + 50, x + 15, t.length + 3, 3),
                cloths.main,
                Relief(0.7, 0.3),
                drop=0.45,
                edge=0.35,
            )
            for y in np.linspace(t.top + 74, t.length - 22, 6):
                sew_button(canvas, x, float(y), 4.4, cloths.metal)

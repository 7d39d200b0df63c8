"""Shirts and blouses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.torso import Torso, body_folds, front_half, line_neck, sew_back, sew_cuffs, sew_sleeves
from catalog.demo.notions import button_row, flap_pocket, patch_pocket, sew_button
from catalog.demo.outline import both, outline, rectangle, side
from catalog.demo.palette import lighten
from catalog.demo.relief import Fold, Relief


@dataclass(frozen=True)
class Shirt:
    """A shirt's cut.

    Attributes:
        torso: its measures.
        top_side: +1 men, -1 women: the side whose front lies on top.
        collar: "classic", "button-down", "band", "camp", "bow", "round", "ruffle" or "none" (a V).
        spread: how far the collar's points stand apart, 0 to 1.
        placket: "full", "hidden" or "half".
        pockets: 0, 1 or 2 on the chest; `flaps` on them.
        cuff: height of the cuffs; 0 for a plain hem.
        tail: how far the hem is rounded.
        frill: whether frills run along the front.
        tie: whether a sash ties the waist.
    """

    torso: Torso
    top_side: int = 1
    collar: str = "classic"
    spread: float = 0.4
    placket: str = "full"
    pockets: int = 1
    flaps: bool = False
    cuff: float = 24
    tail: float = 26
    frill: bool = False
    tie: bool = False

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, self.torso.top + 70

    @property
    def neck_y(self) -> float:
        """Where the collar closes."""
        return self.torso.top + {"none": 96, "camp": 74, "band": 20}.get(self.collar, 26)

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        t = self.torso
        sew_sleeves(canvas, t, cloths.main)
        if self.cuff:
            sew_cuffs(canvas, t, cloths.main, self.cuff, 0.96 if t.puff or t.cuff < 44 else 1.0)
        if view == "back":
            sew_back(canvas, t, cloths.main, centre=False, yoke=30)
            for sign in (-1, 1):
                canvas.seam(side(outline((12, t.top + t.slope + 36), (10, t.length - 30)), sign), cloths.main, 0.18)
            self._sew_back_collar(canvas, cloths)
        else:
            self._draw_front(canvas, cloths)
        if self.tie:
            self._tie_sash(canvas, cloths, view)

    def _draw_front(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        line_neck(canvas, t, cloths.main, self.neck_y)
        for sign in (-self.top_side, self.top_side):
            shape = front_half(t, sign, 9, self.neck_y, self.tail)
            canvas.panel(shape, cloths.main, Relief(1.0, 1.0), folds=body_folds(t, sign, self.tie), drop=0.3, edge=0.22)
            if t.chest - t.waist > 10:
                dart = outline((t.chest * 0.5, t.armpit + 24), (t.waist * 0.5, t.waist_y, t.hip * 0.52, t.hip_y + 10))
                canvas.seam(side(dart, sign), cloths.main, 0.22)
        self._sew_placket(canvas, cloths)
        self._sew_pockets(canvas, cloths)
        if self.frill:
            self._sew_frills(canvas, cloths)
        self._sew_collar(canvas, cloths)

    def _sew_placket(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        end = t.length - 6 if self.placket != "half" else t.waist_y - 10
        strip = rectangle(-10, self.neck_y - 2, 10, end, 1)
        canvas.panel(strip, cloths.main, Relief(0.5, 0.3), drop=0.3, edge=0.28)
        if self.placket == "hidden":
            sew_button(canvas, 0, self.neck_y + 8, 4, cloths.buttons)
            return
        for x in (-7.5, 7.5):
            canvas.stitches(outline((x, self.neck_y), (x, end - 2)), cloths.thread, 3.4, 0.7, 0.5)
        button_row(canvas, (0, self.neck_y + 16), end - 34, 6 if self.placket == "full" else 3, 4.2, cloths.buttons)

    def _sew_pockets(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        for sign in (1, -1)[: self.pockets]:
            x, y = sign * t.chest * 0.5, t.armpit - 2
            patch_pocket(canvas, x, y, (48, 54), cloths.main, cloths.thread)
            if self.flaps:
                flap_pocket(canvas, x, y - 3, (51, 19), cloths.main)
                sew_button(canvas, x, y + 9, 3.2, cloths.buttons)

    def _sew_frills(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        for sign in (-1, 1):
            for column in range(2):
                x = 12 + column * 15
                y = np.linspace(t.top + 34, t.waist_y + 24, 34)
                wave = np.sin(np.arange(34) * 1.4 + column) * 3
                outer = np.stack([x + 13 + wave, y], 1)
                inner = np.stack([np.full(34, x), y], 1)[::-1]
                folds = [Fold(outline((x, float(v)), (x + 16, float(v) + 2)), 4, 0.7) for v in y[::3]]
                folds = [Fold(side(fold.path, sign), fold.width, fold.depth) for fold in folds]
                shape = side(np.concatenate([outer, inner]).astype(np.float32), sign)
                canvas.panel(shape, cloths.main, Relief(0.5, 0.2), folds=folds, drop=0.3, edge=0.2)

    def _sew_collar(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        match self.collar:
            case "band":
                self._sew_stand(canvas, cloths)
            case "bow":
                self._sew_stand(canvas, cloths)
                self._tie_bow(canvas, cloths)
            case "ruffle":
                self._sew_ruffle(canvas, cloths)
            case "none":
                edge = outline((t.neck, t.top), (t.neck * 0.72, t.top + 24, 0, self.neck_y + 4))
                for sign in (-1, 1):
                    canvas.ribbon(side(edge, sign), 8, cloths.main, drop=0.3, edge=0.2)
            case _:
                self._sew_leaves(canvas, cloths)

    def _sew_stand(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        inside = outline(
            (0, t.top - 19),
            (t.neck * 0.8, t.top - 19, t.neck - 1, t.top - 9),
            (t.neck * 0.8, t.top + 6),
            (0, t.top + 4),
        )
        canvas.panel(both(inside), cloths.main, Relief(0.4, 0.2), edge=0.25)
        canvas.shade(both(inside), 0.25, 4)
        front = outline(
            (0, self.neck_y - 9),
            (t.neck * 0.66, t.top + 14, t.neck - 3, t.top - 15),
            (t.neck + 2, t.top - 14),
            (t.neck + 7, t.top + 2),
            (t.neck * 0.85, t.top + 26, 0, self.neck_y + 8),
        )
        canvas.panel(both(front), cloths.main, Relief(0.7, 0.2), drop=0.35, edge=0.3)

    def _sew_leaves(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        band = both(
            outline(
                (0, t.top - 20),
                (t.neck * 0.8, t.top - 20, t.neck + 1, t.top - 6),
                (t.neck - 4, t.top + 8),
                (t.neck * 0.6, t.top - 1, 0, t.top - 1),
            )
        )
        canvas.panel(band, cloths.main, Relief(0.5, 0.2), edge=0.28)
        low = self.neck_y if self.collar != "camp" else t.top + 52
        tip_x, tip_y = t.neck * 0.55 + 24 * self.spread + 8, low + 34 - 10 * self.spread
        for sign in (-1, 1):
            leaf = outline(
                (0, self.neck_y),
                (t.neck * 0.6, t.top + 12, t.neck - 3, t.top - 12),
                (t.neck + 6, t.top - 8, t.neck + 10, t.top + 8),
                (tip_x, tip_y),
                (0, self.neck_y),
            )
            if self.collar == "round":
                leaf = outline(
                    (0, self.neck_y - 2),
                    (t.neck * 0.6, t.top + 12, t.neck - 3, t.top - 12),
                    (t.neck + 10, t.top - 6, t.neck + 15, t.top + 12),
                    (t.neck + 12, low + 34, t.neck * 0.5, low + 26),
                    (4, low + 22, 0, self.neck_y - 2),
                )
            cloth = cloths.accent if self.collar == "round" else cloths.main
            canvas.panel(side(leaf, sign), cloth, Relief(0.35, 0.2), drop=0.45, edge=0.32)
            if self.collar == "button-down":
                sew_button(canvas, sign * (tip_x - 2), tip_y - 6, 2.8, cloths.buttons)
        if self.collar in ("classic", "button-down"):
            sew_button(canvas, 0, self.neck_y + 3, 3.8, cloths.buttons)

    def _tie_bow(self, canvas: Canvas, cloths: Cloths) -> None:
        y = self.neck_y + 8
        for sign in (-1, 1):
            tail = outline((2, y), (10, y + 60, 20, y + 104), (42, y + 96), (30, y + 50, 12, y - 2))
            canvas.panel(
                side(tail, sign),
                cloths.main,
                Relief(1.0, 1.0),
                folds=[Fold(side(outline((8, y + 8), (24, y + 90)), sign), 6, 0.5)],
                drop=0.4,
                edge=0.25,
            )
        for sign in (-1, 1):
            loop = outline((0, y - 5), (24, y - 30, 52, y - 22), (62, y - 4, 50, y + 20), (24, y + 18, 0, y + 6))
            canvas.panel(
                side(loop, sign),
                cloths.main,
                Relief(1.3, 0.5),
                folds=[Fold(side(outline((2, y), (34, y - 6)), sign), 7, -0.6)],
                drop=0.45,
                edge=0.25,
            )
        canvas.panel(rectangle(-9, y - 10, 9, y + 11, 5), cloths.main, Relief(1.3, 0.3), drop=0.4, edge=0.3)

    def _sew_ruffle(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        angles = np.linspace(-0.15, np.pi + 0.15, 60)
        wave = 1 + 0.08 * np.sin(np.arange(60) * 1.7)
        outer = np.stack([np.cos(angles) * (t.neck + 24) * wave, t.top - 4 + np.sin(angles) * 58 * wave], 1)
        inner = np.stack([np.cos(angles) * (t.neck - 4), t.top - 8 + np.sin(angles) * 32], 1)[::-1]
        folds = [Fold(np.stack([inner[59 - k], outer[k]]).astype(np.float32), 4.5, 0.8) for k in range(1, 60, 3)]
        canvas.panel(
            np.concatenate([outer, inner]).astype(np.float32),
            cloths.main,
            Relief(0.6, 0.2),
            folds=folds,
            drop=0.45,
            edge=0.25,
        )

    def _sew_back_collar(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        low = 4 if self.collar in ("band", "none", "ruffle") else 20
        half = outline(
            (0, t.top - 16),
            (t.neck * 0.7, t.top - 16, t.neck + 4, t.top + 2),
            (t.neck * 0.7, t.top + low, 0, t.top + low),
        )
        canvas.panel(
            both(half), cloths.accent if self.collar == "round" else cloths.main, Relief(0.6, 0.2), drop=0.4, edge=0.3
        )

    def _tie_sash(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        t = self.torso
        w, y = t.waist + 1, t.waist_y
        canvas.panel(
            outline((-w, y - 9), (0, y - 4, w, y - 9), (w, y + 8), (0, y + 13, -w, y + 8)),
            cloths.accent,
            Relief(0.9, 0.4),
            drop=0.4,
            edge=0.3,
        )
        if view == "front":
            for dx, length in ((20, 74), (38, 62)):
                tail = outline((14, y), (dx - 2, y + length), (dx + 14, y + length - 3), (24, y))
                canvas.panel(tail, cloths.accent, Relief(0.9, 0.5), drop=0.4, edge=0.3)
            canvas.panel(rectangle(10, y - 10, 28, y + 13, 6), cloths.accent, Relief(1.2), drop=0.4, edge=0.3)


def dress_shirt(canvas: Canvas, torso: Torso, cloths: Cloths, depth: float) -> None:
    """Only what a jacket shows of a shirt: its chest down to `depth`, collar and placket."""
    t = torso
    half = outline((0, t.top - 6), (t.neck + 2, t.top - 4), (t.neck + 40, t.top + 30), (t.neck + 30, depth), (0, depth))
    canvas.panel(both(half), cloths.main, Relief(0.5, 0.5))
    canvas.seam(outline((9, t.top + 30), (9, depth)), cloths.main, 0.25)
    for y in np.arange(t.top + 62, depth, 44):
        sew_button(canvas, 0, float(y), 3.4, lighten(cloths.main.rgb, 0.4))
    Shirt(t, collar="classic", spread=0.55)._sew_leaves(canvas, cloths)

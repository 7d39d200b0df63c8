"""Bags: totes, satchels, backpacks, buckets, weekenders, clutches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth, dye
from catalog.demo.garments.bag_bodies import outline_body
from catalog.demo.garments.cloths import Cloths
from catalog.demo.notions import sew_buckle, sew_zip
from catalog.demo.outline import Points, both, outline, rectangle
from catalog.demo.palette import lighten
from catalog.demo.relief import Fold, Relief

_STIFF = Relief(roundness=0.75, crumple=0.4, run=1.2)


@dataclass(frozen=True)
class Bag:
    """A bag's cut.

    Attributes:
        style: "tote", "satchel", "backpack", "bucket", "weekender", "clutch", "flap" or "top handle".
        width: half width; `height` of the body.
        taper: how much wider (or narrower, below 0) the top is.
        strap: reach of the handles above the body.
        pocket: whether a pocket sits on the front.
        tassel: whether a tassel hangs from it.
        chain: whether the strap is a chain.
        buckles: how many straps close the flap.
        flap: how far the flap comes down, 0-1 of the height.
    """

    style: str = "tote"
    width: float = 130
    height: float = 230
    taper: float = 14
    strap: float = 130
    pocket: bool = False
    tassel: bool = False
    chain: bool = False
    buckles: int = 2
    flap: float = 0.55

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, self._top + self.height * 0.35

    @property
    def _top(self) -> float:
        return 500 - self.height

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        front = view == "front"
        self._draw_straps(canvas, cloths, behind=True)
        body = outline_body(self.style, self.width, self.height, self.taper)
        folds = [
            Fold(
                outline((s * self.width * 0.7, 500 - 40), (s * self.width * 0.4, 470, s * self.width * 0.1, 492)),
                12,
                0.35,
            )
            for s in (-1, 1)
        ]
        canvas.panel(body, cloths.main, _STIFF, folds=folds, drop=0.3, edge=0.35)
        inset = body * np.array([0.95, 1], np.float32) + np.array([0, -4], np.float32)
        canvas.stitches(inset[: len(inset)], cloths.thread, 4.2, 0.9, 0.55)
        self._finish(canvas, cloths, front)
        self._draw_straps(canvas, cloths, behind=False)
        if self.tassel and front:
            self._hang_tassel(canvas, cloths)

    def _draw_straps(self, canvas: Canvas, cloths: Cloths, *, behind: bool) -> None:
        top, w = self._top, self.width
        strap = cloths.accent
        shift = -8.0 if behind else 0.0
        match self.style:
            case "tote" | "weekender":
                reach, start = w * 0.46, top + (34 if not behind else 4)
                arch = outline(
                    (-reach, start + 18),
                    (-reach, top - 20),
                    (-reach * 0.9, top - self.strap + shift, 0, top - self.strap + shift),
                    (reach * 0.9, top - self.strap + shift, reach, top - 20),
                    (reach, start + 18),
                )
                canvas.ribbon(arch, 13, strap, drop=0.4 if not behind else 0.1, edge=0.35)
                if not behind:
                    for x in (-reach, reach):
                        canvas.panel(
                            rectangle(x - 10, start, x + 10, start + 34, 3), strap, _STIFF, drop=0.4, edge=0.35
                        )
                        for dy in (8, 26):
                            canvas.disc(x, start + dy, 2.6, cloths.metal)
            case "backpack" if behind:
                for sign in (-1, 1):
                    canvas.ribbon(
                        outline((sign * w * 0.5, top + 40), (sign * (w + 50), top + 60, sign * (w + 2), 480)),
                        24,
                        strap,
                        edge=0.3,
                    )
                canvas.ribbon(
                    outline((-26, top + 6), (-24, top - 36, 0, top - 36), (24, top - 36, 26, top + 6)),
                    12,
                    strap,
                    edge=0.35,
                )
            case "top handle" if not behind:
                arch = outline(
                    (-w * 0.36, top + 8),
                    (-w * 0.34, top - self.strap, 0, top - self.strap),
                    (w * 0.34, top - self.strap, w * 0.36, top + 8),
                )
                canvas.ribbon(arch, 14, strap, drop=0.3, edge=0.35)
                for x in (-w * 0.36, w * 0.36):
                    sew_buckle(canvas, x, top + 8, (20, 15), cloths.metal)
            case "satchel" | "flap" | "bucket" if behind:
                path = outline(
                    (-w + 6, top + 22),
                    (-w * 0.9, top - self.strap * 1.6, 0, top - self.strap * 1.5),
                    (w * 0.9, top - self.strap * 1.6, w - 6, top + 22),
                )
                if self.chain:
                    self._hang_chain(canvas, cloths, path)
                else:
                    canvas.ribbon(path, 11, strap, edge=0.35)

    def _hang_chain(self, canvas: Canvas, cloths: Cloths, path: Points) -> None:
        canvas.ribbon(path, 8, dye(lighten(cloths.metal, -0.25), "smooth leather"), drop=0.0)
        canvas.stitches(path, lighten(cloths.metal, 0.45), 9, 5)
        canvas.stitches(path + np.array([0, 4], np.float32), lighten(cloths.metal, -0.7), 9, 2)

    def _finish(self, canvas: Canvas, cloths: Cloths, front: bool) -> None:
        top, w = self._top, self.width
        match self.style:
            case "satchel" | "flap" | "clutch":
                if front:
                    self._sew_flap(canvas, cloths)
                else:
                    self._sew_back_pocket(canvas, cloths)
            case "backpack":
                self._finish_backpack(canvas, cloths, front)
            case "bucket":
                for x in np.linspace(-w * 0.78, w * 0.78, 7):
                    canvas.disc(float(x), top + 30, 5, cloths.metal)
                canvas.ribbon(outline((-w * 0.8, top + 31), (0, top + 38, w * 0.8, top + 31)), 5, cloths.accent)
                canvas.panel(
                    both(outline((0, 452), (w, 450), (w, 476), (w, 500, w - 24, 500), (0, 504))),
                    cloths.accent,
                    _STIFF,
                    edge=0.35,
                )
            case "weekender" | "top handle":
                sew_zip(canvas, outline((-w * 0.7, top + 9), (w * 0.7, top + 9)), cloths.main.rgb, cloths.metal, 6)
                for sign in (-1, 1):
                    canvas.panel(
                        outline((sign * w * 0.99, 500 - 8), (sign * w * 0.99, 440), (sign * w * 0.5, 500)),
                        cloths.accent,
                        _STIFF,
                        edge=0.35,
                    )
                if self.pocket and front:
                    canvas.panel(
                        rectangle(-w * 0.5, top + 66, w * 0.5, 478, 12), cloths.main, _STIFF, drop=0.4, edge=0.35
                    )
                    sew_zip(
                        canvas, outline((-w * 0.42, top + 80), (w * 0.42, top + 80)), cloths.main.rgb, cloths.metal, 4
                    )
            case _:
                canvas.seam(outline((-w - self.taper + 2, top + 24), (w + self.taper - 2, top + 24)), cloths.main, 0.45)
                if self.pocket and front:
                    canvas.panel(
                        rectangle(-w * 0.48, top + 84, w * 0.48, top + 84 + self.height * 0.46, 8),
                        cloths.accent,
                        _STIFF,
                        drop=0.4,
                        edge=0.35,
                    )
                    canvas.stitches(
                        rectangle(-w * 0.45, top + 88, w * 0.45, top + 80 + self.height * 0.46, 7),
                        cloths.thread,
                        4,
                        0.9,
                    )

    def _sew_back_pocket(self, canvas: Canvas, cloths: Cloths) -> None:
        w, top = self.width, self._top
        canvas.seam(outline((-w * 0.9, top + 18), (w * 0.9, top + 18)), cloths.main, 0.5)
        sew_zip(
            canvas,
            outline((-w * 0.6, top + self.height * 0.3), (w * 0.6, top + self.height * 0.3)),
            cloths.main.rgb,
            cloths.metal,
            5,
        )

    def _sew_flap(self, canvas: Canvas, cloths: Cloths) -> None:
        w, top = self.width + self.taper + 2, self._top
        low = top + self.height * self.flap
        if self.style == "clutch":
            half = outline((0, top - 2), (w - 6, top - 2), (w, top, w, top + 12), (w * 0.4, low - 6, 0, low))
        else:
            half = outline(
                (0, top - 5),
                (w - 10, top - 5),
                (w, top - 4, w, top + 12),
                (w - 3, low - 26),
                (w - 4, low, w - 30, low),
                (0, low + 3),
            )
        canvas.panel(both(half), cloths.main, _STIFF, drop=0.5, edge=0.35)
        canvas.stitches(
            both(half * np.array([0.95, 1], np.float32) + np.array([0, -5], np.float32))[8:-8],
            cloths.thread,
            4.2,
            0.9,
            0.6,
        )
        if self.style != "satchel":
            canvas.panel(
                rectangle(-15, low - 22, 15, low + 10, 6), self._metal(cloths), Relief(1.0, 0.1), drop=0.5, edge=0.4
            )
            canvas.disc(0, low - 6, 5, lighten(cloths.metal, -0.2))
            return
        for x in [0.0] if self.buckles == 1 else [-w * 0.5, w * 0.5]:
            canvas.panel(rectangle(x - 12, top + 14, x + 12, low + 48, 6), cloths.accent, _STIFF, drop=0.45, edge=0.35)
            sew_buckle(canvas, x, low + 14, (30, 22), cloths.metal)

    @staticmethod
    def _metal(cloths: Cloths) -> Cloth:
        return dye(cloths.metal, "smooth leather")

    def _finish_backpack(self, canvas: Canvas, cloths: Cloths, front: bool) -> None:
        w, top = self.width, self._top
        if not front:
            for sign in (-1, 1):
                canvas.ribbon(
                    outline((sign * 18, top + 24), (sign * w * 0.9, top + 60, sign * w * 0.7, 486)),
                    30,
                    cloths.accent,
                    drop=0.5,
                    edge=0.35,
                )
            return
        arc = outline(
            (-w * 0.94, top + 96), (-w * 0.86, top + 22, 0, top + 20), (w * 0.86, top + 22, w * 0.94, top + 96)
        )
        sew_zip(canvas, arc, cloths.main.rgb, cloths.metal, 5)
        pocket = rectangle(-w * 0.74, 500 - self.height * 0.46, w * 0.74, 486, 22)
        canvas.panel(pocket, cloths.accent if self.pocket else cloths.main, _STIFF, drop=0.5, edge=0.35)
        sew_zip(
            canvas,
            outline((-w * 0.6, 500 - self.height * 0.38), (w * 0.6, 500 - self.height * 0.38)),
            cloths.main.rgb,
            cloths.metal,
            5,
        )
        if self.buckles == 2:
            for sign in (-1, 1):
                canvas.panel(
                    rectangle(sign * w * 0.44 - 9, top + 50, sign * w * 0.44 + 9, 500 - self.height * 0.3, 4),
                    cloths.accent,
                    _STIFF,
                    drop=0.45,
                    edge=0.35,
                )
                sew_buckle(canvas, sign * w * 0.44, 500 - self.height * 0.34, (23, 18), cloths.metal)

    def _hang_tassel(self, canvas: Canvas, cloths: Cloths) -> None:
        x, y = self.width * 0.56, self._top + 26
        canvas.line(outline((x - 10, y - 30), (x, y)), cloths.accent.rgb, 2.4)
        threads = [outline((x, y + 12), (x + dx * 0.6, y + 40, x + dx, y + 66)) for dx in np.linspace(-11, 11, 16)]
        canvas.hairs(threads, [lighten(cloths.accent.rgb, 0.2 if k % 3 else -0.3) for k in range(16)], 1.8)
        canvas.panel(rectangle(x - 6, y, x + 6, y + 16, 3), cloths.accent, Relief(1.2, 0.1), drop=0.4, edge=0.3)

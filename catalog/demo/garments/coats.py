"""Coats: overcoats, pea coats, trench coats, wraps and capes of wool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.collars import sew_collar, sew_lapel
from catalog.demo.garments.torso import (
    Torso,
    body_folds,
    cuff_band,
    front_half,
    line_neck,
    sew_back,
    sew_cuffs,
    sew_sleeves,
)
from catalog.demo.notions import (
    button_row,
    flap_pocket,
    patch_pocket,
    sew_buckle,
    sew_button,
    sew_toggle,
    sew_zip,
    welt_pocket,
    zip_pocket,
)
from catalog.demo.outline import Points, outline, rectangle, side
from catalog.demo.palette import lighten
from catalog.demo.relief import Relief


@dataclass(frozen=True)
class Coat:
    """A coat's cut.

    Attributes:
        torso: its measures.
        top_side: +1 where the wearer's left front lies on top (men), -1 for women.
        collar: "notch", "peak", "shawl", "stand", "turn-down", "fur" or "none".
        lapel: width of lapel or collar in units.
        break_y: height where the lapels meet.
        closure: "single", "double", "zip", "toggle", "hidden" or "wrap".
        buttons: per row.
        pocket: "flap", "patch", "welt", "zip" or "none".
        belt: "none", "buckle" or "tie".
        cuff: "plain", "turn-up", "strap" or "button".
        epaulettes, storm_flap, chest_pocket: details that it has or not.
    """

    torso: Torso
    top_side: int = 1
    collar: str = "notch"
    lapel: float = 38
    break_y: float = 210
    closure: str = "single"
    buttons: int = 3
    pocket: str = "flap"
    belt: str = "none"
    cuff: str = "plain"
    epaulettes: bool = False
    storm_flap: bool = False
    chest_pocket: bool = False

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, self.torso.top + 105

    @property
    def overlap(self) -> float:
        return {"double": 40.0, "wrap": 34.0, "zip": 1.0, "toggle": 14.0}.get(self.closure, 12.0)

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        sew_sleeves(canvas, self.torso, cloths.main)
        self._finish_cuffs(canvas, cloths)
        if view == "back":
            self._draw_back(canvas, cloths)
        else:
            self._draw_front(canvas, cloths)

    def _draw_front(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        line_neck(canvas, t, cloths.lining, self.break_y)
        for sign in (-self.top_side, self.top_side):
            folds = body_folds(t, sign, self.belt != "none")
            panel = front_half(t, sign, self.overlap, self.break_y)
            canvas.panel(panel, cloths.main, Relief(roundness=1.0), folds=folds, drop=0.42, edge=0.25)
            self._shape_waist(canvas, cloths.main, sign)
            if self.storm_flap and sign == self.top_side:
                self._sew_storm_flap(canvas, cloths.main)
            sew_lapel(canvas, t, cloths, self.collar, (self.lapel, self.break_y, self.overlap), sign)
        self._sew_pockets(canvas, cloths)
        self._close(canvas, cloths)
        sew_collar(canvas, t, cloths, self.collar, self.lapel, self.break_y)
        if self.epaulettes:
            self._sew_epaulettes(canvas, cloths)
        if self.belt != "none":
            self._tie_belt(canvas, cloths)

    def _draw_back(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        sew_back(canvas, t, cloths.main, vent=(t.length - t.waist_y) * 0.45, yoke=46 if self.storm_flap else 0)
        back_collar(canvas, t, cloths, self.collar)
        if self.epaulettes:
            self._sew_epaulettes(canvas, cloths)
        if self.belt != "none":
            self._lay_belt(canvas, cloths.main)
        elif self.closure == "double":
            canvas.panel(rectangle(-36, t.waist_y - 9, 36, t.waist_y + 9, 3), cloths.main, drop=0.4, edge=0.3)
            for x in (-28, 28):
                sew_button(canvas, x, t.waist_y, 5, cloths.buttons)

    def _shape_waist(self, canvas: Canvas, cloth: Cloth, sign: int) -> None:
        """A dart or princess seam where the waist is cut in."""
        t = self.torso
        if t.chest - t.waist > 9:
            dart = outline((t.chest * 0.56, t.armpit + 14), (t.waist * 0.5, t.waist_y, t.hip * 0.56, t.hip_y + 30))
            canvas.seam(side(dart, sign), cloth, 0.32)

    def _close(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        end = min(t.length - 70, t.hip_y + 40)
        x = -self.top_side * (self.overlap - 12)
        match self.closure:
            case "single":
                button_row(canvas, (0, self.break_y + 8), end, self.buttons, 6.2, cloths.buttons)
            case "double":
                end = min(end, t.waist_y + 52)
                for column in (-27, 27):
                    button_row(canvas, (column, self.break_y + 10), end, self.buttons, 6.8, cloths.buttons)
            case "zip":
                sew_zip(canvas, outline((0, self.break_y), (0, t.length)), cloths.main.rgb, cloths.metal, 7)
            case "toggle":
                for y in np.linspace(self.break_y + 24, end, self.buttons):
                    sew_toggle(canvas, float(y), 28, cloths.thread, cloths.buttons)
            case "hidden":
                canvas.seam(
                    outline((x + self.top_side * 24, self.break_y + 8), (x + self.top_side * 24, end)),
                    cloths.main,
                    0.45,
                )
                sew_button(canvas, x + self.top_side * 12, self.break_y + 4, 5, cloths.buttons)

    def _sew_pockets(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        y = t.waist_y + 40
        x = (t.hip + t.waist) / 2 * 0.56
        for sign in (-1, 1):
            match self.pocket:
                case "flap":
                    flap_pocket(canvas, sign * x, y, (50, 19), cloths.main, sign * 4)
                case "patch":
                    patch_pocket(canvas, sign * x, y, (56, 66), cloths.main)
                case "welt":
                    welt_pocket(canvas, sign * x * 1.08, y + 8, (54, 12), cloths.main, -sign * 66)
                case "zip":
                    zip_pocket(canvas, sign * x * 1.1, y + 10, 54, sign * 18, cloths.main.rgb, cloths.metal)
        if self.chest_pocket:
            welt_pocket(canvas, t.chest * 0.52, t.armpit - 6, (34, 9), cloths.main, -6)

    def _finish_cuffs(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        if self.cuff == "turn-up":
            sew_cuffs(canvas, t, cloths.main, 40, 1.1)
        for sign in (-1, 1):
            if self.cuff == "strap":
                canvas.panel(
                    cuff_band(t, sign, 48, 32, 1.06), cloths.main, Relief(angle=-sign * t.lean), drop=0.4, edge=0.3
                )
                x, y = cuff_band(t, sign, 48, 32)[:3].mean(0)
                sew_buckle(canvas, x - sign * 10, y, (9, 13), cloths.metal)
            if self.cuff == "button":
                x, y = cuff_band(t, sign, 20, 8)[0]
                for step in range(3):
                    sew_button(canvas, x - sign * (9 + step * 1.8), y - step * 11, 3.2, cloths.buttons)

    def _sew_storm_flap(self, canvas: Canvas, cloth: Cloth) -> None:
        t = self.torso
        flap = outline(
            (t.neck + 2, t.top + 4),
            (t.shoulder - 6, t.top + t.slope),
            (t.shoulder - 16, t.armpit - 44),
            (t.chest * 0.5, t.armpit + 2, 6, self.break_y - 4),
        )
        canvas.panel(side(flap, self.top_side), cloth, Relief(roundness=0.3, crumple=0.4), drop=0.4, edge=0.3)

    def _sew_epaulettes(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        for sign in (-1, 1):
            strap = outline(
                (t.neck + 22, t.top + 3),
                (t.shoulder + 2, t.top + t.slope - 4),
                (t.shoulder + 3, t.top + t.slope + 9),
                (t.neck + 24, t.top + 18),
                (t.neck + 15, t.top + 11),
            )
            canvas.panel(side(strap, sign), cloths.main, drop=0.4, edge=0.35)
            sew_button(canvas, sign * (t.neck + 27), t.top + 11, 3.4, cloths.buttons)

    def _lay_belt(self, canvas: Canvas, cloth: Cloth) -> None:
        t = self.torso
        w, y = t.waist + 2, t.waist_y
        strip = outline((-w, y - 11), (0, y - 5, w, y - 11), (w, y + 10), (0, y + 17, -w, y + 10))
        canvas.panel(strip, cloth, Relief(roundness=0.9, crumple=0.3), drop=0.5, edge=0.35)
        for sign in (-1, 1):
            canvas.panel(rectangle(sign * w * 0.72 - 3, y - 15, sign * w * 0.72 + 3, y + 17, 1), cloth, drop=0.4)

    def _tie_belt(self, canvas: Canvas, cloths: Cloths) -> None:
        y, x = self.torso.waist_y + 4, -self.top_side * 14
        self._lay_belt(canvas, cloths.main)
        if self.belt == "buckle":
            end: Points = outline((x - 4, y - 10), (x + 62, y - 12), (x + 72, y), (x + 62, y + 9), (x - 4, y + 11))
            canvas.panel(end, cloths.main, Relief(roundness=0.8, crumple=0.2), drop=0.4, edge=0.35)
            sew_buckle(canvas, x, y, (25, 31), lighten(cloths.buttons, -0.1))
            return
        for dx, length in ((-16, 108), (15, 128)):
            tail = outline(
                (x - 8, y),
                (x + dx - 10, y + length * 0.5, x + dx - 12, y + length),
                (x + dx + 9, y + length + 4),
                (x + dx + 12, y + length * 0.5, x + 9, y),
            )
            canvas.panel(tail, cloths.main, Relief(roundness=0.9, crumple=0.6), drop=0.45, edge=0.3)
        canvas.panel(
            rectangle(x - 13, y - 15, x + 13, y + 15, 8), cloths.main, Relief(roundness=1.3), drop=0.5, edge=0.3
        )


def back_collar(canvas: Canvas, torso: Torso, cloths: Cloths, collar: str) -> None:
    """The collar as it lies on the back."""
    t = torso
    if collar == "none":
        return
    height = 26 if collar == "stand" else 20
    low = 16 if collar == "stand" else 22
    shape = outline(
        (-t.neck - 4, t.top + 4),
        (-t.neck + 4, t.top - height),
        (0, t.top - height - 7, t.neck - 4, t.top - height),
        (t.neck + 4, t.top + 4),
        (t.neck * 0.7, t.top + low, 0, t.top + low),
        (-t.neck * 0.7, t.top + low, -t.neck - 4, t.top + 4),
    )
    canvas.panel(
        shape,
        cloths.accent if collar == "fur" else cloths.main,
        Relief(roundness=0.8, crumple=0.2),
        drop=0.45,
        edge=0.3,
    )

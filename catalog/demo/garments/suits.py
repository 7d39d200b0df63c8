"""Suits: a jacket over shirt and tie, with its trousers below."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth, dye
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.collars import sew_collar, sew_lapel
from catalog.demo.garments.shirts import dress_shirt
from catalog.demo.garments.torso import Torso, body_folds, cuff_band, front_half, sew_back, sew_cuffs, sew_sleeves
from catalog.demo.garments.trousers import Trousers
from catalog.demo.notions import button_row, flap_pocket, patch_pocket, sew_button, welt_pocket
from catalog.demo.outline import outline, side
from catalog.demo.palette import RGB, lighten
from catalog.demo.relief import Relief

_JACKET_SCALE = 0.76


@dataclass(frozen=True)
class Suit:
    """A suit's cut.

    Attributes:
        torso: the jacket's measures.
        trousers: the trousers' cut.
        double: double-breasted or not.
        buttons: one, two or three.
        lapel_kind: "notch", "peak" or "shawl".
        lapel: lapel width.
        break_y: height where the lapels meet.
        pocket: "flap", "welt" or "patch"; `ticket` adds a small one above.
        waistcoat: whether one is worn.
        tie: colour of the tie; `bow` makes it a bow tie.
        tie_stripe: whether the tie is striped.
        shirt: colour of the shirt.
        square: whether a handkerchief shows.
        quarters: how far the fronts are cut away at the hem.
    """

    torso: Torso
    trousers: Trousers
    double: bool = False
    buttons: int = 2
    lapel_kind: str = "notch"
    lapel: float = 34
    break_y: float = 250
    pocket: str = "flap"
    ticket: bool = False
    waistcoat: bool = False
    tie: RGB = (120, 30, 42)
    bow: bool = False
    tie_stripe: bool = False
    shirt: RGB = (242, 242, 240)
    square: bool = False
    quarters: float = 30

    @property
    def focus(self) -> tuple[float, float]:
        return 0.0, 150.0

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        with canvas.placed(0.72, 0, 172):
            self.trousers.draw(canvas, cloths, view)
        with canvas.placed(_JACKET_SCALE, 0, -24):
            if view == "front":
                self._draw_shirt(canvas, cloths)
            sew_sleeves(canvas, self.torso, cloths.main)
            for sign in (-1, 1):
                x, y = cuff_band(self.torso, sign, 18, 8)[0]
                for step in range(4):
                    sew_button(canvas, float(x) - sign * (7 + step * 1.6), float(y) - step * 9, 3, cloths.buttons)
            if view == "back":
                self._draw_back(canvas, cloths)
            else:
                self._draw_jacket(canvas, cloths)

    def _draw_shirt(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        linen = replace(cloths, main=dye(self.shirt, "cotton"))
        dress_shirt(canvas, t, linen, self.break_y + 30)
        longer = replace(t, sleeve=t.sleeve + 9, cuff=t.cuff - 5)
        sew_cuffs(canvas, longer, linen.main, 16)
        if self.bow:
            self._tie_bow(canvas)
        else:
            self._tie_tie(canvas)
        if self.waistcoat:
            self._draw_waistcoat(canvas, cloths)

    def _tie_tie(self, canvas: Canvas) -> None:
        t, silk = self.torso, dye(self.tie, "silk")
        y = t.top + 27
        blade = outline(
            (-7, y + 14), (7, y + 14), (16, self.break_y + 46), (0, self.break_y + 60), (-16, self.break_y + 46)
        )
        canvas.panel(blade, silk, Relief(0.8, 0.4), drop=0.45, edge=0.3)
        if self.tie_stripe:
            for row in range(5):
                low = y + 30 + row * 30
                reach = 7 + row * 1.8
                canvas.line(outline((-reach, low + 8), (reach, low - 6)), lighten(self.tie, 0.5), 3.4, 0.9)
        knot = outline((-12, y - 4), (12, y - 4), (7, y + 17), (-7, y + 17))
        canvas.panel(knot, silk, Relief(1.2, 0.3), drop=0.4, edge=0.35)

    def _tie_bow(self, canvas: Canvas) -> None:
        silk, y = dye(self.tie, "satin"), self.torso.top + 32
        for sign in (-1, 1):
            wing = outline((0, y - 5), (12, y - 18, 34, y - 17), (38, y, 34, y + 17), (12, y + 16, 0, y + 5))
            canvas.panel(side(wing, sign), silk, Relief(1.2, 0.5), drop=0.45, edge=0.3)
        canvas.panel(
            outline((-7, y - 8), (7, y - 8), (7, y + 8), (-7, y + 8)), silk, Relief(1.3, 0.1), drop=0.4, edge=0.3
        )

    def _draw_waistcoat(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        opening = self.break_y - 52
        for sign in (-1, 1):
            front = outline(
                (t.neck, t.top),
                (t.neck + 44, t.top + 12),
                (t.chest * 0.8, self.break_y + 74),
                (-5, self.break_y + 78),
                (-5, opening),
                (t.neck * 0.7, t.top + 60, t.neck, t.top),
            )
            canvas.panel(side(front, sign), cloths.main, Relief(0.5, 0.3), drop=0.45, edge=0.3)
        button_row(canvas, (0, opening + 12), self.break_y + 62, 4, 3.6, cloths.buttons)

    def _draw_jacket(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        overlap = 34.0 if self.double else 7.0
        for sign in (-1, 1):
            shape = front_half(t, sign, overlap, self.break_y, 0 if self.double else self.quarters)
            canvas.panel(shape, cloths.main, Relief(1.0, 0.8), folds=body_folds(t, sign), drop=0.5, edge=0.28)
            dart = outline((t.chest * 0.6, t.armpit + 20), (t.waist * 0.56, t.waist_y, t.hip * 0.58, t.hip_y - 6))
            canvas.seam(side(dart, sign), cloths.main, 0.28)
            sew_lapel(canvas, t, cloths, self.lapel_kind, (self.lapel, self.break_y, overlap), sign)
        self._sew_pockets(canvas, cloths)
        if self.double:
            for x in (-24, 24):
                button_row(canvas, (x, self.break_y + 8), self.break_y + 78, self.buttons, 5.4, cloths.buttons)
        else:
            button_row(
                canvas,
                (0, self.break_y + 6),
                self.break_y + 6 + 44 * (self.buttons - 1),
                self.buttons,
                5.4,
                cloths.buttons,
            )
        sew_collar(canvas, t, cloths, self.lapel_kind, self.lapel, self.break_y)

    def _sew_pockets(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        y, x = t.hip_y - 12, t.hip * 0.6
        trim: Cloth = cloths.accent if self.lapel_kind == "shawl" else cloths.main
        for sign in (-1, 1):
            if self.pocket == "flap":
                flap_pocket(canvas, sign * x, y, (50, 17), cloths.main, sign * 5)
            elif self.pocket == "patch":
                patch_pocket(canvas, sign * x, y, (52, 60), cloths.main)
            else:
                welt_pocket(canvas, sign * x, y, (48, 7), trim, sign * 4)
        if self.ticket:
            flap_pocket(canvas, -x, y - 28, (38, 13), cloths.main, -5)
        breast = (t.chest * 0.58, t.armpit - 10)
        if self.square:
            points = outline(
                (breast[0] - 15, breast[1]),
                (breast[0] - 11, breast[1] - 16),
                (breast[0] - 3, breast[1] - 8),
                (breast[0] + 3, breast[1] - 19),
                (breast[0] + 9, breast[1] - 7),
                (breast[0] + 15, breast[1] - 13),
                (breast[0] + 16, breast[1]),
            )
            canvas.panel(points, dye(lighten(self.shirt, 0.5), "silk"), Relief(0.6), drop=0.3, edge=0.3)
        welt_pocket(canvas, breast[0], breast[1], (36, 9), cloths.main, -7)

    def _draw_back(self, canvas: Canvas, cloths: Cloths) -> None:
        t = self.torso
        sew_back(canvas, t, cloths.main, vent=74)
        half = outline(
            (-t.neck - 6, t.top + 4),
            (-t.neck, t.top - 18, 0, t.top - 22),
            (t.neck, t.top - 18, t.neck + 6, t.top + 4),
            (t.neck * 0.7, t.top + 20, 0, t.top + 20),
            (-t.neck * 0.7, t.top + 20, -t.neck - 6, t.top + 4),
        )
        canvas.panel(half, cloths.main, Relief(0.7, 0.2), drop=0.45, edge=0.3)

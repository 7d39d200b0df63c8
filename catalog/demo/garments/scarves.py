"""Scarves: wrapped, hung, knotted, and a snood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth
from catalog.demo.garments.cloths import Cloths
from catalog.demo.outline import Points, outline, rotate
from catalog.demo.palette import RGB, lighten
from catalog.demo.relief import Fold, Relief


@dataclass(frozen=True)
class Scarf:
    """A scarf's cut.

    Attributes:
        style: "wrapped", "hung", "knotted" or "snood".
        width: width of a tail.
        left, right: heights to which the tails reach.
        fringe: length of the fringe, 0 for none.
        border: whether stripes run across the ends.
        tassels: whether the fringe is gathered in tassels.
    """

    style: str = "wrapped"
    width: float = 84
    left: float = 470
    right: float = 520
    fringe: float = 34
    border: bool = False
    tassels: bool = False

    @property
    def focus(self) -> tuple[float, float]:
        return 10.0, 200.0

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        if view == "back":
            self._draw_folded(canvas, cloths)
        elif self.style == "snood":
            self._draw_loops(canvas, cloths.main, 3, 44)
        elif self.style == "hung":
            self._draw_hung(canvas, cloths)
        else:
            self._draw_wrapped(canvas, cloths)

    def _draw_wrapped(self, canvas: Canvas, cloths: Cloths) -> None:
        knotted = self.style == "knotted"
        self._draw_tail(canvas, cloths, -18, 170, self.left, 7)
        self._draw_tail(canvas, cloths, 22, 170, self.right, -6)
        self._draw_loops(canvas, cloths.main, 2, 0)
        if knotted:
            knot = outline((-44, 176), (-40, 142, 4, 146), (50, 144, 50, 186), (48, 228, 6, 230), (-42, 226, -44, 176))
            folds = [
                Fold(outline((-34, 160 + k * 15), (0, 176 + k * 10, 44, 158 + k * 17)), 8, 0.7 - 1.4 * (k % 2))
                for k in range(4)
            ]
            canvas.panel(knot, cloths.main, Relief(1.3, 0.4, 1, 34), folds=folds, drop=0.55, edge=0.25)

    def _draw_loops(self, canvas: Canvas, cloth: Cloth, count: int, lower: float) -> None:
        """Rounds about the neck, the inside of the back first."""
        back = outline(
            (-84, 110 + lower),
            (-70, 44 + lower, 0, 42 + lower),
            (70, 44 + lower, 84, 110 + lower),
            (60, 176 + lower, 0, 180 + lower),
            (-60, 176 + lower, -84, 110 + lower),
        )
        canvas.panel(back, cloth, Relief(1.0, 0.8, 0.5), edge=0.2)
        canvas.shade(
            outline((-74, 104 + lower), (0, 70 + lower, 74, 104 + lower), (0, 196 + lower, -74, 104 + lower)), 0.62, 12
        )
        for row in range(count):
            reach, y = 94 + row * 8, 92 + lower + row * 30
            thick = self.width * (0.80 + 0.12 * row) * (1.25 if count == 3 else 1)
            tilt = 9 if row % 2 == 0 else -8
            shape = outline(
                (-reach + 8, y),
                (-reach * 0.6, y + 40, 0, y + 42),
                (reach * 0.6, y + 40, reach - 8, y),
                (reach + 8, y - 8, reach + 10, y + 12),
                (reach + 12, y + thick * 0.34, reach - 6, y + thick * 0.55),
                (reach * 0.5, y + thick * 1.02, 0, y + thick * 1.06),
                (-reach * 0.5, y + thick * 1.02, -reach + 6, y + thick * 0.55),
                (-reach - 12, y + thick * 0.34, -reach - 10, y + 12),
                (-reach - 8, y - 8, -reach + 8, y),
            )
            folds = []
            for share, depth in ((0.25, 0.7), (0.5, -0.75), (0.72, 0.6)):
                drop = y + thick * share
                folds.append(Fold(outline((-reach, drop - 10), (0, drop + 58, reach, drop - 10)), 10, depth))
            canvas.panel(
                rotate(shape, tilt * 0.4, (0, y)), cloth, Relief(1.3, 0.6, 0.5, tilt), folds=folds, drop=0.55, edge=0.25
            )

    def _draw_tail(self, canvas: Canvas, cloths: Cloths, x: float, top: float, end: float, angle: float) -> None:
        half, length = self.width / 2, end - top
        shape = outline(
            (-half * 0.62, 0),
            (half * 0.62, 0),
            (half * 0.95, length * 0.3, half, length),
            (0, length + 4, -half, length),
            (-half * 0.95, length * 0.3, -half * 0.62, 0),
        )
        folds = [
            Fold(
                self._at(
                    outline((half * share * 0.6, 0), (half * share, length * 0.5, half * share * 1.1, length)),
                    x,
                    top,
                    angle,
                ),
                9,
                depth,
            )
            for share, depth in ((-0.6, 0.55), (-0.2, -0.6), (0.2, 0.5), (0.6, -0.45))
        ]
        self._knot_fringe(canvas, cloths, x, top, length, angle)
        canvas.panel(
            self._at(shape, x, top, angle), cloths.main, Relief(0.8, 0.8, 2.6, angle), folds=folds, drop=0.5, edge=0.25
        )
        if self.border:
            for step in range(3):
                y = length - 24 - step * 20
                stripe = outline((-half, y), (0, y + 4, half, y), (half, y + 10), (0, y + 14, -half, y + 10))
                canvas.panel(self._at(stripe, x, top, angle), cloths.accent, Relief(0.4, 0.3, 2.6, angle))

    @staticmethod
    def _at(shape: Points, x: float, y: float, angle: float) -> Points:
        return rotate(shape, angle) + np.array([x, y], np.float32)

    def _knot_fringe(self, canvas: Canvas, cloths: Cloths, x: float, top: float, length: float, angle: float) -> None:
        if not self.fringe:
            return
        half, rng = self.width / 2, canvas.rng
        threads, tones = [], []
        knots = np.linspace(-half + 3, half - 3, 9 if self.tassels else 15)
        for knot in knots:
            for _ in range(7 if self.tassels else 4):
                away = rng.normal(0, 3.2)
                strand = outline(
                    (knot, length),
                    (
                        knot + away * 0.2,
                        length + self.fringe * 0.5,
                        knot + away,
                        length + self.fringe * rng.uniform(0.86, 1.08),
                    ),
                )
                threads.append(self._at(strand, x, top, angle))
                tones.append(self._thread_tone(cloths, rng))
        canvas.hairs(threads, tones, 1.5)

    @staticmethod
    def _thread_tone(cloths: Cloths, rng: np.random.Generator) -> RGB:
        tile = cloths.main.tile
        r, g, b = tile[rng.integers(tile.shape[0]), rng.integers(tile.shape[1])]
        return lighten((int(r), int(g), int(b)), float(rng.uniform(-0.35, 0.12)))

    def _draw_hung(self, canvas: Canvas, cloths: Cloths) -> None:
        """Laid round an absent neck, both ends straight down."""
        back = outline((-70, 150), (-60, 46, 0, 44), (60, 46, 70, 150), (40, 116, 0, 104), (-40, 116, -70, 150))
        canvas.panel(back, cloths.main, Relief(1.1, 0.6, 0.6), drop=0.2, edge=0.25)
        canvas.shade(outline((-34, 120), (0, 84, 34, 120), (0, 110, -34, 120)), 0.35, 8)
        self._draw_tail(canvas, cloths, -62, 112, self.left, 3)
        self._draw_tail(canvas, cloths, 62, 112, self.right, -3)

    def _draw_folded(self, canvas: Canvas, cloths: Cloths) -> None:
        """Folded flat, one end on top of the other, as it lies on a shelf."""
        wide = self.width * 1.15
        if self.style == "snood":
            self._draw_loops(canvas, cloths.main, 2, 90)
            return
        for step, (x, y, turn) in enumerate(((-26, 96, 2), (14, 120, -1))):
            end = 430 + 40 * step
            half = wide / 2 + 14
            shape = outline(
                (-half, 6),
                (-half, -6, -half + 10, -6),
                (half - 10, -6),
                (half, -6, half, 6),
                (half, end - y),
                (-half, end - y),
            )
            with canvas.placed(1.0, 0, 0):
                Scarf("hung", half * 2, fringe=self.fringe, tassels=self.tassels)._knot_fringe(
                    canvas, cloths, x, y, end - y, turn
                )
            folds = [
                Fold(self._at(outline((-half, (end - y) * s), (half, (end - y) * s + 6)), x, y, turn), 12, d)
                for s, d in ((0.3, 0.35), (0.34, -0.35), (0.7, 0.3))
            ]
            canvas.panel(
                self._at(shape, x, y, turn), cloths.main, Relief(0.6, 0.5, 1.5, turn), folds=folds, drop=0.6, edge=0.3
            )
            if self.border:
                for row in range(3):
                    low = end - y - 26 - row * 20
                    canvas.panel(
                        self._at(outline((-half, low), (half, low), (half, low + 10), (-half, low + 10)), x, y, turn),
                        cloths.accent,
                        Relief(0.2, 0.3),
                    )

"""Shoes and boots, a pair seen from the side: the toe points left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth, dye
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.shoe_cut import ShoeCut
from catalog.demo.garments.shoe_trims import draw_sandal, trim_shoe
from catalog.demo.outline import Points, outline
from catalog.demo.palette import RGB, lighten
from catalog.demo.relief import Fold, Relief

_GLOW = Relief(roundness=1.2, crumple=0.35, run=1.0)


@dataclass(frozen=True)
class Shoe(ShoeCut):
    """A shoe that can be drawn."""

    @property
    def focus(self) -> tuple[float, float]:
        return -40.0, 400.0 if self.shaft < 150 else 330.0

    @property
    def _scale(self) -> float:
        return min(1.06, 430 / max(300.0, self.shaft + self.heel + 60))

    def draw(self, canvas: Canvas, cloths: Cloths, view: str) -> None:
        low = 455 if self.shaft < 150 else 540
        far = (0.93, 26, low - 92) if view == "front" else (0.93, -34, low - 104)
        near = (1.0, -8, low) if view == "front" else (1.0, 22, low)
        for scale, x, y in (far, near):
            with canvas.placed(scale * self._scale, x, y):
                self._draw_one(canvas, cloths)

    def _draw_one(self, canvas: Canvas, cloths: Cloths) -> None:
        self._draw_sole(canvas, cloths)
        if self.style == "sandal":
            draw_sandal(self, canvas, cloths)
            return
        upper = self.lifted(self._upper())
        if self.style not in ("chelsea", "laced boot", "ankle boot", "knee boot", "high-top"):
            self._draw_inside(canvas, cloths)
        folds = [
            Fold(self.lifted(outline((-74, -58), (-66, -40, -70, -18))), 6, -0.45),
            Fold(self.lifted(outline((-60, -64), (-50, -42, -54, -16))), 6, 0.4),
        ]
        if self.style in ("pump", "ballerina", "mary jane"):
            folds = []
        if self.shaft:
            for y in np.arange(-self.shaft + 30, -70, 62):
                folds.append(Fold(self.lifted(outline((40, float(y)), (84, float(y) + 12, 140, float(y) - 6))), 9, 0.4))
        canvas.panel(upper, cloths.main, _GLOW, folds=folds, drop=0.4, edge=0.35)
        trim_shoe(self, canvas, cloths)

    def _upper(self) -> Points:
        point = self.toe
        tip = -168 - 12 * point
        toe = [
            (tip, -2 - 6 * (1 - point)),
            (tip - 2, -34 + 16 * point, tip + 26 + 10 * point, -44 + 12 * point),
            (-112, -58, -84, -64),
        ]
        back = [(172, -74, 168, -52), (176, -22, 164, 0), (0, 2), (tip + 8, 1)]
        if self.shaft:
            s = self.shaft
            tall = [
                (-46, -76, -4, -112),
                (26, -136, 30, -s * 0.62),
                (30 - (s > 200) * 8, -s * 0.85, 28 - (s > 200) * 12, -s),
                (90, -s - 8, 152 + (s > 200) * 10, -s + 3),
                (162, -s * 0.6, 156, -112),
            ]
            return outline(*toe, *tall, *back)
        if self.style in ("pump", "ballerina", "mary jane"):
            return outline(
                *toe[:2],
                (-128, -52, -108, -56),
                (-84, -44, -50, -34),
                (10, -20, 76, -40),
                (126, -56, 150, -88),
                (162, -92, 166, -80),
                *back,
            )
        if self.style == "loafer":
            return outline(
                *toe,
                (-58, -78, -28, -104),
                (-14, -112, -2, -100),
                (40, -62, 92, -68),
                (136, -74, 158, -98),
                (168, -94, 168, -84),
                *back,
            )
        return outline(
            *toe,
            (-54, -80, -16, -116),
            (4, -128, 20, -116),
            (48, -74, 96, -78),
            (138, -84, 158, -110),
            (168, -104, 168, -92),
            *back,
        )

    def _draw_inside(self, canvas: Canvas, cloths: Cloths) -> None:
        inner = self.lifted(outline((-60, -50), (-10, -124, 20, -108), (90, -108, 158, -96), (120, -40), (0, -24)))
        if self.style in ("pump", "ballerina", "mary jane"):
            inner = self.lifted(
                outline(
                    (-110, -54),
                    (-70, -58, -34, -48),
                    (30, -42, 80, -58),
                    (130, -72, 154, -90),
                    (120, -30),
                    (20, -10),
                    (-60, -24),
                )
            )
        canvas.panel(inner, cloths.lining, Relief(0.4, 0.1))
        canvas.shade(inner, 0.4, 8)

    def _draw_sole(self, canvas: Canvas, cloths: Cloths) -> None:
        tone: RGB = (236, 234, 228) if self.light_sole else lighten(cloths.main.rgb, -0.6)
        rubber = dye(tone, "smooth leather" if not self.light_sole else "cotton")
        tip = -170 - 12 * self.toe
        top = outline((tip, -1), (0, 2), (166, -1))
        bottom = outline((168, 0), (0, 3), (tip + 4, 0), (tip - 3, -1))
        edge = np.concatenate(
            [self.lifted(top), self.lifted(bottom) + np.array([0, self.sole + self.lift * 0.9], np.float32)]
        )
        if self.light_sole and self.style in ("trainer", "high-top"):
            edge[:, 1] = np.where(edge[:, 1] > -2, 0, edge[:, 1])
        self._draw_heel(canvas, rubber)
        canvas.panel(edge.astype(np.float32), rubber, Relief(0.8, 0.1), edge=0.4)
        if self.light_sole:
            canvas.line(self.lifted(top) + np.array([0, self.sole * 0.55], np.float32), lighten(tone, -0.3), 1.4, 0.7)

    def _draw_heel(self, canvas: Canvas, rubber: Cloth) -> None:
        if self.heel < 4:
            return
        squeeze = 1 - 0.0011 * self.heel
        top = -self.heel - self.lift - self.sole * 0.4
        back, front = 168 * squeeze, 74 * squeeze
        shapes = {
            "flat": outline((front - 4, top + 6), (back, top), (back - 2, 0), (front + 2, 0)),
            "block": outline(
                (front + 6, top + 8),
                (back + 2, top - 6),
                (back - 8, top * 0.5, back - 6, 0),
                (front + 26, 0),
                (front + 24, top * 0.4, front + 6, top + 8),
            ),
            "stiletto": outline(
                (front + 16, top + 10),
                (back + 2, top - 8),
                (back - 12, top * 0.6, back - 16, 0),
                (back - 26, 0),
                (back - 30, top * 0.6, front + 16, top + 10),
            ),
            "cone": outline(
                (front + 8, top + 8),
                (back + 2, top - 6),
                (back - 16, top * 0.5, back - 18, 0),
                (back - 42, 0),
                (back - 48, top * 0.5, front + 8, top + 8),
            ),
            "wedge": outline(
                (-104, -self.sole * 0.4),
                (0, -self.heel * 0.4 - self.sole, front, top + 6),
                (back, top),
                (back - 3, 0),
                (-104, 0),
            ),
        }
        canvas.panel(shapes[self.heel_kind], rubber, Relief(0.9, 0.1), edge=0.4)

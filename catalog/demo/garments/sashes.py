"""Sashes that are tied around a waist."""

from __future__ import annotations

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth
from catalog.demo.outline import outline, rectangle
from catalog.demo.palette import lighten
from catalog.demo.relief import Relief


def tie_sash(canvas: Canvas, cloth: Cloth, waist: float, y: float, *, front: bool) -> None:
    """Tie a sash around a waist of a half width at a height; its knot and ends hang in front."""
    canvas.panel(
        outline(
            (-waist - 1, y - 7),
            (0, y - 4, waist + 1, y - 7),
            (waist + 1, y + 7),
            (0, y + 10, -waist - 1, y + 7),
        ),
        cloth,
        Relief(0.9, 0.3),
        drop=0.4,
        edge=0.3,
    )
    if not front:
        return
    for dx, length in ((-10, 92), (14, 108)):
        canvas.panel(
            outline((-16, y), (dx - 18, y + length), (dx - 2, y + length + 3), (-6, y)),
            cloth,
            Relief(0.9, 0.6),
            drop=0.4,
            edge=0.3,
        )
    canvas.panel(rectangle(-22, y - 10, -1, y + 11, 6), cloth, Relief(1.2), drop=0.45, edge=0.3)
    canvas.line(outline((-12, y - 8), (-10, y + 8)), lighten(cloth.rgb, -0.4), 1.0, 0.5)

"""What is printed on a hoodie's chest."""

from __future__ import annotations

from catalog.demo.canvas import Canvas
from catalog.demo.garments.cloths import Cloths
from catalog.demo.outline import ellipse, outline, rectangle
from catalog.demo.palette import lighten


def print_emblem(canvas: Canvas, cloths: Cloths, emblem: str, y: float) -> None:
    """Print a "disc", "bars", a "chevron" or a "letter" around a height, in the colour of the thread; else nothing."""
    ink = cloths.thread
    match emblem:
        case "disc":
            canvas.fill(ellipse(0, y, 36, 36), ink, 0.88)
            canvas.fill(ellipse(0, y, 27, 27), cloths.main.rgb, 0.9)
            canvas.fill(
                outline(
                    (-27, y + 6),
                    (-8, y - 18),
                    (4, y - 4),
                    (12, y - 12),
                    (27, y + 6),
                    (20, y + 18, 0, y + 27),
                    (-20, y + 18, -27, y + 6),
                ),
                ink,
                0.88,
            )
        case "bars":
            for row in range(3):
                canvas.fill(rectangle(-44 + row * 6, y - 20 + row * 15, 44 - row * 12, y - 11 + row * 15), ink, 0.85)
        case "chevron":
            for row in range(3):
                top = y - 28 + row * 17
                canvas.fill(
                    outline((-46, top), (0, top + 22), (46, top), (46, top + 9), (0, top + 31), (-46, top + 9)),
                    lighten(ink, -0.12 * row),
                    0.88,
                )
        case "letter":
            canvas.fill(
                outline(
                    (-26, y - 32), (-10, y - 32), (0, y + 8), (10, y - 32), (26, y - 32), (8, y + 30), (-8, y + 30)
                ),
                ink,
                0.9,
            )

"""The outlines of bags' bodies, by style."""

from __future__ import annotations

from catalog.demo.outline import Points, both, outline


def outline_body(style: str, width: float, height: float, taper: float) -> Points:
    """The outline of a bag's body, which stands on y = 500; its measures are those of ``Bag``."""
    w, top, bottom = width, 500.0 - height, 500.0
    upper = w + taper
    match style:
        case "backpack":
            half = outline(
                (0, top),
                (upper * 0.9, top - 2, w, top + 80),
                (w + 4, bottom - 40),
                (w + 4, bottom, w - 26, bottom),
                (0, bottom + 2),
            )
        case "bucket":
            half = outline(
                (0, top + 4),
                (upper * 0.8, top),
                (w, top + height * 0.5, w, bottom - 24),
                (w, bottom, w - 24, bottom),
                (0, bottom + 4),
            )
        case "weekender":
            half = outline(
                (0, top),
                (w * 0.8, top + 2),
                (w + 16, top + 30, w + 14, bottom - 30),
                (w + 10, bottom, w - 20, bottom),
                (0, bottom + 3),
            )
        case "top handle":
            half = outline(
                (0, top),
                (w * 0.74, top),
                (w * 0.9, top + 4, w, bottom - 20),
                (w, bottom, w - 18, bottom),
                (0, bottom),
            )
        case "clutch":
            half = outline(
                (0, top),
                (upper - 8, top),
                (upper, top, upper, top + 8),
                (w, bottom - 10),
                (w, bottom, w - 10, bottom),
                (0, bottom),
            )
        case _:
            half = outline((0, top + 3), (upper, top), (w, bottom - 18), (w, bottom, w - 18, bottom), (0, bottom + 2))
    return both(half)

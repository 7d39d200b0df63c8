"""Collars and lapels of coats and jackets."""

from __future__ import annotations

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.torso import Torso
from catalog.demo.notions import lay_fur
from catalog.demo.outline import both, outline, side
from catalog.demo.relief import Relief

_CRISP = Relief(roundness=0.35, crumple=0.25)


def sew_lapel(
    canvas: Canvas, torso: Torso, cloths: Cloths, kind: str, size: tuple[float, float, float], sign: int
) -> None:
    """Fold one front open; `size` is the lapel's width, the height where it breaks, and the front's overlap."""
    if kind in ("notch", "peak", "shawl"):
        _lapel(canvas, torso, cloths, kind, size, sign)


def sew_collar(canvas: Canvas, torso: Torso, cloths: Cloths, kind: str, width: float, break_y: float) -> None:
    """Sew a collar of `kind`, `width` units broad, round a neck that is open down to `break_y`."""
    match kind:
        case "notch" | "peak":
            _upper_collar(canvas, torso, cloths, width)
        case "shawl":
            _shawl_neck(canvas, torso, cloths)
        case "fur":
            _fur(canvas, torso, cloths, break_y)
        case "stand":
            _stand(canvas, torso, cloths, width, break_y)
        case "turn-down":
            _turn_down(canvas, torso, cloths, width, break_y)
        case _:
            _bare_neck(canvas, torso, cloths, break_y)


def _fur(canvas: Canvas, torso: Torso, cloths: Cloths, break_y: float) -> None:
    t = torso
    right = outline(
        (0, t.top - 20),
        (t.neck * 0.8, t.top - 20, t.neck + 8, t.top + 2),
        (t.neck + 24, t.top + 40, t.neck + 8, break_y - 50, 4, break_y - 12),
    )
    for sign in (-1, 1):
        lay_fur(canvas, side(right, sign), 46, cloths.accent.rgb, 1000)


def _bare_neck(canvas: Canvas, torso: Torso, cloths: Cloths, break_y: float) -> None:
    neck = outline((-8, break_y), (-torso.neck * 0.9, torso.top + 34, -torso.neck, torso.top))
    for sign in (-1, 1):
        canvas.seam(side(neck, sign) + np.array([sign * -6.0, 5.0], np.float32), cloths.main, 0.35)


def _lapel(
    canvas: Canvas, torso: Torso, cloths: Cloths, kind: str, size: tuple[float, float, float], sign: int
) -> None:
    t = torso
    width, break_y, overlap = size
    gorge = t.top + 40
    x = t.neck + width
    if kind == "shawl":
        shape = outline(
            (-overlap, break_y),
            (t.neck * 0.55, t.top + 42, t.neck - 6, t.top - 10),
            (t.neck + 10, t.top - 4),
            (x + 2, t.top + 40, x * 0.92, t.top + 86),
            (x * 0.6, break_y - 30, -overlap, break_y),
        )
    elif kind == "peak":
        shape = outline(
            (-overlap, break_y),
            (t.neck * 0.5, gorge, t.neck - 2, t.top + 10),
            (t.neck + width * 0.42, gorge + 8),
            (x + 6, gorge - 14),
            (x * 0.98, gorge + 24),
            (x * 0.62, break_y - 42, -overlap, break_y),
        )
    else:
        shape = outline(
            (-overlap, break_y),
            (t.neck * 0.5, gorge, t.neck - 2, t.top + 10),
            (t.neck + width * 0.46, gorge + 6),
            (x, gorge + 8),
            (x * 1.0, gorge + 34),
            (x * 0.66, break_y - 46, -overlap, break_y),
        )
    canvas.panel(
        side(shape, sign),
        cloths.accent if kind == "shawl" and cloths.accent.weave.gloss else cloths.main,
        _CRISP,
        drop=0.5,
        edge=0.3,
    )


def _upper_collar(canvas: Canvas, torso: Torso, cloths: Cloths, width: float) -> None:
    t = torso
    gorge = t.top + 40
    half = outline(
        (0, t.top - 17),
        (t.neck * 0.7, t.top - 17, t.neck + 8, t.top - 6),
        (t.neck + 8 + width * 0.3, t.top + 8, t.neck + width * 0.86, gorge - 6),
        (t.neck + width * 0.44, gorge + 6),
        (t.neck + 4, t.top + 26, t.neck - 6, t.top + 6),
        (t.neck * 0.5, t.top - 1, 0, t.top - 1),
    )
    canvas.panel(both(half), cloths.main, _CRISP, drop=0.5, edge=0.3)


def _shawl_neck(canvas: Canvas, torso: Torso, cloths: Cloths) -> None:
    t = torso
    half = outline(
        (0, t.top - 20),
        (t.neck * 0.7, t.top - 19, t.neck + 2, t.top - 8),
        (t.neck - 6, t.top + 2),
        (t.neck * 0.5, t.top - 3, 0, t.top - 3),
    )
    canvas.panel(both(half), cloths.accent if cloths.accent.weave.gloss else cloths.main, _CRISP, drop=0.3, edge=0.25)


def _stand(canvas: Canvas, torso: Torso, cloths: Cloths, height: float, break_y: float) -> None:
    t = torso
    inside = both(
        outline(
            (0, t.top - height * 0.72),
            (t.neck * 0.7, t.top - height * 0.7, t.neck, t.top - height * 0.5),
            (t.neck * 0.8, t.top + 8),
            (0, t.top + 14),
        )
    )
    canvas.panel(inside, cloths.lining, Relief(roundness=0.3))
    canvas.shade(inside, 0.3, 6)
    for sign in (-1, 1):
        wing = outline(
            (0, break_y + 2),
            (0, t.top - height * 0.02 + 14),
            (t.neck * 0.6, t.top - height * 0.25, t.neck + 1, t.top - height * 0.62),
            (t.neck + 9, t.top - 6, t.neck + 12, t.top + 8),
            (t.neck * 0.9, t.top + 24, 0, break_y + 2),
        )
        canvas.panel(side(wing, sign), cloths.main, Relief(roundness=0.7, crumple=0.3), drop=0.45, edge=0.3)


def _turn_down(canvas: Canvas, torso: Torso, cloths: Cloths, width: float, break_y: float) -> None:
    t = torso
    band = both(
        outline(
            (0, t.top - 20),
            (t.neck * 0.8, t.top - 20, t.neck + 4, t.top - 4),
            (t.neck - 3, t.top + 8),
            (t.neck * 0.6, t.top, 0, t.top),
        )
    )
    canvas.panel(band, cloths.main, _CRISP, edge=0.3)
    for sign in (-1, 1):
        leaf = outline(
            (0, break_y - 2),
            (t.neck * 0.5, t.top + 18, t.neck - 4, t.top - 8),
            (t.neck + 8, t.top - 6, t.neck + 14, t.top + 10),
            (t.neck + width * 0.5, break_y + width * 0.45 - 6),
            (t.neck * 0.42, break_y + width * 0.5),
            (0, break_y - 2),
        )
        canvas.panel(side(leaf, sign), cloths.main, _CRISP, drop=0.5, edge=0.3)

"""The body, sleeves and collars that coats, jackets, hoodies and shirts share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth
from catalog.demo.outline import Points, both, outline, side
from catalog.demo.relief import Fold, Relief

_SLEEVE_RELIEF = 1.25


@dataclass(frozen=True)
class Torso:
    """Measures of an upper-body garment; half widths from the middle, heights from the photo's top.

    Attributes:
        neck, shoulder, chest, waist, hip, hem: half widths.
        top, armpit, waist_y, hip_y, length: heights; `length` is the hem's.
        slope: how far the shoulder falls below the neck.
        sleeve: length of the sleeve in units.
        arm: width of the upper sleeve.
        cuff: width of the sleeve's end.
        spread: how far the cuff hangs outside the shoulder.
        puff: how much the sleeve head rises above the shoulder.
    """

    neck: float = 32
    shoulder: float = 98
    chest: float = 92
    waist: float = 86
    hip: float = 92
    hem: float = 98
    top: float = 70
    armpit: float = 190
    waist_y: float = 290
    hip_y: float = 360
    length: float = 480
    slope: float = 24
    sleeve: float = 300
    arm: float = 52
    cuff: float = 38
    spread: float = 42
    puff: float = 0

    @property
    def lean(self) -> float:
        """The sleeve's angle from the vertical in degrees."""
        return math.degrees(math.atan2(self.spread, self.sleeve))


def body_half(torso: Torso, sag: float = 4.0) -> Points:
    """The right half of the closed body, from the back of the neck to the middle of the hem."""
    t = torso
    return outline(
        (0, t.top + 3),
        (t.neck * 0.6, t.top + 3, t.neck, t.top),
        *_side_steps(t),
        (t.hem * 0.5, t.length + sag, 0, t.length + sag),
    )


def _side_steps(torso: Torso) -> list[tuple[float, ...]]:
    """From the neck point over shoulder, armhole and waist down to the hem."""
    t = torso
    y = t.top + t.slope
    return [
        ((t.neck + t.shoulder) / 2, t.top + t.slope * 0.34, t.shoulder - 3, y - 1),
        (t.shoulder - 2, y + 4),
        (t.shoulder - 11, y + 40, t.chest - 9, t.armpit - 22, t.chest, t.armpit),
        (t.chest + 1, (t.armpit + t.waist_y) / 2, t.waist, t.waist_y - 40, t.waist, t.waist_y),
        (t.waist, t.waist_y + 30, t.hip, t.hip_y - 25, t.hip, t.hip_y),
        (t.hip + (t.hem - t.hip) * 0.4, (t.hip_y + t.length) / 2, t.hem, t.length),
    ]


def front_half(torso: Torso, sign: int, overlap: float, break_y: float, round_hem: float = 0.0) -> Points:
    """One front panel: shoulder to hem, over the middle by `overlap`, opening above `break_y`."""
    t = torso
    bottom = t.length + 4
    corner: list[tuple[float, ...]] = [(t.hem * 0.5, bottom, -overlap + round_hem, bottom)]
    if round_hem:
        corner.append((-overlap, bottom, -overlap, bottom - round_hem * 1.6))
    path = outline(
        (t.neck, t.top), *_side_steps(t), *corner, (-overlap, break_y), (t.neck * 0.72, t.top + 24, t.neck, t.top)
    )
    return side(path, sign)


def body_folds(torso: Torso, sign: int, belted: bool = False) -> list[Fold]:
    """The folds that hang from shoulder, armpit and waist of one side."""
    t = torso
    w, y = t.waist, t.waist_y
    folds = [
        Fold(outline((t.chest - 6, t.armpit + 2), (t.chest - 26, t.armpit + 40, w * 0.42, t.armpit + 66)), 11, -0.34),
        Fold(outline((t.chest - 2, t.armpit + 24), (w - 22, y - 40, w * 0.5, y - 8)), 10, -0.24),
        Fold(outline((t.shoulder - 16, t.top + t.slope + 22), (t.chest - 20, t.armpit - 36)), 9, 0.22),
        Fold(outline((w * 0.62, y + 6), (t.hip * 0.66, t.hip_y, t.hem * 0.70, t.length - 6)), 16, 0.32),
        Fold(outline((w * 0.3, y + 26), (t.hip * 0.34, t.hip_y + 20, t.hem * 0.4, t.length - 4)), 13, -0.26),
    ]
    if belted:
        for share, depth in ((0.2, 0.4), (0.42, -0.5), (0.62, 0.5), (0.84, -0.4)):
            folds.append(Fold(outline((w * share, y + 4), (t.hip * share * 1.08, y + 60)), 7, depth))
            folds.append(Fold(outline((w * share * 1.06, y - 4), (t.chest * share, y - 48)), 7, depth * 0.7))
    return [Fold(side(fold.path, sign), fold.width, fold.depth) for fold in folds]


def sleeve_shape(torso: Torso, sign: int) -> Points:
    """One sleeve from shoulder to cuff."""
    t = torso
    y = t.top + t.slope
    cuff_x, cuff_y = t.shoulder + t.spread, y + t.sleeve
    tilt = math.radians(t.lean)
    half_x, half_y = t.cuff / 2 * math.cos(tilt), t.cuff / 2 * math.sin(tilt)
    reach = t.sleeve / 300
    bulge = t.shoulder + t.arm * 0.42
    path = outline(
        (t.shoulder - 16, y - 7 - t.puff * 0.5),
        (
            t.shoulder + 10 + t.puff,
            y - 4 - t.puff,
            bulge + t.puff,
            y + 34 * reach,
            bulge + t.spread * 0.25 + t.puff * 0.4,
            y + 88 * reach,
        ),
        (bulge + t.spread * 0.62, y + t.sleeve * 0.55, cuff_x + half_x, cuff_y - half_y),
        (cuff_x, cuff_y + 3, cuff_x - half_x, cuff_y + half_y),
        (
            t.chest + t.spread * 0.55 + (t.cuff - 38) * 0.1,
            y + t.sleeve * 0.62,
            t.chest - 12,
            min(t.armpit + 6, y + t.sleeve * 0.94),
        ),
    )
    return side(path, sign)


def sew_sleeves(canvas: Canvas, torso: Torso, cloth: Cloth) -> None:
    """Both sleeves, to be drawn before the body that covers their heads."""
    t = torso
    y = t.top + t.slope
    for sign in (-1, 1):
        folds = []
        if t.sleeve > 160:
            elbow_x, elbow_y = t.shoulder + t.spread * 0.42 + 6, y + t.sleeve * 0.45
            for dy, depth in ((-26, -0.3), (0, 0.42), (16, -0.46), (40, 0.3)):
                folds.append(
                    Fold(
                        side(
                            outline(
                                (elbow_x - t.arm * 0.42, elbow_y + dy),
                                (elbow_x, elbow_y + dy + 12, elbow_x + t.arm * 0.3, elbow_y + dy - 8),
                            ),
                            sign,
                        ),
                        9,
                        depth,
                    )
                )
            cx, cy = t.shoulder + t.spread, y + t.sleeve
            folds.append(
                Fold(
                    side(outline((cx - t.cuff * 0.4, cy - 34), (cx, cy - 26, cx + t.cuff * 0.4, cy - 38)), sign), 8, 0.3
                )
            )
        folds.append(
            Fold(side(outline((t.shoulder + 4, y + 12), (t.shoulder + 14, y + 70 * t.sleeve / 300)), sign), 12, 0.3)
        )
        canvas.panel(
            sleeve_shape(t, sign), cloth, Relief(_SLEEVE_RELIEF, 0.8, 1.4, -sign * t.lean), folds=folds, edge=0.22
        )


def cuff_band(torso: Torso, sign: int, start: float, end: float, grow: float = 1.0) -> Points:
    """A band about the sleeve between two distances above its end (units), `grow` times as wide as the cuff."""
    t = torso
    tilt = math.radians(t.lean)
    axis = np.array([math.sin(tilt), math.cos(tilt)], np.float32)
    across = np.array([math.cos(tilt), -math.sin(tilt)], np.float32) * t.cuff / 2 * grow
    tip = np.array([t.shoulder + t.spread, t.top + t.slope + t.sleeve], np.float32)
    top, bottom = tip - axis * start, tip - axis * end
    bow = axis * 2.5
    path = outline(
        tuple(top + across * 1.04),
        tuple(bottom + across),
        (*(bottom + bow), *(bottom - across)),
        tuple(top - across * 1.1),
        (*(top + bow), *(top + across * 1.04)),
    )
    return side(path, sign)


def sew_cuffs(canvas: Canvas, torso: Torso, cloth: Cloth, height: float, grow: float = 1.02) -> None:
    """A separate band at each sleeve's end: a turn-up, a shirt cuff, ribbing."""
    for sign in (-1, 1):
        relief = Relief(roundness=1.1, crumple=0.25, angle=-sign * torso.lean)
        canvas.panel(cuff_band(torso, sign, height, 0, grow), cloth, relief, drop=0.3, edge=0.3)


def sew_back(
    canvas: Canvas, torso: Torso, cloth: Cloth, *, centre: bool = True, vent: float = 0.0, yoke: float = 0.0
) -> None:
    """The body from behind with its seams."""
    t = torso
    folds = body_folds(t, 1) + body_folds(t, -1)
    canvas.panel(both(body_half(t)), cloth, Relief(roundness=1.1), folds=folds, drop=0.35, edge=0.25)
    if centre:
        canvas.seam(outline((0, t.top + 6), (0, t.length)), cloth, 0.4)
    if vent:
        canvas.line(outline((1, t.length - vent), (-3, t.length + 4)), (14, 12, 16), 2.4, 0.7)
        canvas.shade(outline((0, t.length - vent), (10, t.length), (0, t.length)), 0.4, 3)
    if yoke:
        y = t.top + t.slope + yoke
        canvas.seam(outline((-t.shoulder + 8, y), (0, y + 8, t.shoulder - 8, y)), cloth, 0.6)


def line_neck(canvas: Canvas, torso: Torso, lining: Cloth, depth: float) -> None:
    """The inside of the back that shows in an open neck down to height `depth`, with its label."""
    t = torso
    half = outline(
        (0, t.top - 8),
        (t.neck * 0.7, t.top - 7, t.neck + 6, t.top + 4),
        (t.neck * 0.8, depth * 0.6 + t.top * 0.4),
        (12, depth + 6),
        (0, depth + 6),
    )
    canvas.panel(both(half), lining, Relief(roundness=0.2, crumple=0.5))
    canvas.shade(both(outline((0, t.top + 30), (t.neck + 8, t.top + 10), (14, depth + 8), (0, depth + 8))), 0.45, 14)


def shoulder_seams(canvas: Canvas, torso: Torso, cloth: Cloth) -> None:
    """Armhole seams made visible on both sides."""
    t = torso
    y = t.top + t.slope
    for sign in (-1, 1):
        armhole = outline((t.shoulder, y), (t.shoulder - 11, y + 40, t.chest - 9, t.armpit - 22, t.chest, t.armpit))
        canvas.seam(side(armhole, sign), cloth, 0.4)

"""What a haberdasher sells and a tailor adds: buttons, zips, pockets, buckles, cords, fur."""

from __future__ import annotations

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import Cloth, dye
from catalog.demo.outline import Points, along, ellipse, outline, rectangle, rotate
from catalog.demo.palette import RGB, STEEL, lighten
from catalog.demo.relief import Relief

_FLAT = Relief(roundness=0.45, crumple=0.25)


def sew_button(canvas: Canvas, x: float, y: float, radius: float, rgb: RGB) -> None:
    """A button with four holes."""
    canvas.disc(x, y, radius, rgb)
    if radius >= 3:
        for dx in (-0.2, 0.2):
            for dy in (-0.2, 0.2):
                canvas.fill(ellipse(x + dx * radius, y + dy * radius, radius * 0.11, radius * 0.11), lighten(rgb, -0.7))


def button_row(canvas: Canvas, start: tuple[float, float], end_y: float, count: int, radius: float, rgb: RGB) -> None:
    """`count` buttons straight down from `start`."""
    for y in np.linspace(start[1], end_y, count):
        sew_button(canvas, start[0], float(y), radius, rgb)


def sew_zip(canvas: Canvas, path: Points, tape: RGB, metal: RGB = STEEL, width: float = 6.0) -> None:
    """A zip closed along `path`, its slider at the start."""
    canvas.line(path, lighten(tape, -0.55), width + 2, 0.9)
    canvas.line(path, metal, width * 0.55, 1.0)
    canvas.stitches(path, lighten(metal, -0.65), pitch=2.6, width=width * 0.6, opacity=0.8)
    canvas.line(path + np.array([-width * 0.3, 0], np.float32), lighten(metal, 0.5), 0.6, 0.6)
    x, y = along(path, 0.015)
    canvas.fill(rectangle(x - width * 0.55, y - 4, x + width * 0.55, y + 5, 2), lighten(metal, -0.2))
    canvas.fill(rectangle(x - width * 0.3, y + 2, x + width * 0.3, y + 17, 2), metal)
    canvas.fill(rectangle(x - width * 0.12, y + 6, x + width * 0.12, y + 14, 1), lighten(metal, -0.5))


def flap_pocket(
    canvas: Canvas, x: float, y: float, size: tuple[float, float], cloth: Cloth, angle: float = 0.0
) -> None:
    """A pocket under a flap whose top edge is centred on (x, y)."""
    width, height = size
    shape = outline(
        (-width / 2, 0), (width / 2, 0), (width / 2, height - 6), (width / 2, height, width / 2 - 6, height),
        (-width / 2 + 6, height), (-width / 2, height, -width / 2, height - 6),
    )  # fmt: skip
    shape = rotate(shape, angle) + np.array([x, y], np.float32)
    canvas.panel(shape, cloth, Relief(roundness=0.4, crumple=0.2, angle=angle), drop=0.45, edge=0.25)
    canvas.seam(rotate(outline((-width / 2, 0), (width / 2, 0)), angle) + np.array([x, y], np.float32), cloth, 0.7)


def patch_pocket(
    canvas: Canvas, x: float, y: float, size: tuple[float, float], cloth: Cloth, thread: RGB | None = None
) -> None:
    """A pocket sewn on from outside; (x, y) is the middle of its opening."""
    width, height = size
    shape = outline(
        (-width / 2, 0), (width / 2, 0), (width / 2 + 1, height - 9), (width / 2, height, width / 2 - 10, height),
        (-width / 2 + 10, height), (-width / 2, height, -width / 2 - 1, height - 9),
    ) + np.array([x, y], np.float32)  # fmt: skip
    canvas.panel(shape, cloth, _FLAT, drop=0.38, edge=0.2)
    canvas.seam(outline((x - width / 2, y + 7), (x + width / 2, y + 7)), cloth, 0.35)
    if thread:
        canvas.stitches(rectangle(x - width / 2 + 3, y + 3, x + width / 2 - 3, y + height - 3, 8), thread, 4.0, 0.9)


def welt_pocket(
    canvas: Canvas, x: float, y: float, size: tuple[float, float], cloth: Cloth, angle: float = 0.0
) -> None:
    """A slit pocket with a narrow lip, centred on (x, y)."""
    lip = rotate(rectangle(-size[0] / 2, -size[1] / 2, size[0] / 2, size[1] / 2, 1.5), angle)
    canvas.panel(
        lip + np.array([x, y], np.float32), cloth, Relief(roundness=0.5, crumple=0.1, angle=angle), drop=0.45, edge=0.35
    )


def zip_pocket(canvas: Canvas, x: float, y: float, length: float, angle: float, tape: RGB, metal: RGB = STEEL) -> None:
    """A slit closed by a zip, centred on (x, y)."""
    sew_zip(
        canvas,
        rotate(outline((0, -length / 2), (0, length / 2)), angle) + np.array([x, y], np.float32),
        tape,
        metal,
        width=4.5,
    )


def sew_buckle(canvas: Canvas, x: float, y: float, size: tuple[float, float], metal: RGB, angle: float = 0.0) -> None:
    """A frame with a prong."""
    width, height = size
    outer = rotate(rectangle(-width / 2, -height / 2, width / 2, height / 2, 3), angle)
    canvas.shade(outer + np.array([x + 1, y + 2], np.float32), 0.4, 2)
    frame = np.concatenate([outer, outer[:1]]) + np.array([x, y], np.float32)
    canvas.line(frame, lighten(metal, -0.45), 4.4)
    canvas.line(frame, metal, 3.0)
    canvas.line(frame + np.array([-0.5, -0.7], np.float32), lighten(metal, 0.6), 0.8, 0.8)
    canvas.line(rotate(outline((-width / 2, 0), (width / 2 + 1, 0)), angle) + np.array([x, y], np.float32), metal, 1.8)


def hang_cord(canvas: Canvas, path: Points, rgb: RGB, width: float = 4.0, tip: RGB | None = STEEL) -> None:
    """A round cord with a metal or knotted end."""
    canvas.ribbon(path, width, dye(rgb, "rib"), drop=0.4)
    x, y = (float(v) for v in path[-1])
    if tip:
        canvas.panel(rectangle(x - width * 0.6, y - 3, x + width * 0.6, y + 9, 2), dye(tip, "smooth leather"), drop=0.3)
    else:
        canvas.disc(x, y, width * 0.95, rgb)


def sew_toggle(canvas: Canvas, y: float, reach: float, cord: RGB, wood: RGB) -> None:
    """A duffle coat's wooden toggle in its loop across the front at height `y`."""
    for sign in (-1, 1):
        patch = outline(
            (sign * reach, y - 7), (sign * (reach + 15), y - 6), (sign * (reach + 15), y + 6), (sign * reach, y + 7)
        )
        canvas.panel(patch, dye(lighten(cord, -0.25), "leather"), _FLAT, drop=0.35)
    for dy in (-2.4, 2.4):
        canvas.line(outline((-reach, y + dy), (0, y + dy * 1.7, reach, y + dy)), lighten(cord, -0.3), 2.4)
        canvas.line(outline((-reach, y + dy - 0.4), (0, y + dy * 1.7 - 0.4, reach, y + dy - 0.4)), cord, 1.2)
    peg = outline((-16, y), (-8, y - 8, 0, y - 6), (8, y - 8, 16, y), (8, y + 8, 0, y + 6), (-8, y + 8, -16, y))
    canvas.panel(peg, dye(wood, "smooth leather"), Relief(roundness=1.4, crumple=0.2), drop=0.5)


def lay_fur(canvas: Canvas, path: Points, width: float, rgb: RGB, hairs: int = 900) -> None:
    """A ruff of fur, `width` units broad, along `path`."""
    canvas.ribbon(path, width * 0.9, dye(lighten(rgb, -0.22), "sherpa"), drop=0.35)
    rng = canvas.rng
    share = rng.uniform(0, len(path) - 1.001, hairs)
    low = share.astype(int)
    base = path[low] + (path[low + 1] - path[low]) * (share - low)[:, None]
    base = base + rng.normal(0, width * 0.19, (hairs, 2))
    lean = rng.normal(0, 1, (hairs, 2))
    lean /= np.hypot(lean[:, :1], lean[:, 1:]) + 1e-6
    ends = base + lean * rng.uniform(0.12, 0.34, (hairs, 1)) * width
    tones = rng.uniform(-0.32, 0.36, hairs)
    order = np.argsort(tones)
    threads = np.stack([base, ends], 1).astype(np.float32)[order]
    canvas.hairs(list(threads), [lighten(rgb, float(tone)) for tone in tones[order]], 0.5)

"""What is sewn on to shoes: caps, laces, straps, gores, zips."""

from __future__ import annotations

import numpy as np

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import dye
from catalog.demo.garments.cloths import Cloths
from catalog.demo.garments.shoe_cut import ShoeCut
from catalog.demo.notions import sew_buckle, sew_button, sew_zip
from catalog.demo.outline import Points, along, ellipse, outline
from catalog.demo.palette import RGB, lighten
from catalog.demo.relief import Relief

_GLOW = Relief(roundness=1.2, crumple=0.35, run=1.0)


def trim_shoe(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    """Sew on what makes the style: laces, straps, caps, zips."""
    match shoe.style:
        case "oxford" | "derby" | "laced boot":
            _quarter(shoe, canvas, cloths)
            _laces(shoe, canvas, cloths, lighten(cloths.main.rgb, -0.55))
        case "trainer" | "high-top":
            _trainer_panels(shoe, canvas, cloths)
            _laces(shoe, canvas, cloths, (238, 236, 230))
        case "loafer":
            _saddle(shoe, canvas, cloths)
        case "monk":
            _monk_strap(shoe, canvas, cloths)
        case "chelsea":
            _sew_gore(shoe, canvas, cloths)
        case "ankle boot" | "knee boot":
            _zip_boot(shoe, canvas, cloths)
        case "mary jane":
            strap = shoe.lifted(outline((-26, -38), (-6, -74, 18, -70), (44, -62, 54, -34)))
            canvas.ribbon(strap, 13, cloths.main, drop=0.45, edge=0.35)
            sew_button(canvas, *along(strap, 0.8), 5, cloths.metal)
        case "ballerina":
            _tie_bow(shoe, canvas, cloths)
    if shoe.cap and shoe.style == "pump":
        canvas.panel(_toe_cap(shoe), cloths.accent, _GLOW, edge=0.35)
    if shoe.cap and shoe.style in ("oxford", "derby", "laced boot", "monk", "chelsea"):
        _punch_cap(shoe, canvas, cloths)


def _toe_cap(shoe: ShoeCut) -> Points:
    tip = -168 - 12 * shoe.toe
    return shoe.lifted(
        outline(
            (tip, -2 - 6 * (1 - shoe.toe)),
            (tip - 2, -34 + 16 * shoe.toe, tip + 26 + 10 * shoe.toe, -44 + 12 * shoe.toe),
            (-124, -53, -112, -57),
            (-98, -30, -110, 0),
            (tip + 8, 1),
        )
    )


def _punch_cap(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    line = shoe.lifted(outline((-112, -57), (-98, -30, -110, 0)))
    canvas.seam(line, cloths.main, 0.8)
    canvas.seam(line + np.array([5, 0], np.float32), cloths.main, 0.4)
    if shoe.brogue:
        for path in (
            line + np.array([-6, 0], np.float32),
            shoe.lifted(outline((40, -104), (10, -60, 4, 0))) + np.array([5, 0], np.float32),
        ):
            for share in np.linspace(0.06, 0.94, 11):
                x, y = along(path, float(share))
                canvas.fill(ellipse(x, y, 1.9, 1.9), lighten(cloths.main.rgb, -0.8))
        for x, y in ((-142, -30), (-150, -22), (-134, -38), (-138, -20), (-128, -28)):
            px, py = shoe.lifted(np.array([[x, y]], np.float32))[0]
            canvas.fill(ellipse(float(px), float(py), 2.2, 2.2), lighten(cloths.main.rgb, -0.8))


def _quarter(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    top = -112 if not shoe.shaft else -118
    if shoe.style == "derby":
        shape = shoe.lifted(
            outline((-34, -92), (16, top), (60, -80), (70, -30, 40, 0), (0, -10, -10, -40), (-14, -66, -34, -92))
        )
        canvas.panel(shape, cloths.accent, _GLOW, drop=0.4, edge=0.4)
    seam = shoe.lifted(outline((-36, -90), (-20, -48, 6, -34), (30, -24, 40, 0)))
    canvas.seam(seam, cloths.main, 0.7)
    canvas.stitches(seam + np.array([3, 2], np.float32), cloths.thread, 3.4, 0.8, 0.7)
    canvas.seam(shoe.lifted(outline((110, -78), (112, -40, 120, 0))), cloths.main, 0.5)


def _laces(shoe: ShoeCut, canvas: Canvas, cloths: Cloths, rgb: RGB) -> None:
    count = 5 if not shoe.shaft else 5 + int((shoe.shaft - 110) / 24)
    line = outline((-52, -74), (-14, -112)) if not shoe.shaft else outline((-52, -72), (20, -124, 30, -shoe.shaft + 12))
    for share in np.linspace(0.04, 0.96, count):
        x, y = along(line, float(share))
        start, end = shoe.lifted(np.array([[x - 4, y - 3], [x + 27, y + 15]], np.float32))
        canvas.ribbon(
            np.stack([start, (start + end) / 2 - np.array([0, 3], np.float32), end]).astype(np.float32),
            4.6,
            dye(rgb, "rib"),
            drop=0.4,
        )
        canvas.disc(float(end[0]), float(end[1]), 2.8, cloths.metal)
    x, y = (float(v) for v in shoe.lifted(np.array([along(line, 0.98)], np.float32))[0])
    for dx, dy in ((-26, 12), (24, 22)):
        loop = outline((x, y), (x + dx, y - 16, x + dx, y + dy), (x + dx * 0.4, y + dy, x, y + 2))
        canvas.ribbon(loop, 3.4, dye(rgb, "rib"), drop=0.35)


def _trainer_panels(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    heel = shoe.lifted(outline((112, -80), (150, -108), (168, -90), (174, -30, 164, 0), (104, 0), (96, -40, 112, -80)))
    canvas.panel(heel, cloths.accent, _GLOW, drop=0.3, edge=0.35)
    toe = shoe.lifted(outline((-172, -3), (-174, -32, -146, -46), (-116, -40, -106, 0)))
    canvas.panel(toe, cloths.accent if shoe.cap else cloths.main, _GLOW, drop=0.3, edge=0.35)
    eyestay = shoe.lifted(outline((-62, -72), (-14, -116), (14, -98), (-24, -58), (-48, -40)))
    canvas.panel(eyestay, cloths.accent, _GLOW, drop=0.3, edge=0.35)
    ink = cloths.thread
    if shoe.motif == "bars":
        for step in range(3):
            x = -12 + step * 26
            canvas.fill(
                shoe.lifted(outline((x, -66 + step * 4), (x + 12, -66 + step * 4), (x - 6, -4), (x - 18, -4))),
                ink,
                0.92,
            )
    elif shoe.motif == "wave":
        canvas.fill(shoe.lifted(outline((-40, -22), (20, -10, 104, -62), (30, -26, -40, -10))), ink, 0.95)
    elif shoe.motif == "panel":
        canvas.panel(shoe.lifted(outline((-30, -46), (90, -62), (84, -8), (-6, -8))), cloths.accent, _GLOW, edge=0.35)
    collar = shoe.lifted(outline((22, -112), (60, -74, 100, -80), (136, -86, 156, -106)))
    if not shoe.shaft:
        canvas.ribbon(collar, 11, cloths.lining, drop=0.25)
    for column in range(5):
        left, top = (float(v) for v in shoe.lifted(np.array([[-104 + column * 11, -38 - column * 3]], np.float32))[0])
        canvas.fill(ellipse(left, top, 2, 2), lighten(cloths.main.rgb, -0.6))


def _saddle(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    apron = shoe.lifted(outline((-30, -100), (-70, -52, -142, -34), (-156, -30, -150, -24)))
    canvas.seam(apron, cloths.main, 0.8)
    strap = shoe.lifted(outline((-46, -92), (-20, -110), (12, -78), (6, -24, 0, 0), (-40, 0), (-34, -50, -46, -92)))
    canvas.panel(strap, cloths.accent, _GLOW, drop=0.45, edge=0.35)
    if shoe.brogue:
        for dx in (-10, 0, 10):
            canvas.ribbon(shoe.lifted(outline((-40, -92), (-50 + dx, -66))), 4, cloths.accent)
    elif shoe.motif == "bars":
        bit = shoe.lifted(outline((-42, -80), (-14, -92)))
        canvas.line(bit, lighten(cloths.metal, -0.4), 7)
        canvas.line(bit, cloths.metal, 4.6)
    else:
        canvas.fill(shoe.lifted(outline((-34, -84), (-18, -92), (-14, -84), (-30, -76))), (16, 12, 12), 0.75)


def _monk_strap(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    for row in range(2 if shoe.brogue else 1):
        strap = shoe.lifted(outline((-30 + row * 18, -98 - row * 12), (10 + row * 12, -84, 64, -50 - row * 24)))
        canvas.ribbon(strap, 20 if not shoe.brogue else 15, cloths.accent, drop=0.45, edge=0.4)
        x, y = along(strap, 0.72)
        sew_buckle(canvas, x, y, (17, 20 if not shoe.brogue else 16), cloths.metal, 24)


def _ankle_strap(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    strap = shoe.lifted(outline((26, -112), (80, -78, 160, -92)))
    canvas.ribbon(strap, 13, cloths.accent, drop=0.45, edge=0.35)
    sew_buckle(canvas, *along(strap, 0.5), (18, 19), cloths.metal)


def draw_sandal(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    """Insole, heel cup and straps: a sandal has no upper."""
    insole = shoe.lifted(outline((-172, -3), (0, -12), (166, -9), (166, 0), (0, 2), (-172, 1)))
    canvas.panel(insole, cloths.lining, Relief(0.5, 0.1), edge=0.3)
    heel = shoe.lifted(outline((104, -4), (118, -40, 140, -88), (166, -92, 170, -60), (172, -20, 166, 0)))
    canvas.panel(heel, cloths.main, _GLOW, drop=0.3, edge=0.35)
    for x, height, width in ((-122, 46, 34), (-84, 56, 24))[: 2 if shoe.brogue else 1]:
        band = shoe.lifted(
            outline(
                (x - width, 0),
                (x - width * 0.5, -height, x + 12, -height),
                (x + width + 16, -height + 4, x + width + 18, 0),
                (x + width, 0),
                (x + 8, -height + 24, x - width + 14, 0),
            )
        )
        canvas.panel(band, cloths.main, _GLOW, drop=0.3, edge=0.35)
    ankle = shoe.lifted(
        outline((46, -86), (100, -108, 150, -98), (170, -90, 160, -80), (110, -70, 60, -74), (46, -76, 46, -86))
    )
    canvas.ribbon(ankle, 12, cloths.main, drop=0.3, edge=0.3)
    sew_buckle(canvas, *along(ankle, 0.12), (12, 13), cloths.metal)
    if shoe.cap:
        canvas.ribbon(shoe.lifted(outline((-70, 0), (-40, -60, 44, -86))), 14, cloths.main, drop=0.3, edge=0.3)


def _sew_gore(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    gore = shoe.lifted(
        outline(
            (58, -shoe.shaft + 4),
            (112, -shoe.shaft + 2),
            (104, -100, 92, -72),
            (74, -92, 58, -shoe.shaft + 4),
        )
    )
    canvas.panel(gore, dye(lighten(cloths.main.rgb, -0.45), "rib"), Relief(0.5, 0.1), edge=0.4)
    canvas.ribbon(
        shoe.lifted(
            outline(
                (150, -shoe.shaft + 30),
                (172, -shoe.shaft - 22, 152, -shoe.shaft - 14),
                (138, -shoe.shaft - 4, 146, -shoe.shaft + 20),
            )
        ),
        6,
        cloths.main,
    )


def _zip_boot(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    sew_zip(
        canvas,
        shoe.lifted(outline((96, -shoe.shaft + 8), (104, -100, 92, -24))),
        cloths.main.rgb,
        cloths.metal,
        5,
    )
    canvas.seam(shoe.lifted(outline((30, -84), (60, -52, 62, 0))), cloths.main, 0.4)
    if shoe.cap:
        _ankle_strap(shoe, canvas, cloths)


def _tie_bow(shoe: ShoeCut, canvas: Canvas, cloths: Cloths) -> None:
    x, y = shoe.lifted(np.array([[-100, -60]], np.float32))[0]
    for sign in (-1, 1):
        loop = outline((x, y), (x + sign * 14 - 4, y - 18, x + sign * 25, y - 7), (x + sign * 16, y + 9, x, y + 2))
        canvas.panel(loop.astype(np.float32), cloths.accent, Relief(1.2, 0.2), drop=0.4, edge=0.3)

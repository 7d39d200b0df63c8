"""Homes: the floors, beds and walls that shoppers photograph their clothes on, and what lies around."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from catalog.demo.canvas import Canvas
from catalog.demo.fabrics import dye
from catalog.demo.outline import ellipse, outline, rectangle, rotate
from catalog.demo.palette import RGB, lighten, mix
from catalog.demo.patterns import Pattern, weave
from catalog.demo.relief import Fold, Relief

Size = tuple[int, int]

_WOODS: tuple[RGB, ...] = ((176, 134, 92), (140, 98, 62), (198, 166, 128), (112, 78, 54), (186, 172, 152))
_LINENS: tuple[RGB, ...] = ((226, 224, 220), (198, 208, 218), (222, 206, 190), (176, 186, 178), (150, 158, 176))
_WALLS: tuple[RGB, ...] = ((214, 208, 196), (186, 198, 196), (216, 194, 178), (164, 172, 184), (226, 224, 218))


def draw_room(size: Size, rng: np.random.Generator, *, floor: bool = False) -> Image.Image:
    """A room and its clutter, RGB of `size`, a little out of focus: it is drawn at half the size.

    With `floor` the camera looks down at something to stand on, otherwise it may look at a wall.
    """
    canvas = Canvas((size[0] // 2, size[1] // 2), 0.5, (0.0, 0.0), rng)
    places = _FLOORS if floor else _FLOORS + _WALLS_TO_HANG_ON
    place = places[int(rng.integers(len(places)))]
    place(canvas, size)
    corners = [(0.04, 0.06), (0.96, 0.06), (0.05, 0.95), (0.95, 0.94), (0.0, 0.5), (1.0, 0.55)]
    for index in rng.permutation(len(corners))[: int(rng.integers(2, 5))]:
        x, y = corners[index]
        spot = (size[0] * x + float(rng.normal(0, 16)), size[1] * y + float(rng.normal(0, 20)))
        _CLUTTER[int(rng.integers(len(_CLUTTER)))](canvas, spot)
    return canvas.image.resize(size, Image.Resampling.BICUBIC)


def _lay_boards(canvas: Canvas, size: Size) -> None:
    rng = canvas.rng
    wood = _WOODS[int(rng.integers(len(_WOODS)))]
    broad, turn = float(rng.uniform(54, 104)), float(rng.choice([0, 0, 90, 45, 8]))
    span = max(size) * 0.95
    middle = (size[0] / 2, size[1] / 2)
    for column in np.arange(-span, span, broad):
        y = -span - float(rng.uniform(0, 240))
        while y < span:
            length = float(rng.uniform(240, 460))
            board = rectangle(column, y, column + broad - 1.5, y + length - 1.5) + np.array(middle, np.float32)
            board = rotate(board, turn, middle)
            if (
                board[:, 0].max() > 0
                and board[:, 1].max() > 0
                and board[:, 0].min() < size[0]
                and board[:, 1].min() < size[1]
            ):
                tone = lighten(wood, float(rng.uniform(-0.16, 0.12)))
                canvas.panel(board, dye(tone, "wool"), Relief(0.12, 0.14, 8.0, turn), edge=0.5)
                for _ in range(3):
                    x = column + float(rng.uniform(6, broad - 8))
                    vein = outline((x, y), (x + float(rng.normal(0, 9)), y + length / 2, x, y + length)) + np.array(
                        middle, np.float32
                    )
                    canvas.line(rotate(vein, turn, middle), lighten(tone, -0.3), 1.2, 0.35)
            y += length


def _make_bed(canvas: Canvas, size: Size) -> None:
    rng = canvas.rng
    linen = _LINENS[int(rng.integers(len(_LINENS)))]
    pattern = Pattern(
        str(rng.choice(["plain", "plain", "stripes", "gingham", "dots"])),
        float(rng.uniform(24, 70)),
        mix(linen, (120, 130, 150), 0.35),
        linen,
    )
    folds = []
    for _ in range(14):
        x, y, turn = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(0, 180)
        crease = outline((-160, 0), (0, float(rng.normal(0, 50)), 160, float(rng.normal(0, 26))))
        folds.append(
            Fold(
                rotate(crease, turn) + np.array([x, y], np.float32),
                float(rng.choice([12, 18, 26])),
                float(rng.uniform(0.4, 0.95)),
            )
        )
    canvas.panel(
        rectangle(-4, -4, size[0] + 4, size[1] + 4),
        weave(linen, "cotton", pattern),
        Relief(0.05, 0.3, 1.0),
        folds=folds,
    )
    if rng.random() < 0.6:
        pillow = rectangle(-40, -70, size[0] * 0.62, 96, 60) + np.array([rng.uniform(0, 200), 0], np.float32)
        canvas.panel(pillow, dye(lighten(linen, 0.4), "cotton"), Relief(1.2, 0.7, 1.0), drop=0.5)


def _tile_wall(canvas: Canvas, size: Size) -> None:
    rng = canvas.rng
    wall = _WALLS[int(rng.integers(len(_WALLS)))]
    wide = float(rng.uniform(62, 120))
    tall = wide * float(rng.choice([1.0, 0.5]))
    canvas.panel(rectangle(-2, -2, size[0] + 2, size[1] + 2), dye(lighten(wall, -0.28), "cotton"), Relief(0, 0.2))
    tones = [lighten(wall, float(share)) for share in (-0.05, 0.0, 0.05, 0.12)]
    for row, y in enumerate(np.arange(-10, size[1], tall)):
        shift = wide / 2 * (row % 2) if tall < wide else 0
        for x in np.arange(-wide - shift, size[0], wide):
            tile = rectangle(x + 1.5, y + 1.5, x + wide - 1.5, y + tall - 1.5, 2)
            canvas.fill(tile, tones[int(rng.integers(4))])
            canvas.line(tile[:6], lighten(wall, 0.6), 2.0, 0.5)
    _hang_hook(canvas, size)


def _paint_door(canvas: Canvas, size: Size) -> None:
    rng = canvas.rng
    wall = _WALLS[int(rng.integers(len(_WALLS)))]
    paint = lighten(mix(wall, (236, 232, 224), 0.6), float(rng.uniform(-0.35, 0.3)))
    canvas.panel(rectangle(-2, -2, size[0] + 2, size[1] + 2), dye(wall, "cotton"), Relief(0, 0.25))
    left = float(rng.uniform(-30, 60))
    right = size[0] - float(rng.uniform(-30, 70))
    door = dye(paint, "worsted")
    canvas.panel(rectangle(left, -10, right, size[1] + 10), door, Relief(0.15, 0.1), drop=0.5, edge=0.5)
    middle = (left + right) / 2
    for x0, x1 in ((left + 44, middle - 18), (middle + 18, right - 44)):
        for y0, y1 in ((36, size[1] * 0.46), (size[1] * 0.52, size[1] - 40)):
            canvas.panel(rectangle(x0, y0, x1, y1), dye(lighten(paint, -0.1), "worsted"), Relief(0.6, 0), edge=0.5)
            canvas.panel(rectangle(x0 + 12, y0 + 12, x1 - 12, y1 - 12), door, Relief(0.6, 0), drop=0.3, edge=0.25)
    canvas.disc(right - 22, size[1] * 0.53, 14, (178, 158, 112))
    _hang_hook(canvas, size)


def _roll_carpet(canvas: Canvas, size: Size) -> None:
    rng = canvas.rng
    tones: tuple[RGB, ...] = ((154, 138, 120), (120, 128, 140), (138, 92, 84), (96, 104, 92), (180, 172, 160))
    tone = tones[int(rng.integers(len(tones)))]
    pattern = Pattern(
        str(rng.choice(["plain", "zigzag", "argyle", "hoops"])),
        float(rng.uniform(90, 180)),
        lighten(tone, 0.3),
        lighten(tone, -0.35),
    )
    canvas.panel(
        rectangle(-2, -2, size[0] + 2, size[1] + 2),
        weave(tone, "sherpa", pattern),
        Relief(0, 0.3, 1.0, float(rng.uniform(-12, 12))),
    )


def _paint_wall(canvas: Canvas, size: Size) -> None:
    rng = canvas.rng
    wall = _WALLS[int(rng.integers(len(_WALLS)))]
    canvas.panel(rectangle(-2, -2, size[0] + 2, size[1] + 2), dye(wall, "canvas"), Relief(0, 0.3))
    if rng.random() < 0.5:
        frame = rectangle(-60, 40, 84, 250) + np.array(
            [float(rng.choice([0, size[0] - 20])), float(rng.uniform(-20, 300))], np.float32
        )
        canvas.panel(frame, dye((74, 56, 44), "smooth leather"), Relief(0.4, 0), drop=0.5, edge=0.5)
        canvas.panel(
            frame * np.array([0.94, 0.96], np.float32) + np.array([2, 6], np.float32),
            dye(mix(wall, (60, 110, 120), 0.5), "linen"),
            Relief(0.2, 1.2),
        )
    low = size[1] - float(rng.uniform(20, 90))
    canvas.panel(
        rectangle(-2, low, size[0] + 2, low + 26), dye((234, 232, 226), "satin"), Relief(0.4, 0), drop=0.4, edge=0.4
    )
    canvas.panel(
        rectangle(-2, low + 26, size[0] + 2, size[1] + 4),
        dye(_WOODS[int(rng.integers(len(_WOODS)))], "linen"),
        Relief(0, 0.2, 0.2),
    )
    _hang_hook(canvas, size)


def _hang_hook(canvas: Canvas, size: Size) -> None:
    """The hook and hanger whose top shows above the garment."""
    x = size[0] / 2
    canvas.ribbon(
        outline((x, -8), (x, 26), (x + 22, 30, x + 16, 50), (x + 8, 62, x, 54)),
        6,
        dye((150, 152, 158), "smooth leather"),
        drop=0.5,
    )


def _put_book(canvas: Canvas, at: tuple[float, float]) -> None:
    rng = canvas.rng
    turn = float(rng.uniform(-40, 40))
    cover: RGB = tuple(int(v) for v in rng.integers(50, 200, 3))  # type: ignore[assignment]
    box = rotate(rectangle(-58, -80, 58, 80, 2), turn) + np.array(at, np.float32)
    canvas.panel(box + np.array([4, 6], np.float32), dye((232, 228, 216), "cotton"), Relief(0.2, 0), drop=0.5, edge=0.4)
    canvas.panel(box, dye(cover, "canvas"), Relief(0.25, 0.1), drop=0.3, edge=0.4)
    label = rotate(rectangle(-36, -52, 36, -24), turn) + np.array(at, np.float32)
    canvas.fill(label, lighten(cover, 0.6), 0.85)


def _put_mug(canvas: Canvas, at: tuple[float, float]) -> None:
    tone: RGB = tuple(int(v) for v in canvas.rng.integers(90, 235, 3))  # type: ignore[assignment]
    x, y = at
    glaze = dye(tone, "satin")
    canvas.ribbon(
        outline((x + 30, y - 18), (x + 72, y - 24, x + 62, y + 16), (x + 50, y + 26, x + 30, y + 16)),
        10,
        glaze,
        drop=0.5,
    )
    canvas.panel(ellipse(x, y, 46, 46), glaze, Relief(1.2, 0), drop=0.55, edge=0.3)
    canvas.panel(ellipse(x, y, 37, 37), dye((72, 44, 28), "satin"), Relief(0.6, 0), edge=0.4)


def _put_plant(canvas: Canvas, at: tuple[float, float]) -> None:
    rng = canvas.rng
    for turn in rng.uniform(0, 360, 11):
        reach = float(rng.uniform(60, 120))
        leaf = outline((0, 0), (reach * 0.5, -24, reach, 0), (reach * 0.5, 24, 0, 0))
        tone = lighten((62, 112, 62), float(rng.uniform(-0.35, 0.25)))
        canvas.panel(
            rotate(leaf, float(turn)) + np.array(at, np.float32),
            dye(tone, "silk"),
            Relief(0.9, 0.4),
            drop=0.4,
            edge=0.2,
        )


def _put_cushion(canvas: Canvas, at: tuple[float, float]) -> None:
    rng = canvas.rng
    tone: RGB = tuple(int(v) for v in rng.integers(70, 220, 3))  # type: ignore[assignment]
    shape = outline((-90, -84), (0, -66, 90, -84), (70, 0, 90, 84), (0, 66, -90, 84), (-70, 0, -90, -84))
    cloth = weave(tone, "canvas", Pattern(str(rng.choice(["plain", "stripes", "dots", "zigzag"])), 40))
    canvas.panel(
        rotate(shape, float(rng.uniform(0, 90))) + np.array(at, np.float32), cloth, Relief(1.3, 0.8, 1.0), drop=0.55
    )


def _put_magazine(canvas: Canvas, at: tuple[float, float]) -> None:
    rng = canvas.rng
    turn = float(rng.uniform(-60, 60))
    page = rotate(rectangle(-80, -104, 80, 104), turn) + np.array(at, np.float32)
    canvas.panel(page, dye((236, 234, 230), "satin"), Relief(0.3, 0.2), drop=0.45, edge=0.3)
    picture: RGB = tuple(int(v) for v in rng.integers(60, 210, 3))  # type: ignore[assignment]
    canvas.panel(
        rotate(rectangle(-66, -90, 66, 10), turn) + np.array(at, np.float32), dye(picture, "silk"), Relief(0.3, 1.5)
    )
    for row in range(6):
        canvas.line(
            rotate(outline((-64, 28 + row * 11), (60 - 14 * (row % 3), 28 + row * 11)), turn)
            + np.array(at, np.float32),
            (120, 120, 124),
            2.4,
            0.7,
        )


def _put_cable(canvas: Canvas, at: tuple[float, float]) -> None:
    x, y = at
    rng = canvas.rng
    points = np.cumsum(rng.normal(0, 46, (6, 2)), axis=0) + np.array([x, y], np.float32)
    path = outline(
        (x, y),
        *[(float(a), float(b), float(c), float(d)) for (a, b), (c, d) in zip(points[::2], points[1::2], strict=True)],
    )
    canvas.ribbon(path, 5, dye((232, 232, 232), "satin"), drop=0.45)


_FLOORS: tuple[Callable[[Canvas, Size], None], ...] = (_lay_boards, _make_bed, _roll_carpet, _lay_boards, _make_bed)
_WALLS_TO_HANG_ON: tuple[Callable[[Canvas, Size], None], ...] = (_tile_wall, _paint_door, _paint_wall)
_CLUTTER: tuple[Callable[[Canvas, tuple[float, float]], None], ...] = (
    _put_book,
    _put_mug,
    _put_plant,
    _put_cushion,
    _put_magazine,
    _put_cable,
)

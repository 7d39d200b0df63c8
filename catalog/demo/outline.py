"""Curves in garment units: x = 0 is the garment's middle, y grows downwards, a unit is a pixel of the studio photo."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
Step = tuple[float, ...]

_SAMPLES = 14  # points per curve: at twice the photo's size no corner shows


def outline(*steps: Step) -> Points:
    """The points of a path drawn with straight and curved strokes.

    Args:
        steps: the start point (x, y), then per stroke its end (x, y), preceded by one control point for a quadratic
            curve (cx, cy, x, y) or two for a cubic one (ax, ay, bx, by, x, y).

    Returns:
        Points (N, 2).
    """
    here = np.asarray(steps[0], np.float32)
    parts = [here[None]]
    for step in steps[1:]:
        knots = np.asarray(step, np.float32).reshape(-1, 2)
        parts.append(_stroke(here, knots))
        here = knots[-1]
    return np.concatenate(parts)


def _stroke(start: Points, knots: Points) -> Points:
    if len(knots) == 1:
        return knots
    t = np.linspace(0, 1, _SAMPLES + 1, dtype=np.float32)[1:, None]
    if len(knots) == 2:
        return (1 - t) ** 2 * start + 2 * t * (1 - t) * knots[0] + t**2 * knots[1]
    return (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * knots[0] + 3 * t**2 * (1 - t) * knots[1] + t**3 * knots[2]


def spline(points: Sequence[Step] | Points, closed: bool = False) -> Points:
    """A smooth (Catmull-Rom) curve through every one of `points`."""
    knots = np.asarray(points, np.float32)
    padded = (
        np.concatenate([knots[-1:], knots, knots[:2]])
        if closed
        else np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    )
    t = np.linspace(0, 1, _SAMPLES, endpoint=False, dtype=np.float32)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*parts, padded[-2:-1]])


def mirror(points: Points) -> Points:
    """The same path on the other side of the garment's middle."""
    return points * np.array([-1, 1], np.float32)


def side(points: Points, sign: int) -> Points:
    """`points`, mirrored where `sign` is negative."""
    return points if sign > 0 else mirror(points)


def both(half: Points) -> Points:
    """A closed symmetric shape from its right half, which runs from the top middle to the bottom middle."""
    return np.concatenate([half, mirror(half)[::-1]])


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """An ellipse about (x, y), turned by `turn` degrees."""
    t = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    circle = np.stack([np.cos(t) * rx, np.sin(t) * ry], 1)
    return (rotate(circle.astype(np.float32), turn) + np.array([x, y])).astype(np.float32)


def rotate(points: Points, degrees: float, about: tuple[float, float] = (0.0, 0.0)) -> Points:
    """`points` turned clockwise (as seen) by `degrees` about a point."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    centre = np.asarray(about, np.float32)
    return ((points - centre) @ np.array([[c, s], [-s, c]], np.float32) + centre).astype(np.float32)


def rectangle(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Points:
    """A rectangle with rounded corners."""
    if radius <= 0:
        return outline((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    r = min(radius, abs(x1 - x0) / 2, abs(y1 - y0) / 2)
    return outline(
        (x0 + r, y0),
        (x1 - r, y0),
        (x1, y0, x1, y0 + r),
        (x1, y1 - r),
        (x1, y1, x1 - r, y1),
        (x0 + r, y1),
        (x0, y1, x0, y1 - r),
        (x0, y0 + r),
        (x0, y0, x0 + r, y0),
    )


def band(path: Points, width: float | Points) -> Points:
    """The closed ribbon of `width` units (one value, or one per point) about an open path."""
    tangent = np.gradient(path, axis=0)
    length = np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-6)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / length[:, None]
    offset = normal * np.broadcast_to(np.asarray(width, np.float32), (len(path),))[:, None] / 2
    return np.concatenate([path + offset, (path - offset)[::-1]]).astype(np.float32)


def along(path: Points, share: float) -> tuple[float, float]:
    """The point after `share` (0-1) of a path's length."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    walked = np.concatenate([[0.0], np.cumsum(steps)])
    target = share * walked[-1]
    return float(np.interp(target, walked, path[:, 0])), float(np.interp(target, walked, path[:, 1]))

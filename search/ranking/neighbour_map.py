"""A product among its nearest: whether it has any, and a map of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.index.match_grades import SimilarityCalibration
from search.index.product_columns import CodedColumn
from search.ranking.grading import LAST_CLOSE

CLOSE = LAST_CLOSE  # the grade from which a neighbour is a close one: what pages call similar
_ROUNDS = 400  # of moving apart; dozens are enough for most maps


@dataclass(frozen=True)
class Place:
    """Where a product lies on a map: from left and top, 0 to 1."""

    product_id: str
    x: float
    y: float


@dataclass(frozen=True)
class NeighbourMap:
    """Products laid out so that what is alike lies together."""

    places: tuple[Place, ...]  # in the order asked for
    told: float  # share of the products' differences that two dimensions can show, 0 to 1


def draw_map(product_ids: Sequence[str], vectors: np.ndarray, gap: tuple[float, float] = (0.1, 0.14)) -> NeighbourMap:
    """The principal plane of some products' vectors, with photos that would lie on each other moved apart.

    Args:
        product_ids: N of them.
        vectors: (N, D) float32.
        gap: width and height of what is drawn at a place; nothing covers another where there is room.
    """
    if len(product_ids) < 2:
        return NeighbourMap(tuple(Place(product_id, 0.5, 0.5) for product_id in product_ids), 1.0)
    centred = (vectors - vectors.mean(axis=0)).astype(np.float64)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    plane = np.zeros((len(product_ids), 2))
    plane[:, : min(2, len(lengths))] = (left * lengths)[:, :2]
    # An axis has no direction of its own: the first product lies left and above the middle, in every build.
    plane *= np.where(plane[0] > 0, -1, 1)
    total = float((lengths**2).sum())
    told = float((lengths[:2] ** 2).sum()) / total if total > 0 else 1.0
    plane = move_apart(_fit(plane), gap)
    places = (Place(product_id, float(x), float(y)) for product_id, (x, y) in zip(product_ids, plane, strict=True))
    return NeighbourMap(tuple(places), told)


def move_apart(plane: np.ndarray, gap: tuple[float, float]) -> np.ndarray:
    """(N, 2) places within the unit square, moved a little until rectangles of ``gap`` don't overlap.

    Where they can't all be had apart the rest overlap. The same places always come out the same.
    """
    moved = plane.copy()
    for _ in range(_ROUNDS):
        apart = moved[:, None] - moved[None]  # (N, N, 2)
        overlap = np.array(gap) - np.abs(apart)
        touching = (overlap > 1e-6).all(axis=2) & ~np.eye(len(moved), dtype=bool)
        if not touching.any():
            break
        # Along the axis where less is missing; of two in one place the earlier goes left.
        order = np.sign(np.arange(len(moved))[:, None] - np.arange(len(moved))[None])
        axis = (overlap / np.maximum(gap, 1e-9)).argmin(axis=2)
        for one in (0, 1):
            sign = np.where(apart[..., one] == 0, order, np.sign(apart[..., one]))
            pushes = np.where(touching & (axis == one), sign * overlap[..., one] / 2, 0.0)
            moved[:, one] += pushes.sum(axis=1) / np.maximum(1, (pushes != 0).sum(axis=1))
        moved = np.clip(moved, 0.0, 1.0)
    return moved


def find_isolated(nearest: np.ndarray, categories: CodedColumn, similarity: SimilarityCalibration) -> np.ndarray:
    """Positions of the products whose nearest other product isn't even close, the most isolated first.

    Args:
        nearest: (P,) float32, each product's score with the nearest product that is no variant of it.
        categories: of at least these products.
        similarity: what scores mean in each category.
    """
    least = np.array([similarity.least(category, CLOSE) for category in [*categories.values, ""]], np.float32)
    missing = least[categories.codes[: len(nearest)]] - nearest  # the last one serves those without a category
    order = np.argsort(-missing, kind="stable")
    return order[missing[order] > 0]


def _fit(plane: np.ndarray) -> np.ndarray:
    """Each axis stretched over the unit square; what doesn't differ lies in the middle."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    size = high - low
    return np.where(size > 1e-9, (plane - low) / np.where(size > 1e-9, size, 1), 0.5)

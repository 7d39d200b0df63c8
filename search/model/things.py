"""The things in a photo that one may search for: a person's coat, bag and shoes, each with its box.

Cells are classified (``things_head``); those of one kind that touch are a thing. How well that finds what people wear
is in docs/model.md.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels
from search.model.things_head import (
    BACKGROUND,
    BODY,
    CELLS,
    FILE,
    Square,
    ThingsHead,
    cell_inputs,
    interpolation,
    looked_at,
    view_of,
)
from search.photo import Box

MOST = 5  # things of one photo
_LEAST_SHARE = 0.006  # of the photo: anything smaller is a speck
_PAIRS = ("shoes", "legwear")  # worn in pairs, so all cells of the photo are one thing
_SAME = 0.75  # intersection over union from which two boxes are about the same thing
_MOST_ASPECT = 3.0  # longer side over shorter one beyond which a photo is a strip of something
_LEAST_BODY = 0.005  # share of the photo that skin and hair take where somebody wears what it shows

# Every network on the same backbone has the same maps, so one head serves them all.
_SHIPPED = Path(__file__).parent.parent / "pretrained" / FILE


@dataclass(frozen=True)
class Thing:
    """Something in a photo."""

    kind: str  # coat, top, bottom, dress, bag, shoes, hat, scarf, legwear
    box: Box
    confidence: float  # mean probability of its cells, 0 to 1


class ThingFinder:
    """Finds things with a network's maps; never changes, so threads may share it.

    Args:
        embedder: of the network. Where it has no maps, nothing is ever found.
        head: the file of the classifier of cells.

    Raises:
        BundleError: the file can't be read.
    """

    def __init__(self, embedder: Embedder, head: Path = _SHIPPED) -> None:
        self._embedder = embedder
        self._head = ThingsHead.load(head) if embedder.has_maps else None

    def find(self, image: Image.Image) -> tuple[Thing, ...]:
        """The largest and surest things of a photo, at most ``MOST``, best first.

        The whole is looked at first. Where it shows neither a person nor two things it is a packshot, and has none.

        Args:
            image: RGB, upright.
        """
        head = self._head
        if head is None or max(image.size) > _MOST_ASPECT * min(image.size):
            return ()
        squares = looked_at(image.size)
        seen = self._classify(head, image, squares[:1])
        if not _shows_several(join_squares(seen, squares[:1], image.size), head.kinds):
            return ()
        seen += self._classify(head, image, squares[1:])
        return group_cells(join_squares(seen, squares, image.size), head.kinds)

    def _classify(self, head: ThingsHead, image: Image.Image, squares: tuple[Square, ...]) -> list[np.ndarray]:
        """The logits (CELLS, CELLS, K) of squares of a photo."""
        side = self._embedder.bundle.image_size
        pixels = [image_to_pixels(view_of(image, square), side) for square in squares]
        maps = self._embedder.read_maps(np.stack(pixels))
        return [head.logits(cell_inputs(*one, image.size)) for one in zip(maps, squares, strict=True)]


def _shows_several(probabilities: np.ndarray, kinds: tuple[str, ...]) -> bool:
    body = (probabilities.argmax(axis=-1) == kinds.index(BODY)).mean()
    return bool(body >= _LEAST_BODY) or len(group_cells(probabilities, kinds)) > 1


def join_squares(logits: list[np.ndarray], squares: tuple[Square, ...], size: tuple[int, int]) -> np.ndarray:
    """(H, W, K) probabilities of the photo's cells, the shorter side ``CELLS`` long: means of the squares' logits.

    Args:
        logits: each (CELLS, CELLS, K).
        squares: where each lies.
        size: of the photo, width and height (pixels).
    """
    scale = CELLS / min(size)
    width, height = (round(edge * scale) for edge in size)
    total = np.zeros((height, width, logits[0].shape[-1]), np.float32)
    count = np.zeros((height, width, 1), np.float32)
    for one, (left, top, edge) in zip(logits, squares, strict=True):
        cells = round(edge * scale)
        weights = interpolation(CELLS, cells)
        scaled = one if cells == CELLS else np.einsum("ap,bq,pqc->abc", weights, weights, one, optimize=True)
        x, y = round(left * scale), round(top * scale)
        rows = slice(max(0, y), min(height, y + cells))
        columns = slice(max(0, x), min(width, x + cells))
        total[rows, columns] += scaled[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
        count[rows, columns] += 1
    mean = total / np.maximum(count, 1)
    exponential = np.exp(mean - mean.max(axis=-1, keepdims=True))
    return np.asarray(exponential / exponential.sum(axis=-1, keepdims=True))


def group_cells(probabilities: np.ndarray, kinds: tuple[str, ...], most: int = MOST) -> tuple[Thing, ...]:
    """The things that the cells (H, W, K) show, the largest and surest first; no two with about the same box."""
    best = probabilities.argmax(axis=-1)
    found: list[tuple[float, Thing]] = []
    for number, kind in enumerate(kinds):
        if kind in (BACKGROUND, BODY):
            continue
        parts = [part for part in touching_parts(best == number) if part.mean() >= _LEAST_SHARE]
        if kind in _PAIRS and parts:
            parts = [np.any(parts, axis=0)]
        for part in parts:
            sure = float(probabilities[part][:, number].mean())
            found.append((sure * float(np.sqrt(part.mean())), Thing(kind, _box_of(part), sure)))
    chosen: list[Thing] = []
    for _, thing in sorted(found, key=lambda scored: -scored[0]):
        if all(overlap(thing.box, other.box) < _SAME for other in chosen):
            chosen.append(thing)
    return tuple(chosen[:most])


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    across, down = (
        max(0.0, min(one[axis] + one[axis + 2], other[axis] + other[axis + 2]) - max(one[axis], other[axis]))
        for axis in (0, 1)
    )
    return across * down / (one[2] * one[3] + other[2] * other[3] - across * down)


def touching_parts(cells: np.ndarray) -> list[np.ndarray]:
    """The parts of what is True in (H, W) whose cells touch, corners included, each (H, W) bool."""
    left, parts = cells.copy(), []
    while left.any():
        part = np.zeros_like(cells)
        part[np.unravel_index(int(left.argmax()), left.shape)] = True
        while True:
            grown = _neighbourhood(part) & left
            if (grown == part).all():
                break
            part = grown
        parts.append(part)
        left &= ~part
    return parts


def _neighbourhood(part: np.ndarray) -> np.ndarray:
    """What is True, and every cell beside it."""
    wide = part.copy()
    wide[:, 1:] |= part[:, :-1]
    wide[:, :-1] |= part[:, 1:]
    tall = wide.copy()
    tall[1:] |= wide[:-1]
    tall[:-1] |= wide[1:]
    return tall


def _box_of(part: np.ndarray) -> Box:
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    height, width = part.shape
    left, top = columns[0] / width, rows[0] / height
    return float(left), float(top), float((columns[-1] + 1) / width - left), float((rows[-1] + 1) / height - top)

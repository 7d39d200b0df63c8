"""Which cells of a photo show a coat, a bag, shoes: a small classifier on what the network sees of each cell.

It reads three maps of the branch that ImageNet trained and nobody since, so it fits every network on that backbone. A
photo is looked at as a whole, and in three squares along its longer side, where things are larger.
"""

import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from search.errors import BundleError

FILE = "things.npz"
CELLS = 28  # on a side of a square that the network looks at
BACKGROUND, BODY = "background", "body"  # cells that show nothing to search for: all around, and skin and hair

Square = tuple[int, int, int]
"""Left, top and side of a square part of a photo (pixels); the whole photo's square reaches out of it."""


@dataclass(frozen=True)
class ThingsHead:
    """A layer of a few hidden units and a softmax, which the indexer fits and NumPy applies."""

    kinds: tuple[str, ...]  # BACKGROUND first, BODY last
    hidden: np.ndarray  # (F, H): weights of the hidden units
    hidden_bias: np.ndarray  # (H,)
    output: np.ndarray  # (H, K)
    output_bias: np.ndarray  # (K,)

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """(..., K) float32 for cells (..., F) from ``cell_inputs``."""
        hidden = np.maximum(inputs @ self.hidden + self.hidden_bias, 0)
        return np.asarray(hidden @ self.output + self.output_bias, np.float32)

    def save(self, path: Path) -> None:
        """Write the head to an .npz file of half-precision numbers, without pickling."""
        numbers = {name: getattr(self, name).astype(np.float16) for name in _ARRAYS}
        with path.open("wb") as file:
            np.savez_compressed(file, kinds=np.array(self.kinds, dtype=np.str_), **numbers)

    @classmethod
    def load(cls, path: Path) -> "ThingsHead":
        """A head from its file.

        Raises:
            BundleError: the file can't be read, or is none that ``save`` wrote.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                kinds = tuple(str(kind) for kind in stored["kinds"])
                head = cls(kinds, *(stored[name].astype(np.float32) for name in _ARRAYS))
            shapes = [getattr(head, name).shape for name in _ARRAYS]
            (_, units), count = shapes[0], len(kinds)
            if shapes[1:] != [(units,), (units, count), (count,)]:
                raise ValueError(f"its numbers have the shapes {shapes}")
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise BundleError(f"The bundle's {path.name} can't be read ({error}). Get the bundle again.") from error
        return head


_ARRAYS = ("hidden", "hidden_bias", "output", "output_bias")


def looked_at(size: tuple[int, int]) -> tuple[Square, ...]:
    """The squares of a photo of a size (width and height, pixels): the whole, then three along its longer side."""
    width, height = size
    side, longer = min(size), max(size)
    whole = ((width - longer) // 2, (height - longer) // 2, longer)
    along = [round((longer - side) * place / 2) for place in range(3)]
    return (whole, *((0, at, side) if height >= width else (at, 0, side) for at in along))


def view_of(image: Image.Image, square: Square) -> Image.Image:
    """What the network is shown of a photo for one of its squares, before it is scaled."""
    left, top, side = square
    return image if side == max(image.size) else image.crop((left, top, left + side, top + side))


def cell_inputs(maps: tuple[np.ndarray, ...], square: Square, size: tuple[int, int]) -> np.ndarray:
    """What the head reads of each cell of a square: (CELLS, CELLS, F) float32.

    Args:
        maps: each (m, m, C) of the network's maps, from coarse to fine or not, m at most ``CELLS``.
        square: which part of the photo they show.
        size: the photo's width and height (pixels).
    """
    enlarged = [_enlarge(one.astype(np.float32)) for one in maps]
    return np.concatenate([*enlarged, _places(square, size)], axis=-1)


def _places(square: Square, size: tuple[int, int]) -> np.ndarray:
    """(CELLS, CELLS, 5): where each cell lies in the photo, across and down, -1 to 1, and products of both."""
    left, top, side = square
    line = np.linspace(0, 1, CELLS, dtype=np.float32) * side
    across, down = np.meshgrid((left + line) / size[0] * 2 - 1, (top + line) / size[1] * 2 - 1)
    return np.stack([across, down, across**2, down**2, across * down], axis=-1).clip(-1.5, 2.3)


def _enlarge(one: np.ndarray) -> np.ndarray:
    """A map (m, m, C) in the size of the cells, bilinearly."""
    if len(one) == CELLS:
        return one
    weights = interpolation(len(one), CELLS)
    return np.asarray(np.einsum("ap,bq,pqc->abc", weights, weights, one, optimize=True))


@cache
def interpolation(old: int, new: int) -> np.ndarray:
    """(new, old) weights that make a line of ``new`` samples out of ``old`` ones, linearly between their middles."""
    at = ((np.arange(new) + 0.5) * old / new - 0.5).clip(0, old - 1)
    below = np.floor(at).astype(int)
    above, share = np.minimum(below + 1, old - 1), (at - below).astype(np.float32)
    weights = np.zeros((new, old), np.float32)
    np.add.at(weights, (np.arange(new), below), 1 - share)
    np.add.at(weights, (np.arange(new), above), share)
    return weights

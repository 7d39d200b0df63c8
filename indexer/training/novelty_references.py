"""References for novelty scores: the vectors of pictures that show what a shop hardly sells.

They are things of other worlds (groceries, tools, furniture) and drawn pictures that show nothing: plain colours,
stripes, noise, blots and bars. Their vectors have the general part alone, which no training changes, so bundles that
are trained from one another share them.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from search.model.embedder import Embedder
from search.model.preprocessing import query_views
from search.photo import open_photo

_SIDE = 300  # pixels
_PATTERNS = 12  # of each sort
_THINGS = 240  # photos of things at most, evenly taken


def embed_references(things: Sequence[Path], embedder: Embedder, seed: int) -> np.ndarray:
    """The general part of the vectors of things and of drawn patterns.

    Args:
        things: photos of what a shop hardly sells.
        embedder: of the bundle that they are for.
        seed: of the drawn patterns.

    Returns:
        (R, G) float16 unit vectors.
    """
    taken = things[:: -(-len(things) // _THINGS) or 1]
    images = [open_photo(path) for path in taken]
    images += [image for sort in draw_patterns(_PATTERNS, seed).values() for image in sort]
    vectors = np.concatenate([embedder.embed_views(query_views(image)).vectors for image in images])
    general = vectors[:, embedder.bundle.general]
    return (general / np.linalg.norm(general, axis=1, keepdims=True)).astype(np.float16)


def draw_patterns(count: int, seed: int) -> dict[str, list[Image.Image]]:
    """Pictures that show nothing, ``count`` of each sort."""
    rng = np.random.default_rng(seed)
    sorts = {"plain colours": _plain, "stripes": _stripes, "noise": _noise, "blots": _blots, "bars": _bars}
    return {name: [Image.fromarray(draw(rng)) for _ in range(count)] for name, draw in sorts.items()}


def _plain(rng: np.random.Generator) -> np.ndarray:
    return np.full((_SIDE, _SIDE, 3), rng.integers(0, 256, 3), np.uint8)


def _stripes(rng: np.random.Generator) -> np.ndarray:
    ys, xs = np.mgrid[:_SIDE, :_SIDE]
    angle = rng.uniform(0, np.pi)
    striped = ((xs * np.cos(angle) + ys * np.sin(angle)) // rng.integers(5, 50)).astype(int) % 2 == 1
    one, other = rng.integers(0, 256, (2, 3), dtype=np.uint8)
    return np.where(striped[..., None], one, other)


def _noise(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (_SIDE, _SIDE, 3), dtype=np.uint8)


def _blots(rng: np.random.Generator) -> np.ndarray:
    coarse = rng.integers(0, 256, (int(rng.integers(8, 33)), int(rng.integers(8, 33)), 3), dtype=np.uint8)
    how = Image.Resampling.BICUBIC if rng.integers(2) else Image.Resampling.NEAREST
    return np.asarray(Image.fromarray(coarse).resize((_SIDE, _SIDE), how))


def _bars(rng: np.random.Generator) -> np.ndarray:
    """Lines on white with a margin, as a sheet of paper has."""
    sheet = np.full((_SIDE, _SIDE, 3), 255, np.uint8)
    margin, step = (int(rng.integers(least, most)) for least, most in ((10, 60), (6, 40)))
    sheet[margin : _SIDE - margin : step, margin : _SIDE - margin] = 0
    return sheet if rng.integers(2) else sheet.transpose(1, 0, 2)

"""Fits the small classifier of cells that finds a person's coat, bag and shoes (``search.model.things_head``).

It learns from the masks of the first 800 street photos. The network itself is left as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from indexer.training.development_photos import StreetPhoto, read_street_photos
from search.index.category_head import softmax
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels
from search.model.things_head import BACKGROUND, BODY, CELLS, Square, ThingsHead, cell_inputs, looked_at, view_of
from search.photo import open_photo

# The labels of the street photos' masks that are one kind of thing to a shop. All others are background.
KINDS = {
    "coat": ("coat", "cape", "jacket", "blazer", "vest", "cardigan", "suit"),
    "top": ("blouse", "bodysuit", "hoodie", "jumper", "shirt", "sweater", "sweatshirt", "t-shirt", "top"),
    "bottom": ("jeans", "leggings", "pants", "shorts", "skirt"),
    "dress": ("dress", "romper"),
    "bag": ("bag", "purse", "wallet"),
    "shoes": ("boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges"),
    "hat": ("hat",),
    "scarf": ("scarf",),
    "legwear": ("stockings", "tights", "socks"),
}
NAMES = (BACKGROUND, *KINDS, BODY)
_KIND_OF = {label: kind for kind, labels in KINDS.items() for label in labels} | {"skin": BODY, "hair": BODY}
_RARITY = 0.35  # power of a kind's rarity by which it counts more
_LEAST_FREQUENT = 0.004  # share of all cells below which a kind counts as frequent as that
_KEPT_OF_WHOLE, _KEPT_OF_PART, _KEPT_OF_BACKGROUND = 0.8, 0.4, 0.5  # shares of the cells that are learned from


@dataclass(frozen=True)
class ThingsRecipe:
    """Settings of the fit, found on the last 150 of the 800 photos."""

    units: int = 32
    epochs: int = 3
    batch: int = 2048
    learning_rate: float = 0.004
    weight_decay: float = 0.02
    seed: int = 0


def kind_of(label: str) -> str:
    """The kind of a mask's label."""
    return _KIND_OF.get(label, BACKGROUND)


def fit_things_head(data: Path, embedder: Embedder, recipe: ThingsRecipe | None = None) -> ThingsHead:
    """The classifier of cells.

    Args:
        data: the development photos.
        embedder: of the network whose maps it reads.
        recipe: None for the usual settings.

    Raises:
        TrainingDataError: the photos aren't there.
    """
    recipe = recipe or ThingsRecipe()
    drawn = np.random.default_rng(recipe.seed)
    photos = read_street_photos(data)
    cells = [_choose(*part, drawn) for photo in photos for part in _parts(photo, embedder)]
    inputs = np.concatenate([chosen for chosen, _ in cells])
    shares = np.concatenate([share for _, share in cells])
    return _fit(inputs, shares, recipe)


def _parts(photo: StreetPhoto, embedder: Embedder) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    """Of each square of a photo: its cells' inputs (N, F), their kinds' shares (N, K), and whether it is the whole."""
    image = open_photo(photo.path)
    squares = looked_at(image.size)
    side = embedder.bundle.image_size
    maps = embedder.read_maps(np.stack([image_to_pixels(view_of(image, square), side) for square in squares]))
    kinds = np.array([NAMES.index(kind_of(label)) for label in photo.labels], np.uint8)[photo.read_mask()]
    for number, (one, square) in enumerate(zip(maps, squares, strict=True)):
        inputs = cell_inputs(one, square, image.size)
        yield inputs.reshape(CELLS**2, -1).astype(np.float16), _shares(kinds, square), number == 0


def _shares(kinds: np.ndarray, square: Square) -> np.ndarray:
    """(N, K) float16: how much of each cell of a square is of each kind. Outside of the photo is background."""
    left, top, side = square
    height, width = kinds.shape
    inside = np.zeros((side, side), np.uint8)
    rows, columns = slice(max(0, top), min(height, top + side)), slice(max(0, left), min(width, left + side))
    target = inside[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    target[...] = kinds[rows, columns]
    each = [Image.fromarray((inside == kind).astype(np.float32)) for kind in range(len(NAMES))]
    small = [np.asarray(one.resize((CELLS, CELLS), Image.Resampling.BOX)) for one in each]
    return np.stack(small, axis=-1).reshape(CELLS**2, -1).astype(np.float16)


def _choose(
    inputs: np.ndarray, shares: np.ndarray, whole: bool, drawn: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Some of the cells, fewer of the background."""
    often = np.where(shares[:, 1:].sum(axis=1) > 0, 1.0, _KEPT_OF_BACKGROUND)
    kept = drawn.random(len(shares)) < often * (_KEPT_OF_WHOLE if whole else _KEPT_OF_PART)
    return inputs[kept], shares[kept]


def _fit(inputs: np.ndarray, shares: np.ndarray, recipe: ThingsRecipe) -> ThingsHead:
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019) on the cross-entropy with the kinds' shares."""
    drawn = np.random.default_rng(recipe.seed)
    sample = inputs[:: max(1, len(inputs) // 50_000)].astype(np.float32)
    mean, deviation = sample.mean(axis=0), sample.std(axis=0) + 1e-3
    frequency = shares.mean(axis=0, dtype=np.float64).clip(_LEAST_FREQUENT)
    importance = ((frequency / frequency.max()) ** -_RARITY).astype(np.float32)
    sizes = (inputs.shape[1], recipe.units, len(NAMES))
    weights = [drawn.normal(0, (2 / a) ** 0.5, (a, b)).astype(np.float32) for a, b in pairwise(sizes)]
    values = [weights[0], np.zeros(sizes[1], np.float32), weights[1], np.zeros(sizes[2], np.float32)]
    first, second = [np.zeros_like(value) for value in values], [np.zeros_like(value) for value in values]
    steps = recipe.epochs * len(inputs) // recipe.batch
    for step in tqdm(range(steps), desc="fitting"):
        rows = drawn.integers(len(inputs), size=recipe.batch)
        slopes = _slopes(values, (inputs[rows] - mean) / deviation, shares[rows] * importance)
        pace = recipe.learning_rate * min(1.0, 5 * (step + 1) / steps) * (1 - step / steps)
        for value, slope, m, v in zip(values, slopes, first, second, strict=True):
            m += 0.1 * (slope - m)
            v += 0.001 * (slope**2 - v)
            corrected = (m / (1 - 0.9 ** (step + 1))) / (np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)
            value -= pace * (corrected + recipe.weight_decay * value)
    scaled = values[0] / deviation[:, None]
    return ThingsHead(NAMES, scaled, values[1] - mean @ scaled, values[2], values[3])


def _slopes(values: list[np.ndarray], inputs: np.ndarray, wanted: np.ndarray) -> list[np.ndarray]:
    """The loss's derivatives by the weights and biases of both layers, mean over a batch (B, F) and (B, K)."""
    hidden = np.maximum(inputs @ values[0] + values[1], 0)
    by_logit = (softmax(hidden @ values[2] + values[3]) * wanted.sum(axis=1, keepdims=True) - wanted) / len(inputs)
    by_hidden = (by_logit @ values[2].T) * (hidden > 0)
    return [inputs.T @ by_hidden, by_hidden.sum(axis=0), hidden.T @ by_logit, by_logit.sum(axis=0)]

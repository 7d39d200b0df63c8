"""What a training works on: examples that are decoded, freed of what can't be used, split, and encoded as numbers."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from indexer.corpus.folds import Links
from indexer.corpus.near_duplicates import find_near_duplicates
from indexer.corpus.photo_cache import PhotoCache
from indexer.errors import TrainingDataError
from indexer.training.batches import TrainingPhotos
from indexer.training.examples import MAIN_HEAD, SPLITS, check_classes, drop_rows
from indexer.training.losses import MISSING_LABEL
from indexer.training.recipe import Recipe
from indexer.training.splitting import split_examples
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo

TRAIN, VALIDATION, _ = SPLITS
_CACHE_MARGIN = 8 / 7  # photos are kept so much larger than the network takes them, for crops

Sample = tuple[np.ndarray, np.ndarray, np.ndarray]  # pixels (P, S, S, 3), rows of them (M,), their categories (M,)


@dataclass(frozen=True)
class TrainingSet:
    """N examples with their split; P photos lie in the cache, those that couldn't be decoded included."""

    examples: pd.DataFrame  # N rows, every ``split`` filled
    links: Links  # pairs of examples that show the same
    pixels: np.ndarray  # (P, S, S, 3) uint8, a memory map
    rows: np.ndarray  # (N,) int, the row of the pixels of each example
    names: dict[str, list[str]]  # head -> labels
    targets: dict[str, np.ndarray]  # head -> (N,) int32, MISSING_LABEL where the training split has no such label
    unreadable: dict[str, str]  # photo -> why it couldn't be decoded

    @property
    def counts(self) -> dict[str, int]:
        """Split -> examples."""
        return {split: len(self.places(split)) for split in SPLITS}

    def places(self, split: str) -> np.ndarray:
        """The examples of a split, (M,) int."""
        return np.flatnonzero(self.examples["split"].to_numpy() == split)

    def targets_of(self, split: str) -> dict[str, np.ndarray]:
        """Head -> (M,) int32, the labels of a split's examples."""
        places = self.places(split)
        return {head: values[places] for head, values in self.targets.items()}

    def sample(self, split: str) -> Sample:
        """The photos of a split and their categories."""
        places = self.places(split)
        return self.pixels, self.rows[places], self.targets[MAIN_HEAD][places]

    def training_photos(self, *, progress: bool = True) -> TrainingPhotos:
        """The training split, ready to make batches of."""
        places = self.places(TRAIN)
        learned = self.examples.iloc[places]
        return TrainingPhotos.prepare(
            self.pixels,
            self.rows[places],
            self.targets_of(TRAIN),
            products=pd.factorize(learned["product_id"])[0],
            masks=read_masks(learned, self.pixels.shape[1]),
            progress=progress,
        )

    def validation_pixels(self, cache: Path, side: int, *, progress: bool = True) -> np.ndarray:
        """The validation split's photos at the size in which they are validated, (M, side, side, 3) uint8."""
        paths = self.examples["path"].iloc[self.places(VALIDATION)].tolist()
        return PhotoCache.fill(paths, cache, side, progress=progress).pixels

    def fingerprint(self, recipe: Recipe) -> str:
        """Equal for the same photos, labels, splits and settings."""
        state = hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode())
        for column in ("sha256", "split", *self.examples.attrs["heads"]):
            state.update("\0".join(map(str, self.examples[column])).encode())
        return state.hexdigest()


def prepare_training_set(
    examples: pd.DataFrame, recipe: Recipe, cache: Path, *, smallest_class: int, with_test: bool, progress: bool = True
) -> TrainingSet:
    """Decode the photos of examples, find near-duplicates among them, and split them.

    Args:
        examples: as ``read_examples`` gives them.
        recipe: whose image size and seed count.
        cache: where decoded photos are kept.
        smallest_class: photos that a class needs.
        with_test: set a test split aside where the examples have none; without, its photos are learned from.
        progress: show bars.

    Raises:
        TrainingDataError: too few classes, or too few photos of one; nothing is left to validate on.
        StorageError: the cache can't be written.
    """
    check_classes(examples, smallest_class)
    side = round(recipe.image_size * _CACHE_MARGIN / 8) * 8
    photos = PhotoCache.fill(examples["path"].tolist(), cache, side, progress=progress)
    unreadable = {str(examples["path"][row]): why for row, why in photos.faults.items()}
    rows = np.setdiff1d(np.arange(len(examples)), list(photos.faults))
    examples = drop_rows(examples, list(photos.faults))
    check_classes(examples, smallest_class)
    links = _find_links(photos.pixels, rows, progress=progress)
    examples = split_examples(examples, links, recipe.seed, with_test=with_test)
    names = _label_names(examples)
    _check_split(examples, names)
    return TrainingSet(examples, links, photos.pixels, rows, names, _encode(examples, names), unreadable)


def _find_links(pixels: np.ndarray, rows: np.ndarray, *, progress: bool) -> list[tuple[int, int]]:
    """Pairs of near-duplicates among the decoded photos, as places among ``rows``."""
    place = np.full(len(pixels), -1)  # the other photos aren't taken out of the pixels, which may not fit into memory
    place[rows] = np.arange(len(rows))
    pairs = place[find_near_duplicates(pixels, progress=progress)[["first", "second"]].to_numpy(np.int64)]
    return [(first, second) for first, second in pairs.tolist() if min(first, second) >= 0]


def read_masks(examples: pd.DataFrame, side: int) -> dict[int, np.ndarray]:
    """Place -> (side, side) bool, True on the product, of the examples whose column ``mask`` names a picture of it."""
    if "mask" not in examples:
        return {}
    pictures = {place: path for place, path in enumerate(examples["mask"]) if isinstance(path, str)}
    # A mask is dark on the product, so that the white around a photo that is no square counts as background.
    return {place: image_to_pixels(open_photo(Path(path)), side)[..., 0] < 128 for place, path in pictures.items()}


def _label_names(examples: pd.DataFrame) -> dict[str, list[str]]:
    learned = examples[examples["split"] == TRAIN]
    return {head: sorted(learned[head].dropna().unique()) for head in examples.attrs["heads"]}


def _check_split(examples: pd.DataFrame, names: dict[str, list[str]]) -> None:
    if len(names[MAIN_HEAD]) < 2:
        raise TrainingDataError(
            f"The training part of the source's split has only the class {names[MAIN_HEAD][0]!r}; at least two are "
            "needed. Correct the split, or leave it out and it will be made."
        )
    if not (examples["split"] == VALIDATION).any():
        raise TrainingDataError(
            "No photos are left to validate on: every class has fewer than three products. Photos of one product or "
            "group, and near-duplicates, can't be torn apart. Add products."
        )


def _encode(examples: pd.DataFrame, names: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """Head -> (N,) int32; labels that aren't in the training split count as unknown."""
    targets = {}
    for head, labels in names.items():
        code_of = {label: code for code, label in enumerate(labels)}
        targets[head] = np.array([code_of.get(label, MISSING_LABEL) for label in examples[head]], np.int32)
    return targets

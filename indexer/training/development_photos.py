"""The development photos, which are not part of the project: packshots, photos taken at home or in streets, renders.

Whoever has them keeps a folder with ``boutique/``, ``clothing/``, ``street/`` and ``renders/``, and names it in
``VITRINA_DATA`` (default: ``../shared/data``). The test photos are used for nothing but judging: in the boutique those
whose id is divisible by 5, of the clothing the published split's, of the street photos all but the first 800, of the
renders the last 20 things of ``ycb.csv``.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from indexer.errors import TrainingDataError
from search.photo import open_photo

HEAD_COLUMNS = {"category": "article_type", "gender": "gender", "colour": "colour"}  # our heads, the boutique's columns
GROUP_COLUMN = "sub_category"  # what kind of thing an article type is
_TEST_DIVISOR = 5
_VALIDATION_DIVISOR, _VALIDATION_REMAINDER = 25, 1
_RENDERS_THAT_JUDGE = 20  # things
_STREET_PHOTOS = 800
_LEAST_SHARE, _LEAST_SIDE = 0.012, 24  # of a street photo, and in pixels: what is smaller can't be recognised
_MARGIN = 0.08  # around a garment, of its longer side
# Labels of street photos that nobody would search a shop for by photo.
_NO_PRODUCTS = ("null", "skin", "hair", "accessories")
_TOO_SMALL = ("earrings", "ring", "necklace", "bracelet", "watch", "glasses", "sunglasses", "wallet")
_UNDERNEATH = ("intimate", "bra", "panties", "socks", "stockings", "tights")
_NOT_SEARCHED_FOR = frozenset((*_NO_PRODUCTS, *_TOO_SMALL, *_UNDERNEATH))


def data_dir() -> Path:
    """Where the development photos are, if they are."""
    return Path(os.environ.get("VITRINA_DATA") or "../shared/data").absolute()


def read_boutique(data: Path) -> pd.DataFrame:
    """The packshots: the table's columns and those of an examples table (``indexer.training.examples``).

    Raises:
        TrainingDataError: the photos aren't there.
    """
    products = _read(data / "boutique" / "products.csv")
    number = products["id"].astype(int)
    products["split"] = "train"
    products.loc[number % _VALIDATION_DIVISOR == _VALIDATION_REMAINDER, "split"] = "validation"
    products.loc[number % _TEST_DIVISOR == 0, "split"] = "test"
    return products


def read_clothing(data: Path) -> pd.DataFrame:
    """The home photos of the published small split, likewise; ``garment`` is their class.

    Raises:
        TrainingDataError: the photos aren't there.
    """
    photos = _read(data / "clothing" / "images.csv")
    photos = photos[photos["split_small"] != ""].reset_index(drop=True)
    return photos.assign(split=photos["split_small"], garment=photos["label_small"])


def read_renders(data: Path, *, judging: bool = False) -> pd.DataFrame:
    """Things drawn from 12 sides each: those that are for training, or those that judge what is not sold.

    Raises:
        TrainingDataError: the photos aren't there.
    """
    tables = [_read(data / "renders" / name, "product_id") for name in ("ycb.csv", "house.csv")]
    last = sorted(tables[0]["product_id"].unique())[-_RENDERS_THAT_JUDGE:]
    things = pd.concat(tables, ignore_index=True)
    chosen = things[things["product_id"].isin(last) == judging].reset_index(drop=True)
    return chosen.assign(split="test" if judging else "train")


def read_street_garments(data: Path, cache: Path) -> pd.DataFrame:
    """What people wear in street photos, each thing cut to its box; ``mask`` is a picture that is dark on the thing.

    Args:
        data: the development photos.
        cache: where the cuttings are written, or were by an earlier call.

    Raises:
        TrainingDataError: the photos aren't there.
    """
    labels = pd.read_csv(_existing(data / "street" / "labels.csv"), keep_default_na=False).set_index("number")["label"]
    cache.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in sorted((data / "street" / "images").iterdir())[:_STREET_PHOTOS]:
        image = open_photo(path)
        mask = np.asarray(Image.open(data / "street" / "masks" / f"{path.stem}.png"))
        for number in np.unique(mask):
            box = _garment_box(mask == number) if labels[number] not in _NOT_SEARCHED_FOR else None
            if box is None:
                continue
            thing = f"{path.stem}-{labels[number]}"
            names = [cache / f"{thing}.png", cache / f"{thing}.mask.png"]
            if not names[1].exists():
                image.crop(box).save(names[0])
                Image.fromarray(np.where(mask == number, 0, 255).astype(np.uint8)).crop(box).save(names[1])
            rows.append({"path": str(names[0]), "mask": str(names[1]), "product_id": f"street-{thing}"})
    garments = pd.DataFrame(rows)
    garments["group_id"] = [path.split("-")[1] for path in garments["product_id"]]  # one photo stays on one side
    garments["sha256"] = [_sha256(path) for path in garments["path"]]
    return garments.assign(split="train")


@dataclass(frozen=True)
class StreetPhoto:
    """A photo of somebody in the street."""

    path: Path
    mask: Path  # a picture of the numbers of labels
    labels: tuple[str, ...]  # by their numbers

    def read_mask(self) -> np.ndarray:
        """(H, W) uint8, the number of each pixel's label."""
        return np.asarray(Image.open(self.mask))


def read_street_photos(data: Path, *, judging: bool = False) -> list[StreetPhoto]:
    """The street photos with their masks: those that are for training, or those that judge.

    Raises:
        TrainingDataError: the photos aren't there.
    """
    table = pd.read_csv(_existing(data / "street" / "labels.csv"), keep_default_na=False)
    labels = tuple(table.sort_values("number")["label"])
    paths = sorted((data / "street" / "images").iterdir())
    chosen = paths[_STREET_PHOTOS:] if judging else paths[:_STREET_PHOTOS]
    return [StreetPhoto(path, data / "street" / "masks" / f"{path.stem}.png", labels) for path in chosen]


def _garment_box(worn: np.ndarray) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of a thing (H, W) bool, with a margin; None where it is too small to be seen."""
    if worn.mean() < _LEAST_SHARE:
        return None
    ys, xs = np.nonzero(worn)
    margin = _MARGIN * max(np.ptp(xs), np.ptp(ys))
    height, width = worn.shape
    box = (xs.min() - margin, ys.min() - margin, xs.max() + margin, ys.max() + margin)
    left, top, right, bottom = (int(edge) for edge in np.clip(box, 0, (width, height, width, height)))
    return (left, top, right, bottom) if min(right - left, bottom - top) >= _LEAST_SIDE else None


def _existing(table: Path) -> Path:
    if not table.is_file():
        raise TrainingDataError(
            f"There is no {table}. Name the folder of the development photos in VITRINA_DATA; users don't need them."
        )
    return table


def _sha256(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _read(table: Path, product_id: str = "id") -> pd.DataFrame:
    rows = pd.read_csv(_existing(table), keep_default_na=False, dtype=str)
    rows["path"] = [str(table.parent / image) for image in rows["image"]]
    rows["product_id"] = rows["group_id"] = rows[product_id]
    rows["sha256"] = [_sha256(path) for path in rows["path"]]
    return rows

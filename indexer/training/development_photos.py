"""The development photos: packshots of a shop and photos taken at home, which are not part of the project.

Whoever has them keeps a folder with ``boutique/products.csv``, ``clothing/images.csv`` and their images, and names it
in ``VITRINA_DATA`` (default: ``../shared/data``). The test photos are used for nothing but judging: in the boutique
those whose id is divisible by 5, of the clothing the published split's.
"""

import hashlib
import os
from pathlib import Path

import pandas as pd

from indexer.errors import TrainingDataError

HEAD_COLUMNS = {"category": "article_type", "gender": "gender", "colour": "colour"}  # our heads, the boutique's columns
GROUP_COLUMN = "sub_category"  # what kind of thing an article type is
_TEST_DIVISOR = 5
_VALIDATION_DIVISOR, _VALIDATION_REMAINDER = 25, 1


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


def _read(table: Path) -> pd.DataFrame:
    if not table.is_file():
        raise TrainingDataError(
            f"There is no {table}. Name the folder of the development photos in VITRINA_DATA; users don't need them."
        )
    rows = pd.read_csv(table, keep_default_na=False, dtype=str)
    rows["path"] = [str(table.parent / image) for image in rows["image"]]
    rows["product_id"] = rows["group_id"] = rows["id"]
    rows["sha256"] = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in rows["path"]]
    return rows

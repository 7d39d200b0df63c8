"""The development photos: a shop's packshots with labels, which are not part of the project.

Whoever has them keeps a folder with ``boutique/products.csv`` and its images, and names it in ``VITRINA_DATA``
(default: ``../shared/data``). Products whose id is divisible by 5 are the test set: nothing about them is used in
training or in choosing anything.
"""

import os
from pathlib import Path

import pandas as pd

from indexer.errors import TrainingDataError

HEAD_COLUMNS = {"category": "article_type", "gender": "gender", "colour": "colour"}  # our heads, their columns
GROUP_COLUMN = "sub_category"  # what kind of thing an article type is
_TEST_DIVISOR = 5
_VALIDATION_REMAINDER = 1


def data_dir() -> Path:
    """Where the development photos are, if they are."""
    return Path(os.environ.get("VITRINA_DATA") or "../shared/data")


def read_boutique(data: Path) -> pd.DataFrame:
    """Its products: the table's columns, ``path`` to the photo, and ``split`` (train, validation or test).

    Raises:
        TrainingDataError: the photos aren't there.
    """
    table = data / "boutique" / "products.csv"
    if not table.is_file():
        raise TrainingDataError(
            f"There is no {table}. Name the folder of the development photos in VITRINA_DATA; users don't need them."
        )
    products = pd.read_csv(table, keep_default_na=False)
    products["path"] = [table.parent / image for image in products["image"]]
    remainder = products["id"] % _TEST_DIVISOR
    products["split"] = "train"
    products.loc[remainder == _VALIDATION_REMAINDER, "split"] = "validation"
    products.loc[remainder == 0, "split"] = "test"
    return products

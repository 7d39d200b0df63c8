"""The catalogue's photos as a table, one row a photo, as trainings and evaluations take them."""

import os
from pathlib import Path

import pandas as pd

from indexer.corpus.folds import key_group
from indexer.corpus.inventory import Inventory
from search.model.bundle import CATEGORY


def tabulate_photos(inventory: Inventory) -> pd.DataFrame:
    """The photos of an inventory, in its order.

    Returns:
        ``path`` (text), ``product_id``, ``group_id`` (equal for colour variants of one product and never missing, from
        ``key_group``), ``sha256`` and ``category``.
    """
    products = [inventory.products[position] for position in inventory.photo_product]
    columns = {
        "path": [str(path) for path in inventory.photo_path],
        "product_id": [product.product_id for product in products],
        "group_id": [key_group(product.product_id, product.group_id) for product in products],
        "sha256": inventory.photo_sha256,
        CATEGORY: [product.category for product in products],
    }
    return pd.DataFrame(columns, dtype=object)


def name_images(examples: pd.DataFrame) -> list[str]:
    """For each photo of the examples its path below the folder that holds them all, with ``/`` between the parts.

    Names alone may be shared (one folder a class, and photos counted in each); whole paths say where somebody's files
    lie and change with the machine.
    """
    paths = [os.fspath(path) for path in examples["path"]]
    if not paths:
        return []
    try:
        base = os.path.commonpath([os.path.dirname(path) for path in paths])  # noqa: PTH120  (there is no pathlib way)
    except ValueError:  # on two drives
        return [Path(path).as_posix() for path in paths]
    names = [Path(path).relative_to(base).as_posix() if base else Path(path).as_posix() for path in paths]
    return [name.encode("utf-8", "replace").decode("utf-8") for name in names]  # a file name may be no text at all

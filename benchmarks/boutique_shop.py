"""The boutique's training products as a shop of their own, for benchmarks that ask it through the engine or the API.

The shop's categories are article types; it knows the genders that the boutique's table gives.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from indexer.training.development_photos import read_boutique

COLUMNS = ("product_id", "category", "title", "image", "gender", "colour")


def prepare_boutique(home: Path, data: Path) -> pd.DataFrame:
    """Import and index the training products in a data directory of its own, where that isn't done yet.

    Args:
        home: the data directory.
        data: the folder of the development photos.

    Returns:
        All of the boutique's products, as ``read_boutique`` gives them; those of other splits may ask.

    Raises:
        TrainingDataError: the photos aren't there.
        SystemExit: a command failed; it has said why.
    """
    everything = read_boutique(data)
    home.mkdir(parents=True, exist_ok=True)
    feed = home / "boutique.csv"
    sold = everything[everything["split"] == "train"]
    with feed.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in sold.itertuples():
            photo = os.path.relpath(row.path, home)
            writer.writerow([row.id, row.article_type, row.title, photo, row.gender, row.colour])
    environment = {**os.environ, "VITRINA_HOME": str(home.absolute())}
    for command in (["catalog", "import", str(feed), "--alone", "--prune"], ["indexer", "build"]):
        if subprocess.run([sys.executable, "-m", *command], stdout=subprocess.DEVNULL, env=environment).returncode:
            raise SystemExit(f"The boutique can't be prepared: python -m {' '.join(command)} failed.")
    return everything

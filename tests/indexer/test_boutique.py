"""The development photos and their split."""

from pathlib import Path

import pytest

from indexer.boutique import read_boutique
from indexer.errors import TrainingDataError


def test_split_follows_the_ids(tmp_path: Path) -> None:
    """Divisible by 5: test; remainder 1: validation; photos are found beside the table."""
    (tmp_path / "boutique").mkdir()
    rows = "\n".join(f"{number},images/{number}.jpg,NA" for number in range(10, 16))
    (tmp_path / "boutique" / "products.csv").write_text(f"id,image,colour\n{rows}\n")
    products = read_boutique(tmp_path)
    assert products["split"].tolist() == ["test", "validation", "train", "train", "train", "test"]
    assert products["path"][0] == tmp_path / "boutique" / "images" / "10.jpg"
    assert products["colour"][0] == "NA", "a colour called NA is no missing value"


def test_absent_photos_are_a_clear_error(tmp_path: Path) -> None:
    """Users don't have them, and don't need them."""
    with pytest.raises(TrainingDataError, match="VITRINA_DATA"):
        read_boutique(tmp_path)

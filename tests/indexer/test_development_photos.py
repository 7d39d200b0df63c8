"""The development photos and their splits."""

import hashlib
from pathlib import Path

import pytest

from indexer.errors import TrainingDataError
from indexer.training.development_photos import data_dir, read_boutique, read_clothing


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The two tables; each photo holds its own name."""
    boutique = [f"{number},images/{number}.jpg,NA" for number in range(24, 32)]
    clothing = ["a-1,images/a-1.jpg,train,t-shirt", "b-2,images/b-2.jpg,,", "c-3,images/c-3.jpg,test,dress"]
    for folder, table, header, rows in (
        ("boutique", "products.csv", "id,image,colour", boutique),
        ("clothing", "images.csv", "id,image,split_small,label_small", clothing),
    ):
        (tmp_path / folder / "images").mkdir(parents=True)
        (tmp_path / folder / table).write_text("\n".join([header, *rows]) + "\n")
        for row in rows:
            (tmp_path / folder / row.split(",")[1]).write_text(row.split(",")[0])
    return tmp_path


def test_split_follows_the_ids(data: Path) -> None:
    """Divisible by 5: test; of the others those with remainder 1 by 25: validation."""
    products = read_boutique(data)
    assert products["product_id"].tolist() == [str(number) for number in range(24, 32)]
    assert products["split"].tolist() == ["train", "test", "validation", "train", "train", "train", "test", "train"]


def test_rows_are_examples(data: Path) -> None:
    """Photos are found beside the table and known by their content; a colour called NA is no missing value."""
    first = read_boutique(data).iloc[0]
    assert first["path"] == str(data / "boutique" / "images" / "24.jpg")
    assert first["sha256"] == hashlib.sha256(b"24").hexdigest()
    assert first["group_id"] == first["product_id"] == "24"
    assert first["colour"] == "NA"


def test_home_photos_are_those_of_the_published_split(data: Path) -> None:
    """Photos that it leaves out are not there."""
    photos = read_clothing(data)
    assert photos[["product_id", "split", "garment"]].to_numpy().tolist() == [
        ["a-1", "train", "t-shirt"],
        ["c-3", "test", "dress"],
    ]
    assert photos.index.tolist() == [0, 1]


@pytest.mark.parametrize("read", [read_boutique, read_clothing])
def test_absent_photos_are_a_clear_error(read: object, tmp_path: Path) -> None:
    """Users don't have them, and don't need them."""
    with pytest.raises(TrainingDataError, match="VITRINA_DATA"):
        read(tmp_path)  # type: ignore[operator]


def test_folder_is_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VITRINA_DATA, which may be relative."""
    monkeypatch.setenv("VITRINA_DATA", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINA_DATA", "photos")
    assert data_dir() == tmp_path / "photos"

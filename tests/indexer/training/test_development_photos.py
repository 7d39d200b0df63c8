"""The development photos and their splits."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.errors import TrainingDataError
from indexer.training.development_photos import (
    data_dir,
    read_boutique,
    read_clothing,
    read_renders,
    read_street_garments,
)
from indexer.training.shipped import add_unlabelled, both_sources


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


def write_renders(data: Path) -> None:
    """23 things of one table, of two sides each, and one of the other."""
    folder = data / "renders"
    folder.mkdir()
    ycb = [f"thing-{number:02},{number}-{side}.png" for number in range(23) for side in range(2)]
    for table, rows in (("ycb.csv", ycb), ("house.csv", ["lamp,lamp.png"])):
        (folder / table).write_text("\n".join(["product_id,image", *rows]) + "\n")
        for row in rows:
            (folder / row.split(",")[1]).write_text(row)


def test_things_that_judge_are_not_learned_from(data: Path) -> None:
    """The last 20 of the first table, by name; of all others every side."""
    write_renders(data)
    renders = read_renders(data)
    assert renders["product_id"].tolist() == [*(f"thing-{number:02}" for number in (0, 0, 1, 1, 2, 2)), "lamp"]
    assert set(renders["split"]) == {"train"}
    assert renders["path"].iloc[-1] == str(data / "renders" / "lamp.png")


@pytest.fixture
def street(data: Path) -> Path:
    """Two photos of 200 x 300: in the first one a coat, skin and a far too small bag; nothing but a background then."""
    folder = data / "street"
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    (folder / "labels.csv").write_text("number,label\n0,null\n1,coat\n2,skin\n3,bag\n")
    mask = np.zeros((300, 200), np.uint8)
    mask[100:200, 50:100], mask[10:60, 50:100], mask[280:284, 150:160] = 1, 2, 3
    for name, numbers in (("0001", mask), ("0002", np.zeros_like(mask))):
        Image.fromarray(numbers).save(folder / "masks" / f"{name}.png")
        Image.fromarray(np.repeat(numbers[..., None] * 60, 3, axis=2)).save(folder / "images" / f"{name}.png")
    return data


def test_garments_are_cut_out_of_street_photos(street: Path, tmp_path: Path) -> None:
    """Worked by hand: 99 pixels high, so a margin of 7.92; the mask is dark on the coat, and cut alike."""
    garments = read_street_garments(street, tmp_path / "cache")
    assert garments[["product_id", "group_id", "split"]].to_numpy().tolist() == [["street-0001-coat", "0001", "train"]]
    row = garments.iloc[0]
    cut, mask = (np.asarray(Image.open(row[name])) for name in ("path", "mask"))
    assert cut.shape == (206 - 92, 106 - 42, 3)
    assert (mask == 0).sum() == 100 * 50
    assert set(np.unique(mask)) == {0, 255}
    assert np.array_equal(mask == 0, cut[..., 0] == 60)
    assert row["sha256"] == hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest()


def test_garments_are_cut_once(street: Path, tmp_path: Path) -> None:
    """What an earlier call wrote is what a later one reads."""
    first = read_street_garments(street, tmp_path / "cache")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()}
    assert read_street_garments(street, tmp_path / "cache").equals(first)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()} == before


def test_what_has_no_labels_is_learned_beside_what_has(data: Path, street: Path, tmp_path: Path) -> None:
    """After the labelled examples: no label is a missing one, and masks are where there are some."""
    write_renders(data)
    boutique = read_boutique(data).assign(article_type="Shirts", gender="Men")
    labelled = both_sources(boutique, read_clothing(data))
    examples = add_unlabelled(labelled, [read_renders(data), read_street_garments(street, tmp_path / "cache")])
    assert examples.attrs["heads"] == ["category", "gender", "colour", "garment"]
    assert examples.columns.tolist() == [*labelled.columns, "mask"]
    assert len(examples) == len(labelled) + 7 + 1
    unlabelled = examples.iloc[len(labelled) :]
    for head in examples.attrs["heads"]:
        assert unlabelled[head].tolist() == [None] * 8
    assert [mask is None for mask in examples["mask"]] == [True] * (len(labelled) + 7) + [False]
    assert examples["category"].iloc[0] == "Shirts"
    assert examples["category"].tolist()[len(labelled) - 1] == "Tshirts"
    assert not set(examples["split"]) - {"train", "validation"}


@pytest.mark.parametrize("read", [read_boutique, read_clothing, read_renders])
def test_absent_photos_are_a_clear_error(read: object, tmp_path: Path) -> None:
    """Users don't have them, and don't need them."""
    with pytest.raises(TrainingDataError, match="VITRINA_DATA"):
        read(tmp_path)  # type: ignore[operator]
    with pytest.raises(TrainingDataError, match="VITRINA_DATA"):
        read_street_garments(tmp_path, tmp_path / "cache")


def test_folder_is_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VITRINA_DATA, which may be relative."""
    monkeypatch.setenv("VITRINA_DATA", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINA_DATA", "photos")
    assert data_dir() == tmp_path / "photos"

"""Trainings that are refused, with the reason and before any work."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.errors import MissingColumnError
from indexer.errors import StorageError, TrainingDataError
from indexer.training.bundle import train_bundle
from indexer.training.job import TrainingOptions
from search.errors import BundleError
from tests.indexer.tiny import SHAPES, draw_thing, write_table
from tests.indexer.training.tiny_bundles import RECIPE, train


def folder_of(directory: Path, counts: dict[str, int]) -> Path:
    """A source with so many photos in a folder for each class."""
    for number, (name, count) in enumerate(counts.items()):
        (directory / "photos" / name).mkdir(parents=True)
        for row in range(count):
            picture = draw_thing(SHAPES[number], "red", 100 * number + row)
            picture.save(directory / "photos" / name / f"{row}.png")
    return directory / "photos"


def only_one_class(directory: Path) -> Path:
    return folder_of(directory, {"coats": 5})


def small_class(directory: Path) -> Path:
    return folder_of(directory, {"coats": 5, "hats": 3})


def broken_photos(directory: Path) -> Path:
    source = folder_of(directory, {"coats": 4, "hats": 4})
    for path in source.glob("*/*.png"):
        path.write_bytes(b"no photo " + path.name.encode())
    return source


def small_after_decoding(directory: Path) -> Path:
    source = folder_of(directory, {"coats": 5, "hats": 4})
    (source / "hats" / "0.png").write_bytes(b"no photo")
    return source


def few_products(directory: Path) -> Path:
    source = folder_of(directory, {"coats": 4, "hats": 4})
    lines = [f"{path.parent.name}{int(path.stem) // 2},{path.parent.name},{path}" for path in source.glob("*/*.png")]
    (directory / "products.csv").write_text("\n".join(["product_id,category,image", *sorted(lines)]) + "\n")
    return directory / "products.csv"


def split_by_class(directory: Path) -> Path:
    source = folder_of(directory, {"coats": 4, "hats": 4})
    side_of = {"coats": "train", "hats": "test"}
    lines = [
        f"{path.parent.name}{path.stem},{path.parent.name},{path},{side_of[path.parent.name]}"
        for path in source.glob("*/*.png")
    ]
    (directory / "products.csv").write_text("\n".join(["product_id,category,image,split", *sorted(lines)]) + "\n")
    return directory / "products.csv"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (only_one_class, "at least two classes; there is only 'coats'"),
        (small_class, r"1 of 2 classes have fewer than 4 photos: hats \(3\)"),
        (broken_photos, "None of the 8 photos can be used"),
        (small_after_decoding, r"fewer than 4 photos: hats \(3\)"),
        (few_products, "No photos are left to validate on"),
        (split_by_class, "only the class 'coats'"),
    ],
)
def test_source_that_nothing_can_be_learned_from(make: Callable[[Path], Path], message: str, tmp_path: Path) -> None:
    """It is told before the work begins, and once it is mended nothing is in the way."""
    source = make(tmp_path)
    for _ in range(2):
        with pytest.raises(TrainingDataError, match=message):
            train(source, tmp_path / "bundle")
    assert not (tmp_path / "bundle.training").exists()
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"label": "colour_"}, TrainingDataError, "no column 'colour_'.*Did you mean --label colour"),
        ({"also": ("size",)}, TrainingDataError, "no column 'size'"),
        ({"mapping": {"category": "kind"}}, MissingColumnError, "kind"),
        ({"backbone": "resnet-50"}, TrainingDataError, "no backbone 'resnet-50'"),
    ],
)
def test_option_that_does_not_fit(
    options: dict[str, Any], error: type[Exception], message: str, tmp_path: Path
) -> None:
    """Likewise."""
    with pytest.raises(error, match=message):
        train(write_table(tmp_path, 4), tmp_path / "bundle", **options)
    assert not (tmp_path / "bundle.training").exists()


def test_bundle_to_start_from_must_be_one(tmp_path: Path) -> None:
    """Likewise."""
    options = TrainingOptions(start=str(tmp_path / "nothing"))
    with pytest.raises(BundleError, match="no model bundle"):
        train_bundle(write_table(tmp_path, 4), tmp_path / "b", options, RECIPE, cache=tmp_path / "c", resume=False)
    assert not (tmp_path / "b.training").exists()


def test_nothing_to_go_on_with(tmp_path: Path) -> None:
    """What to leave away."""
    with pytest.raises(TrainingDataError, match=r"no stopped training in .*leave --resume away"):
        train(tmp_path / "products.csv", tmp_path / "bundle", resume=True)


def test_small_disk_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is there and what is needed."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=1e9, used=9e8, free=1e8))
    with pytest.raises(StorageError, match=r"100 MB are free.*needs 500 MB"):
        train(tmp_path / "products.csv", tmp_path / "bundle")
    assert not list(tmp_path.iterdir())


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where a folder is needed."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"can't be written: .*another --out"):
        train(tmp_path / "products.csv", tmp_path / "file" / "bundle")


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_bundle_is_not_replaced(kind: str, tmp_path: Path) -> None:
    """Such as the photos themselves, given as --out by mistake."""
    photos = folder_of(tmp_path, {"coats": 4, "hats": 4})
    out = photos if kind == "folder" else photos / "coats" / "0.png"
    with pytest.raises(TrainingDataError, match="is there already and is no bundle"):
        train(photos, out)
    assert len(list(photos.glob("*/*.png"))) == 8

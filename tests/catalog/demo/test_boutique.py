"""The boutique on disk."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from pathlib import Path

import pytest
from PIL import Image

from catalog.demo.assortment import plan_assortment
from catalog.demo.boutique import RENDERER_VERSION, DemoCounts, render_assortment, render_demo
from catalog.demo.designs import DemoProduct
from catalog.errors import CatalogError, DemoError

SEED = 7


def some_products(seed: int = SEED) -> list[DemoProduct]:
    """Two variants of one design, the first with a shopper photo."""
    variants = [product for product in plan_assortment(seed) if product.design.group_id == "wk-002"]
    return sorted(variants, key=lambda product: not product.has_shopper_photo)[:2]


def render(directory: Path, seed: int = SEED, processes: int = 1) -> DemoCounts:
    return render_assortment(some_products(seed), directory, seed=seed, processes=processes, progress=False)


def contents(directory: Path) -> dict[str, str]:
    """Every file below `directory` with the hash of its bytes."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def boutique(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small boutique, to be read only."""
    directory = tmp_path_factory.mktemp("boutique")
    assert render(directory) == DemoCounts(products=2, photos=4, shopper_photos=1)
    return directory


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_file_that_the_tables_name_is_there(boutique: Path) -> None:
    """Studio photos, second views and shopper photos open as portraits."""
    named = [row["image"] for row in read(boutique / "products.csv")]
    named += [view for row in read(boutique / "products.csv") for view in row["images"].split("|")]
    named += [row["photo"] for row in read(boutique / "shopper.csv")]
    assert len(named) == 5
    for name in named:
        with Image.open(boutique / name) as image:
            assert image.mode == "RGB"
            assert image.height > image.width >= 480


def test_the_tables_have_the_columns_that_the_import_reads(boutique: Path) -> None:
    """Names, order and the way that values are written are a contract."""
    header = (
        "product_id,category,title,image,images,group_id,gender,colour,price,currency,in_stock,description,"
        "title_es,description_es"
    )
    lines = (boutique / "products.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == header
    assert (boutique / "shopper.csv").read_text().splitlines()[0] == "photo,product_id,group_id,category"
    for row in read(boutique / "products.csv"):
        assert float(row["price"]) > 0
        assert row["currency"] == "EUR"
        assert row["in_stock"] in {"true", "false"}


def test_shopper_photos_tell_their_product(boutique: Path) -> None:
    """The truth in shopper.csv agrees with the products."""
    products = {row["product_id"]: row for row in read(boutique / "products.csv")}
    for row in read(boutique / "shopper.csv"):
        assert row["group_id"] == products[row["product_id"]]["group_id"]
        assert row["category"] == products[row["product_id"]]["category"]


def test_the_same_seed_gives_the_same_bytes_in_any_number_of_processes(boutique: Path, tmp_path: Path) -> None:
    """Nothing depends on order, process or time."""
    render(tmp_path / "again", processes=2)
    assert contents(tmp_path / "again") == contents(boutique)


def test_another_seed_gives_other_pictures(boutique: Path, tmp_path: Path) -> None:
    """A seed is not decoration: same product id, other photo."""
    render(tmp_path, seed=SEED + 1)
    ours, theirs = contents(boutique), contents(tmp_path)
    common = [name for name in ours if name in theirs and name.endswith(".jpg")]
    assert all(ours[name] != theirs[name] for name in common)
    assert ours["products.csv"] != theirs["products.csv"]


def test_variants_of_a_design_and_views_of_a_product_differ(boutique: Path) -> None:
    """No picture is there twice."""
    pictures = [digest for name, digest in contents(boutique).items() if name.endswith(".jpg")]
    assert len(set(pictures)) == len(pictures) == 5


def test_a_finished_boutique_is_left_alone(boutique: Path) -> None:
    """Rendering again touches no file."""
    before = {path: path.stat().st_mtime_ns for path in boutique.rglob("*")}
    assert render(boutique).products == 2
    assert {path: path.stat().st_mtime_ns for path in boutique.rglob("*")} == before


def test_a_boutique_with_a_table_of_before_gets_a_new_table_and_keeps_its_photos(tmp_path: Path) -> None:
    """Versions before this one wrote no Spanish titles."""
    render(tmp_path)
    whole, table = contents(tmp_path), tmp_path / "products.csv"
    photos = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")}
    table.write_text("\n".join(line.rsplit(",", 2)[0] for line in table.read_text(encoding="utf-8").splitlines()))
    render(tmp_path)
    assert contents(tmp_path) == whole
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")} == photos


def test_an_interrupted_boutique_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after a few photos, the next run draws only the others, and ends where an undisturbed one does."""
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    render(whole)
    draw = os.replace
    drawn = 0

    def die_after_four(self: Path, target: Path) -> Path:
        nonlocal drawn
        drawn += 1
        if drawn > 4:
            raise KeyboardInterrupt
        draw(self, target)
        return target

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die_after_four)
        with pytest.raises(KeyboardInterrupt):
            render(torn)
    assert not (torn / "demo.json").exists()
    survivors = {path: path.stat().st_mtime_ns for path in torn.rglob("*.jpg")}
    assert len(survivors) == 3  # the first write was the mark of a boutique begun
    render(torn)
    assert contents(torn) == contents(whole)
    assert {path: path.stat().st_mtime_ns for path in survivors} == survivors


def test_a_lost_photo_is_drawn_again(tmp_path: Path) -> None:
    """A finished boutique that lacks a file isn't finished."""
    render(tmp_path)
    before = contents(tmp_path)
    next((tmp_path / "shopper").iterdir()).unlink()
    render(tmp_path)
    assert contents(tmp_path) == before


def test_a_boutique_of_another_version_is_drawn_anew(tmp_path: Path) -> None:
    """Files of the old one that no longer belong go away."""
    render(tmp_path)
    before = contents(tmp_path)
    stamp = json.loads((tmp_path / "demo.json").read_text())
    assert stamp["version"] == RENDERER_VERSION
    (tmp_path / "demo.json").write_text(json.dumps({**stamp, "version": RENDERER_VERSION - 1}))
    (tmp_path / "photos" / "old-001-pink.jpg").write_bytes(b"of an older boutique")
    stale = tmp_path / read(tmp_path / "products.csv")[0]["image"]
    stale.write_bytes(b"drawn by an older renderer")
    render(tmp_path)
    assert contents(tmp_path) == before


def test_a_file_in_place_of_the_directory_is_a_clear_error(tmp_path: Path) -> None:
    """The message names it and says what to do; the file survives."""
    file = tmp_path / "demo"
    file.write_text("mine")
    with pytest.raises(DemoError, match=r"demo is a file.*another name"):
        render_demo(file, progress=False)
    assert file.read_text() == "mine"


def test_files_that_are_not_a_boutiques_are_never_removed(tmp_path: Path) -> None:
    """A directory with somebody's own photos is refused, not cleaned up."""
    (tmp_path / "photos").mkdir()
    mine = tmp_path / "photos" / "holiday.jpg"
    mine.write_bytes(b"holiday")
    with pytest.raises(CatalogError, match="already holds photos"):
        render_demo(tmp_path, progress=False)
    assert mine.read_bytes() == b"holiday"


def test_a_directory_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    """Below a file nothing can be made, not even by root."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DemoError, match=r"can't write the demo boutique to .*file"):
        render_demo(tmp_path / "file" / "demo", progress=False)

"""What --prune removes, and what it leaves because nothing proves it gone."""

import os
import shutil

import pytest

from catalog.errors import NothingUsableError
from catalog.importing.pruning import Disappearance, PruneLimit, find_obstacle


@pytest.fixture
def ids(catalog):
    """The ids of all products."""
    return lambda: [product.product_id for product in catalog.iter_products()]


def _write_lines(table, *lines):
    table.write_text("".join(f"{line}\n" for line in lines))
    return table


@pytest.fixture
def titled(draw, shop):
    """A table whose ids stand behind titles."""
    for number in (1, 2, 3):
        draw(f"{number}.jpg", shade=number)
    return _write_lines(
        shop / "products.csv",
        "title,product_id,category,image",
        "Brown coat,1,Coats,1.jpg",
        "Beige coat,2,Coats,2.jpg",
        "Red coat,3,Coats,3.jpg",
    )


@pytest.mark.parametrize(
    "broken",
    [
        "Beige coat, long,2,Coats,2.jpg",
        '"Beige, "big" coat",2,Coats,2.jpg',
        "Coat of Beige;2,Coats,2.jpg",
        "2,Coats,2.jpg",
        "Beige coat,2.0E+00,Coats,2.jpg",
        "Beige coat,#REF!,Coats,2.jpg",
        "Beige coat,N/A,Coats,2.jpg",
    ],
    ids=["comma", "quotes", "delimiter", "missing", "exponent", "reference", "no-value"],
)
def test_row_whose_id_is_uncertain_proves_nothing_gone(titled, load, ids, broken):
    """Wherever it broke: before its id, at its id, or by losing a value so that others slip into its place."""
    load(titled)
    lines = titled.read_text().splitlines()
    _write_lines(titled, lines[0], lines[1], broken, lines[3])
    report = load(titled, prune=True)
    assert (report.removed, report.gone) == (0, 1)
    assert "Nothing was pruned: 1 reject without a readable product_id" in report.obstacle.reason
    assert ids() == ["1", "2", "3"]


def test_row_that_a_quotation_mark_swallowed_proves_nothing_gone(titled, load, ids):
    """Two stray marks make one sound row of two: that the first one's product isn't listed is no proof."""
    load(titled)
    lines = titled.read_text().splitlines()
    _write_lines(titled, lines[0], lines[1], '"Beige coat,2,Coats,2.jpg', 'Red coat 15",3,Coats,3.jpg')
    report = load(titled, prune=True)
    assert report.removed == 0
    assert ids() == ["1", "2", "3"]


def test_table_that_ends_in_a_row_proves_nothing_gone(titled, load, ids):
    """An export whose disk was full."""
    load(titled)
    titled.write_text("\n".join(titled.read_text().splitlines()[:2]) + "\nBeige coat,2,Coa")
    report = load(titled, prune=True)
    assert "reject without a readable product_id" in report.obstacle.reason
    titled.write_text("title,product_id,category,image,price\nBrown coat,1,Coats,1.jpg,1\nBeige coat,2,Coats,2.jpg")
    report = load(titled, prune=True)
    assert "The table ends in the middle of row 3" in report.obstacle.reason
    assert ids() == ["1", "2", "3"]


def test_line_that_is_no_json_proves_nothing_gone(draw, write_table, load, ids, shop):
    """It may be any product."""
    draw("1.jpg")
    table = write_table("products.jsonl", [{"product_id": i, "category": "Coats", "image": "1.jpg"} for i in "ABCD"])
    load(table)
    table.write_text("\n".join(table.read_text().splitlines()[:3]) + '\n{"product_id": "D", "categ')
    assert load(table, prune=True).removed == 0
    assert ids() == ["A", "B", "C", "D"]


@pytest.fixture
def folders(draw, shop):
    """Two coats, two hats and a bag, in a folder for each class."""
    for number, name in enumerate(("Coats/1.jpg", "Coats/2.jpg", "Hats/3.jpg", "Hats/4.jpg", "Bags/5.jpg")):
        draw(name, shade=number)
    return shop


def test_link_that_leads_nowhere_proves_nothing_gone(folders, load, ids, tmp_path):
    """A class on a disk that isn't mounted, directly in the source or deeper."""
    disk = tmp_path / "disk"
    for name in ("Coats", "Hats"):
        shutil.move(folders / name, disk / name)
    (folders / "Coats").symlink_to(disk / "Coats")
    (folders / "Bags" / "more").symlink_to(disk / "Hats")
    load(folders)
    assert ids() == ["Bags/5.jpg", "Bags/more/3.jpg", "Bags/more/4.jpg", "Coats/1.jpg", "Coats/2.jpg"]
    disk.rename(tmp_path / "unmounted")
    report = load(folders, prune=True)
    assert (report.removed, report.rejected_photos) == (0, 2)
    assert any("it can't be reached: the link leads nowhere" in reject.reason for reject in report.first_rejects)
    assert len(ids()) == 5


def test_link_in_a_circle_is_a_reject(folders, load, ids):
    """The import goes on, and takes nothing for gone."""
    load(folders)
    shutil.rmtree(folders / "Bags")
    (folders / "Bags").symlink_to(folders / "Bags")
    report = load(folders, prune=True)
    assert (report.unchanged, report.removed, report.rejected_photos) == (4, 0, 1)
    assert "Bags/5.jpg" in ids()


def test_photo_that_is_only_in_the_cloud_is_not_gone(folders, load, ids):
    """A hidden placeholder stands in its place on macOS."""
    load(folders)
    (folders / "Coats/2.jpg").rename(folders / "Coats/.2.jpg.icloud")
    report = load(folders, prune=True)
    assert (report.removed, report.kept) == (0, 1)
    assert "in iCloud" in report.first_rejects[0].reason


@pytest.mark.parametrize("emptied", ["Coats", "Bags"])
def test_class_folder_that_is_empty_now_is_asked_about(folders, load, ids, emptied):
    """The mount point of a disk that is gone is an empty folder; with 100% it is taken at its word."""
    load(folders)
    count = len(list((folders / emptied).iterdir()))
    for photo in (folders / emptied).iterdir():
        photo.unlink()
    report = load(folders, prune=True, prune_limit=PruneLimit(0.9))
    assert (report.removed, len(report.held_back)) == (0, count)
    assert f"no product of {emptied} is left in this source" in report.obstacle.reason
    assert len(ids()) == 5
    assert load(folders, prune=True, prune_limit=PruneLimit.parse("100%")).removed == count


def test_class_that_vanished_with_all_its_products_is_asked_about(draw, write_table, load, ids):
    """A table that was exported class by class may lack one of them."""
    draw("1.jpg")
    rows = [{"product_id": f"{name}{i}", "category": name, "image": "1.jpg"} for name in "ABCDE" for i in range(3)]
    load(write_table("products.csv", rows))
    report = load(write_table("products.csv", rows[:-3]), prune=True)
    assert (report.removed, len(report.held_back)) == (0, 3)
    assert load(write_table("products.csv", rows[:-2]), prune=True).removed == 2


def test_a_few_products_of_many_go_unasked(draw, write_table, load, ids):
    """That is what pruning is for."""
    draw("1.jpg")
    rows = [{"product_id": f"{i:02}", "category": "Coats", "image": "1.jpg"} for i in range(20)]
    load(write_table("products.csv", rows))
    assert load(write_table("products.csv", rows[:14]), prune=True).removed == 6
    report = load(write_table("products.csv", rows[:9]), prune=True)
    assert (report.removed, report.gone) == (0, 5)


def test_table_without_rows_removes_no_more_than_the_limit(coats, load, ids, shop):
    """The last product that only an old export had can go; a shop is never emptied unasked."""
    load(coats)
    newer = shop / "newer.csv"
    newer.write_text("".join(coats.read_text().splitlines(keepends=True)[:3]))
    load(newer)
    header = coats.read_text().splitlines(keepends=True)[0]
    coats.write_text(header)
    assert load(coats, prune=True).removed == 1
    newer.write_text(header)
    with pytest.raises(NothingUsableError, match=r"nothing was imported. Nothing was pruned: 2 of .* catalog forget"):
        load(newer, prune=True)
    assert ids() == ["C1", "C2"]
    assert load(newer, prune=True, prune_limit=PruneLimit.parse("100%")).removed == 2
    assert ids() == []


def test_the_last_product_of_a_shop_never_goes_unasked() -> None:
    """However small the number is."""
    found = Disappearance({"Coats": 1}, {"Coats": 1}, elsewhere=0)
    assert find_obstacle(found, PruneLimit(0.5)) is not None
    assert find_obstacle(Disappearance({"Coats": 1}, {"Coats": 1}, elsewhere=3), PruneLimit(0.5)) is None


def test_products_that_another_source_took_are_told(folders, load, ids, draw, tmp_path):
    """Two suppliers' folders may use the same names for other photos: whose product it is now is said."""
    load(folders)
    other = draw("../second/Coats/1.jpg", shade=99).parent.parent
    draw("../second/Coats/9.jpg", shade=98)
    report = load(other)
    assert report.taken_over == {str(folders): 1}
    assert any("1 product of another source" in line and str(folders) in line for line in report.describe())
    assert load(other).taken_over == {}


def test_folder_that_cannot_be_entered_is_a_reject(folders, load, ids, monkeypatch):
    """Deep in a class, too."""
    (folders / "Coats" / "old").mkdir()
    shutil.move(folders / "Coats/2.jpg", folders / "Coats/old/2.jpg")
    load(folders)
    scandir = os.scandir

    def refuse(path):  # permissions don't stop root, who may run the tests
        if os.fspath(path).endswith("old"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert load(folders, prune=True).removed == 0
    assert "Coats/old/2.jpg" in ids()

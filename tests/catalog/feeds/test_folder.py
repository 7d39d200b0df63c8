"""Folders of photos, one folder per class."""

import os
from pathlib import Path

import pytest

from catalog.errors import NothingUsableError, SourceError


def _splits(catalog):
    return {product.product_id: (product.category, product.split) for product in catalog.iter_products()}


def test_folder_per_class(shop, draw, load, catalog):
    """The folder is the category, the path is the id, and no more is known."""
    draw("MEN_Coats/1.jpg")
    draw("WOMEN Coats/año 1.jpeg")
    load(shop)
    assert _splits(catalog) == {"MEN_Coats/1.jpg": ("MEN_Coats", None), "WOMEN Coats/año 1.jpeg": ("WOMEN Coats", None)}
    assert catalog.product("MEN_Coats/1.jpg").title is None


@pytest.mark.parametrize("validation", ["validation", "val", "Valid"])
def test_folder_per_split(shop, draw, load, catalog, validation):
    """Splits above the classes are recorded under one name, and are part of the id."""
    for split in ("train", validation, "test"):
        draw(f"{split}/Coats/1.jpg")
    load(shop)
    assert _splits(catalog) == {
        "train/Coats/1.jpg": ("Coats", "train"),
        f"{validation}/Coats/1.jpg": ("Coats", "validation"),
        "test/Coats/1.jpg": ("Coats", "test"),
    }


def test_deeper_folders_belong_to_their_class(shop, draw, load, catalog):
    """However a class is arranged inside, its photos are its own."""
    draw("Coats/2024/winter/1.jpg")
    draw("train/Coats/a/b.jpg")
    load(shop)
    assert _splits(catalog) == {
        "Coats/2024/winter/1.jpg": ("Coats", None),
        "train/Coats/a/b.jpg": ("Coats", "train"),
    }


def test_hidden_and_system_files_do_not_exist(shop, draw, load, catalog):
    """What file managers leave behind is neither photo nor reject."""
    draw("Coats/1.jpg")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._1.jpg"):
        (shop / "Coats" / name).write_bytes(b"x")
    draw("__MACOSX/Coats/1.jpg")
    draw(".thumbnails/1.jpg")
    report = load(shop)
    assert (report.added, report.rejected_rows + report.rejected_photos, report.notes) == (1, 0, [])


def test_other_files_are_ignored_and_counted(shop, draw, load):
    """Labels and notes beside the photos are no rejects; how many there were is said."""
    draw("Coats/1.jpg")
    for name in ("Coats/1.txt", "Coats/2.TXT", "labels.json"):
        (shop / name).write_text("{}")
    report = load(shop)
    assert report.rejected_photos == 0
    assert report.notes == ["Files that are no photos by their name were ignored: 3 (.json, .txt)."]


def test_loose_photos_are_rejected(shop, draw, load, catalog, read_rejects):
    """A photo outside every class has no category."""
    draw("Coats/1.jpg")
    draw("loose.jpg")
    draw("train/Coats/1.jpg")
    draw("train/loose.jpg")
    rejects = {
        reject["product_id"]: (reject["row"], reject["reason"], reject["file"]) for reject in read_rejects(load(shop))
    }
    assert rejects.keys() == {"loose.jpg", "train/loose.jpg"}
    assert "not in a class folder" in rejects["loose.jpg"][1]
    assert "in train/ but not in a class folder" in rejects["train/loose.jpg"][1]
    assert rejects["loose.jpg"][0] == ""
    assert rejects["loose.jpg"][2] == str(shop / "loose.jpg")
    assert len(_splits(catalog)) == 2


def test_flat_folder_is_an_error_that_shows_the_layout(shop, draw, load):
    """Photos without classes can't be imported as a folder; the message says what would do."""
    draw("1.jpg")
    draw("2.jpg")
    with pytest.raises(SourceError, match=r"no class folders; 2 photos lie directly in it\. .*ROOT/MEN_Coats/1\.jpg"):
        load(shop)


def test_table_in_the_folder_is_pointed_out(coats, shop, load):
    """Whoever names the folder and means the table in it is told so."""
    report = load(shop)
    assert any(str(coats) in note for note in report.notes)


def test_table_in_a_flat_folder_is_pointed_out(shop, draw, load):
    """The same where nothing else could be meant."""
    draw("1.jpg")
    (shop / "feed.tsv").write_text("product_id\tcategory\timage\n")
    with pytest.raises(SourceError, match=r"import the table itself: .*feed\.tsv"):
        load(shop)


def test_folders_without_photos_are_an_error(shop, load):
    """An empty layout holds no products."""
    (shop / "Coats").mkdir()
    with pytest.raises(NothingUsableError, match="holds no products"):
        load(shop)


def test_links_are_followed_but_not_in_circles(shop, draw, load, catalog, tmp_path):
    """A class may be a link to another disk; a link back up is no reason to hang."""
    draw("../disk/1.jpg")
    (shop / "Coats").symlink_to(tmp_path / "disk")
    draw("Shoes/1.jpg")
    (shop / "Shoes" / "up").symlink_to(shop)
    load(shop)
    assert _splits(catalog).keys() == {"Coats/1.jpg", "Shoes/1.jpg"}


def test_pipe_among_the_photos_does_not_block(shop, draw, load):
    """Only files are opened."""
    draw("Coats/1.jpg")
    os.mkfifo(shop / "Coats" / "2.jpg")
    assert load(shop).added == 1


def test_name_that_is_no_text_is_rejected(shop, draw, load, read_rejects):
    """A file name in an old encoding can't be an id; the reject still shows which it is."""
    draw("Coats/1.jpg").rename(os.fsdecode(os.fsencode(shop) + b"/Coats/ni\xf1o.jpg"))
    draw("Coats/2.jpg")
    report = load(shop)
    (reject,) = read_rejects(report)
    assert reject["file"] == f"{shop}/Coats/ni\ufffdo.jpg"
    assert "not valid UTF-8" in reject["reason"]
    assert report.added == 1


def test_a_path_that_no_address_can_hold_is_rejected(shop, draw, load, catalog, read_rejects):
    """As in tables: its product had no page, and an id of any length breaks the index of PostgreSQL."""
    draw("Coats/1.jpg")
    draw("Coats/2.jpg").rename(shop / "Coats" / "a\nb.jpg")
    deep = shop / "Coats" / ("x" * 200) / ("y" * 200) / ("z" * 200)
    deep.mkdir(parents=True)
    draw("Coats/3.jpg").rename(deep / "3.jpg")
    rejects = read_rejects(load(shop))
    assert [one.product_id for one in catalog.iter_products()] == ["Coats/1.jpg"]
    reasons = sorted(reject["reason"] for reject in rejects)
    assert "has 614 characters; at most 500" in reasons[1] + reasons[0]
    assert "line break" in reasons[0] + reasons[1]


def test_names_that_are_no_text_cost_only_themselves(shop, draw, load, read_rejects):
    """Outside of classes, of links, of placeholders, of empty classes: none of them ends the import."""
    draw("Coats/1.jpg")
    odd = os.fsdecode(b"ni\xf1o")
    draw("2.jpg").rename(shop / f"{odd}.jpg")
    (shop / "Coats" / odd).symlink_to("/nowhere")
    (shop / "Coats" / f".{odd}2.jpg.icloud").touch()
    (shop / odd).mkdir()
    (shop / "Coats" / f"{odd}@synoeastream").mkdir()
    report = load(shop)
    assert report.added == 1
    rejects = read_rejects(report)
    names = {Path(reject["file"]).name: reject["product_id"] for reject in rejects}
    assert names == {"ni\ufffdo.jpg": "", "ni\ufffdo": "", "ni\ufffdo2.jpg": ""}


def test_a_source_whose_path_is_no_text_is_refused(tmp_path, load):
    """With what to do; its photos could be stored under no name."""
    folder = tmp_path / os.fsdecode(b"ni\xf1o")
    (folder / "Coats").mkdir(parents=True)
    with pytest.raises(SourceError, match=r"ni\ufffdo is not valid UTF-8.*Rename"):
        load(folder)


def test_unreadable_class_is_a_reject_and_stops_pruning(shop, draw, load, catalog, monkeypatch):
    """A folder that can't be listed is reported, and its products are not taken for gone."""
    draw("Coats/1.jpg")
    draw("Shoes/1.jpg")
    load(shop)
    scandir = os.scandir

    def refuse_shoes(path):  # permissions don't stop root, who may run the tests
        if os.fspath(path).endswith("Shoes"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse_shoes)
    report = load(shop, prune=True)
    assert (report.rejected_photos, report.removed, report.gone) == (1, 0, 1)
    assert "Permission denied" in report.first_rejects[0].reason
    assert catalog.counts().products == 2


def test_prune_removes_deleted_photos(shop, draw, load, catalog):
    """A photo that was deleted from its folder leaves the catalogue with --prune."""
    draw("Coats/1.jpg")
    draw("Coats/2.jpg").unlink()
    draw("Coats/3.jpg")
    load(shop)
    (shop / "Coats/3.jpg").unlink()
    report = load(shop, prune=True)
    assert (report.unchanged, report.removed) == (1, 1)
    assert _splits(catalog).keys() == {"Coats/1.jpg"}


def test_class_called_training_is_a_class(shop, draw, load, catalog):
    """A sports shop's, with photos in it or with folders."""
    for name in ("Running/1.jpg", "Training/2.jpg", "Football/3.jpg", "Test/Men/4.jpg", "Test/Women/5.jpg"):
        draw(name)
    report = load(shop)
    assert catalog.categories() == {"Football": 1, "Running": 1, "Test": 2, "Training": 1}
    assert {product.split for product in catalog.iter_products()} == {None}
    assert any(note.startswith("Test/ was taken for a class") for note in report.notes)


def test_split_beside_classes_is_a_split_where_it_repeats_them(shop, draw, load, catalog):
    """And that is said."""
    for name in ("Coats/1.jpg", "train/Coats/2.jpg"):
        draw(name)
    report = load(shop)
    assert catalog.product("train/Coats/2.jpg").split == "train"
    assert any("train/ was taken for a split" in note for note in report.notes)


def test_folders_that_are_linked_into_a_class_belong_to_it(shop, draw, load, catalog, tmp_path):
    """A season on another disk; two ways to it show it once, and links back up are told."""
    draw("Coats/1.jpg", shade=1)
    for number in (2, 3):
        draw(f"../disk/{number}.jpg", shade=number)
    (shop / "Coats" / "winter").symlink_to(tmp_path / "disk")
    (shop / "Coats" / "winter again").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "round").symlink_to(tmp_path / "disk")
    report = load(shop)
    assert _splits(catalog).keys() == {"Coats/1.jpg", "Coats/winter/2.jpg", "Coats/winter/3.jpg"}
    assert any("were not followed: Coats/winter/round, Coats/winter again" in note for note in report.notes)


def test_names_of_classes_that_look_the_same_are_one_class(shop, draw, load, catalog):
    """One computer writes an accented letter as one character, another as two."""
    draw("Pantal\u00f3n/1.jpg")
    draw("Pantalo\u0301n/2.jpg")
    draw("pantal\u00f3n/3.jpg")
    load(shop)
    assert len(catalog.categories()) == 1
    assert len(_splits(catalog)) == 3


@pytest.mark.parametrize(
    "name",
    [
        *("#recycle", "@Recycle", "$RECYCLE.BIN", "RECYCLER", "@Recently-Snapshot", "#snapshot", "~snapshot"),
        *("System Volume Information", "lost+found", "@eaDir", "found.000", "Network Trash Folder"),
    ],
)
def test_recycle_bins_and_snapshots_are_no_classes(shop, draw, load, catalog, name):
    """Storage boxes and systems keep deleted photos beside the others."""
    draw("Coats/1.jpg")
    draw(f"{name}/Coats/1.jpg")
    draw(f"Coats/{name}/2.jpg")
    report = load(shop)
    assert _splits(catalog).keys() == {"Coats/1.jpg"}
    assert report.rejected_photos == 0


def test_passed_over_recycle_bins_are_told(shop, draw, load):
    """Whoever has a class of such a name learns why it is missing."""
    draw("Coats/1.jpg")
    draw("#recycle/Coats/1.jpg")
    assert "Recycle bins and snapshots were passed over: #recycle." in load(shop).notes

"""What an import does to the catalogue, seen from outside: files in, products out."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import text

from catalog import Catalog, DatabaseLockedError
from catalog.errors import NothingUsableError


def _replace(table: Path, old: str, new: str) -> Path:
    """The table with some text replaced, which must be there."""
    content = table.read_text(encoding="utf-8")
    assert old in content
    table.write_text(content.replace(old, new), encoding="utf-8")
    return table


def _numbers(report):
    return report.added, report.updated, report.unchanged, report.removed


def _snapshot(catalog):
    """Everything that the catalogue holds, ids of photos included."""
    with catalog.database.reading() as connection:
        return [
            connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()  # noqa: S608 (our own two names)
            for table in ("catalog_products", "catalog_photos")
        ]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "ndjson", "parquet"])
def test_every_table_format_says_the_same(suffix, draw, write_table, load, catalog):
    """The same rows give the same products, whatever the format."""
    draw("1.jpg", shade=1)
    draw("más fotos/2.jpg", shade=2)
    second_photo = "más fotos/2.jpg"
    first = {"product_id": "1", "category": "Coats", "image": "1.jpg", "images": second_photo}
    second = {"product_id": "2", "category": "NA", "image": second_photo, "images": ""}
    rows = [first | {"price": "49,90", "in_stock": "3"}, second | {"price": "", "in_stock": "no"}]
    report = load(write_table(f"products.{suffix}", rows))
    assert _numbers(report) == (2, 0, 0, 0)
    first, second = catalog.iter_products()
    assert (first.product_id, first.price_cents, first.in_stock, len(first.photos)) == ("1", 4990, True, 2)
    assert (second.category, second.price_cents, second.in_stock) == ("NA", None, False)


def test_importing_again_changes_nothing(coats, load, catalog):
    """The second import of the same table leaves every byte of products and photos as it was, and says so."""
    assert _numbers(load(coats)) == (3, 0, 0, 0)
    before = _snapshot(catalog)
    again = load(coats)
    assert _numbers(again) == (0, 0, 3, 0)
    assert not again.changed
    assert "nothing has changed" in again.describe()[0]
    assert _snapshot(catalog) == before


@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_the_database_sees_how_values_are_spread(coats, load, catalog):
    """Else SQLite takes the index of a handful of colours where that of a thousand categories leaves few."""
    load(coats)
    with catalog.database.reading() as connection:
        looked_at = connection.scalars(text("SELECT idx FROM sqlite_stat1 WHERE tbl = 'catalog_products'")).all()
    assert {"ix_catalog_products_category", "ix_catalog_products_colour"} <= set(looked_at)


def test_photos_that_did_not_change_are_not_opened(coats, load, shop):
    """An unchanged file is known by its size and time: content that turned bad behind their back stays unseen."""
    load(coats)
    photo = shop / "photos/2.jpg"
    status = photo.stat()
    photo.write_bytes(b"?" * status.st_size)
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert load(coats).rejected_photos == 0
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert load(coats).rejected_photos == 1


def test_a_full_import_opens_photos_that_seem_unchanged(coats, load, catalog, shop, draw):
    """A tool may replace a file by another of the same size and keep its time; only the bytes tell."""
    first, second = (draw(f"photos/{number}.bmp", shade=shade).read_bytes() for number, shade in ((2, 2), (9, 9)))
    _replace(coats, "photos/2.jpg", "photos/2.bmp")
    load(coats)
    photo = shop / "photos/2.bmp"
    status = photo.stat()
    assert len(first) == len(second)
    photo.write_bytes(second)
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = catalog.product("C2").photos[0]
    assert _numbers(load(coats)) == (0, 0, 3, 0)
    assert _numbers(load(coats, full=True)) == (0, 1, 2, 0)
    after = catalog.product("C2").photos[0]
    assert after.photo_id == before.photo_id
    assert after.sha256 == hashlib.sha256(second).hexdigest() != before.sha256


@pytest.mark.parametrize(("old", "new", "field", "value"), [
    ("29.90", "25.00", "price_cents", 2500),
    ("Coat 2", "Parka 2", "title", "Parka 2"),
    ("C2,Coats", "C2,Parkas", "category", "Parkas"),
])  # fmt: skip
def test_changed_detail_touches_that_product_only(coats, load, catalog, old, new, field, value):
    """A new price, title or category is written to its row; photos keep ids and fingerprints, others everything."""
    load(coats)
    before = {product.product_id: product for product in catalog.iter_products()}
    assert _numbers(load(_replace(coats, old, new))) == (0, 1, 2, 0)
    after = {product.product_id: product for product in catalog.iter_products()}
    assert getattr(after["C2"], field) == value
    assert after["C2"].photos == before["C2"].photos
    assert (after["C1"], after["C3"]) == (before["C1"], before["C3"])


def test_detail_that_is_taken_away_is_gone(coats, load, catalog):
    """An emptied cell empties the field."""
    load(coats)
    load(_replace(coats, "29.90,Winter", ","))
    product = catalog.product("C2")
    assert (product.price_cents, product.attributes) == (None, {})


def test_changed_photo_keeps_its_id(coats, load, catalog, draw):
    """A new picture in the same file is the same photo with another fingerprint."""
    load(coats)
    before = catalog.product("C2").photos[0]
    draw("photos/2.jpg", shade=77)
    assert _numbers(load(coats)) == (0, 1, 2, 0)
    after = catalog.product("C2").photos[0]
    assert after.photo_id == before.photo_id
    assert after.sha256 != before.sha256


def test_touched_photo_is_no_change(coats, load, catalog, shop):
    """A new time stamp on the same bytes is remembered, which spares opening the file again, but counts for nothing."""
    load(coats)
    photo = shop / "photos/2.jpg"
    os.utime(photo, ns=(1, 2))
    assert _numbers(load(coats)) == (0, 0, 3, 0)
    assert catalog.product("C2").photos[0].mtime_ns == 2


def test_photos_follow_the_order_of_the_table(draw, write_table, load, catalog):
    """Views can be added, taken away and put in another order; those that stay keep their ids."""
    for number in (1, 2, 3):
        draw(f"{number}.jpg", shade=number)
    row = {"product_id": "A", "category": "Coats", "image": "1.jpg", "images": "2.jpg|3.jpg"}
    load(write_table("products.csv", [row]))
    ids = {photo.path.name: photo.photo_id for photo in catalog.product("A").photos}
    report = load(write_table("products.csv", [row | {"image": "3.jpg", "images": "1.jpg"}]))
    assert _numbers(report) == (0, 1, 0, 0)
    photos = catalog.product("A").photos
    assert [(photo.path.name, photo.position) for photo in photos] == [("3.jpg", 0), ("1.jpg", 1)]
    assert [photo.photo_id for photo in photos] == [ids["3.jpg"], ids["1.jpg"]]


def test_prune_removes_what_is_gone_and_only_when_asked(coats, load, catalog):
    """Without --prune a product that left the table stays, and the report says so; with it, it goes with its photos."""
    load(coats)
    lines = coats.read_text().splitlines(keepends=True)
    coats.write_text("".join(lines[:-1]))
    report = load(coats)
    assert (_numbers(report), report.gone) == ((0, 0, 2, 0), 1)
    assert any("--prune removes them" in line for line in report.describe())
    assert catalog.counts().products == 3
    assert _numbers(load(coats, prune=True)) == (0, 0, 2, 1)
    assert (catalog.counts().products, catalog.counts().photos) == (2, 2)


def test_prune_leaves_other_sources_alone(coats, load, catalog, shop, draw, write_table):
    """Products of another table are none of this one's business; how many there are is said."""
    load(coats)
    draw("s.jpg")
    shoes = write_table("shoes.csv", [{"product_id": "S1", "category": "Shoes", "image": "s.jpg"}])
    report = load(shoes, prune=True)
    assert (_numbers(report), report.elsewhere) == ((1, 0, 0, 0), 3)
    assert any("3 products of other sources were left alone" in line for line in report.describe())
    assert catalog.counts().products == 4


def test_prune_keeps_products_whose_row_is_only_rejected(coats, load, catalog, shop):
    """A missing category or a photo that broke doesn't throw a product out of the shop."""
    load(coats)
    _replace(coats, "C2,Coats", "C2,")
    (shop / "photos/3.jpg").write_bytes(b"")
    report = load(coats, prune=True)
    assert (_numbers(report), report.kept) == ((0, 0, 1, 0), 2)
    assert catalog.counts().products == 3


def test_prune_does_not_guess(coats, load, catalog):
    """While there is a row of which not even the id can be read, nothing is removed, and the report says why."""
    load(coats)
    _replace(coats, "C2,", ",")
    report = load(coats, prune=True)
    assert (report.removed, report.gone) == (0, 1)
    assert any("Nothing was pruned: 1 reject without a readable product_id" in line for line in report.describe())
    assert catalog.counts().products == 3


def test_product_moves_to_the_source_that_spoke_last(coats, load, catalog, shop):
    """The same id in another table belongs to that one from then on: pruning the first doesn't remove it."""
    load(coats)
    other = shop / "other.csv"
    other.write_text("".join(coats.read_text().splitlines(keepends=True)[:2]))
    assert _numbers(load(other)) == (0, 1, 0, 0)
    assert {source.location: source.products for source in catalog.sources()} == {str(other): 1, str(coats): 2}
    coats.write_text("".join(line for line in coats.read_text().splitlines(keepends=True) if not line.startswith("C1")))
    assert _numbers(load(coats, prune=True)) == (0, 0, 2, 0)
    assert catalog.product("C1")


def test_bad_rows_do_not_stop_the_good_ones(draw, write_table, load, catalog, read_rejects):
    """Each bad row is listed with the line an editor shows and a reason; the others are imported.

    A value that a product can do without is no reason to refuse the product.
    """
    draw("1.jpg")
    good = {"product_id": "A", "category": "Coats", "image": "1.jpg", "price": "1", "in_stock": "yes"}
    report = load(
        write_table(
            "products.csv",
            [
                good,
                good | {"product_id": ""},
                good | {"product_id": "B", "price": "-5"},
                good | {"product_id": "C", "category": " "},
                good | {"product_id": "D", "image": ""},
                good | {"product_id": "E", "image": "nowhere.jpg"},
                good | {"product_id": "F", "image": "https://shop.example/1.jpg"},
                good | {"product_id": "G", "in_stock": "perhaps"},
                good | {"product_id": "H"},
            ],
        )
    )
    assert [product.product_id for product in catalog.iter_products()] == ["A", "B", "G", "H"]
    rejects = [(reject["row"], reject["product_id"], reject["reason"]) for reject in read_rejects(report)]
    expected = [
        ("3", "", "product_id is empty"),
        ("5", "C", "category is empty"),
        ("6", "D", "image is empty"),
        ("7", "E", "no such file"),
        ("8", "F", "must be local files"),
    ]
    assert [reject[:2] for reject in rejects] == [row[:2] for row in expected]
    assert all(row[2] in reject[2] for reject, row in zip(rejects, expected, strict=True))
    assert (report.rejected_rows, report.rejected_photos, report.warnings) == (3, 2, 2)


def test_product_comes_in_with_its_good_photos(draw, write_table, load, catalog, read_rejects, shop):
    """One bad view costs the product that view only."""
    draw("1.jpg", shade=1)
    draw("3.jpg", shade=3)
    (shop / "2.jpg").write_bytes(b"")
    row = {"product_id": "A", "category": "Coats", "image": "1.jpg", "images": "2.jpg|3.jpg|http://x.example/4.jpg"}
    report = load(write_table("products.csv", [row]))
    assert [(photo.path.name, photo.position) for photo in catalog.product("A").photos] == [("1.jpg", 0), ("3.jpg", 1)]
    assert {reject["file"] for reject in read_rejects(report)} == {str(shop / "2.jpg"), "http://x.example/4.jpg"}
    assert report.kept == 0


def test_product_whose_photo_broke_keeps_its_record(coats, load, catalog, shop):
    """What was good once stays in the catalogue, unchanged, until the photo is mended."""
    load(coats)
    before = catalog.product("C2")
    photo = shop / "photos/2.jpg"
    content = photo.read_bytes()
    photo.write_bytes(content[:100])
    report = load(_replace(coats, "29.90", "1.00"))
    assert (report.kept, report.rejected_photos) == (1, 1)
    assert catalog.product("C2") == before
    photo.write_bytes(content)
    assert load(coats).updated == 1
    assert catalog.product("C2").price_cents == 100


def test_source_with_nothing_usable_is_an_error_and_changes_nothing(coats, load, catalog, shop, home):
    """When every row fails, the first reason is given, all are listed, and the catalogue stays as it was."""
    load(coats)
    before = _snapshot(catalog)
    for photo in (shop / "photos").iterdir():
        photo.write_bytes(b"")
    with pytest.raises(NothingUsableError, match=r"3 photos were rejected, the first \(row 2\) because: .* is empty"):
        load(coats, prune=True)
    assert _snapshot(catalog) == before
    assert len(list((home / "rejects").glob("import-*.csv"))) == 1


@pytest.mark.parametrize("content", ["", "\n\n", "product_id,category,image\n", "product_id,category,image\n,,\n"])
def test_empty_table_is_an_error(shop, load, content):
    """A table without rows is more likely a failed export than an empty shop."""
    table = shop / "products.csv"
    table.write_text(content)
    with pytest.raises(NothingUsableError):
        load(table, prune=True)


def test_folder_of_every_kind_of_bad_photo(shop, draw, load, catalog, read_rejects):
    """Exactly the bad files are rejected, each with its reason; every odd but sound one is imported."""
    coats = shop / "Coats"
    sound = draw("Coats/sound.jpg")
    draw("Coats/cmyk.jpg", mode="CMYK")
    draw("Coats/abrigo niño (1).JPG")
    Image.new("I;16", (40, 40), 30_000).save(coats / "sixteen bits.png")
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(coats / "animated.gif", save_all=True, append_images=frames[1:])
    exif = Image.Exif()
    exif[0x0112] = 6
    draw("Coats/turned.jpg", size=(60, 40), exif=exif.tobytes())
    (coats / "no suffix").write_bytes(sound.read_bytes())
    (coats / "really a png.jpg").write_bytes((coats / "sixteen bits.png").read_bytes())

    large = draw("Coats/truncated.jpg", size=(600, 800))
    large.write_bytes(large.read_bytes()[:-1000])
    (coats / "empty.jpg").write_bytes(b"")
    (coats / "text.jpg").write_text("I am not a photo")
    Image.new("1", (20_000, 20_000)).save(coats / "bomb.png")
    Image.new("RGB", (1, 1)).save(coats / "pixel.png")
    (coats / "lost link.jpg").symlink_to(coats / "nowhere.jpg")
    (coats / "notes.txt").write_text("ignored")

    report = load(shop)
    good = {product.product_id.removeprefix("Coats/") for product in catalog.iter_products()}
    assert good == {
        "sound.jpg",
        "cmyk.jpg",
        "abrigo niño (1).JPG",
        "sixteen bits.png",
        "animated.gif",
        "turned.jpg",
        "no suffix",
        "really a png.jpg",
    }
    rejects = {Path(reject["file"]).name: reject["reason"] for reject in read_rejects(report)}
    assert rejects.keys() == {"truncated.jpg", "empty.jpg", "text.jpg", "bomb.png", "pixel.png", "lost link.jpg"}
    for name, reason in (
        ("truncated.jpg", "damaged"),
        ("empty.jpg", "empty"),
        ("text.jpg", "not a photo"),
        ("bomb.png", "megapixels"),
        ("pixel.png", "1x1"),
        ("lost link.jpg", "no such file"),
    ):
        assert reason in rejects[name]
    turned = catalog.product("Coats/turned.jpg").photos[0]
    assert (turned.width, turned.height) == (40, 60)
    assert any("no photos by their name were ignored: 1 (.txt)" in note for note in report.notes)


def test_killed_import_leaves_the_old_catalogue(coats, load, catalog, draw, write_table):
    """A process that dies in the middle of writing has written nothing, and the next import goes through."""
    load(coats)
    before = _snapshot(catalog)
    rows = [
        {"product_id": f"C{number}", "category": "Changed", "image": f"photos/{number % 3 + 1}.jpg"}
        for number in range(1200)
    ]
    table = write_table("products.csv", rows)
    script = """
import os, signal, sys
from pathlib import Path
from catalog import Catalog
from catalog.importing import import_source
from catalog.importing.product_writer import ProductWriter
apply = ProductWriter.apply
def apply_then_die(self, batch):
    apply(self, batch)
    assert self.added and self.updated
    os.kill(os.getpid(), signal.SIGKILL)
ProductWriter.apply = apply_then_die
import_source(Catalog.open(), Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", script, str(table)], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert _snapshot(catalog) == before
    assert _numbers(load(table)) == (1197, 3, 0, 0)


def test_import_that_finds_the_database_locked_changes_nothing(coats, catalog, home):
    """While another import writes, this one waits, then says so; afterwards it works."""
    from catalog.importing import import_source

    with Catalog.open(lock_timeout_seconds=0.2) as impatient:
        with catalog.database.writing(), pytest.raises(DatabaseLockedError, match="try again when it has ended"):
            import_source(impatient, coats, progress=False)
        assert catalog.counts().products == 0
        assert import_source(impatient, coats, progress=False).added == 3


def test_two_imports_at_once_both_arrive(coats, catalog, draw, write_table):
    """Imports of two sources take turns; neither undoes the other."""
    from catalog.importing import import_source

    draw("s.jpg")
    shoes = write_table("shoes.csv", [{"product_id": "S1", "category": "Shoes", "image": "s.jpg"}])
    threads = [
        threading.Thread(target=import_source, args=(catalog, table), kwargs={"progress": False})
        for table in (coats, shoes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [product.product_id for product in catalog.iter_products()] == ["C1", "C2", "C3", "S1"]


def test_import_beyond_one_batch(draw, write_table, load, catalog):
    """Thousands of rows go through in batches, with the same counts as a few."""
    draw("1.jpg")
    rows = [
        {"product_id": f"{number:05}", "category": "Coats", "image": "1.jpg", "price": "5"} for number in range(2300)
    ]
    table = write_table("products.csv", rows)
    assert _numbers(load(table)) == (2300, 0, 0, 0)
    rows[1234]["price"] = "6"
    write_table("products.csv", rows[:-10])
    assert _numbers(load(table, prune=True)) == (0, 1, 2289, 10)
    assert catalog.product("01234").price_cents == 600


def test_sources_are_remembered(coats, load, catalog):
    """The catalogue knows where its products came from and how much was rejected there."""
    load(_replace(coats, "C2,Coats", "C2,"))
    (source,) = catalog.sources()
    assert (source.location, source.products, source.rejected_rows, source.rejected_photos) == (str(coats), 2, 1, 0)


def test_same_table_by_another_way_is_the_same_source(coats, load, catalog, monkeypatch, shop):
    """A relative path leads to the source that the absolute one named."""
    load(coats)
    monkeypatch.chdir(shop / "photos")
    assert _numbers(load(Path("../products.csv"))) == (0, 0, 3, 0)
    assert len(catalog.sources()) == 1


def test_value_that_is_not_understood_becomes_unknown(coats, load, catalog):
    """What was known before may be wrong now: a product that sold out isn't in stock because nobody reads "perhaps"."""
    lines = coats.read_text().splitlines()
    lines = [f"{line},{stock}" for line, stock in zip(lines, ("in_stock", "yes", "yes", "yes"), strict=True)]
    coats.write_text("\n".join(lines) + "\n")
    load(coats)
    assert catalog.product("C2").in_stock is True
    coats.write_text(
        "\n".join([*lines[:2], lines[2].replace("yes", "perhaps").replace("29.90", "soon"), lines[3]]) + "\n"
    )
    report = load(coats)
    product = catalog.product("C2")
    assert (product.in_stock, product.price_cents, product.title) == (None, None, "Coat 2")
    assert (report.updated, report.rejected_rows, report.warnings) == (1, 0, 2)
    assert [warning.row for warning in report.first_warnings] == [3, 3]


def test_group_that_holds_most_of_the_shop_is_told(draw, write_table, load):
    """All products on one card is rarely meant."""
    draw("1.jpg")
    rows = [{"product_id": f"{i}", "category": "Coats", "image": "1.jpg", "group_id": "none yet"} for i in range(6)]
    report = load(write_table("products.csv", rows))
    assert any("6 products share the group_id 'none yet'" in note for note in report.notes)
    rows = [row | {"group_id": f"{i // 2}"} for i, row in enumerate(rows)]
    assert not load(write_table("products.csv", rows)).notes


def test_correction_survives_another_spelling_of_the_same_label(coats, load, catalog):
    """That a source writes "coats" from now on is no other opinion."""
    from catalog.labels.corrections import CorrectionStore

    load(coats)
    CorrectionStore(catalog.database).decide("C2", "Parkas", seen="Coats", version=0, by="ana")
    report = load(_replace(coats, "C2,Coats", "C2,coats"))
    assert (report.corrected, report.superseded) == (1, 0)
    assert catalog.product("C2").category == "Parkas"


def test_sentinel_ids_do_not_become_one_product(draw, write_table, load, catalog):
    """Two barcodes that a spreadsheet cut to the same text are rejected, each with its row."""
    for number in (1, 2, 3):
        draw(f"{number}.jpg", shade=number)
    rows = [{"product_id": "8.41234E+12", "category": "Coats", "image": f"{number}.jpg"} for number in (1, 2)]
    report = load(write_table("products.csv", [*rows, {"product_id": "123", "category": "Coats", "image": "3.jpg"}]))
    assert [product.product_id for product in catalog.iter_products()] == ["123"]
    assert [reject.row for reject in report.first_rejects] == [2, 3]
    assert all("scientific notation" in reject.reason for reject in report.first_rejects)

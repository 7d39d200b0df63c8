"""What of a source can't be used is listed and left out, and the rest comes in."""

from pathlib import Path

import pytest
from PIL import Image

from catalog.errors import NothingUsableError
from tests.catalog.importing.imported import read_everything, replace_text


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
    report = load(replace_text(coats, "29.90", "1.00"))
    assert (report.kept, report.rejected_photos) == (1, 1)
    assert catalog.product("C2") == before
    photo.write_bytes(content)
    assert load(coats).updated == 1
    assert catalog.product("C2").price_cents == 100


def test_source_with_nothing_usable_is_an_error_and_changes_nothing(coats, load, catalog, shop, home):
    """When every row fails, the first reason is given, all are listed, and the catalogue stays as it was."""
    load(coats)
    before = read_everything(catalog)
    for photo in (shop / "photos").iterdir():
        photo.write_bytes(b"")
    with pytest.raises(NothingUsableError, match=r"3 photos were rejected, the first \(row 2\) because: .* is empty"):
        load(coats, prune=True)
    assert read_everything(catalog) == before
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


def test_sentinel_ids_do_not_become_one_product(draw, write_table, load, catalog):
    """Two barcodes that a spreadsheet cut to the same text are rejected, each with its row."""
    for number in (1, 2, 3):
        draw(f"{number}.jpg", shade=number)
    rows = [{"product_id": "8.41234E+12", "category": "Coats", "image": f"{number}.jpg"} for number in (1, 2)]
    report = load(write_table("products.csv", [*rows, {"product_id": "123", "category": "Coats", "image": "3.jpg"}]))
    assert [product.product_id for product in catalog.iter_products()] == ["123"]
    assert [reject.row for reject in report.first_rejects] == [2, 3]
    assert all("scientific notation" in reject.reason for reject in report.first_rejects)

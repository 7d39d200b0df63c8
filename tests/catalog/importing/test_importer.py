"""What an import does to the catalogue, seen from outside: files in, products out."""

import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.catalog.importing.imported import count_changes, read_everything, replace_text


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
    assert count_changes(report) == (2, 0, 0, 0)
    first, second = catalog.iter_products()
    assert (first.product_id, first.price_cents, first.in_stock, len(first.photos)) == ("1", 4990, True, 2)
    assert (second.category, second.price_cents, second.in_stock) == ("NA", None, False)


def test_importing_again_changes_nothing(coats, load, catalog):
    """The second import of the same table leaves every byte of products and photos as it was, and says so."""
    assert count_changes(load(coats)) == (3, 0, 0, 0)
    before = read_everything(catalog)
    again = load(coats)
    assert count_changes(again) == (0, 0, 3, 0)
    assert not again.changed
    assert "nothing has changed" in again.describe()[0]
    assert read_everything(catalog) == before


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
    replace_text(coats, "photos/2.jpg", "photos/2.bmp")
    load(coats)
    photo = shop / "photos/2.bmp"
    status = photo.stat()
    assert len(first) == len(second)
    photo.write_bytes(second)
    os.utime(photo, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = catalog.product("C2").photos[0]
    assert count_changes(load(coats)) == (0, 0, 3, 0)
    assert count_changes(load(coats, full=True)) == (0, 1, 2, 0)
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
    assert count_changes(load(replace_text(coats, old, new))) == (0, 1, 2, 0)
    after = {product.product_id: product for product in catalog.iter_products()}
    assert getattr(after["C2"], field) == value
    assert after["C2"].photos == before["C2"].photos
    assert (after["C1"], after["C3"]) == (before["C1"], before["C3"])


def test_detail_that_is_taken_away_is_gone(coats, load, catalog):
    """An emptied cell empties the field."""
    load(coats)
    load(replace_text(coats, "29.90,Winter", ","))
    product = catalog.product("C2")
    assert (product.price_cents, product.attributes) == (None, {})


def test_changed_photo_keeps_its_id(coats, load, catalog, draw):
    """A new picture in the same file is the same photo with another fingerprint."""
    load(coats)
    before = catalog.product("C2").photos[0]
    draw("photos/2.jpg", shade=77)
    assert count_changes(load(coats)) == (0, 1, 2, 0)
    after = catalog.product("C2").photos[0]
    assert after.photo_id == before.photo_id
    assert after.sha256 != before.sha256


def test_touched_photo_is_no_change(coats, load, catalog, shop):
    """A new time stamp on the same bytes is remembered, which spares opening the file again, but counts for nothing."""
    load(coats)
    photo = shop / "photos/2.jpg"
    os.utime(photo, ns=(1, 2))
    assert count_changes(load(coats)) == (0, 0, 3, 0)
    assert catalog.product("C2").photos[0].mtime_ns == 2


def test_photos_follow_the_order_of_the_table(draw, write_table, load, catalog):
    """Views can be added, taken away and put in another order; those that stay keep their ids."""
    for number in (1, 2, 3):
        draw(f"{number}.jpg", shade=number)
    row = {"product_id": "A", "category": "Coats", "image": "1.jpg", "images": "2.jpg|3.jpg"}
    load(write_table("products.csv", [row]))
    ids = {photo.path.name: photo.photo_id for photo in catalog.product("A").photos}
    report = load(write_table("products.csv", [row | {"image": "3.jpg", "images": "1.jpg"}]))
    assert count_changes(report) == (0, 1, 0, 0)
    photos = catalog.product("A").photos
    assert [(photo.path.name, photo.position) for photo in photos] == [("3.jpg", 0), ("1.jpg", 1)]
    assert [photo.photo_id for photo in photos] == [ids["3.jpg"], ids["1.jpg"]]


def test_prune_removes_what_is_gone_and_only_when_asked(coats, load, catalog):
    """Without --prune a product that left the table stays, and the report says so; with it, it goes with its photos."""
    load(coats)
    lines = coats.read_text().splitlines(keepends=True)
    coats.write_text("".join(lines[:-1]))
    report = load(coats)
    assert (count_changes(report), report.gone) == ((0, 0, 2, 0), 1)
    assert any("--prune removes them" in line for line in report.describe())
    assert catalog.counts().products == 3
    assert count_changes(load(coats, prune=True)) == (0, 0, 2, 1)
    assert (catalog.counts().products, catalog.counts().photos) == (2, 2)


def test_prune_leaves_other_sources_alone(coats, load, catalog, shop, draw, write_table):
    """Products of another table are none of this one's business; how many there are is said."""
    load(coats)
    draw("s.jpg")
    shoes = write_table("shoes.csv", [{"product_id": "S1", "category": "Shoes", "image": "s.jpg"}])
    report = load(shoes, prune=True)
    assert (count_changes(report), report.elsewhere) == ((1, 0, 0, 0), 3)
    assert any("3 products of other sources were left alone" in line for line in report.describe())
    assert catalog.counts().products == 4


def test_prune_keeps_products_whose_row_is_only_rejected(coats, load, catalog, shop):
    """A missing category or a photo that broke doesn't throw a product out of the shop."""
    load(coats)
    replace_text(coats, "C2,Coats", "C2,")
    (shop / "photos/3.jpg").write_bytes(b"")
    report = load(coats, prune=True)
    assert (count_changes(report), report.kept) == ((0, 0, 1, 0), 2)
    assert catalog.counts().products == 3


def test_prune_does_not_guess(coats, load, catalog):
    """While there is a row of which not even the id can be read, nothing is removed, and the report says why."""
    load(coats)
    replace_text(coats, "C2,", ",")
    report = load(coats, prune=True)
    assert (report.removed, report.gone) == (0, 1)
    assert any("Nothing was pruned: 1 reject without a readable product_id" in line for line in report.describe())
    assert catalog.counts().products == 3


def test_product_moves_to_the_source_that_spoke_last(coats, load, catalog, shop):
    """The same id in another table belongs to that one from then on: pruning the first doesn't remove it."""
    load(coats)
    other = shop / "other.csv"
    other.write_text("".join(coats.read_text().splitlines(keepends=True)[:2]))
    assert count_changes(load(other)) == (0, 1, 0, 0)
    assert {source.location: source.products for source in catalog.sources()} == {str(other): 1, str(coats): 2}
    coats.write_text("".join(line for line in coats.read_text().splitlines(keepends=True) if not line.startswith("C1")))
    assert count_changes(load(coats, prune=True)) == (0, 0, 2, 0)
    assert catalog.product("C1")


def test_sources_are_remembered(coats, load, catalog):
    """The catalogue knows where its products came from and how much was rejected there."""
    load(replace_text(coats, "C2,Coats", "C2,"))
    (source,) = catalog.sources()
    assert (source.location, source.products, source.rejected_rows, source.rejected_photos) == (str(coats), 2, 1, 0)


def test_same_table_by_another_way_is_the_same_source(coats, load, catalog, monkeypatch, shop):
    """A relative path leads to the source that the absolute one named."""
    load(coats)
    monkeypatch.chdir(shop / "photos")
    assert count_changes(load(Path("../products.csv"))) == (0, 0, 3, 0)
    assert len(catalog.sources()) == 1


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
    report = load(replace_text(coats, "C2,Coats", "C2,coats"))
    assert (report.corrected, report.superseded) == (1, 0)
    assert catalog.product("C2").category == "Parkas"

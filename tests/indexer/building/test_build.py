"""Building the index: what is embedded, what is kept, what a kill, a lock or a bad photo does."""

import csv
import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.importing import import_source
from catalog.storage.tables.changes import index_marks
from indexer.building.build import BuildPaths
from indexer.errors import EmptyCatalogError
from search.index.snapshot import Snapshot, current_snapshot
from search.model.bundle import Bundle
from search.photo import open_photo
from tests.indexer.building.built import build, open_engine
from tests.indexer.conftest import draw_photo


def test_every_product_is_found_by_its_own_photo(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path
) -> None:
    """At rank one, by either of its photos, in its own category."""
    report = build(catalog, bundle, paths)
    assert (report.snapshot.products, report.snapshot.photos, report.embedded) == (8, 16, 16)
    engine = open_engine(paths)
    assert engine.categories == ("Blocks", "Discs")
    for photo in sorted((shop.parent / "photos").iterdir()):
        answer = engine.search_photo(open_photo(photo))
        product_id = photo.stem.rsplit("-", 1)[0]
        assert answer.similar[0].product_id == product_id
        assert answer.prediction[0].category == product_id.split("-")[0].title() + "s"


def test_second_build_embeds_and_publishes_nothing(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """Nothing changed, so the live snapshot stays."""
    first = build(catalog, bundle, paths)
    second = build(catalog, bundle, paths)
    assert (second.embedded, second.reused, second.published) == (0, 16, False)
    assert second.snapshot == first.snapshot


@pytest.mark.parametrize("file", ["likeness.json", "nearest.npy", "spreads.npz"])
def test_index_from_before_something_was_measured_is_built_anew_once(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, file: str
) -> None:
    """Nothing changed in the shop, but the index lacks what grades or weights go by; nothing is embedded for it."""
    path = paths.index_dir / build(catalog, bundle, paths).snapshot.id
    manifest = json.loads((path / "manifest.json").read_text())
    del manifest["files"][file]
    (path / "manifest.json").write_text(json.dumps(manifest))
    (path / "manifest.sha256").unlink()  # earlier versions wrote none
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.published, report.mended) == (0, True, None)
    assert file in report.snapshot.files
    assert not build(catalog, bundle, paths).published


def test_other_weights_of_the_same_network_make_another_index(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths
) -> None:
    """A bundle that was calibrated anew: nothing is embedded, and the index has the new weights."""
    build(catalog, bundle, paths)
    other = replace(bundle, balance=bundle.balance.with_colour_weight(0.11))
    report = build(catalog, other, paths)
    assert (report.embedded, report.published) == (0, True)
    assert report.snapshot.balance["weights"]["palette"] <= 0.11
    assert not build(catalog, other, paths).published


@pytest.mark.parametrize("file", ["vectors.faiss", "products.parquet", "manifest.json", "../current"])
def test_damaged_live_index_is_never_up_to_date(catalog: Catalog, bundle: Bundle, paths: BuildPaths, file: str) -> None:
    """Whoever is told to run this command must find the index mended by it, and be told what was wrong."""
    first = build(catalog, bundle, paths).snapshot.id
    path = paths.index_dir / first / file
    path.write_bytes(path.read_bytes()[:-5] + b"\xff" * 5)
    report = build(catalog, bundle, paths)
    assert (report.published, report.embedded) == (True, 0)
    assert "make index" in (report.mended or "")
    Snapshot.open(current_snapshot(paths.index_dir), bundle, verify=True)
    assert not build(catalog, bundle, paths).published


def test_lost_pointer_is_a_first_build(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """Nothing is live, so nothing is damaged."""
    build(catalog, bundle, paths)
    (paths.index_dir / "current").unlink()
    report = build(catalog, bundle, paths)
    assert (report.published, report.mended) == (True, None)


def test_full_build_finds_a_photo_replaced_under_the_same_size_and_time(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, home: Path, tmp_path: Path
) -> None:
    """As by ``cp -p`` with a format that doesn't compress; only the fingerprint tells."""
    files = [tmp_path / "bmp" / "Discs" / "1.bmp", tmp_path / "new.bmp"]
    for file, colour in zip(files, ("red", "green"), strict=True):
        draw_photo(file, "disc", colour)
        os.utime(file, (1_700_000_000, 1_700_000_000))
    import_source(catalog, tmp_path / "bmp", progress=False)
    before = catalog.product("Discs/1.bmp").photos[0].sha256
    build(catalog, bundle, paths)
    shutil.copy2(files[1], files[0])
    build(catalog, bundle, paths)
    assert catalog.product("Discs/1.bmp").photos[0].sha256 == before
    build(catalog, bundle, paths, full=True)
    assert catalog.product("Discs/1.bmp").photos[0].sha256 == hashlib.sha256(files[0].read_bytes()).hexdigest()


def test_damaged_embeddings_are_embedded_again(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """And said to have been; the next build has nothing to say."""
    build(catalog, bundle, paths)
    (file,) = (paths.embeddings_dir).glob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE embeddings SET vector = x'00' WHERE sha256 = (SELECT min(sha256) FROM embeddings)")
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.damaged_embeddings) == (1, 1)
    assert build(catalog, bundle, paths).damaged_embeddings == 0


def test_damaged_fitted_categories_are_fitted_again(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """They are a cache like the others."""
    build(catalog, bundle, paths)
    (head,) = paths.heads_dir.iterdir()
    for content in (b"", b"PK", head.read_bytes()[:-200]):
        head.write_bytes(content)
        build(catalog, bundle, paths, full=False)
        shutil.rmtree(paths.index_dir)
        assert build(catalog, bundle, paths).published


def test_index_has_a_balance_of_its_own(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """Learned from the eight products with two photos each, and found again by a search."""
    manifest = build(catalog, bundle, paths).snapshot
    opened = Snapshot.open(paths.index_dir / manifest.id, bundle)
    assert set(manifest.balance["weights"]) == {part.name for part in bundle.balance.parts}
    assert manifest.balance["products"] == 8
    assert opened.learned_balance.describe() == manifest.balance
    assert opened.balance.spreads is not None
    assert opened.balance.spreads.photos == 16
    assert manifest.style_dim + manifest.colour_dim == bundle.dim
    assert open_engine(paths).colour_weight == opened.balance.colour_weight


def test_shop_of_one_photo_can_be_searched(home: Path, bundle: Bundle, paths: BuildPaths, tmp_path: Path) -> None:
    """It teaches nothing, so the model's weights stay, and its one product is found."""
    draw_photo(tmp_path / "one/disc.jpg", "disc", "red")
    table = tmp_path / "one/products.csv"
    table.write_text("product_id,category,title,image,price\ndisc,Discs,A disc,disc.jpg,9.90\n", encoding="utf-8")
    with Catalog.open() as catalog:
        import_source(catalog, table, progress=False)
        manifest = build(catalog, bundle, paths).snapshot
    assert (manifest.balance["learned_from"], manifest.balance["products"]) == ("default", 0)
    engine = open_engine(paths)
    assert engine.colour_weight == bundle.balance.colour_weight
    answer = engine.search_photo(open_photo(tmp_path / "one/disc.jpg"))
    assert [hit.product_id for hit in answer.similar] == ["disc"]
    assert answer.similar[0].score > 0.9


def test_changed_photo_is_embedded_without_a_new_import(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path
) -> None:
    """The photographer replaced a file: that one photo, and the answer changes with it."""
    build(catalog, bundle, paths)
    draw_photo(shop.parent / "photos/disc-red-0.jpg", "block", "green", seed=9)
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.reused, report.published) == (1, 15, True)
    assert open_engine(paths).search_photo(open_photo(shop.parent / "photos/disc-red-0.jpg")).similar[0].score > 0.9


def test_touched_but_equal_photos_cost_nothing(catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path) -> None:
    """A restored backup has new times and the same bytes."""
    build(catalog, bundle, paths)
    for photo in (shop.parent / "photos").iterdir():
        os.utime(photo, (1, 1))
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.published) == (0, False)


def test_changed_price_makes_a_new_snapshot_without_embedding(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path
) -> None:
    """Prices are filtered on during the search, so the index has them; vectors stay."""
    build(catalog, bundle, paths)
    shop.write_text(shop.read_text().replace("A red disc,", "A very red disc,"))
    import_source(catalog, shop, progress=False)
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.published) == (0, True)
    assert open_engine(paths).title("disc-red") == "A very red disc"


def test_renamed_category_is_predicted_under_its_new_name(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path
) -> None:
    """The head is fitted again, nothing is embedded again."""
    build(catalog, bundle, paths)
    shop.write_text(shop.read_text().replace("Discs", "Round things"))
    import_source(catalog, shop, progress=False)
    assert build(catalog, bundle, paths).embedded == 0
    answer = open_engine(paths).search_photo(open_photo(shop.parent / "photos/disc-blue-0.jpg"))
    assert answer.prediction[0].category == "Round things"


def test_full_build_embeds_everything_anew(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """For who distrusts the cache."""
    build(catalog, bundle, paths)
    report = build(catalog, bundle, paths, full=True)
    assert (report.embedded, report.reused, report.published) == (16, 0, True)


def test_bad_and_missing_photos_are_rejects_with_their_reason(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path
) -> None:
    """A product with another photo stays, one without any leaves the index; both are listed."""
    photos = shop.parent / "photos"
    (photos / "disc-red-0.jpg").write_bytes((photos / "disc-red-0.jpg").read_bytes()[:900])
    for view in range(2):
        (photos / f"block-blue-{view}.jpg").unlink()
    report = build(catalog, bundle, paths)
    assert (report.snapshot.products, report.snapshot.photos, report.snapshot.rejects) == (7, 13, 3)
    assert report.rejects_file is not None
    with report.rejects_file.open(newline="", encoding="utf-8") as file:
        rows = {Path(row["file"]).name: row["reason"] for row in csv.DictReader(file)}
    assert set(rows) == {"disc-red-0.jpg", "block-blue-0.jpg", "block-blue-1.jpg"}
    assert "damaged" in rows["disc-red-0.jpg"]
    assert "No such file" in rows["block-blue-0.jpg"]


def test_empty_catalogue_says_what_to_do(home: Path, bundle: Bundle, paths: BuildPaths) -> None:
    """And leaves the index as it was."""
    with Catalog.open() as empty, pytest.raises(EmptyCatalogError, match="catalog import"):
        build(empty, bundle, paths)


def test_an_index_of_an_unknown_build_is_built_anew_although_nothing_differs(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths
) -> None:
    """Or nothing would ever mend its numbers of changes."""
    build(catalog, bundle, paths)
    with catalog.database.writing() as connection:
        connection.execute(index_marks.delete())
    assert build(catalog, bundle, paths).published
    assert not build(catalog, bundle, paths).published

"""Building the index: what is embedded, what is kept, what a kill, a lock or a bad photo does."""

import csv
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

import indexer.building.build as building
import indexer.building.snapshot_publishing as publishing
from catalog import Catalog
from catalog.changes.change_feed import CatalogChanges
from catalog.importing import import_source
from catalog.importing.product_writer import delete_products
from catalog.storage.tables.changes import index_marks
from indexer.building.build import BuildPaths, BuildReport, build_index
from indexer.corpus.inventory import Inventory
from indexer.errors import BuildRunningError, EmptyCatalogError, StorageError
from search.engine import SearchEngine
from search.errors import OtherCatalogueError
from search.index.history import put_back
from search.index.snapshot import Snapshot, current_snapshot
from search.live import LiveEngine
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import embed_photo_file
from search.photo import open_photo
from search.settings import PRETRAINED_BUNDLE
from search.updates import UpdatedIndex
from tests.indexer.conftest import draw_photo


def build(catalog: Catalog, bundle: Bundle, paths: BuildPaths, *, full: bool = False) -> BuildReport:
    return build_index(catalog, bundle, paths, full=full, progress=False)


def open_engine(paths: BuildPaths) -> SearchEngine:
    return SearchEngine.open(paths.index_dir, PRETRAINED_BUNDLE)


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


def test_what_a_build_itself_notes_is_part_of_its_index(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of photos that were replaced on disk; and what an import wrote before the build read it."""
    build(catalog, bundle, paths)
    feed = CatalogChanges(catalog.database)
    draw_photo(shop.parent / "photos/disc-red-0.jpg", "block", "green", seed=9)
    look = building.take_inventory

    def rename_first(*arguments: object, **options: object) -> Inventory:
        rename_a_product(catalog, shop, "Renamed before the look")
        return look(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(building, "take_inventory", rename_first)
    before = feed.latest()
    report = build(catalog, bundle, paths)
    assert report.snapshot.sequence == feed.latest() > before

    def rename_afterwards(*arguments: object, **options: object) -> Inventory:
        found = look(*arguments, **options)  # type: ignore[arg-type]
        rename_a_product(catalog, shop, "Renamed after the look")
        return found

    draw_photo(shop.parent / "photos/disc-red-0.jpg", "block", "green", seed=10)
    monkeypatch.setattr(building, "take_inventory", rename_afterwards)
    report = build(catalog, bundle, paths)
    assert report.snapshot.sequence < feed.latest()
    assert [(one.fields or {})["title"] for one in feed.since(report.snapshot.sequence, 9)] == [
        "Renamed after the look"
    ]


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


def test_two_builds_at_once_are_refused(catalog: Catalog, bundle: Bundle, paths: BuildPaths) -> None:
    """The second says so at once instead of writing into the first one's files."""
    paths.index_dir.mkdir(parents=True)
    with FileLock(paths.index_dir / ".build.lock"), pytest.raises(BuildRunningError, match="Another build"):
        build(catalog, bundle, paths)
    assert build(catalog, bundle, paths).published


def test_snapshot_that_does_not_verify_is_not_published(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that lies is found out before shoppers see it."""
    first = build(catalog, bundle, paths)
    shop.write_text(shop.read_text().replace("A red disc,", "A redder disc,"))
    import_source(catalog, shop, progress=False)
    write = publishing.write_snapshot

    def write_badly(directory: Path, *args: object, **options: object) -> object:
        manifest = write(directory, *args, **options)  # type: ignore[arg-type]
        path = directory / "vectors.faiss"
        content = bytearray(path.read_bytes())
        content[-3] ^= 0xFF
        path.write_bytes(content)
        return manifest

    monkeypatch.setattr(publishing, "write_snapshot", write_badly)
    with pytest.raises(StorageError, match="checksum"):
        build(catalog, bundle, paths)
    assert current_snapshot(paths.index_dir).name == first.snapshot.id


def test_a_build_after_going_back_publishes_anew(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path
) -> None:
    """The catalogue is what it was, but the live index isn't: what counts is what is live."""
    first = build(catalog, bundle, paths).snapshot.id
    rename_a_product(catalog, shop, "Later")
    second = build(catalog, bundle, paths).snapshot.id
    with put_back(paths.index_dir, first, bundle, expected_live=second) as publish:
        publish()
    assert current_snapshot(paths.index_dir).name == first
    assert open_engine(paths).snapshot.id == first
    again = build(catalog, bundle, paths)
    assert again.published
    assert again.snapshot.digest.startswith(second[-6:])
    assert current_snapshot(paths.index_dir).name == again.snapshot.id


def test_old_snapshots_and_leftovers_are_tidied_up(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many are kept to go back to as the setting says; what a killed build left is removed."""
    monkeypatch.setenv("VITRINA_SNAPSHOTS_KEPT", "3")
    (paths.index_dir / "20200101-000000-dead00.partial").mkdir(parents=True)
    (paths.index_dir / ".current.1234").write_text("20200101-000000-dead00")
    built = []
    for turn in range(5):
        rename_a_product(catalog, shop, f"Turn {turn}")
        built.append(build(catalog, bundle, paths).snapshot.id)
    left = {path.name for path in paths.index_dir.iterdir() if path.is_dir()}
    assert len(left) == 3
    assert not (paths.index_dir / ".current.1234").exists()
    assert current_snapshot(paths.index_dir).name == built[-1]
    assert built[-1] in left


@pytest.mark.parametrize("where", ["write_snapshot", "Snapshot.open", "publish_snapshot", "inspect_live"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_stopped_anywhere_around_publishing_leaves_a_live_index(
    catalog: Catalog,
    bundle: Bundle,
    paths: BuildPaths,
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    moment: str,
) -> None:
    """The old snapshot or the new one, whole; and the next build ends well."""
    old = build(catalog, bundle, paths).snapshot
    rename_a_product(catalog, shop, "Renamed")
    owners = {"Snapshot.open": (publishing.Snapshot, "open"), "inspect_live": (building, "inspect_live")}
    owner, name = owners.get(where, (publishing, where))
    original = getattr(owner, name)

    def stop(*args: object, **options: object) -> None:
        if moment == "after":
            original(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stop)
        with pytest.raises(KeyboardInterrupt):
            build(catalog, bundle, paths)
    live = open_engine(paths).snapshot.id
    assert (live == old.id) == ((where, moment) != ("publish_snapshot", "after"))
    build(catalog, bundle, paths)
    assert open_engine(paths).title("disc-red") == "Renamed"
    assert not list(paths.index_dir.glob("*.partial"))


def rename_a_product(catalog: Catalog, shop: Path, title: str) -> None:
    """Something in the table that calls for a new snapshot, but for no embedding or fitting."""
    lines = shop.read_text(encoding="utf-8").splitlines()
    lines[1] = ",".join([*lines[1].split(",")[:2], title, *lines[1].split(",")[3:]])
    shop.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_source(catalog, shop, progress=False)


@pytest.mark.slow
def test_killed_build_goes_on_where_it_was(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, shop: Path, embed_instantly: Callable[[Path], None]
) -> None:
    """Killed with -9 in the middle of embedding: the old index serves on, the next build embeds only the rest."""
    before = build(catalog, bundle, paths)
    with shop.open("a", encoding="utf-8") as table:
        for number in range(400):
            draw_photo(shop.parent / f"photos/new-{number}.jpg", "disc", "blue", size=60, seed=100 + number)
            table.write(f"new-{number},Discs,New {number},photos/new-{number}.jpg,,blue,1\n")
    import_source(catalog, shop, progress=False)
    command = [sys.executable, "-m", "indexer", "build"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cache = paths.embeddings_dir / f"{bundle.hash}.sqlite"
    wait_until(lambda: count_cached(cache) > 16, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = count_cached(cache)
    assert 16 < kept < 416
    assert current_snapshot(paths.index_dir).name == before.snapshot.id
    embed_instantly(shop.parent / "photos/new-0.jpg")
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.reused) == (416 - kept, kept)
    assert report.snapshot.products == 408


def count_cached(cache: Path) -> int:
    import sqlite3

    connection = sqlite3.connect(f"file:{cache}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM embeddings").fetchone()[0])
    finally:
        connection.close()


def wait_until(condition: object, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert process.poll() is None, "the build ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_build_takes_changes_in_and_loses_none_that_came_while_it_ran(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a running shop has embedded isn't embedded again; a deletion during the build is still to be followed."""
    feed, first = CatalogChanges(catalog.database), catalog.product_ids(8)
    embedder, photos = Embedder(bundle), catalog.product(first[0]).photos
    feed.keep(bundle.hash, {one.sha256: embed_photo_file(embedder, one.path).to_bytes() for one in photos})
    shas, before = [one.sha256 for one in photos], feed.latest()
    real = building.embed_catalog

    def delete_meanwhile(*arguments: object, **options: object) -> object:
        with catalog.database.writing() as connection:
            delete_products(connection, [first[1]])
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(building, "embed_catalog", delete_meanwhile)
    report = build(catalog, bundle, paths)
    assert (report.embedded, report.reused) == (16 - len(shas), len(shas))
    assert report.snapshot.sequence == before
    assert [(one.product_id, one.fields) for one in feed.since(0, 10)] == [(first[1], None)]
    assert feed.embeddings(bundle.hash, shas) == {}
    index = UpdatedIndex(LiveEngine(paths.index_dir, PRETRAINED_BUNDLE), feed)
    assert index.current().holds(first[0])
    assert not index.current().holds(first[1])


def test_a_catalogue_that_was_brought_back_is_searched_as_it_is_after_the_next_build(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, home: Path, tmp_path: Path
) -> None:
    """The index was built of what the copy hasn't; its later changes have numbers that the index seems to know."""
    ids = catalog.product_ids(8)
    build(catalog, bundle, paths)
    with sqlite3.connect(home / "catalog.db") as current, sqlite3.connect(tmp_path / "copy.db") as copy:
        current.backup(copy)
    with catalog.database.writing() as connection:
        delete_products(connection, ids[:3])
    build(catalog, bundle, paths)
    catalog.close()
    for ending in ("-wal", "-shm"):
        (home / f"catalog.db{ending}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", home / "catalog.db")
    with Catalog.open() as restored:
        feed = CatalogChanges(restored.database)
        index = UpdatedIndex(LiveEngine(paths.index_dir, PRETRAINED_BUNDLE), feed)
        with restored.database.writing() as connection:
            delete_products(connection, [ids[7]])
        index.catch_up()
        assert isinstance(index.trouble, OtherCatalogueError)
        assert [index.current().holds(one) for one in (ids[0], ids[6], ids[7])] == [False, True, False]
        assert build(restored, bundle, paths).published
        assert not build(restored, bundle, paths).published
        index = UpdatedIndex(LiveEngine(paths.index_dir, PRETRAINED_BUNDLE), feed)
        assert [index.current().holds(one) for one in (ids[0], ids[6], ids[7])] == [True, True, False]
        assert index.trouble is None


def test_an_index_of_an_unknown_build_is_built_anew_although_nothing_differs(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths
) -> None:
    """Or nothing would ever mend its numbers of changes."""
    build(catalog, bundle, paths)
    with catalog.database.writing() as connection:
        connection.execute(index_marks.delete())
    assert build(catalog, bundle, paths).published
    assert not build(catalog, bundle, paths).published

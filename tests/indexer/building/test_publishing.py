"""Which index a build puts live, whatever stops it and whatever happens meanwhile."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

import indexer.building.build as building
import indexer.building.snapshot_publishing as publishing
from catalog import Catalog
from catalog.changes.change_feed import CatalogChanges
from catalog.importing import import_source
from catalog.importing.product_writer import delete_products
from indexer.building.build import BuildPaths
from indexer.corpus.inventory import Inventory
from indexer.errors import BuildRunningError, StorageError
from search.errors import OtherCatalogueError
from search.index.history import put_back
from search.index.snapshot import current_snapshot
from search.live import LiveEngine
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import embed_photo_file
from search.settings import PRETRAINED_BUNDLE
from search.updates import UpdatedIndex
from tests.indexer.building.built import build, open_engine
from tests.indexer.conftest import draw_photo


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

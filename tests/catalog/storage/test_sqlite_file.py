"""The catalogue's file: a lost one is said to be lost, decisions are on disk, what can only be read is read."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import event, text

from catalog import Catalog, DatabaseError
from catalog.__main__ import main
from catalog.accounts.accounts import AccountStore
from catalog.errors import LostCatalogError

PASSWORD = "correct horse battery"
ENDINGS = ("", "-wal", "-shm")


def lose(home: Path) -> None:
    for ending in ENDINGS:
        (home / f"catalog.db{ending}").unlink(missing_ok=True)


def empty(home: Path) -> None:
    lose(home)
    (home / "catalog.db").touch()


@pytest.fixture
def used(home: Path) -> Path:
    """A data directory with a catalogue, and a trace of its use."""
    Catalog.open().close()
    (home / "studio-secret").write_text("s" * 64)
    return home


@pytest.mark.parametrize("damage", [lose, empty])
def test_lost_catalogue_is_not_made_anew_without_a_word(used: Path, damage) -> None:
    """SQLite would make an empty one, in which nobody has an account and nothing is sold."""
    damage(used)
    with pytest.raises(LostCatalogError, match="catalog restore FILE"):
        Catalog.open()
    assert not (used / "catalog.db").exists() or not (used / "catalog.db").stat().st_size


def test_new_data_directory_gets_its_catalogue(home: Path) -> None:
    """Nothing was lost there; nor where somebody has put sample photos before."""
    (home / "demo").mkdir(parents=True)
    with Catalog.open() as catalog:
        assert catalog.counts().products == 0


@pytest.mark.parametrize("damage", [lose, empty])
def test_process_notices_that_its_file_is_gone(used: Path, damage) -> None:
    """It would go on writing into a file that nobody sees again."""
    with Catalog.open() as catalog:
        assert catalog.counts().products == 0
        damage(used)
        with pytest.raises(LostCatalogError):
            catalog.counts()
        with pytest.raises(LostCatalogError), catalog.database.writing():
            pass


def test_process_goes_on_with_a_file_that_was_brought_back(used: Path, tmp_path: Path) -> None:
    """Without a restart, also one that was started without any catalogue."""
    with closing(sqlite3.connect(used / "catalog.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(used / "catalog.db", tmp_path / "copy.db")
    lose(used)
    with Catalog.open(even_if_lost=True) as catalog:
        with pytest.raises(LostCatalogError):
            catalog.counts()
        shutil.copy(tmp_path / "copy.db", used / "catalog.db")
        assert catalog.counts().products == 0


def test_import_begins_anew_and_says_so(used: Path, shop: Path, draw) -> None:
    """One of the two ways back; the other is a backup."""
    draw("1.jpg")
    (shop / "shop.csv").write_text("product_id,category,image\none,Bags,1.jpg\n")
    lose(used)
    result = CliRunner().invoke(main, ["status"])
    assert result.exit_code == 1
    assert "is missing or empty" in result.output
    result = CliRunner().invoke(main, ["import", str(shop / "shop.csv")])
    assert result.exit_code == 0, result.output
    assert "A new one is begun now" in result.output
    with Catalog.open() as catalog:
        assert catalog.counts().products == 1


def test_decisions_wait_for_the_disk_and_events_do_not(used: Path) -> None:
    """A loss of power may cost some counts, and never an account."""
    said: list[str] = []
    with Catalog.open() as catalog:
        event.listen(catalog.database._engine, "before_cursor_execute", lambda *given: said.append(given[2]))
        AccountStore(catalog.database).add("ana", "admin", PASSWORD, by="test")
        assert "PRAGMA synchronous=FULL" in said
        assert "PRAGMA synchronous=NORMAL" not in said
        said.clear()
        with catalog.database.writing(alone=False, durable=False):
            pass
        assert said[0] == "PRAGMA synchronous=NORMAL"
        assert "PRAGMA synchronous=FULL" not in said


def test_copy_of_the_file_alone_has_the_latest_decisions(used: Path, tmp_path: Path) -> None:
    """Whoever copies only catalog.db while the shop runs misses nothing that was decided."""
    with Catalog.open() as catalog:
        AccountStore(catalog.database).add("ana", "admin", PASSWORD, by="test")
        shutil.copy(used / "catalog.db", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT name FROM catalog_accounts").fetchall() == [("ana",)]


def test_directory_that_can_only_be_read_is_read(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop sells on; whoever writes is told what is missing."""
    with closing(sqlite3.connect(used / "catalog.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    with Catalog.open() as catalog:
        assert catalog.counts().products == 0
        with pytest.raises(DatabaseError, match="right to write"), catalog.database.writing() as connection:
            connection.execute(text("DELETE FROM catalog_products"))


def test_damaged_file_is_named_with_the_way_back(used: Path) -> None:
    """It is never replaced by a guess."""
    lose(used)
    (used / "catalog.db").write_bytes(b"\xaa" * 20_000)
    with pytest.raises(DatabaseError, match="catalog restore FILE"):
        Catalog.open()
    assert (used / "catalog.db").read_bytes() == b"\xaa" * 20_000

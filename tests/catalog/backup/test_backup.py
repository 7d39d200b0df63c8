"""Backup and restoration: nothing that was decided is lost, nothing is replaced by something worse."""

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog import Catalog
from catalog.__main__ import main
from catalog.accounts.accounts import AccountStore
from catalog.backup.contents import SECRET
from catalog.backup.making import make_backup
from catalog.backup.restoring import restore_backup
from catalog.errors import BackupError, LostCatalogError
from catalog.settings import database_url
from search.index.manifest import current_snapshot, read_manifest, verify_snapshot, write_manifest
from tests.catalog.backup.shops import PASSWORD, back_up, lose, write_index
from webapp.studio import secret


def test_backup_of_a_running_shop_brings_everything_back(used: Path, tmp_path: Path) -> None:
    """Also what still stands in the write-ahead log, into a new data directory as into the old one."""
    target = tmp_path / "backup.tar"
    with Catalog.open() as catalog, catalog.database.reading():
        AccountStore(catalog.database).add("late", "viewer", PASSWORD, by="test")
        assert make_backup(catalog.database, used, target)[1] == []
    assert target.stat().st_mode & 0o077 == 0
    other = tmp_path / "other"
    contents, aside = restore_backup(target, other, f"sqlite:///{other}/catalog.db")
    assert (contents.products, contents.accounts, aside) == (1, 2, [])
    with Catalog.open(f"sqlite:///{other}/catalog.db") as catalog:
        assert catalog.counts().products == 1
        assert [account.name for account in AccountStore(catalog.database).accounts()] == ["ana", "late"]
        assert AccountStore(catalog.database).check_password("late", PASSWORD)
    assert (other / SECRET).read_text() == "s" * 64
    assert (other / SECRET).stat().st_mode & 0o077 == 0
    live = current_snapshot(other / "index")
    verify_snapshot(live, read_manifest(live))
    assert not list(other.glob(".*"))


def test_lost_catalogue_comes_back_by_the_commands(used: Path, tmp_path: Path) -> None:
    """As the message says that tells of the loss."""
    target = str(tmp_path / "backup.tar")
    runner = CliRunner()
    assert runner.invoke(main, ["backup", target]).exit_code == 0
    lose(used)
    with pytest.raises(LostCatalogError):
        Catalog.open()
    refused = runner.invoke(main, ["backup", str(tmp_path / "second.tar")])
    assert refused.exit_code == 1
    assert "catalog restore FILE" in refused.output
    restored = runner.invoke(main, ["restore", target])
    assert restored.exit_code == 0, restored.output
    with Catalog.open() as catalog:
        assert catalog.counts().products == 1


def test_what_is_replaced_is_set_aside(used: Path, tmp_path: Path) -> None:
    """In case it was the wrong backup."""
    back_up(tmp_path / "backup.tar", used)
    with Catalog.open() as catalog:
        AccountStore(catalog.database).add("later", "viewer", PASSWORD, by="test")
    _, aside = restore_backup(tmp_path / "backup.tar", used, database_url())
    assert used / "catalog.db.before-restore" in aside
    with closing(sqlite3.connect(used / "catalog.db.before-restore")) as before:
        assert before.execute("SELECT count(*) FROM catalog_accounts").fetchone() == (2,)
    with Catalog.open() as catalog:
        assert AccountStore(catalog.database).find("later") is None
    restore_backup(tmp_path / "backup.tar", used, database_url())


def test_running_shop_is_not_pulled_away(used: Path, tmp_path: Path) -> None:
    """Its write-ahead log would be read into the file that takes the place of its own."""
    back_up(tmp_path / "backup.tar", used)
    with Catalog.open() as catalog:
        catalog.counts()
        with pytest.raises(BackupError, match="Stop the shop"):
            restore_backup(tmp_path / "backup.tar", used, database_url())
        assert catalog.counts().products == 1
    restore_backup(tmp_path / "backup.tar", used, database_url())


def test_what_else_lies_nowhere_else_is_named(used: Path, tmp_path: Path) -> None:
    """Photos that programs have sent, and what came through the studio."""
    for name in ("photos/ab/abcd", "uploads/export.csv", "sources/export.json", "unpacked-photos/set/1.png"):
        path = used / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    told = " ".join(back_up(tmp_path / "backup.tar", used))
    for folder in ("photos", "uploads", "sources", "unpacked-photos"):
        assert str(used / folder) in told
    assert "asked-photos" not in told


def test_damaged_catalogue_gives_no_backup(used: Path, tmp_path: Path) -> None:
    """An older backup is not replaced by it."""
    target = tmp_path / "backup.tar"
    back_up(target, used)
    before = target.read_bytes()
    with closing(sqlite3.connect(used / "catalog.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in used.glob("catalog.db-*"):
        path.unlink()
    content = bytearray((used / "catalog.db").read_bytes())
    content[-4096:] = b"\xaa" * 4096
    content[len(content) // 2 : len(content) // 2 + 9000] = b"\xaa" * 9000
    (used / "catalog.db").write_bytes(content)
    result = CliRunner().invoke(main, ["backup", str(target)])
    assert result.exit_code == 1
    assert "damaged" in result.output or "malformed" in result.output
    assert target.read_bytes() == before


def test_damaged_index_is_left_out_and_said(used: Path, tmp_path: Path) -> None:
    """It can be built again; what was decided can't."""
    next((used / "index").glob("*/vectors.faiss")).write_bytes(b"x")
    assert any("index is left out" in sentence for sentence in back_up(tmp_path / "backup.tar", used))
    contents, _ = restore_backup(tmp_path / "backup.tar", tmp_path / "new", f"sqlite:///{tmp_path}/new/catalog.db")
    assert contents.snapshot is None
    assert not (tmp_path / "new" / "index").exists()


@pytest.mark.parametrize("stray", [".nfs0000000123", "x y.txt", "folder/file"])
def test_what_strays_into_an_index_is_left_out(used: Path, tmp_path: Path, stray: str) -> None:
    """A file system's own file, say; a backup with it could never be brought back."""
    path = next((used / "index").glob("2*")) / stray
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    back_up(tmp_path / "backup.tar", used)
    contents, _ = restore_backup(tmp_path / "backup.tar", tmp_path / "new", f"sqlite:///{tmp_path}/new/catalog.db")
    assert contents.snapshot
    assert {name.rpartition("/")[2] for name in contents.files if name.startswith("index/")} == {
        "vectors.faiss",
        "manifest.json",
        "manifest.sha256",
    }


def test_vectors_on_a_server_are_said_to_be_missing(used: Path, tmp_path: Path) -> None:
    """The index's folder holds no more than where they are."""
    path = next((used / "index").glob("2*"))
    fields = json.loads((path / "manifest.json").read_text())
    write_manifest(path, fields | {"store": "milvus+http://10.0.0.7:19530/shop"})
    assert any("a vector store keeps" in sentence for sentence in back_up(tmp_path / "backup.tar", used))


@pytest.mark.parametrize("holds_catalogue", [True, False])
def test_a_catalogue_that_stays_out_is_said(
    used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds_catalogue: bool
) -> None:
    """Its products and accounts aren't told as if they had been brought back."""
    target = tmp_path / "backup.tar"
    back_up(target, used)
    if holds_catalogue:
        monkeypatch.setenv("VITRINA_DATABASE_URL", "postgresql+psycopg://shop@db.example/shop")
    else:
        monkeypatch.setattr("catalog.backup.making._copy", lambda *_: nullcontext())
        back_up(target, used)
    done = CliRunner().invoke(main, ["restore", str(target)])
    assert done.exit_code == 0, done.output
    assert "Not brought back" in done.output
    assert "1 products" not in done.output


def test_full_disk_leaves_the_older_backup(used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing half-written."""
    target = tmp_path / "backups" / "backup.tar"
    back_up(target, used)
    before = target.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", fail)
    with pytest.raises(BackupError, match="No space left on device"):
        back_up(target, used)
    assert [path.name for path in target.parent.iterdir()] == ["backup.tar"]
    assert target.read_bytes() == before


def test_full_disk_leaves_what_there_was(used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue had been set aside when its successor didn't fit, so that the shop had none."""
    back_up(tmp_path / "backup.tar", used)
    shutil.rmtree(used / "index")
    copy = shutil.copyfile

    def fail_for_the_catalogue(source: Path, target: Path) -> object:
        if "catalog" in target.name:
            raise OSError(28, "No space left on device")
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", fail_for_the_catalogue)
    with pytest.raises(BackupError, match="No space left on device"):
        restore_backup(tmp_path / "backup.tar", used, database_url())
    assert not [path.name for path in used.iterdir() if path.name.startswith((".", "index"))]
    with Catalog.open() as catalog:
        assert catalog.counts().products == 1


def test_folder_is_no_file(used: Path, tmp_path: Path) -> None:
    """The message names one."""
    with pytest.raises(BackupError, match=r"vitrina\.tar"):
        back_up(tmp_path, used)


def test_other_database_is_backed_up_by_its_own_means(catalog: Catalog, home: Path, tmp_path: Path) -> None:
    """The secret and the index are in the file all the same, and it is said what isn't."""
    home.mkdir(exist_ok=True)
    (home / SECRET).write_text("s" * 64)
    write_index(home)
    contents, missing = make_backup(catalog.database, home, tmp_path / "backup.tar")
    is_sqlite = "catalog.db" in contents.files
    assert is_sqlite != any("pg_dump" in sentence for sentence in missing)
    assert {SECRET, "index/20260101-000000-abcdef/vectors.faiss"} <= set(contents.files)


def test_the_secret_is_the_studio_s() -> None:
    """Its file has one name."""
    assert SECRET == secret.SECRET_FILE

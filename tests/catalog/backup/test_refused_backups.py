"""Backups that are damaged, of another version or of other files change nothing."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.__main__ import main
from catalog.backup.contents import CONTENTS, is_name
from catalog.backup.restoring import restore_backup
from catalog.errors import BackupError
from catalog.settings import database_url
from tests.catalog.backup.shops import back_up


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "text"])
def test_damaged_backup_changes_nothing(used: Path, tmp_path: Path, damage: str) -> None:
    """All of it is checked before the first file is replaced."""
    target = tmp_path / "backup.tar"
    back_up(target, used)
    content = bytearray(target.read_bytes())
    if damage == "missing":
        target.unlink()
    elif damage == "flipped":
        content[len(content) // 2] ^= 1
        target.write_bytes(content)
    else:
        target.write_bytes({"empty": b"", "cut": bytes(content[: len(content) // 2]), "text": b"text" * 9000}[damage])
    before = (used / "catalog.db").read_bytes()
    with pytest.raises(BackupError):
        restore_backup(target, used, database_url())
    assert (used / "catalog.db").read_bytes() == before
    assert not list(used.glob(".restore-*"))


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "index/../../x", "index/a/.b", "index/a/b/c", "other"])
def test_archives_of_other_files_are_refused(used: Path, tmp_path: Path, name: str) -> None:
    """A backup is a file from somewhere; nothing of it may land outside."""
    assert not is_name(name)
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(BackupError, match="no backup of Vitrina"):
        restore_backup(tmp_path / "bad.tar", used, database_url())
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "lie", [{"snapshot": "../outside"}, {"snapshot": "another"}, {"snapshot": 5}, {"made_at": 5}, {"products": "many"}]
)
def test_contents_that_cannot_be_are_refused(used: Path, tmp_path: Path, lie: dict[str, object]) -> None:
    """In a sentence, and before any folder is renamed."""
    target = tmp_path / "backup.tar"
    back_up(target, used)
    with tarfile.open(target) as archive:
        entries = [(entry, archive.extractfile(entry).read()) for entry in archive]  # type: ignore[union-attr]
    with tarfile.open(target, "w") as archive:
        for entry, content in entries:
            if entry.name == CONTENTS:
                content = json.dumps(json.loads(content) | lie).encode()
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    before = sorted(path.name for path in used.rglob("*"))
    done = CliRunner().invoke(main, ["restore", str(target)])
    assert isinstance(done.exception, SystemExit)
    assert "is no backup of Vitrina, or is damaged" in done.output
    assert sorted(path.name for path in used.rglob("*")) == before


def test_newer_backup_is_refused(used: Path, tmp_path: Path) -> None:
    """By its format, and the tables' layout by its number."""
    with tarfile.open(tmp_path / "new.tar", "w") as archive:
        content = json.dumps({"format": 2}).encode()
        entry = tarfile.TarInfo("contents.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    with pytest.raises(BackupError, match="format is 2"):
        restore_backup(tmp_path / "new.tar", used, database_url())

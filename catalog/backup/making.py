"""Making a backup while the shop runs."""

import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, func, select

from catalog.backup.contents import CATALOG, CONTENTS, INDEX, SECRET, Contents
from catalog.downloads.photo_store import count_downloads
from catalog.errors import BackupError
from catalog.storage.database import Database
from catalog.storage.tables.accounts import accounts
from catalog.storage.tables.products import photos, products
from search.errors import IndexUnavailableError, NoIndexError
from search.files import file_sizes, written_aside
from search.index.manifest import (
    MANIFEST,
    MANIFEST_CHECKSUM,
    current_snapshot,
    read_manifest,
    verify_snapshot,
)

_OF_FILES = "faiss"  # how the addresses of vectors begin that are files of the snapshot
# Folders of a data directory that aren't copied -> what is in them.
ALONE_IN_HOME = {
    "photos": "photos that programs have sent",
    "uploads": "files that were sent through the studio",
    "sources": "notes of what was said of sources",
    "unpacked-photos": "photos of archives",
    "asked-photos": "shoppers' photos",
}


def make_backup(database: Database, home: Path, target: Path) -> tuple[Contents, list[str]]:
    """Write the catalogue, the studio's secret and the live snapshot of the index into one file.

    The catalogue is copied by SQLite's own means, what still stands in its write-ahead log included, while others read
    and write; the copy is checked before it counts.

    Args:
        database: the catalogue's. A PostgreSQL database isn't copied: its administrators have ``pg_dump``.
        home: the data directory.
        target: the file to write, which only its owner may read; an older one of that name is replaced at the end.

    Returns:
        What is in the backup, and sentences about what isn't.

    Raises:
        BackupError: it can't be written, or the catalogue's copy is damaged; an older backup is as it was.
        DatabaseError: the catalogue can't be read.
    """
    if target.is_dir():
        raise BackupError(f"{target} is a folder. Name a file, for example {target / 'vitrina.tar'}.")
    try:
        with written_aside(target.absolute()) as partial:
            partial.touch(mode=0o600)
            with partial.open("wb") as file:
                contents, missing = _write(database, home, file)
                os.fsync(file.fileno())
    except (OSError, tarfile.TarError, sqlite3.Error) as error:
        raise BackupError(
            f"The backup {target} can't be written: {error}. Make room, or name another place."
        ) from error
    return contents, missing


def _write(database: Database, home: Path, file: BinaryIO) -> tuple[Contents, list[str]]:
    missing: list[str] = []
    files: dict[str, str] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        with database.reading() as connection, _copy(connection, Path(file.name).parent) as copy:
            counts = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (products, photos, accounts)
            }
            if copy is None:
                missing.append("The database is no SQLite file; copy it with its own means, such as pg_dump.")
            else:
                _add(archive, files, CATALOG, copy)
        if (home / SECRET).is_file():
            _add(archive, files, SECRET, home / SECRET)
        snapshot = _find_snapshot(home / INDEX, missing)
        for path in [] if snapshot is None else _files_of(snapshot, missing):
            _add(archive, files, f"{INDEX}/{path.parent.name}/{path.name}", path)
        _tell_folders(home, missing)
        contents = Contents(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            products=counts[products.name],
            photos=counts[photos.name],
            accounts=counts[accounts.name],
            snapshot=None if snapshot is None else snapshot.name,
            files=files,
        )
        _add_bytes(archive, CONTENTS, contents.to_json())
    return contents, missing


@contextmanager
def _copy(connection: Connection, folder: Path) -> Iterator[Path | None]:
    """A checked copy of an SQLite database, in a folder where there must be room for it; None for another database."""
    if connection.dialect.name != "sqlite":
        yield None
        return
    source = connection.exec_driver_sql("SELECT file FROM pragma_database_list WHERE name = 'main'").scalar_one()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as temporary:
        copy = Path(temporary) / CATALOG
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(copy)) as made:
            original.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            problem = made.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if problem != "ok":
            raise BackupError(
                f"The catalogue {source} is damaged ({problem}), so this would be no backup. Bring an earlier one back."
            )
        yield copy


def _find_snapshot(index_dir: Path, missing: list[str]) -> Path | None:
    """The live snapshot, if it is whole."""
    try:
        path = current_snapshot(index_dir)
        verify_snapshot(path, read_manifest(path))
        return path
    except NoIndexError:
        missing.append("There is no index yet.")
    except IndexUnavailableError as error:
        missing.append(f"The index is left out, since it is damaged. {error}")
    return None


def _files_of(snapshot: Path, missing: list[str]) -> list[Path]:
    """What belongs to a snapshot; whatever else lies in its folder, as some file systems leave there, is nobody's."""
    manifest = read_manifest(snapshot)
    if not manifest.store.startswith(_OF_FILES):
        missing.append("The vectors of the index, which a vector store keeps. `make index` writes them anew.")
    names = (*manifest.files, MANIFEST, MANIFEST_CHECKSUM)
    return [path for path in (snapshot / name for name in sorted(names)) if path.is_file()]


def _tell_folders(home: Path, missing: list[str]) -> None:
    """Say which files aren't copied: there may be a hundred gigabytes of them."""
    size = count_downloads(home / "web-photos")
    if size.files:
        missing.append(
            f"{size.files:,} downloaded photos ({size.bytes / 1e6:,.1f} MB) in {home / 'web-photos'}. Copy that folder "
            "as well, or import their sources again, which downloads them."
        )
    for folder, what in ALONE_IN_HOME.items():
        sizes = file_sizes((home / folder).rglob("*"))
        if sizes:
            missing.append(
                f"{len(sizes):,} {what} ({sum(sizes) / 1e6:,.1f} MB) in {home / folder}. Copy that folder as well: "
                "they may be nowhere else."
            )


def _add(archive: tarfile.TarFile, files: dict[str, str], name: str, path: Path) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        size = os.fstat(content.fileno()).st_size
        for chunk in iter(lambda: content.read(2**20), b""):
            digest.update(chunk)
        content.seek(0)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, 0o600, int(path.stat().st_mtime)
        archive.addfile(entry, content)
    files[name] = digest.hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))

"""Bringing a backup back: everything is unpacked and checked before anything of the data directory is replaced."""

import hashlib
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from catalog.backup.contents import CATALOG, CONTENTS, INDEX, SECRET, Contents, is_name
from catalog.errors import BackupError
from catalog.storage.database import Database
from search.errors import DamagedSnapshotError
from search.index.manifest import publish_snapshot, read_manifest, verify_snapshot

ASIDE = ".before-restore"  # what was replaced keeps its name, with this behind it
_LOGS = ("-wal", "-shm")


def restore_backup(source: Path, home: Path, url: str) -> tuple[Contents, list[Path]]:
    """Put a backup's catalogue, secret and index in the place of the data directory's.

    Args:
        source: the backup.
        home: the data directory; it is made if it isn't there.
        url: of the catalogue's database. A backup of another kind of database leaves the catalogue as it is.

    Returns:
        What the backup holds, and the files that were set aside for it, in case it was the wrong one.

    Raises:
        BackupError: the backup can't be read, is damaged or incomplete, or the shop is still running on the catalogue.
            Nothing was replaced.
        SchemaVersionError: a newer version of Vitrina made it. Nothing was replaced.
    """
    database = _database_file(url)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as temporary:
            contents = _unpack(source, Path(temporary))
            found = Path(temporary) / CATALOG
            if found.exists() and database is not None:
                _check_catalog(found)
                _refuse_while_open(database)
            return contents, _replace(Path(temporary), contents, home, database)
    except (OSError, tarfile.TarError, sqlite3.Error) as error:
        raise BackupError(f"The backup {source} can't be brought back: {error}.") from error


def explain_left_out(contents: Contents, url: str) -> str | None:
    """Why a backup's catalogue, with decisions and accounts, isn't brought back to a database; None if it is."""
    if CATALOG not in contents.files:
        return "The backup holds no catalogue: it was made where another database keeps it. Bring that one's dump back."
    if _database_file(url) is None:
        return (
            "The catalogue stays as it is: the backup has an SQLite file, and VITRINA_DATABASE_URL names another "
            "database. Bring that one's own dump back, or unset VITRINA_DATABASE_URL and restore again."
        )
    return None


def _database_file(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database).absolute() if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _unpack(source: Path, folder: Path) -> Contents:
    """Unpack regular files of names that a backup may have, and compare their checksums."""
    found: dict[str, str] = {}
    contents: Contents | None = None
    try:
        with tarfile.open(source, "r:") as archive:
            for entry in archive:
                content = archive.extractfile(entry) if entry.isreg() else None
                if content is None or not (entry.name == CONTENTS or is_name(entry.name)):
                    raise BackupError(f"{source} is no backup of Vitrina: it holds {entry.name!r}.")
                if entry.name == CONTENTS:
                    contents = Contents.from_json(content.read())
                    continue
                target = folder / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    shutil.copyfileobj(content, file, 2**20)
                found[entry.name] = _checksum(target)
    except (tarfile.ReadError, ValueError, FileExistsError) as error:
        raise BackupError(f"{source} is no backup of Vitrina, or is damaged: {error}.") from error
    if contents is None or found != contents.files:
        raise BackupError(f"{source} is cut off or damaged: its files aren't those of its table of contents.")
    if contents.snapshot is not None:
        try:
            verify_snapshot(folder / INDEX / contents.snapshot, read_manifest(folder / INDEX / contents.snapshot))
        except DamagedSnapshotError as error:
            raise BackupError(f"The index in {source} is damaged. {error}") from error
    return contents


def _check_catalog(file: Path) -> None:
    """Raise what opening it would raise, and bring it up to date with this version."""
    with closing(sqlite3.connect(file)) as connection:
        problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problem != "ok":
        raise BackupError(f"The catalogue in the backup is damaged ({problem}).")
    Database.open(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _refuse_while_open(database: Path) -> None:
    """A process that has the catalogue open would write its log over the one that is brought back."""
    if not database.is_file() or not database.stat().st_size:
        return
    with closing(sqlite3.connect(database, timeout=2)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")  # takes a database that nobody else has open
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise BackupError(
                    f"The catalogue {database} is in use. Stop the shop and whatever else works on it, and try again."
                ) from error
            # a damaged one can't be asked; it is set aside as it is


def _replace(unpacked: Path, contents: Contents, home: Path, database: Path | None) -> list[Path]:
    """Put what was unpacked in its places, after all of it lies beside them: then only names are left to be changed."""
    targets = {SECRET: home / SECRET} | ({CATALOG: database} if database is not None else {})
    with ExitStack() as stack:
        staged = [
            (stack.enter_context(_staged(unpacked / name, target)), target)
            for name, target in targets.items()
            if (unpacked / name).exists()
        ]
        aside: list[Path] = []
        if contents.snapshot is not None:
            index = home / INDEX
            index.mkdir(exist_ok=True)
            _set_aside(index / contents.snapshot, aside)
            (unpacked / INDEX / contents.snapshot).rename(index / contents.snapshot)
            publish_snapshot(index, contents.snapshot)
        for partial, target in staged:
            for ending in (*_LOGS, "") if target == database else ("",):  # the log first: no other file may read it
                _set_aside(target.with_name(target.name + ending), aside)
            partial.replace(target)
    return aside


def _set_aside(path: Path, aside: list[Path]) -> None:
    """Rename what stands in the way; what an earlier restoration has set aside makes room."""
    if not os.path.lexists(path):
        return
    kept = path.with_name(path.name + ASIDE)
    if kept.is_dir() and not kept.is_symlink():
        shutil.rmtree(kept)
    else:
        kept.unlink(missing_ok=True)
    path.rename(kept)
    aside.append(kept)


@contextmanager
def _staged(source: Path, target: Path) -> Iterator[Path]:
    """A copy of a file on disk beside ``target``, perhaps on another file system, to be renamed within the block."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, partial)
        partial.chmod(0o600)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

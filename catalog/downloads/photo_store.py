"""Downloaded photos: files named by their content, and an index of the addresses that they came from.

photos/ab/abcd....jpg     a photo, named by its SHA-256; equal photos of several addresses are one file
index.db                  SQLite: address -> file, the server's words for its version, and when it was last asked
in-use.lock               held by imports while they download, so that nobody cleans up meanwhile
"""

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from catalog.downloads.fetching import Version
from search.files import exclusive, file_sizes, holds, written_aside

_TABLES = """
CREATE TABLE IF NOT EXISTS addresses (
    address TEXT PRIMARY KEY,
    file TEXT NOT NULL,            -- name of the photo; empty if none was ever downloaded
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    downloaded_at REAL NOT NULL,   -- when the file came; seconds since the epoch, as all times here
    tried_at REAL NOT NULL,        -- when the server was last asked
    problem TEXT NOT NULL          -- why the last try failed; empty if it succeeded
);
CREATE TABLE IF NOT EXISTS imports (
    source TEXT PRIMARY KEY,
    begun_at REAL NOT NULL         -- of an import that hasn't ended; the next one of the source goes on with it
);
"""
_RESUMED_SECONDS = 3 * 24 * 3600.0  # an import that broke off longer ago begins anew
_FORGOTTEN_SECONDS = 180 * 24 * 3600.0  # an address that no import asks any more; some feeds write the day into them
_BUSY_SECONDS = 30.0


@dataclass(frozen=True)
class StoredPhoto:
    """What the index says of an address."""

    address: str
    file: str = ""
    version: Version = field(default_factory=Version)
    downloaded_at: float = 0.0
    tried_at: float = 0.0
    problem: str = ""


@dataclass(frozen=True)
class StoreSize:
    """How much is downloaded."""

    files: int
    bytes: int


class PhotoStore:
    """The downloaded photos of a data directory; threads and processes may share it.

    Whatever reads or writes the index raises OSError if that can't be done, as on a full disk.

    Args:
        directory: where it lies; it is made when the first photo comes.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.lock_path = directory / "in-use.lock"
        self._photos = directory / "photos"
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def begin(self, source: str) -> float:
        """When the import of a source began: now, or earlier if one broke off, so that it goes on where it was."""
        now = time.time()
        with self._index() as index:
            row = index.execute("SELECT begun_at FROM imports WHERE source = ?", [source]).fetchone()
            if row and now - row[0] < _RESUMED_SECONDS:
                return float(row[0])
            index.execute("INSERT OR REPLACE INTO imports VALUES (?, ?)", [source, now])
        return now

    def end(self, source: str) -> None:
        """Note that the import of a source has ended, so that the next one asks for every photo anew."""
        with self._index() as index:
            index.execute("DELETE FROM imports WHERE source = ?", [source])

    def find(self, address: str) -> StoredPhoto:
        """What is known of an address; a file that somebody removed counts as never downloaded."""
        with self._index() as index:
            row = index.execute("SELECT * FROM addresses WHERE address = ?", [address]).fetchone()
        if row is None:
            return StoredPhoto(address)
        found = StoredPhoto(row[0], row[1], Version(row[2], row[3]), *row[4:])
        return found if found.file and self.path(found.file).is_file() else StoredPhoto(address, tried_at=row[5])

    def add(self, address: str, content: bytes, suffix: str, version: Version) -> Path:
        """Keep a photo that was downloaded just now, and return its path.

        Raises:
            OSError: it can't be written.
        """
        file = f"{hashlib.sha256(content).hexdigest()}{suffix}"
        path = self.path(file)
        if not holds(path, content):
            with written_aside(path) as partial:
                partial.write_bytes(content)
        self._note(StoredPhoto(address, file, version, time.time(), time.time()))
        return path

    def note_unchanged(self, photo: StoredPhoto) -> Path:
        """Note that the server still has the same photo, and return its path."""
        self._note(StoredPhoto(photo.address, photo.file, photo.version, photo.downloaded_at, time.time()))
        return self.path(photo.file)

    def note_problem(self, photo: StoredPhoto, problem: str) -> None:
        """Note that the server didn't give the photo; the copy of an earlier import stays."""
        stale = StoredPhoto(photo.address, photo.file, photo.version, photo.downloaded_at, time.time(), problem)
        self._note(stale)

    def forget(self, address: str) -> None:
        """Forget what is known of an address, so that it is downloaded anew."""
        with self._index() as index:
            index.execute("DELETE FROM addresses WHERE address = ?", [address])

    def path(self, file: str) -> Path:
        """Where a photo lies, by its name in the index."""
        return self._photos / file[:2] / file

    def size(self) -> StoreSize:
        """How many files there are, and how many bytes they have."""
        sizes = file_sizes(self._photos.glob("??/*"))
        return StoreSize(len(sizes), sum(sizes))

    def remove_unused(self, choose_used: Callable[[list[str]], set[str]]) -> int:
        """Delete the photos that the catalogue doesn't hold, with their addresses, unless an import is under way.

        Args:
            choose_used: of a list of SHA-256 fingerprints, those of the catalogue's photos. Paths wouldn't do: the data
                directory may have been moved, or be known by several names.

        Returns:
            The number of files that were deleted.
        """
        if not self._photos.is_dir():
            return 0
        try:
            with exclusive(self.lock_path):
                return self._remove_unused(choose_used)
        except BlockingIOError:
            return 0  # that import cleans up when it ends

    def _remove_unused(self, choose_used: Callable[[list[str]], set[str]]) -> int:
        removed = 0
        for folder in sorted(self._photos.iterdir()):
            files = list(folder.iterdir()) if folder.is_dir() else []
            used = choose_used([file.stem for file in files])
            gone = [file for file in files if file.stem not in used]
            for file in gone:
                with suppress(OSError):
                    file.unlink()
                    removed += 1
            self._forget_files(file.name for file in gone)
        with self._index() as index:
            index.execute("DELETE FROM addresses WHERE tried_at < ?", [time.time() - _FORGOTTEN_SECONDS])
        return removed

    def _forget_files(self, files: Iterable[str]) -> None:
        with self._index() as index:
            index.executemany("DELETE FROM addresses WHERE file = ?", [[file] for file in files])

    def _note(self, photo: StoredPhoto) -> None:
        values = [photo.address, photo.file, photo.version.etag, photo.version.last_modified]
        with self._index() as index:
            index.execute(
                "INSERT OR REPLACE INTO addresses VALUES (?, ?, ?, ?, ?, ?, ?)",
                [*values, photo.downloaded_at, photo.tried_at, photo.problem],
            )

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        """The index, in a transaction that ends with the block."""
        try:
            with self._lock, self._open() as index:
                yield index
        except sqlite3.Error as error:
            raise OSError(f"the index of downloaded photos in {self.directory} can't be used ({error})") from error

    def _open(self) -> sqlite3.Connection:
        """The connection to the index; a damaged one is begun anew."""
        if self._connection is None:
            self.directory.mkdir(parents=True, exist_ok=True)
            path = self.directory / "index.db"
            try:
                self._connection = _connect(path)
            except sqlite3.OperationalError:  # it is locked, or the disk is full: that is no damage
                raise
            except sqlite3.DatabaseError:
                for ending in ("", "-wal", "-shm"):  # it only saves downloads, so a damaged one is no loss
                    path.with_name(path.name + ending).unlink(missing_ok=True)
                self._connection = _connect(path)
        return self._connection


def count_downloads(directory: Path) -> StoreSize:
    """How much is downloaded, without making anything."""
    with closing(PhotoStore(directory)) as store:
        return store.size() if directory.is_dir() else StoreSize(0, 0)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]  # damage may lie behind a sound beginning
    if problem != "ok":
        connection.close()
        raise sqlite3.DatabaseError(problem)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last rows, which are downloaded again
    connection.executescript(_TABLES)
    os.chmod(path, path.stat().st_mode & ~0o077)  # noqa: PTH101 - addresses may hold tokens
    return connection

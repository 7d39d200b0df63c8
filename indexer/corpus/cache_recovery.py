"""What keeps a damaged embedding cache usable: entries that can be told from damaged ones, and a file made anew.

Each entry has a checksum in a table of its own, so that caches of earlier versions, which have no such table, can still
be read, and earlier versions can read the caches of this one.
"""

import logging
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from indexer.errors import StorageError
from search.files import written_aside

CREATE = (
    """CREATE TABLE IF NOT EXISTS embeddings
       (sha256 TEXT PRIMARY KEY, vector BLOB NOT NULL, seen BLOB NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS checksums (sha256 TEXT PRIMARY KEY, crc32 INTEGER NOT NULL) WITHOUT ROWID",
)
JOINED = "embeddings LEFT JOIN checksums USING (sha256)"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_CODE_BYTES = 4  # of a label's number in the blob "seen"

Row = tuple[str, bytes, bytes]  # sha256, vector, seen

_log = logging.getLogger("indexer")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is damaged, rather than that it can't be reached or that there is no room."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # an error of Python's own module, such as text that is no UTF-8
        return isinstance(error, sqlite3.OperationalError) and "decode" in str(error)
    # The statements here are right for the tables of this version; so others come from another version, or from damage.
    return code & 0xFF in _DAMAGED or code == sqlite3.SQLITE_ERROR


def checksum(vector: bytes, seen: bytes) -> int:
    """What an entry's stored checksum must be."""
    return zlib.crc32(seen, zlib.crc32(vector))


def is_sound(vector: object, seen: object, crc32: object, dim: int) -> bool:
    """Whether an entry is as it was written.

    Args:
        vector: (D,) float32 as bytes.
        seen: int32 numbers of labels as bytes.
        crc32: its checksum; None for an entry of an earlier version, whose numbers are looked at.
        dim: D.
    """
    if not isinstance(vector, bytes) or not isinstance(seen, bytes) or len(vector) != 4 * dim:
        return False
    if crc32 is not None:
        return crc32 == checksum(vector, seen)
    codes_fit = len(seen) > 0 and len(seen) % _CODE_BYTES == 0
    return codes_fit and bool(np.isfinite(np.frombuffer(vector, np.float32)).all())


def remake(path: Path, dim: int) -> None:
    """Make a damaged cache anew with every sound entry that can still be read, and say how many these are.

    Raises:
        StorageError: the new file can't be written; the damaged one is still there.
    """
    kept = 0
    try:
        with written_aside(path) as partial:
            with closing(sqlite3.connect(partial)) as made, made:
                for statement in CREATE:
                    made.execute(statement)
                for sha256, vector, seen in _readable(path, dim):
                    found = made.execute("INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?)", (sha256, vector, seen))
                    made.execute("INSERT OR IGNORE INTO checksums VALUES (?, ?)", (sha256, checksum(vector, seen)))
                    kept += found.rowcount
            for ending in ("-wal", "-shm"):  # they belong to the damaged file, and would be read into the new one
                path.with_name(path.name + ending).unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(
            f"The embedding cache {path} is damaged, and can't be made anew: {error}. Make room, or give this user the "
            "right to write there; then run this again."
        ) from error
    _log.warning("The embedding cache %s was damaged. %d of its entries could be read and are kept.", path, kept)


def _readable(path: Path, dim: int) -> Iterator[Row]:
    """The sound entries from both ends of the file's order, up to where it can't be read any more."""
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.Error, OverflowError), closing(sqlite3.connect(path)) as damaged:
            query = f"SELECT sha256, vector, seen, crc32 FROM {JOINED} ORDER BY sha256 {direction}"  # noqa: S608
            if not damaged.execute("SELECT 1 FROM sqlite_master WHERE name = 'checksums'").fetchone():
                query = f"SELECT sha256, vector, seen, NULL FROM embeddings ORDER BY sha256 {direction}"  # noqa: S608
            for sha256, vector, seen, crc32 in damaged.execute(query):
                if isinstance(sha256, str) and is_sound(vector, seen, crc32, dim):
                    yield sha256, vector, seen

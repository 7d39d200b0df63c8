"""Entries put together by their keys on disk, so that neither the order nor the number of records matters."""

import json
import sqlite3
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby

from catalog.errors import SourceError
from catalog.feeds.exports.entries import Entry

_CACHE_KIB = 32 * 1024
_LAYOUT = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE entries (seq INTEGER PRIMARY KEY, key TEXT, line INTEGER, content TEXT);
CREATE TABLE names (name TEXT, key TEXT);
CREATE TABLE links (key TEXT, owner TEXT);
"""
# Every entry with the key of its group: its owner's, or its own.
_GROUPED = """
CREATE TABLE grouped AS SELECT coalesce(owner, entries.key) AS grp, seq
FROM entries LEFT JOIN (SELECT DISTINCT key, owner FROM links) AS links ON links.key = entries.key;
CREATE INDEX by_group ON grouped (grp, seq);
CREATE TABLE groups AS SELECT grp, min(seq) AS first FROM grouped GROUP BY grp ORDER BY first;
"""
_READ = """
SELECT groups.grp, line, content FROM groups
CROSS JOIN grouped ON grouped.grp = groups.grp CROSS JOIN entries ON entries.seq = grouped.seq
ORDER BY groups.rowid, grouped.seq
"""


class GroupStore:
    """A temporary database of entries, which disappears with the object. It keeps a bounded part of them in memory."""

    def __init__(self) -> None:
        # "": a private file on disk. The garbage collector may close it in any thread.
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._connection.executescript(f"{_LAYOUT} PRAGMA cache_size = -{_CACHE_KIB};")

    def fill(self, entries: Iterable[Entry]) -> None:
        """Take in all entries; called once.

        Raises:
            SourceError: the disk is full.
        """
        with _disk_errors():
            self._connection.execute("BEGIN")
            for entry in entries:
                self._add(entry)
            self._connection.execute("COMMIT")
            self._connection.execute("CREATE INDEX by_link ON links (key)")
            self._connection.executescript(_GROUPED)

    def _add(self, entry: Entry) -> None:
        key = _encodable(entry.key)
        row = (key, entry.row, json.dumps([entry.values, entry.fault]))
        self._connection.execute("INSERT INTO entries (key, line, content) VALUES (?, ?, ?)", row)
        if entry.name:
            self._connection.execute("INSERT INTO names VALUES (?, ?)", (_encodable(entry.name), key))
        for owned in entry.owns:
            self._connection.execute("INSERT INTO links VALUES (?, ?)", (_encodable(owned), key))

    def groups(self) -> Iterator[tuple[str, list[Entry]]]:
        """The key and the entries of each group, in the order in which their first entries came."""
        with _disk_errors():
            rows = self._connection.execute(_READ)
            for key, members in groupby(rows, key=lambda row: row[0]):
                yield key, [Entry(key, line, *json.loads(content)) for _, line, content in members]

    def clashing_names(self) -> set[str]:
        """The names that entries of different keys share."""
        query = "SELECT name FROM names GROUP BY name HAVING count(DISTINCT key) > 1"
        return {name for (name,) in self._connection.execute(query)}


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Translate what SQLite says of a disk on which it can't write."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise SourceError(
            f"The records of the export can't be put together on disk: {error}. "
            f"Free some space for temporary files ({tempfile.gettempdir()}), or name another folder with TMPDIR."
        ) from error


def _encodable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode()

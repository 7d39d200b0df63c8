"""Embeddings kept between builds, by photo and model, so that a build embeds only what it has never seen.

One SQLite file a model. SQLite because a killed process must leave every finished photo readable and nothing
half-written.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import numpy as np

from indexer.corpus.cache_recovery import CREATE, JOINED, Row, checksum, is_damage, is_sound, remake
from indexer.errors import StorageError
from search.model.photo_embedding import PhotoEmbedding

__all__ = ["EmbeddingCache", "PhotoEmbedding"]

_IDS_PER_QUERY = 500

T = TypeVar("T")


class EmbeddingCache:
    """Photo fingerprint -> embedding, for one model.

    A damaged file is made anew with what can be read of it, and a damaged entry counts as none; so whatever was lost is
    embedded again. ``damaged`` says how many such entries were met.
    """

    def __init__(self, directory: Path, model_hash: str, dim: int) -> None:
        self._path = directory / f"{model_hash}.sqlite"
        self._dim = dim
        self._damaged: set[str] = set()
        with self._told("opened"):
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = self._connect()
        self._mended(lambda: list(self._connection.execute(f"SELECT 1 FROM {JOINED} LIMIT 1")))  # noqa: S608

    def __enter__(self) -> "EmbeddingCache":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def damaged(self) -> int:
        """How many of the entries that were asked for can't be used."""
        return len(self._damaged)

    def known(self, fingerprints: Iterable[str]) -> set[str]:
        """Those of the fingerprints that have a sound embedding."""
        return {sha256 for sha256, _, _ in self._sound(list(fingerprints))}

    def load(self, fingerprints: Iterable[str]) -> dict[str, PhotoEmbedding]:
        """The embeddings of those fingerprints that have a sound one."""
        found = {}
        for sha256, vector, seen in self._sound(list(fingerprints)):
            codes = tuple(np.frombuffer(seen, np.int32).tolist())
            found[sha256] = PhotoEmbedding(np.frombuffer(vector, np.float32), codes)
        return found

    def store(self, embeddings: Sequence[tuple[str, PhotoEmbedding]]) -> None:
        """Keep embeddings; on disk when this returns. Raises StorageError if they can't be written."""
        rows = [
            (sha256, embedding.vector.astype(np.float32).tobytes(), np.array(embedding.seen, np.int32).tobytes())
            for sha256, embedding in embeddings
        ]
        checksums = [(sha256, checksum(vector, seen)) for sha256, vector, seen in rows]

        def write() -> None:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", rows)
                self._connection.executemany("INSERT OR REPLACE INTO checksums VALUES (?, ?)", checksums)

        self._mended(write)

    def clear(self) -> None:
        """Forget everything. Raises StorageError if that can't be written."""

        def delete() -> None:
            with self._connection:
                self._connection.execute("DELETE FROM embeddings")
                self._connection.execute("DELETE FROM checksums")

        self._mended(delete)

    def _sound(self, fingerprints: list[str]) -> Iterator[Row]:
        """The sound entries of fingerprints, a batch at a time."""
        wanted = list(dict.fromkeys(fingerprints))
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            part = wanted[start : start + _IDS_PER_QUERY]
            marks = ",".join("?" * len(part))
            query = f"SELECT sha256, vector, seen, crc32 FROM {JOINED} WHERE sha256 IN ({marks})"  # noqa: S608
            for sha256, vector, seen, crc32 in self._mended(partial(self._select, query, part)):
                if is_sound(vector, seen, crc32, self._dim):
                    yield sha256, vector, seen
                else:
                    self._damaged.add(sha256)

    def _select(self, query: str, values: list[str]) -> list[tuple]:
        return list(self._connection.execute(query, values))

    def _mended(self, work: Callable[[], T]) -> T:
        """What ``work`` returns; if it finds the file damaged, the file is made anew and ``work`` done once more."""
        try:
            return work()
        except sqlite3.Error as error:
            if not is_damage(error):
                with self._told("used"):
                    raise
        with self._told("used"):
            self._connection.close()
            remake(self._path, self._dim)
            self._connection = self._connect()
            return work()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            for statement in CREATE:
                connection.execute(statement)
        except sqlite3.Error as error:
            connection.close()
            if not is_damage(error):
                raise
            remake(self._path, self._dim)
            return self._connect()
        return connection

    @contextmanager
    def _told(self, verb: str) -> Iterator[None]:
        """Errors of SQLite and the system as one that says what to do."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The embedding cache {self._path} can't be {verb}: {error}. It may hold hours of work: keep it. "
                "Make room on its disk, or give this user the right to write there; then run this again."
            ) from error

"""Embeddings kept between builds, by photo and model, so that a build embeds only what it has never seen.

One SQLite file a model. SQLite because a killed process must leave every finished photo readable and nothing
half-written.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from indexer.errors import StorageError

_IDS_PER_QUERY = 500


@dataclass(frozen=True)
class PhotoEmbedding:
    """What the network said of one photo."""

    vector: np.ndarray  # (D,) float32
    seen: tuple[int, ...]  # for each head, in the bundle's order, the most probable label's index


class EmbeddingCache:
    """Photo fingerprint -> embedding, for one model."""

    def __init__(self, directory: Path, model_hash: str, dim: int) -> None:
        self._path = directory / f"{model_hash}.sqlite"
        self._dim = dim
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS embeddings"
                " (sha256 TEXT PRIMARY KEY, vector BLOB NOT NULL, seen BLOB NOT NULL) WITHOUT ROWID"
            )
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The embedding cache {self._path} can't be opened: {error}. Delete it to begin anew."
            ) from error

    def __enter__(self) -> "EmbeddingCache":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    def known(self, fingerprints: Iterable[str]) -> set[str]:
        """Those of the fingerprints that ``load`` finds an embedding for; a damaged entry counts as none."""
        return {
            sha256 for sha256, size in self._select("sha256, length(vector)", fingerprints) if size == 4 * self._dim
        }

    def load(self, fingerprints: Iterable[str]) -> dict[str, PhotoEmbedding]:
        """The embeddings of those fingerprints that have one; a damaged entry counts as none."""
        found = {}
        for sha256, vector, seen in self._select("sha256, vector, seen", fingerprints):
            if len(vector) == 4 * self._dim:
                codes = tuple(np.frombuffer(seen, np.int32).tolist())
                found[sha256] = PhotoEmbedding(np.frombuffer(vector, np.float32), codes)
        return found

    def store(self, embeddings: Sequence[tuple[str, PhotoEmbedding]]) -> None:
        """Keep embeddings; on disk when this returns."""
        rows = [
            (sha256, embedding.vector.astype(np.float32).tobytes(), np.array(embedding.seen, np.int32).tobytes())
            for sha256, embedding in embeddings
        ]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise StorageError(
                f"The embedding cache {self._path} can't be written: {error}. Make room and run the build again; "
                "what is embedded so far is kept."
            ) from error

    def clear(self) -> None:
        """Forget everything."""
        with self._connection:
            self._connection.execute("DELETE FROM embeddings")

    def _select(self, columns: str, fingerprints: Iterable[str]) -> Iterable[tuple[Any, ...]]:
        wanted = list(dict.fromkeys(fingerprints))
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            part = wanted[start : start + _IDS_PER_QUERY]
            marks = ",".join("?" * len(part))
            query = f"SELECT {columns} FROM embeddings WHERE sha256 IN ({marks})"  # noqa: S608  (only ? marks)
            yield from self._connection.execute(query, part)

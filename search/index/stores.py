"""Which engine keeps an index's vectors: an address says so when the index is written, and its manifest keeps it.

An address is an engine's scheme and a place that means something to that engine: ``faiss:vectors.faiss`` is a file of
that name in the index's own directory. Another engine is a module like ``faiss_store`` and a line in ``_ENGINES``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.errors import UnknownStoreError
from search.index.faiss_store import FaissStore
from search.index.manifest import DEFAULT_STORE
from search.index.vector_store import VectorStore


@dataclass(frozen=True)
class _Engine:
    """How an engine writes the vectors of an index and opens them again."""

    write: Callable[[np.ndarray, Path, str], VectorStore]  # vectors (N, D), directory of the index, place
    open: Callable[[Path, str, int], VectorStore]  # directory of the index, place, probes


def write_store(address: str, vectors: np.ndarray, directory: Path) -> VectorStore:
    """Store the vectors of a new index.

    Args:
        address: engine and place.
        vectors: (N, D) float32, finite, N >= 1.
        directory: of the index, for engines that keep files.

    Raises:
        UnknownStoreError: no engine has the address's scheme. ValueError: vectors that can't be stored.
        OSError: the engine can't write.
    """
    engine, place = _find(address)
    return engine.write(vectors, directory, place)


def open_store(address: str, directory: Path, probes: int) -> VectorStore:
    """The vectors of an index that was written; ``probes`` as they were then.

    Raises:
        UnknownStoreError: no engine has the address's scheme. OSError, RuntimeError: the engine can't read them.
    """
    engine, place = _find(address)
    return engine.open(directory, place, probes)


def _find(address: str) -> tuple[_Engine, str]:
    scheme, _, place = address.partition(":")
    if scheme not in _ENGINES or not place:
        known = ", ".join(f"{name}:PLACE" for name in _ENGINES)
        raise UnknownStoreError(
            f"The vector store is {address!r}; an address of the form {known} is needed. "
            f"Set VITRINA_VECTOR_STORE to {DEFAULT_STORE} or leave it out, and run `make index`."
        )
    return _ENGINES[scheme], place


def _write_faiss(vectors: np.ndarray, directory: Path, place: str) -> VectorStore:
    store = FaissStore.build(vectors)
    store.save(directory / Path(place).name)
    return store


def _open_faiss(directory: Path, place: str, probes: int) -> VectorStore:
    return FaissStore.open(directory / Path(place).name, probes)


_ENGINES = {"faiss": _Engine(_write_faiss, _open_faiss)}

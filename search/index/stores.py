"""Which engine keeps an index's vectors: an address says so when the index is written, and its manifest keeps it.

An address is an engine's scheme and a place that means something to that engine: ``faiss:vectors.faiss`` is a file of
that name in the index's own directory, ``faiss+float16:vectors.faiss`` the same with numbers of 16 bits at any size,
``milvus+http://host:19530`` a server. Another engine is a module like
``faiss_store`` and a line in ``_ENGINES``.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from search.errors import IndexUnavailableError, UnknownStoreError
from search.index.faiss_building import FLOAT16, FLOAT32
from search.index.faiss_store import FaissStore
from search.index.manifest import DEFAULT_STORE
from search.index.milvus import collections as milvus
from search.index.vector_store import ExpectedSearches, RowProducts, VectorStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Engine:
    """How an engine writes the vectors of an index and opens them again."""

    write: Callable[[str, np.ndarray, Path, RowProducts | None, ExpectedSearches | None], VectorStore]
    open: Callable[[str, Path, int, Sequence[int]], VectorStore]  # address, directory of the index, probes, parts
    check: Callable[[str], None] = lambda address: None


def write_store(
    address: str,
    vectors: np.ndarray,
    directory: Path,
    products: RowProducts | None = None,
    expected: ExpectedSearches | None = None,
) -> VectorStore:
    """Store the vectors of a new index.

    Args:
        address: engine and place.
        vectors: (N, D) float32, finite, N >= 1.
        directory: of the index, for engines that keep files.
        products: of the rows, for engines that filter by themselves.
        expected: what searches will be like, for engines whose index is approximate.

    Raises:
        UnknownStoreError: no engine has the address's scheme. ValueError: vectors that can't be stored.
        OSError: the engine can't write. StoreUnavailableError: it can't be reached.
    """
    return _find(address).write(address, vectors, directory, products, expected)


def open_store(address: str, directory: Path, probes: int, parts: Sequence[int] = ()) -> VectorStore:
    """The vectors of an index that was written.

    Args:
        address: engine and place.
        directory: of the index.
        probes: as they were when it was written.
        parts: how many numbers each part of a vector has, where searches of one photo weigh its parts in several ways.

    Raises:
        UnknownStoreError: no engine has the address's scheme. OSError, RuntimeError: the engine can't read them.
        StoreUnavailableError: it can't be reached.
    """
    return _find(address).open(address, directory, probes, parts)


def check_store(address: str) -> None:
    """Raise UnknownStoreError or StoreUnavailableError, with the reason, if nothing can be written there now."""
    _find(address).check(address)


def publish_store(directory: Path) -> None:
    """Tell the engine of an index's vectors that the index is live now; that it can't be told is logged."""
    if (directory / milvus.DESCRIPTION).exists():
        try:
            milvus.publish_collection(directory)
        except IndexUnavailableError as error:
            _log.warning("The alias of the vector store wasn't moved to the live index: %s", error)


def release_store(directory: Path) -> None:
    """Free what an engine holds in memory for an index that is kept, but not used."""
    if (directory / milvus.DESCRIPTION).exists():
        milvus.release_collection(directory)


def remove_store(directory: Path) -> None:
    """Remove an index's vectors where they aren't files of its directory, before the directory goes."""
    if (directory / milvus.DESCRIPTION).exists():
        milvus.remove_collection(directory)


def _find(address: str) -> _Engine:
    scheme, _, place = address.partition(":")
    if scheme not in _ENGINES or not place:
        known = ", ".join(f"{name}:PLACE" for name in _ENGINES)
        raise UnknownStoreError(
            f"The vector store is {address!r}; an address of the form {known} is needed. "
            f"Set VITRINA_VECTOR_STORE to {DEFAULT_STORE} or leave it out, and run `make index`."
        )
    return _ENGINES[scheme]


def _file(address: str, directory: Path) -> Path:
    return directory / Path(address.partition(":")[2]).name


def _write_faiss(
    address: str,
    vectors: np.ndarray,
    directory: Path,
    products: RowProducts | None,
    expected: ExpectedSearches | None,
    precision: str | None = None,
) -> VectorStore:
    store = FaissStore.build(vectors, precision=precision, expected=expected)
    store.save(_file(address, directory))
    return store


def _open_faiss(address: str, directory: Path, probes: int, parts: Sequence[int]) -> VectorStore:
    return FaissStore.open(_file(address, directory), probes, parts)


def _open_milvus(address: str, directory: Path, probes: int, parts: Sequence[int]) -> VectorStore:
    return milvus.open_collection(directory, probes)


_MILVUS = _Engine(milvus.write_collection, _open_milvus, milvus.check_server)
_ENGINES = {
    "faiss": _Engine(_write_faiss, _open_faiss),
    "faiss+float32": _Engine(partial(_write_faiss, precision=FLOAT32), _open_faiss),
    "faiss+float16": _Engine(partial(_write_faiss, precision=FLOAT16), _open_faiss),
    "milvus+http": _MILVUS,
    "milvus+https": _MILVUS,
}

"""Where an index keeps its vectors: the address that its manifest names, also in an index from before it named one."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from search.errors import IndexUnavailableError, UnknownStoreError
from search.index.manifest import MANIFEST
from search.index.snapshot import Snapshot
from search.index.stores import DEFAULT_STORE, open_store, write_store
from search.model.bundle import Bundle
from search.settings import vector_store

VECTORS = np.eye(4, dtype=np.float32)


def test_vectors_are_found_where_they_were_written(tmp_path: Path) -> None:
    """Below the directory of the index, whatever the place is called."""
    index = tmp_path / "index"
    index.mkdir()
    for address in (DEFAULT_STORE, "faiss+float16:half.faiss", "faiss:other.faiss", "faiss:../outside.faiss"):
        written = write_store(address, VECTORS, index)
        opened = open_store(address, index, written.probes)
        assert opened.vectors(np.array([2, 0])).tolist() == VECTORS[[2, 0]].tolist()
    assert list(tmp_path.iterdir()) == [index]


@pytest.mark.parametrize("address", ["", "faiss", "faiss:", "qdrant://localhost/products", "vectors.faiss"])
def test_an_address_of_no_engine_says_what_is_needed(tmp_path: Path, address: str) -> None:
    """What came, which addresses there are, and where it is set."""
    with pytest.raises(UnknownStoreError, match="VITRINA_VECTOR_STORE") as error:
        write_store(address, VECTORS, tmp_path)
    assert repr(address) in str(error.value)
    assert "faiss:PLACE" in str(error.value)


def test_the_setting_names_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank counts as unset."""
    monkeypatch.delenv("VITRINA_VECTOR_STORE", raising=False)
    assert vector_store() == DEFAULT_STORE
    monkeypatch.setenv("VITRINA_VECTOR_STORE", "")
    assert vector_store() == DEFAULT_STORE
    monkeypatch.setenv("VITRINA_VECTOR_STORE", "faiss:own.faiss")
    assert vector_store() == "faiss:own.faiss"


def test_a_snapshot_opens_the_store_that_its_manifest_names(publish: Callable[..., Path], bundle: Bundle) -> None:
    """An older manifest names none; one of a later version may name an engine that isn't here."""
    path = publish() / "one"
    fields = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    assert fields.pop("store") == DEFAULT_STORE
    (path / MANIFEST).write_text(json.dumps(fields), encoding="utf-8")
    assert Snapshot.open(path, bundle).store.count == 20
    (path / MANIFEST).write_text(json.dumps(fields | {"store": "elsewhere://host"}), encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match="elsewhere"):
        Snapshot.open(path, bundle)

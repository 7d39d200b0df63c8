"""Snapshots: what is written is what is reopened, and what doesn't hold together is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search.bundle import Bundle
from search.errors import DamagedSnapshotError, NoIndexError, OtherModelError
from search.likeness import Likeness
from search.snapshot import Snapshot, current_snapshot, publish_snapshot, read_manifest
from tests.search.handmade import PRODUCTS, make_content


def test_reopened_snapshot_is_the_written_one(publish: Callable[..., Path], bundle: Bundle) -> None:
    """Vectors, products, head and roles."""
    snapshot = Snapshot.open(current_snapshot(publish()), bundle, verify=True)
    content = make_content()
    assert snapshot.products["product_id"].to_pylist() == [product[0] for product in PRODUCTS]
    assert np.stack([snapshot.store.vector(row) for row in range(20)]) == pytest.approx(content.vectors)
    assert snapshot.roles == content.roles
    assert snapshot.head is not None
    assert snapshot.head.labels == content.head.labels
    assert (snapshot.info.products, snapshot.info.photos) == (10, 20)


def test_no_index_says_what_to_run(tmp_path: Path) -> None:
    """A fresh data directory."""
    with pytest.raises(NoIndexError, match="make index"):
        current_snapshot(tmp_path)


def test_pointer_to_nowhere_is_damage(publish: Callable[..., Path]) -> None:
    """Somebody removed the directory by hand."""
    index = publish()
    (index / "gone").mkdir()
    publish_snapshot(index, "gone")
    (index / "gone").rmdir()
    with pytest.raises(DamagedSnapshotError, match="gone"):
        current_snapshot(index)


def test_index_of_another_model_is_refused(publish: Callable[..., Path], bundle: Bundle) -> None:
    """Its vectors mean something else."""
    other = replace(bundle, embedder_sha256="1" * 64)
    with pytest.raises(OtherModelError, match="make index"):
        Snapshot.open(current_snapshot(publish()), other)


@pytest.mark.parametrize(
    "name", ["vectors.faiss", "products.parquet", "photos.parquet", "category_head.npz", "roles.json", "likeness.json"]
)
def test_missing_or_cut_files_are_damage(publish: Callable[..., Path], bundle: Bundle, name: str) -> None:
    """A full disk or a copy that broke off."""
    path = current_snapshot(publish())
    content = (path / name).read_bytes()
    (path / name).write_bytes(content[: len(content) // 2])
    for verify in (False, True):
        with pytest.raises(DamagedSnapshotError):
            Snapshot.open(path, bundle, verify=verify)
    (path / name).unlink()
    with pytest.raises(DamagedSnapshotError):
        Snapshot.open(path, bundle)


def test_snapshot_from_before_match_grades_still_opens(publish: Callable[..., Path], bundle: Bundle) -> None:
    """With what is usual in place of the shop's own distributions, until the next build."""
    path = current_snapshot(publish())
    manifest = json.loads((path / "manifest.json").read_text())
    del manifest["files"]["likeness.json"]
    (path / "manifest.json").write_text(json.dumps(manifest))
    (path / "likeness.json").unlink()
    assert Snapshot.open(path, bundle, verify=True).likeness == Likeness()


def test_altered_file_is_found_by_its_checksum(publish: Callable[..., Path], bundle: Bundle) -> None:
    """A flipped byte that still parses."""
    path = current_snapshot(publish())
    roles = json.loads((path / "roles.json").read_text())
    (path / "roles.json").write_text(json.dumps(roles | {"Coats": "Shoes"}))
    with pytest.raises(DamagedSnapshotError, match="checksum"):
        Snapshot.open(path, bundle, verify=True)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "id": "x"}'])
def test_unreadable_manifest_is_damage(publish: Callable[..., Path], manifest: str) -> None:
    """Cut off, of another version, or not a manifest."""
    path = current_snapshot(publish())
    (path / "manifest.json").write_text(manifest)
    with pytest.raises(DamagedSnapshotError, match="make index"):
        read_manifest(path)

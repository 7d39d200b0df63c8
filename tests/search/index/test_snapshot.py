"""Snapshots: what is written is what is reopened, and what doesn't hold together is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search.errors import DamagedSnapshotError, NoIndexError, OtherModelError
from search.index.manifest import read_manifest
from search.index.match_grades import SimilarityCalibration
from search.index.snapshot import Snapshot, SnapshotContent, current_snapshot, publish_snapshot
from search.model.balance import Balance, LearnedBalance, ScoreSpreads
from search.model.bundle import Bundle
from tests.search.handmade import BALANCE, PRODUCTS, make_content


def learned_content() -> SnapshotContent:
    """With a balance of the shop's own."""
    spreads = ScoreSpreads.measure(make_content().vectors, BALANCE.parts)
    return make_content(balance=LearnedBalance(replace(BALANCE, weights=(0.4, 0.6), spreads=spreads), "photos", 9))


def change_manifest(path: Path, **fields: object) -> None:
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | fields))
    (path / "manifest.sha256").unlink()  # as in a snapshot from before manifests had one


def test_reopened_snapshot_is_the_written_one(publish: Callable[..., Path], bundle: Bundle) -> None:
    """Vectors, products, head and roles."""
    snapshot = Snapshot.open(current_snapshot(publish()), bundle, verify=True)
    content = make_content()
    assert snapshot.products["product_id"].to_pylist() == [product[0] for product in PRODUCTS]
    assert snapshot.store.vectors(np.arange(20)) == pytest.approx(content.vectors)
    assert snapshot.supercategories == content.supercategories
    assert snapshot.head is not None
    assert content.head is not None
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


def test_the_shops_own_balance_is_kept(publish: Callable[..., Path], bundle: Bundle) -> None:
    """Weights, how they were found, and the spreads of scores that they are divided by."""
    content = learned_content()
    snapshot = Snapshot.open(current_snapshot(publish(content=content)), bundle, verify=True)
    assert snapshot.learned_balance == content.balance
    assert snapshot.balance.weights == (0.4, 0.6)
    assert (snapshot.manifest.style_dim, snapshot.manifest.colour_dim) == (6, 3)
    query = content.vectors[3]
    assert np.array_equal(snapshot.balance.weigh(query), content.balance.balance.weigh(query))
    without = Balance(BALANCE.parts, (0.4, 0.6)).weigh(query)
    assert np.abs(snapshot.balance.weigh(query) - without).max() > 0.003, "the spreads are heeded"


def test_snapshot_from_before_balances_still_opens(publish: Callable[..., Path], bundle: Bundle) -> None:
    """With the bundle's weights, until the next build."""
    path = current_snapshot(publish(content=learned_content()))
    manifest = json.loads((path / "manifest.json").read_text())
    del manifest["balance"], manifest["files"]["spreads.npz"]
    (path / "manifest.json").write_text(json.dumps(manifest))
    (path / "manifest.sha256").unlink()  # earlier versions wrote none
    (path / "spreads.npz").unlink()
    assert Snapshot.open(path, bundle, verify=True).learned_balance == LearnedBalance(bundle.balance)


@pytest.mark.parametrize("balance", [{"weights": {"style": 1.0}}, {"weights": {"style": 0.9, "colour_part": 0.9}}, [1]])
def test_balance_of_something_else_is_damage(publish: Callable[..., Path], bundle: Bundle, balance: object) -> None:
    """Other parts, impossible weights, or no balance at all."""
    path = current_snapshot(publish())
    change_manifest(path, balance=balance)
    with pytest.raises(DamagedSnapshotError, match="make index"):
        Snapshot.open(path, bundle)


@pytest.mark.parametrize(
    "name",
    [
        "vectors.faiss",
        "products.parquet",
        "photos.parquet",
        "category_head.npz",
        "roles.json",
        "likeness.json",
        "spreads.npz",
    ],
)
def test_missing_or_cut_files_are_damage(publish: Callable[..., Path], bundle: Bundle, name: str) -> None:
    """A full disk or a copy that broke off."""
    path = current_snapshot(publish(content=learned_content()))
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
    (path / "manifest.sha256").unlink()  # earlier versions wrote none
    (path / "likeness.json").unlink()
    assert Snapshot.open(path, bundle, verify=True).similarity == SimilarityCalibration()


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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nearest.npy", b""),
        ("nearest.npy", b"short"),
        ("roles.json", b"[]"),
        ("roles.json", b"7"),
        ("roles.json", b'{"Coats": 7}'),
        ("roles.json", b"[" * 100_000),
        ("likeness.json", b"null"),
        ("likeness.json", b'{"levels": 5, "overall": 5, "categories": 5}'),
        ("category_head.npz", b"PK"),
        ("photos.parquet", b"PAR1"),
        ("products.parquet", b""),
        ("vectors.faiss", b""),
        ("vectors.faiss", b"IxFI"),
    ],
)
def test_odd_files_are_damage_and_nothing_else(
    publish: Callable[..., Path], bundle: Bundle, name: str, content: bytes
) -> None:
    """Libraries raise whatever they like (EOFError, RecursionError); the server must know one state."""
    path = current_snapshot(publish(content=make_content(nearest=np.ones(10, np.float32))))
    (path / name).write_bytes(content)
    with pytest.raises(DamagedSnapshotError, match="make index"):
        Snapshot.open(path, bundle)


@pytest.mark.parametrize(
    "changes",
    [
        {"nearest": np.ones(2, np.float32)},
        {"nearest": np.full(10, np.nan, np.float32)},
        {"nearest": np.array(["a"] * 10)},
        {"photo_product": np.repeat(np.arange(10), 2)[::-1].astype(np.int32)},
        {"photo_product": np.full(20, 11, np.int32)},
        {"photo_product": np.zeros(20, np.int32)},
        {"head": replace(make_content().head, temperature=0.0)},  # type: ignore[type-var]
        {"head": replace(make_content().head, kernel=np.ones((3, 5), np.float32))},  # type: ignore[type-var]
    ],
)
def test_parts_that_do_not_fit_together_are_damage(
    publish: Callable[..., Path], bundle: Bundle, changes: dict[str, Any]
) -> None:
    """Else the first search that meets one would fail."""
    path = current_snapshot(publish(content=make_content(**changes)))
    with pytest.raises(DamagedSnapshotError, match="doesn't hold together"):
        Snapshot.open(path, bundle)


def test_cut_vectors_are_damage_before_anybody_reads_them(publish: Callable[..., Path], bundle: Bundle) -> None:
    """A page of a mapped file that isn't there ends the whole process."""
    path = current_snapshot(publish(content=make_content(vectors=np.tile(make_content().vectors, (1, 1)))))
    content = (path / "vectors.faiss").read_bytes()
    (path / "vectors.faiss").write_bytes(content[:-200])
    with pytest.raises(DamagedSnapshotError, match="make index"):
        Snapshot.open(path, bundle)

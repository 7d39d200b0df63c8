"""The pointer and the manifest: whatever stands in them, one error says what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from search.errors import DamagedSnapshotError, NoIndexError
from search.index.history import list_snapshots, live_id
from search.index.manifest import current_snapshot, publish_snapshot, read_manifest, verify_snapshot


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe", b"a" * 5000, b"..", b"../one", b".hidden", b"one\ntwo", b"gone"]
)
def test_pointer_that_names_no_snapshot_is_damage(publish: Callable[..., Path], content: bytes) -> None:
    """It is no reason to die, and no way out of the index directory."""
    index = publish("one")
    (index / "current").write_bytes(content)
    with pytest.raises(DamagedSnapshotError, match="make index"):
        current_snapshot(index)
    assert [kept.is_live for kept in list_snapshots(index)] == [False]
    assert live_id(index) in (None, "gone")


def test_missing_pointer_means_that_nothing_was_built(tmp_path: Path) -> None:
    """Which is no damage."""
    with pytest.raises(NoIndexError):
        current_snapshot(tmp_path)
    assert live_id(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "[]", "7", "null", "[" * 100_000, '{"format": 1}', '{"format": 99}', '{"format": []}']
)
def test_manifest_of_something_else_is_damage(publish: Callable[..., Path], content: str) -> None:
    """Also one so deep that Python gives up on it."""
    path = current_snapshot(publish())
    (path / "manifest.json").write_text(content)
    with pytest.raises(DamagedSnapshotError, match="make index"):
        read_manifest(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"products": "ten"},
        {"photos": -1},
        {"probes": None},
        {"digest": 5},
        {"files": []},
        {"files": {"../secret": "0"}},
        {"files": {"roles.json": 1}},
        {"balance": [1]},
        {"id": "a/b"},
    ],
)
def test_manifest_with_impossible_fields_is_damage(publish: Callable[..., Path], changes: dict) -> None:
    """Names lead nowhere else, counts are counts."""
    path = current_snapshot(publish())
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | changes))
    with pytest.raises(DamagedSnapshotError, match="make index"):
        read_manifest(path)


def test_altered_manifest_is_found_by_its_own_checksum(publish: Callable[..., Path]) -> None:
    """A flipped digit of a weight or a count would be believed otherwise."""
    path = current_snapshot(publish())
    verify_snapshot(path, read_manifest(path))
    manifest = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps(manifest | {"rejects": 7}))
    with pytest.raises(DamagedSnapshotError, match=r"manifest\.json of the index one was altered"):
        verify_snapshot(path, read_manifest(path))


def test_pointer_that_cannot_be_written_leaves_nothing_behind(publish: Callable[..., Path]) -> None:
    """The old index stays live."""
    index = publish("one")
    (index / "two").mkdir()
    (index / "current").unlink()
    (index / "current").mkdir()
    with pytest.raises(OSError, match="directory"):
        publish_snapshot(index, "two")
    assert sorted(path.name for path in index.iterdir()) == ["current", "one", "two"]

"""A training's state on disk."""

import errno
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import StorageError, TrainingDataError
from indexer.training import checkpoint
from indexer.training.checkpoint import load_checkpoint, save_checkpoint

OLD = {"weight0": np.arange(6, dtype=np.float32).reshape(2, 3), "progress": np.array('{"step": 3}')}
NEW = {"weight0": np.ones((2, 3), np.float32), "progress": np.array('{"step": 4}')}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an older checkpoint is."""
    save_checkpoint(tmp_path / "new folder" / "checkpoint.npz", OLD)
    return tmp_path / "new folder" / "checkpoint.npz"


def assert_is(path: Path, state: dict[str, np.ndarray]) -> None:
    found = load_checkpoint(path)
    assert found.keys() == state.keys()
    for name, value in state.items():
        assert found[name].dtype == value.dtype
        assert (found[name] == value).all()


def test_what_was_saved_comes_back(path: Path) -> None:
    """Numbers with their type and shape, and text; the later one replaces the earlier one."""
    assert_is(path, OLD)
    save_checkpoint(path, NEW)
    assert_is(path, NEW)
    assert [file.name for file in path.parent.iterdir()] == ["checkpoint.npz"]


@pytest.mark.parametrize("moment", ["savez", "fsync"])
def test_stop_while_writing_leaves_the_old_one(path: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is half written or not known to be on the disk; and the next one is written over the remains."""

    def stop(file: object, **_: object) -> None:
        if moment == "savez":
            file.write(b"PK\3\4 half")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint.np if moment == "savez" else checkpoint.os, moment, stop)
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(path, NEW)
    assert_is(path, OLD)
    save_checkpoint(path, NEW)
    assert_is(path, NEW)


def test_full_disk_is_told_and_leaves_the_old_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do; the half that was written is gone, as it takes up space."""

    def fill_up(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint.os, "fsync", fill_up)
    with pytest.raises(StorageError, match=r"No space left on device.*--resume"):
        save_checkpoint(path, NEW)
    assert_is(path, OLD)
    assert [file.name for file in path.parent.iterdir()] == ["checkpoint.npz"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a device that is always full")
def test_disk_that_is_really_full_is_told(path: Path) -> None:
    """Not only where we believe that it would be noticed."""
    path.with_suffix(".partial").symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"can't be written.*--resume"):
        save_checkpoint(path, {"weight0": np.zeros(100_000)})
    assert_is(path, OLD)


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "flipped"])
def test_broken_checkpoint_is_told(path: Path, damage: str) -> None:
    """With what to do, whichever way it is broken."""
    content = path.read_bytes()
    middle = content.index(OLD["weight0"].tobytes())
    damaged = {
        "empty": b"",
        "cut": content[:-30],
        "text": b"not a checkpoint",
        "flipped": content[:middle] + b"\xff\xff\xff" + content[middle + 3 :],
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(TrainingDataError, match=r"is broken .*without --resume"):
        load_checkpoint(path)


def test_any_damage_is_told_in_a_sentence(path: Path) -> None:
    """A thousand damaged copies: NumPy and zipfile have many ways to say that bytes make no sense."""
    content, chance = path.read_bytes(), np.random.default_rng(0)
    told = 0
    for _ in range(1000):
        damaged = bytearray(content)
        for place in chance.integers(0, len(content), 3):
            damaged[place] = chance.integers(0, 256)
        path.write_bytes(damaged)
        try:
            load_checkpoint(path)
        except TrainingDataError:
            told += 1
    assert told > 500


def test_absent_checkpoint_is_told(tmp_path: Path) -> None:
    """And how to begin."""
    with pytest.raises(TrainingDataError, match=r"no checkpoint .*leave --resume away"):
        load_checkpoint(tmp_path / "checkpoint.npz")


def test_a_checkpoint_that_cannot_be_read_is_not_called_broken(path: Path) -> None:
    """Whoever deletes it as it was advised loses a training because a disk was away for a moment."""
    path.unlink()
    path.mkdir()
    with pytest.raises(TrainingDataError, match=r"can't be read: Is a directory\..*--resume") as told:
        load_checkpoint(path)
    assert "delete" not in str(told.value)

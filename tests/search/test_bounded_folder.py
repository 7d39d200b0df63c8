"""A folder that strangers fill: it stays within its bounds, and what is added looks at nothing else."""

import os
import time
from pathlib import Path

import pytest

from search import bounded_folder
from search.bounded_folder import BoundedFolder


def write(directory: Path, name: str, size: int = 10, age: float = 0.0) -> Path:
    path = directory / name
    path.write_bytes(b"x" * size)
    os.utime(path, (time.time() - age,) * 2)
    return path


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_the_oldest_make_room_by_number_and_by_bytes(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path, f"{number}.jpg", age=100 - number)
    folder = BoundedFolder(tmp_path, ".jpg", max_files=3, max_bytes=25)
    folder.add(write(tmp_path, "new.jpg"))
    assert names(tmp_path) == ["4.jpg", "new.jpg"]
    folder.add(write(tmp_path, "newer.jpg", size=20))
    assert names(tmp_path) == ["newer.jpg"]


def test_only_files_of_the_kind_are_counted_and_removed(tmp_path: Path) -> None:
    write(tmp_path, "note.txt", size=1000, age=1e6)
    folder = BoundedFolder(tmp_path, ".jpg", max_files=1, max_bytes=100)
    folder.add(write(tmp_path, "a.jpg", age=2))
    folder.add(write(tmp_path, "b.jpg"))
    assert names(tmp_path) == ["b.jpg", "note.txt"]


def test_what_has_expired_goes_first(tmp_path: Path) -> None:
    folder = BoundedFolder(
        tmp_path, ".jpg", max_files=9, max_bytes=999, is_expired=lambda written: time.time() - written > 60
    )
    folder.add(write(tmp_path, "old.jpg", age=61))
    folder.add(write(tmp_path, "young.jpg"))
    assert names(tmp_path) == ["young.jpg"]


def test_a_file_is_added_without_a_look_at_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = BoundedFolder(tmp_path, ".jpg", max_files=100, max_bytes=9999)
    folder.add(write(tmp_path, "first.jpg"))
    monkeypatch.setattr(os, "scandir", lambda _: pytest.fail("the folder was scanned"))
    for number in range(50):
        folder.add(write(tmp_path, f"{number}.jpg"))


def test_what_other_processes_add_counts_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = BoundedFolder(tmp_path, ".jpg", max_files=2, max_bytes=999)
    folder.add(write(tmp_path, "a.jpg", age=9))
    for number in range(5):
        write(tmp_path, f"other-{number}.jpg", age=5 - number)
    monkeypatch.setattr(bounded_folder, "RESCAN_SECONDS", 0.0)
    folder.add(write(tmp_path, "b.jpg"))
    assert names(tmp_path) == ["b.jpg", "other-4.jpg"]


def test_there_may_be_no_folder(tmp_path: Path) -> None:
    assert BoundedFolder(tmp_path / "none", ".jpg", max_files=1, max_bytes=1).sweep() == 0


def test_what_lies_beside_a_file_goes_with_it(tmp_path: Path) -> None:
    """And what lies beside nothing goes at the next look."""
    folder = BoundedFolder(tmp_path, ".jpg", companions=(".0.query", ".1.query"), max_files=1, max_bytes=999)
    folder.add(write(tmp_path, "a.jpg", age=9))
    write(tmp_path, "a.1.query")
    write(tmp_path, "gone.0.query")
    folder.add(write(tmp_path, "b.jpg"))
    assert names(tmp_path) == ["b.jpg", "gone.0.query"]
    write(tmp_path, "b.0.query", size=990)
    assert folder.sweep() == 0
    assert names(tmp_path) == []

"""Files that several processes share: what readers see of them, and who holds their locks."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from search.files import exclusive, file_sizes, is_locked, remove_half_written, written_aside


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """A reader in the middle of the writing finds what was there before."""
    target = tmp_path / "made" / "report.json"
    with written_aside(target) as partial:
        partial.write_text("first")
    with written_aside(target) as partial:
        partial.write_text("second")
        assert target.read_text() == "first"
    assert target.read_text() == "second"
    assert list(target.parent.iterdir()) == [target]


def test_failed_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """An error takes the half-written file away and touches nothing else."""
    target = tmp_path / "report.json"
    target.write_text("first")
    with pytest.raises(UnicodeEncodeError), written_aside(target) as partial:
        partial.write_text("half of it, and then \udc80", encoding="utf-8")
    assert target.read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("folder", ["cache/thumbnails", "photos/6e", "web-photos", "imports"])
def test_what_killed_processes_left_is_removed_once_nobody_can_be_writing_it(tmp_path: Path, folder: str) -> None:
    """Wherever files are written aside below a data directory; a shop's own files elsewhere are left alone."""
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    left, fresh, whole = (tmp_path / folder / name for name in (".a.1-2.part", ".b.1-2.part", "c"))
    own = tmp_path / "mine" / "film.part"
    for path in (left, fresh, whole, own):
        path.write_text("some of it")
        if path is not fresh:
            os.utime(path, (0, 0))
    remove_half_written(tmp_path)
    assert [path.exists() for path in (left, fresh, whole, own)] == [False, True, True, True]


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    """A second one is told at once that the lock is taken, and gets it when the first one has ended."""
    path = tmp_path / "made" / "lock"
    assert not is_locked(path)
    with exclusive(path):
        assert is_locked(path)
        with pytest.raises(BlockingIOError), exclusive(path):
            pass
    assert not is_locked(path)
    with exclusive(path):
        pass


def test_a_patient_one_gets_the_lock_when_it_is_freed(tmp_path: Path) -> None:
    """Whoever waits long enough gets its turn."""
    path, taken, done = tmp_path / "lock", threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(path):
            taken.set()
            done.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(5)
    threading.Timer(0.1, done.set).start()
    with exclusive(path, patience_seconds=5):
        assert done.is_set()
    holder.join()


def test_a_child_that_inherits_the_descriptor_holds_the_lock_on(tmp_path: Path) -> None:
    """So a job's process is never alive and unlocked, and the system frees the lock when the process ends."""
    path = tmp_path / "lock"
    with exclusive(path) as descriptor:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[descriptor], env=dict(os.environ)
        )
    assert is_locked(path)
    child.kill()
    child.communicate()
    assert not is_locked(path)


def test_sizes_are_those_of_the_files_that_are_there(tmp_path: Path) -> None:
    """What was removed after a folder was read, and what is no file, is passed over."""
    (tmp_path / "one").write_bytes(b"abc")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert file_sizes([*tmp_path.iterdir(), tmp_path / "gone"]) == [3]


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    """The system's error names no file, and an import writes to several disks."""
    target = tmp_path / "unpacked" / "1.png"
    with pytest.raises(OSError, match="No space left") as told, written_aside(target):
        Path("/dev/full").write_bytes(b"x" * 2**20)
    assert told.value.filename == str(target)


def test_an_error_that_names_a_file_keeps_it(tmp_path: Path) -> None:
    """Nor is any other trouble laid on the place that was written to."""
    for error in (OSError(errno.ENOSPC, "No space left", "elsewhere"), OSError(errno.EIO, "Input/output error")):
        with pytest.raises(OSError, match=error.strerror) as told, written_aside(tmp_path / "file"):
            raise error
        assert told.value.filename != str(tmp_path / "file")

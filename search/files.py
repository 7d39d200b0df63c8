"""Files that several processes share: written aside and renamed, and locks that the system frees with their process.

This module lies in the search package for the same reason as ``search.photo``: all four packages may import it here.
"""

import errno
import fcntl
import os
import stat
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE_SECONDS = 0.02  # between two attempts to take a lock
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_HALF_WRITTEN = frozenset({".part", ".tmp"})
# Below a data directory; the index's folder is kept in order by builds themselves.
_WRITTEN_ASIDE = frozenset(
    {"asked-photos", "cache", "imports", "jobs", "photos", "rejects", "sources", "unpacked-photos"}
    | {"uploads", "warnings", "web-feeds", "web-photos"}
)
_AT_WORK_SECONDS = 3600.0  # a file aside that was written to within this time may still be written


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """A path beside ``target`` to write to; at the end of the block that file takes the place of ``target``.

    Readers therefore see the old file or the new one, never half of one. If an error leaves the block, the file aside
    is removed and ``target`` stays as it was.

    Args:
        target: the file to replace; its directory is made if it doesn't exist.

    Raises:
        OSError: the directory can't be made, or the file can't be renamed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with naming_what_is_full(target):
            yield partial
            partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def naming_what_is_full(place: Path) -> Iterator[None]:
    """During the block, an error of a disk without room, which names no file, names this place."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM and error.filename is None:
            error.filename = str(place)
        raise


def holds(path: Path, content: bytes) -> bool:
    """Whether a file has this content: not if it is missing, was damaged on disk, or can't be read."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def file_sizes(paths: Iterable[Path]) -> list[int]:
    """The bytes of those that are files, without any that another process removes meanwhile."""
    sizes = []
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                sizes.append(status.st_size)
    return sizes


def find_half_written(home: Path) -> list[Path]:
    """Files of a data directory that killed processes left half-written: those aside that nobody touched lately."""
    found = []
    for path in (path for folder in _WRITTEN_ASIDE for path in (home / folder).rglob("*")):
        if path.suffix in _HALF_WRITTEN and path.is_file():
            with suppress(OSError):  # renamed or removed meanwhile
                if time.time() - path.stat().st_mtime > _AT_WORK_SECONDS:
                    found.append(path)
    return found


def remove_half_written(home: Path) -> None:
    """Remove what ``find_half_written`` finds; what can't be removed stays."""
    for path in find_half_written(home):
        with suppress(OSError):
            path.unlink()


@contextmanager
def exclusive(path: Path, *, patience_seconds: float = 0.0) -> Iterator[int]:
    """Hold the lock of a file during the block.

    The lock (``flock``) belongs to the open file, not to the process: a child process that inherits the descriptor
    holds the lock on after this block has closed its own copy. The system frees the lock when the last process that
    has a copy ends, however it ends.

    Args:
        path: the lock file; it is made, with its directory, if it doesn't exist, and it is never removed.
        patience_seconds: how long to wait for somebody else to free the lock.

    Yields:
        The descriptor of the locked file, which a child process may inherit.

    Raises:
        BlockingIOError: somebody else still holds the lock after ``patience_seconds``.
        OSError: the file can't be made.
    """
    descriptor = _open(path)
    try:
        _lock(descriptor, patience_seconds)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold the lock of a file together with others who share it; ``exclusive`` has to wait for all of them.

    Args:
        path: as of ``exclusive``, whose errors are those of this one, but for the first: it waits.
    """
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock of a file; a file that doesn't exist is not locked."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # looking takes no right to write
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared, so that two who look don't see each other
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock(descriptor: int, patience_seconds: float) -> None:
    patient_until = time.monotonic() + patience_seconds
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= patient_until:
                raise
            time.sleep(_PAUSE_SECONDS)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

"""A folder of files that come from strangers: bounded in number and in bytes, the oldest make room for new ones.

This module lies in the search package for the same reason as ``search.photo``: the catalogue and the web app need it.
"""

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RESCAN_SECONDS = 60.0  # between two looks at what other processes have added


@dataclass(frozen=True)
class _File:
    path: Path
    size_bytes: int  # with what lies beside it
    written_at: float  # seconds since the epoch


class BoundedFolder:
    """Removes the oldest files of a folder when there are too many.

    A file that is added costs no look at all the others: the folder is scanned once in a while, and in between each
    process counts what it adds itself. Several processes may together exceed the bounds by what they add in a minute.

    Args:
        directory: where the files lie; it needn't exist.
        suffix: how the names end of the files that are counted and removed.
        companions: how the names end, in place of ``suffix``, of files that lie beside such a file and go with it.
        half_written: how the names end of files that a killed process leaves; they are counted and removed too.
        max_files, max_bytes: of all together.
        is_expired: whether a file that was written at a time (seconds since the epoch) goes in any case.
    """

    def __init__(
        self,
        directory: Path,
        suffix: str,
        *,
        companions: tuple[str, ...] = (),
        half_written: tuple[str, ...] = (),
        max_files: int,
        max_bytes: int,
        is_expired: Callable[[float], bool] = lambda _: False,
    ) -> None:
        self._directory = directory
        self._suffix = suffix
        self._companions = companions
        self._half_written = half_written
        self._max_files = max_files
        self._max_bytes = max_bytes
        self._is_expired = is_expired
        self._files: deque[_File] = deque()  # the oldest first
        self._bytes = 0
        self._scanned_at: float | None = None
        self._lock = threading.Lock()

    def add(self, path: Path) -> None:
        """Count a file that was just written, and remove what has expired or is too much."""
        with self._lock:
            if self._scanned_at is None or time.monotonic() - self._scanned_at >= RESCAN_SECONDS:
                self._scan()
            else:
                with contextlib.suppress(OSError):
                    status = path.stat()
                    self._files.append(_File(path, status.st_size, status.st_mtime))
                    self._bytes += status.st_size
            self._remove_surplus()

    def sweep(self) -> int:
        """Look at all files, remove what has expired or is too much, and return the number of those that stay."""
        with self._lock:
            self._scan()
            self._remove_surplus()
            return len(self._files)

    def _scan(self) -> None:
        found = self._statuses()
        beside = dict.fromkeys(found, 0)  # name -> bytes of what lies beside the file
        for name in list(found):
            owner = self._owner(name)
            if owner in found:
                beside[owner] += found[name].st_size
            if owner is not None:
                del found[name]
                if owner not in found:  # its file was removed while it was written
                    self._remove(self._directory / name)
        files = [_File(self._directory / name, at.st_size + beside[name], at.st_mtime) for name, at in found.items()]
        self._files = deque(sorted(files, key=lambda file: file.written_at))
        self._bytes = sum(file.size_bytes for file in self._files)
        self._scanned_at = time.monotonic()

    def _statuses(self) -> dict[str, os.stat_result]:
        found: dict[str, os.stat_result] = {}
        with contextlib.suppress(OSError):  # there is no folder yet
            for entry in os.scandir(self._directory):
                if entry.name.endswith((self._suffix, *self._companions, *self._half_written)):
                    with contextlib.suppress(OSError):  # another process has just removed the file
                        found[entry.name] = entry.stat(follow_symlinks=False)
        return found

    def _owner(self, name: str) -> str | None:
        """The name of the file beside which a companion lies; None for a file that is no companion."""
        for ending in self._companions:
            if name.endswith(ending):
                return name.removesuffix(ending) + self._suffix
        return None

    def _remove_surplus(self) -> None:
        while self._files and self._must_go(self._files[0]):
            oldest = self._files.popleft()
            self._bytes -= oldest.size_bytes
            self._remove(oldest.path)
            if oldest.path.name.endswith(self._suffix):
                for ending in self._companions:
                    self._remove(oldest.path.with_name(oldest.path.name.removesuffix(self._suffix) + ending))

    def _remove(self, path: Path) -> None:
        with contextlib.suppress(OSError):  # the file belongs to somebody else, or is gone already
            path.unlink()

    def _must_go(self, oldest: _File) -> bool:
        if len(self._files) > self._max_files or self._bytes > self._max_bytes:
            return True
        try:
            return self._is_expired(oldest.path.stat(follow_symlinks=False).st_mtime)
        except OSError:
            return True  # it is gone, and what lay beside it goes too

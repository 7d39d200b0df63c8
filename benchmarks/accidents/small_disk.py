"""A small disk in memory that can be filled to the last byte; it needs root, who may mount it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FILLER = ".filler"
_STEPS = (2**20, 4096, 1)  # bytes; ever smaller ones, until none fits


def find_lacking() -> str | None:
    """Why no such disk can be made; None where it can."""
    if sys.platform != "linux" or shutil.which("mount") is None:
        return "there is no tmpfs on this system"
    return None if os.geteuid() == 0 else "only root may mount a disk"


class SmallDisk:
    """A disk that is mounted; use ``small_disk`` to get one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def full(self) -> Iterator[None]:
        """There is no room during the block."""
        filler = self.path / _FILLER
        with filler.open("wb") as file:
            size = 0
            for step in _STEPS:
                try:
                    while True:
                        os.posix_fallocate(file.fileno(), size, step)
                        size += step
                except OSError:
                    pass
        try:
            yield
        finally:
            filler.unlink()


@contextmanager
def small_disk(path: Path, size_bytes: int) -> Iterator[SmallDisk]:
    """A disk at a path until the block ends; raises SystemExit if it can't be mounted, as in most containers."""
    path.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=700", "tmpfs", str(path)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        raise SystemExit(f"A small disk can't be mounted: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)  # noqa: S607

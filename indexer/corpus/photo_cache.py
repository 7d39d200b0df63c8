"""Decoded photos on disk, so that an epoch reads pixels instead of decoding JPEGs.

One file a list of photos: their pixels one after the other, then one byte a photo that says whether they are there.
Its name is a fingerprint of the photos' paths, sizes and modification times, so a changed photo can't be served from
an old file. A directory of caches may be deleted at any time; the photos are then decoded anew.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image
from tqdm import tqdm

from indexer.corpus.bounded_threads import run_in_threads
from indexer.errors import StorageError, TrainingDataError
from search.errors import PhotoError
from search.model.preprocessing import VERSION, image_to_pixels
from search.photo import open_photo

_SAVE_EVERY_SECONDS = 2.0  # what a kill can cost
_WHITE = 255


@dataclass(frozen=True)
class PhotoCache:
    """The pixels of N photos, in the order in which they were named."""

    pixels: np.ndarray  # (N, S, S, 3) uint8, a read-only np.memmap
    faults: dict[int, str] = field(default_factory=dict)  # row -> why the photo can't be used; its pixels are white

    @classmethod
    def fill(cls, paths: Sequence[Path | str], directory: Path, side: int, *, progress: bool = True) -> "PhotoCache":
        """Decode what isn't decoded yet, on every core.

        A run that was stopped goes on where it was. Photos that couldn't be used are tried again by every call.

        Args:
            paths: photo files; the same one may come more than once.
            directory: for the cache's files; made if it isn't there.
            side: of the squares (pixels).
            progress: show a bar with photos per second and the time left.

        Raises:
            TrainingDataError: not a single photo can be used, or none was named.
            StorageError: the disk is too small, or the directory can't be written.
        """
        photos = [Path(path) for path in paths]
        if not photos:
            raise TrainingDataError("No photos were named; at least one is needed.")
        path = directory / f"{_fingerprint(photos)}-{side}.pixels"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with _PixelFile(path, len(photos), side) as file:
                file.check_space()
                faults = _decode_missing(photos, side, file, progress=progress)
        except OSError as error:
            raise StorageError(
                f"The cache of decoded photos {path} can't be written: {error.strerror or error}. "
                "Make room or choose another directory and run again; what is decoded so far is kept."
            ) from error
        if len(faults) == len(photos):
            raise TrainingDataError(
                f"None of the {len(photos):,} photos can be used. The first, {photos[0]}: {faults[0]}"
            )
        return cls(np.memmap(path, np.uint8, mode="r", shape=(len(photos), side, side, 3)), faults)


class _PixelFile:
    """N squares of pixels and the N bytes that say which of them are there.

    Written with ``write``, not through a mapping: a full disk is then an error, and not the end of the process.
    """

    def __init__(self, path: Path, count: int, side: int) -> None:
        self._path = path
        self._bytes_each = side * side * 3
        self._flags_at = count * self._bytes_each
        self.there = np.zeros(count, np.uint8)
        self._dirty = False

    def __enter__(self) -> "_PixelFile":
        size = self._flags_at + len(self.there)
        is_whole = self._path.exists() and self._path.stat().st_size == size
        self._file: BinaryIO = self._path.open("r+b" if is_whole else "w+b")
        if is_whole:
            self._file.seek(self._flags_at)
            self.there = np.frombuffer(self._file.read(), np.uint8).copy()
        else:
            self._file.truncate(size)  # sparse where the file system can
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.save()
        finally:
            self._file.close()

    def check_space(self) -> None:
        """Raise StorageError if what is missing won't fit."""
        needed = int(np.count_nonzero(self.there == 0)) * self._bytes_each
        free = shutil.disk_usage(self._path.parent).free
        if needed > free:
            raise StorageError(
                f"The decoded photos need {needed / 1e9:,.1f} GB more in {self._path.parent}, where "
                f"{free / 1e9:,.1f} GB are free. Make room, choose another directory, or take a smaller image size."
            )

    def put(self, row: int, pixels: np.ndarray) -> None:
        """Write one photo; it counts as there from the next save."""
        self._file.seek(row * self._bytes_each)
        self._file.write(pixels.tobytes())
        self.there[row] = 1
        self._dirty = True

    def put_white(self, row: int) -> None:
        """White for a photo that can't be used; it doesn't count as there."""
        self._file.seek(row * self._bytes_each)
        self._file.write(bytes([_WHITE]) * self._bytes_each)

    def save(self) -> None:
        """Pixels first, then the word that they are there, so that not even a power cut leaves a false one."""
        self._file.flush()
        if not self._dirty:
            return
        os.fsync(self._file.fileno())
        self._file.seek(self._flags_at)
        self._file.write(self.there.tobytes())
        self._file.flush()
        self._dirty = False


def _fingerprint(photos: Iterable[Path]) -> str:
    state = hashlib.sha256(VERSION.encode())
    for path in photos:
        try:
            status = path.stat()
            version = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            version = "missing"
        state.update(f"{path}\0{version}\0".encode(errors="surrogateescape"))
    return state.hexdigest()[:24]


def _decode_missing(photos: list[Path], side: int, file: _PixelFile, *, progress: bool) -> dict[int, str]:
    missing = np.flatnonzero(file.there == 0).tolist()
    faults: dict[int, str] = {}
    saved = time.monotonic()
    bar = tqdm(
        total=len(photos),
        initial=len(photos) - len(missing),
        unit="photo",
        desc="decoding",
        disable=not (progress and missing),
    )
    work = ((row, photos[row]) for row in missing)
    with bar:
        for row, outcome in run_in_threads(partial(_decode_one, side), work, thread_name="decode"):
            if isinstance(outcome, str):
                faults[row] = outcome
                file.put_white(row)
            else:
                file.put(row, outcome)
            bar.update()
            if time.monotonic() - saved > _SAVE_EVERY_SECONDS:
                file.save()
                saved = time.monotonic()
    return dict(sorted(faults.items()))


def _decode_one(side: int, photo: tuple[int, Path]) -> tuple[int, np.ndarray | str]:
    row, path = photo
    try:
        return row, image_to_pixels(open_photo(path, max_side=2 * side), side)  # as the index's build sees it
    except PhotoError as error:
        return row, str(error)


def resize_squares(pixels: np.ndarray, side: int) -> np.ndarray:
    """Photos of a cache at another size: (N, S, S, 3) uint8 to (N, side, side, 3)."""
    if pixels.shape[1] == side:
        return pixels
    return np.stack([np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BICUBIC)) for one in pixels])

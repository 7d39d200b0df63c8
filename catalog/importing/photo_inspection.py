"""Checks that the photos of a feed are sound. A photo that an earlier import has checked is not opened again."""

import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from catalog.products import Photo, Product
from search.errors import PhotoError
from search.files import naming_what_is_full
from search.photo import inspect_photo

_SPOOL_BYTES_IN_MEMORY = 32 * 2**20


@dataclass(frozen=True)
class SoundPhoto:
    """A photo file that can be decoded completely; its fields are those of ``Photo``."""

    path: str
    sha256: str
    size_bytes: int
    mtime_ns: int
    width: int
    height: int


def inspect_files(
    paths: Iterable[Path], known: Mapping[Path, Photo], executor: Executor
) -> Iterator[tuple[Path, SoundPhoto | str]]:
    """Every path in its order, with the sound photo, or with the reason why the file can't be used.

    Args:
        paths: absolute paths.
        known: path -> photo, of earlier imports; a file of unchanged size and modification time is not opened.
        executor: opens the other files. Threads suffice, because Pillow releases Python's lock while it decodes.
    """
    listed = list(paths)
    return zip(listed, executor.map(lambda path: _inspect(path, known.get(path)), listed), strict=True)


def _inspect(path: Path, known: Photo | None) -> SoundPhoto | str:
    try:
        status = path.stat()  # before the bytes are read, so that the next import sees a later change
    except FileNotFoundError:
        return "There is no such file."
    except (OSError, ValueError) as error:
        return f"The file can't be read: {error}."
    if not stat.S_ISREG(status.st_mode):
        return "This is not a file."  # opening a named pipe would block
    if known and (known.size_bytes, known.mtime_ns) == (status.st_size, status.st_mtime_ns):
        return SoundPhoto(
            str(path), known.sha256, known.size_bytes, known.mtime_ns, width=known.width, height=known.height
        )
    try:
        facts = inspect_photo(path)
    except PhotoError as error:
        return str(error)
    return SoundPhoto(
        str(path), facts.sha256, facts.size_bytes, status.st_mtime_ns, width=facts.width, height=facts.height
    )


def count_threads() -> int:
    """The number of photos to decode at the same time: the number of processors."""
    return os.cpu_count() or 1


class Spool:
    """Products with their sound photos, in a temporary file until all of them are written to the database.

    Checking a million photos takes hours, and writing them takes minutes. So only the writing locks the database.
    """

    def __init__(self) -> None:
        self._file: Any = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by __exit__)
            _SPOOL_BYTES_IN_MEMORY, mode="w+", encoding="utf-8"
        )
        self.products = 0
        self.photos = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, product: Product, photos: Iterable[SoundPhoto]) -> None:
        """Add a product at the end."""
        facts = [vars(photo) for photo in photos]
        details = {one.name: getattr(product, one.name) for one in fields(product) if one.name != "photos"}
        with naming_what_is_full(Path(tempfile.gettempdir())):
            self._file.write(json.dumps([details, facts]) + "\n")
        self.products += 1
        self.photos += len(facts)

    def __iter__(self) -> Iterator[tuple[Product, list[SoundPhoto]]]:
        with naming_what_is_full(Path(tempfile.gettempdir())):
            self._file.seek(0)  # which writes the rest
        for line in self._file:
            details, facts = json.loads(line)
            yield Product(**details), [SoundPhoto(**fact) for fact in facts]

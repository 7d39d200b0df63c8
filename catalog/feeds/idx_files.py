"""IDX files, in which MNIST, Fashion-MNIST and their like come: all photos in one file, all labels in another one.

The layout is Yann LeCun's (http://yann.lecun.com/exdb/mnist/): two zero bytes, the type of the values, the number of
dimensions, each dimension as a big-endian 32-bit number, then the values.
"""

import gzip
import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.errors import SourceError

_UNSIGNED_BYTES = 8
_LABELS, _GREY, _COLOUR = 1, 3, 4  # dimensions
_GZIP = b"\x1f\x8b"
_MAX_SIDE = 4096  # pixels
_CHUNK_BYTES = 2**20
_IMAGES_NAME = re.compile(r"images(?P<between>.?)idx[34]|images|photos", re.IGNORECASE)
_LABELS_NAME = re.compile(r"labels(?P<between>.?)idx1|labels", re.IGNORECASE)


@dataclass(frozen=True)
class IdxPair:
    """A file of photos and the file of their labels."""

    images: Path
    labels: Path

    @property
    def name(self) -> str:
        """What the files are called before "images", such as train or t10k."""
        return _IMAGES_NAME.split(self.images.name, maxsplit=1)[0].strip("-_. ") or "photos"


@dataclass(frozen=True)
class PhotoArchive:
    """A file of photos that is whole."""

    path: Path
    count: int
    height: int  # pixels
    width: int
    mode: str  # as Pillow names it: L or RGB
    digest: str  # of the content, the same whether the file is packed or not

    def photos(self) -> Iterator[bytes]:
        """The pixels of each photo, row by row; one photo at a time is in memory."""
        size = self.height * self.width * len(self.mode)
        with _open(self.path) as file:
            _read_sizes(file, self.path, (_GREY, _COLOUR))
            for _ in range(self.count):
                yield file.read(size)


def find_pairs(source: Path) -> list[IdxPair]:
    """The pairs of IDX files that a source names: a folder that holds some, or one of the files; empty if it has none.

    Of a file that lies there packed and unpacked, as torchvision leaves them, the unpacked one is taken; torchvision's
    folder ``raw`` is found from the one above it.

    Raises:
        SourceError: photos have no labels beside them, or labels no photos.
    """
    if source.is_file():
        dimensions = _count_dimensions(source)
        if dimensions == _LABELS:
            return [IdxPair(_find_partner(source, _LABELS_NAME, "images", "idx3"), source)]
        return [_pair(source)] if dimensions else []
    for folder in (source, source / "raw"):
        with suppress(OSError):
            named = sorted(path for path in folder.iterdir() if _IMAGES_NAME.search(path.name) and path.is_file())
            found = [path for path in named if _count_dimensions(path) in (_GREY, _COLOUR)]
            if found:
                return [_pair(path) for path in found if not _lies_unpacked(path)]
    return []


def read_labels(path: Path) -> bytes:
    """The labels, a byte each.

    Raises:
        SourceError: the file is damaged.
    """
    with _open(path) as file:
        (count,) = _read_sizes(file, path, (_LABELS,))
        labels = file.read(count)
        _refuse_other_length(path, "labels", count, len(labels), more=file.read(1))
        return labels


def open_photos(path: Path) -> PhotoArchive:
    """The photos of a file, once all of it was read and found whole.

    Raises:
        SourceError: the file is damaged, or its photos are larger than photos are.
    """
    digest = hashlib.sha256()
    with _open(path) as file:
        count, height, width, *channels = _read_sizes(file, path, (_GREY, _COLOUR))
        if channels not in ([], [3]) or not (0 < height <= _MAX_SIDE and 0 < width <= _MAX_SIDE):
            raise SourceError(
                f"{path} holds values of {'x'.join(map(str, (height, width, *channels)))}; photos are needed, in grey "
                f"or in three colours, of at most {_MAX_SIDE:,} pixels a side."
            )
        size = height * width * (3 if channels else 1)
        digest.update(struct.pack(">IIII", height, width, len(channels), count))
        length = 0
        while length < count * size and (chunk := file.read(min(_CHUNK_BYTES, count * size - length))):
            digest.update(chunk)
            length += len(chunk)
        _refuse_other_length(path, "photos", count, length // size, more=file.read(1))
    return PhotoArchive(path, count, height, width, "RGB" if channels else "L", digest.hexdigest())


def _count_dimensions(path: Path) -> int:
    """How many dimensions an IDX file of bytes has; 0 if it isn't one, or not one of photos or labels."""
    with suppress(SourceError), _open(path) as file:
        start = file.read(4)
        if len(start) == 4 and start[:3] == bytes((0, 0, _UNSIGNED_BYTES)) and start[3] in (_LABELS, _GREY, _COLOUR):
            return start[3]
    return 0


def _pair(images: Path) -> IdxPair:
    return IdxPair(images, _find_partner(images, _IMAGES_NAME, "labels", "idx1"))


def _find_partner(path: Path, own: "re.Pattern[str]", other: str, idx: str) -> Path:
    """The file of labels that belongs to photos, or the other way round."""
    name = path.name.removesuffix(".gz")
    match = own.search(name)
    if match:
        between = match.groupdict().get("between")
        name = f"{name[: match.start()]}{other}{'' if between is None else f'{between}{idx}'}{name[match.end() :]}"
        for candidate in (path.with_name(name), path.with_name(f"{name}.gz")):
            if candidate.is_file():
                return candidate
    what = "photos" if other == "labels" else "labels"
    raise SourceError(
        f"{path.name} holds {what} without {other}: {name if match else f'a file named ...-{other}-...'} is needed "
        "beside it, packed (.gz) or not."
    )


def _lies_unpacked(path: Path) -> bool:
    return path.suffix == ".gz" and path.with_suffix("").is_file()


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    """The file's content, unpacked if it is packed; what is wrong with either becomes a SourceError."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == _GZIP
        with gzip.open(path) if is_packed else path.open("rb") as content:
            yield content  # type: ignore[misc]  # gzip's files have all that is used of BinaryIO
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path} can't be read: {error}. Download it again.") from error


def _read_sizes(file: BinaryIO, path: Path, expected: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes of an IDX file's dimensions, from its beginning; as many as one of ``expected``."""
    start = file.read(4)
    dimensions = start[3] if len(start) == 4 and start[3] in expected else 0
    raw = file.read(4 * dimensions) if dimensions else b""
    if start[:3] != bytes((0, 0, _UNSIGNED_BYTES)) or not raw or len(raw) < 4 * dimensions:
        what = "labels" if expected == (_LABELS,) else "photos"
        raise SourceError(f"{path} is no IDX file of {what}: it begins with {(start + raw).hex(' ') or 'nothing'}.")
    return struct.unpack(f">{dimensions}I", raw)


def _refuse_other_length(path: Path, what: str, count: int, found: int, *, more: bytes) -> None:
    if found < count:
        raise SourceError(f"{path} ends after {found:,} of its {count:,} {what}. Download it again.")
    if more:
        raise SourceError(f"{path} goes on behind the {count:,} {what} that it says to hold. Download it again.")

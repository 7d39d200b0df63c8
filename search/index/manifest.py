"""What an index directory says of itself: the pointer to the live snapshot, and the manifests with checksums.

Nothing here needs FAISS or Arrow, so that whoever only copies, checks or publishes snapshots loads neither.
``search.index.snapshot`` describes the files.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search.errors import DamagedSnapshotError, NoIndexError

FORMAT = 1
POINTER = "current"
MANIFEST = "manifest.json"
DEFAULT_STORE = "faiss:vectors.faiss"  # address of the vectors: a file in the snapshot's own directory
MANIFEST_CHECKSUM = "manifest.sha256"  # snapshots of earlier versions have none
BUILD = "Run `make index` (python -m indexer build)."

_LONGEST_NAME = 255  # bytes; of a file, on every usual file system


@dataclass(frozen=True)
class Manifest:
    """What a snapshot says of itself."""

    format: int
    id: str
    built_at: str  # ISO 8601, UTC
    model: str  # Bundle.hash
    style_dim: int  # of the shape part: all numbers of a vector before the colour part
    colour_dim: int
    products: int
    photos: int
    rejects: int  # photos in the catalogue that could not be indexed
    digest: str  # of everything that the snapshot was made of; equal digests mean an equal index
    probes: int  # of the vector store; 0: exact
    category_head: str  # "fitted" on this catalogue, or the "bundle"'s own
    files: dict[str, str]  # name -> sha256
    balance: dict[str, Any] = field(default_factory=dict)  # LearnedBalance.describe(); empty in older snapshots
    assortment: dict[str, Any] = field(default_factory=dict)  # Assortment.describe(); empty in older snapshots
    store: str = DEFAULT_STORE  # address of the vectors
    sequence: int = 0  # number of the catalogue's latest change that is part of the index
    recall: float | None = None  # share of the 24 true nearest photos that a search finds, as measured; None: unknown
    mark: str = ""  # that the build left in the catalogue; empty in older snapshots

    def __post_init__(self) -> None:
        texts = (self.id, self.built_at, self.model, self.digest, self.category_head, self.store, self.mark)
        counts = (self.style_dim, self.colour_dim, self.products, self.photos, self.rejects, self.probes, self.sequence)
        if not all(isinstance(text, str) for text in (*texts, *self.files.values())) or not all(
            map(_is_file_name, (self.id, *self.files))
        ):
            raise TypeError("a name or text is none")
        if not all(type(count) is int and count >= 0 for count in counts) or not all(
            isinstance(description, dict) for description in (self.balance, self.assortment)
        ):
            raise TypeError("a count or a description is none")
        if self.recall is not None and not (type(self.recall) is float and 0 <= self.recall <= 1):
            raise TypeError("the recall is none")


def live_name(index_dir: Path) -> str | None:
    """The name that the pointer says; None where there is no pointer, or none that can be read."""
    try:
        return current_snapshot(index_dir, must_exist=False).name
    except (NoIndexError, DamagedSnapshotError):
        return None


def current_snapshot(index_dir: Path, *, must_exist: bool = True) -> Path:
    """The directory of the live snapshot.

    Args:
        index_dir: where snapshots lie.
        must_exist: whether a pointer to a directory that isn't there is an error.

    Raises:
        NoIndexError: nothing was published yet. DamagedSnapshotError: the pointer can't be read, or points nowhere.
    """
    try:
        name = (index_dir / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise NoIndexError(f"There is no index in {index_dir} yet. {BUILD}") from error
    except (OSError, ValueError) as error:
        raise DamagedSnapshotError(
            f"The file {index_dir / POINTER}, which names the live index, can't be read ({error}). {BUILD}"
        ) from error
    if not _is_file_name(name):
        raise DamagedSnapshotError(
            f"The file {index_dir / POINTER} should name the live index and holds {name[:40]!r}. {BUILD}"
        )
    path = index_dir / name
    if must_exist and not path.is_dir():
        raise DamagedSnapshotError(f"The live index {name!r} is missing from {index_dir}. {BUILD}")
    return path


def publish_snapshot(index_dir: Path, name: str) -> None:
    """Make a snapshot the live one: atomic, and on disk when this returns; raises OSError and changes nothing."""
    partial = index_dir / f".{POINTER}.{os.getpid()}"
    try:
        partial.write_text(name + "\n", encoding="utf-8")
        for path in (*(index_dir / name).glob("*"), index_dir / name, partial):
            _sync(path)  # a power cut must not leave a pointer to files that never reached the disk
        partial.replace(index_dir / POINTER)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    _sync(index_dir)


def write_manifest(path: Path, fields: dict[str, Any]) -> None:
    """Write a snapshot's manifest, after all its other files, and the checksum by which the manifest is verified."""
    content = json.dumps(fields, ensure_ascii=False, indent=1).encode()
    (path / MANIFEST_CHECKSUM).write_text(hashlib.sha256(content).hexdigest() + "\n", encoding="ascii")
    (path / MANIFEST).write_bytes(content)


def read_manifest(path: Path) -> Manifest:
    """What a snapshot says of itself; raises DamagedSnapshotError where that can't be read."""
    try:
        fields = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if fields.get("format") == FORMAT:
            return Manifest(**fields)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedSnapshotError(f"The manifest of the index {path.name} can't be read ({error}). {BUILD}") from error
    raise DamagedSnapshotError(
        f"The index {path.name} has format {fields.get('format')!r}; this version reads {FORMAT}. {BUILD}"
    )


def verify_snapshot(path: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum; raises DamagedSnapshotError where one is missing or altered."""
    for name, checksum in (*manifest.files.items(), (MANIFEST, _manifest_checksum(path))):
        try:
            found = file_checksum(path / name)
        except OSError as error:
            raise DamagedSnapshotError(f"The index {manifest.id} lacks {name} ({error.strerror}). {BUILD}") from error
        if checksum is not None and found != checksum:
            raise DamagedSnapshotError(f"{name} of the index {manifest.id} was altered (its checksum differs). {BUILD}")


def file_checksum(file: Path) -> str:
    """The sha256 of a file in hexadecimal; raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _manifest_checksum(path: Path) -> str | None:
    """The manifest's checksum; None in a snapshot from before manifests had one."""
    try:
        return (path / MANIFEST_CHECKSUM).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedSnapshotError(f"{MANIFEST_CHECKSUM} of the index {path.name} can't be read. {BUILD}") from error


def _is_file_name(name: object) -> bool:
    """Whether a text names a file directly in a directory."""
    if (
        not isinstance(name, str)
        or not name.isprintable()
        or not 0 < len(name.encode(errors="replace")) <= _LONGEST_NAME
    ):
        return False
    return Path(name).name == name and not name.startswith(".")


def _sync(path: Path) -> None:
    """Have the system write a file or directory to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

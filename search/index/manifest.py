"""What a snapshot says of itself, and whether its files are still those that were written."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search.errors import DamagedSnapshotError
from search.index.stores import DEFAULT_STORE

FORMAT = 1
MANIFEST = "manifest.json"
BUILD = "Run `make index` (python -m indexer build)."


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


def read_manifest(path: Path) -> Manifest:
    """What a snapshot says of itself; raises DamagedSnapshotError where that can't be read."""
    try:
        fields = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if fields.get("format") != FORMAT:
            raise DamagedSnapshotError(
                f"The index {path.name} has format {fields.get('format')!r}; this version reads {FORMAT}. {BUILD}"
            )
        return Manifest(**fields)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DamagedSnapshotError(f"The manifest of the index {path.name} can't be read ({error}). {BUILD}") from error


def verify_snapshot(path: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum; raises DamagedSnapshotError where one is missing or altered."""
    for name, checksum in manifest.files.items():
        try:
            found = file_checksum(path / name)
        except OSError as error:
            raise DamagedSnapshotError(f"The index {manifest.id} lacks {name} ({error.strerror}). {BUILD}") from error
        if found != checksum:
            raise DamagedSnapshotError(f"{name} of the index {manifest.id} was altered (its checksum differs). {BUILD}")


def file_checksum(file: Path) -> str:
    """The sha256 of a file, in hexadecimal; raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""The live index as a build finds it: whether it can stay, and what killed builds have left beside it."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from search.errors import IndexUnavailableError, NoIndexError, OtherModelError, UnknownStoreError
from search.index.manifest import POINTER, Manifest, current_snapshot, read_manifest
from search.index.snapshot import Snapshot
from search.index.stores import remove_store
from search.model.bundle import Bundle

PARTIAL = ".partial"  # suffix of a snapshot's directory while it is written


@dataclass(frozen=True)
class LiveIndex:
    """What is live."""

    manifest: Manifest | None  # None: nothing that this model could serve
    damage: str | None = None  # why it can't stay although something was published


def inspect_live(index_dir: Path, bundle: Bundle) -> LiveIndex:
    """Open the live index and compare all its checksums, as nobody may be told that a damaged one is up to date."""
    try:
        path = current_snapshot(index_dir)
        Snapshot.open(path, bundle, verify=True)
        return LiveIndex(read_manifest(path))
    except (NoIndexError, OtherModelError, UnknownStoreError):
        return LiveIndex(None)
    except IndexUnavailableError as error:
        return LiveIndex(None, str(error))


def remove_leftovers(index_dir: Path) -> None:
    """Remove what killed builds have left; the caller holds the build lock, so that none is at work."""
    for leftover in index_dir.glob(f"*{PARTIAL}"):
        remove_snapshot(leftover)
    for leftover in index_dir.glob(f".{POINTER}.*"):
        leftover.unlink(missing_ok=True)


def remove_snapshot(path: Path) -> None:
    """Remove a snapshot's directory, and its vectors where they are elsewhere."""
    with suppress(IndexUnavailableError):
        remove_store(path)
    shutil.rmtree(path, ignore_errors=True)


def new_snapshot_id(index_dir: Path, wanted: str) -> str:
    """The wanted name, or one that tells it from a snapshot of the same second and content."""
    name, number = wanted, 1
    while (index_dir / name).exists():
        number += 1
        name = f"{wanted}-{number}"
    return name

"""The snapshots that are kept: what each is, what it takes on disk, and putting another one live."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.errors import (
    IndexBusyError,
    IndexMovedError,
    IndexUnavailableError,
    NoIndexError,
    OtherModelError,
    UnknownSnapshotError,
)
from search.files import exclusive
from search.index.manifest import (
    MANIFEST,
    POINTER,
    Manifest,
    live_name,
    publish_snapshot,
    read_manifest,
    verify_snapshot,
)
from search.index.stores import publish_store
from search.model.bundle import Bundle

BUILD_LOCK = ".build.lock"  # in the index directory; held by builds and by whoever moves the pointer
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class KeptSnapshot:
    """A snapshot on disk."""

    manifest: Manifest
    size_bytes: int
    is_live: bool


def list_snapshots(index_dir: Path) -> list[KeptSnapshot]:
    """Every snapshot that can be read, the latest built first; empty where nothing was built yet."""
    live = live_id(index_dir)
    found = []
    for path in index_dir.glob(f"*/{MANIFEST}"):
        try:
            manifest = read_manifest(path.parent)
            size = sum(file.stat().st_size for file in path.parent.iterdir())
        except (IndexUnavailableError, OSError):
            continue  # damaged, or removed by a build while we look
        if path.parent.name == manifest.id:  # not one that is still being written
            found.append(KeptSnapshot(manifest, size, manifest.id == live))
    return sorted(found, key=lambda one: (one.manifest.built_at, one.manifest.id), reverse=True)


def live_id(index_dir: Path) -> str | None:
    """The name that the pointer says; None before the first build, or where it can't be read."""
    return live_name(index_dir)


def is_published(index_dir: Path) -> bool:
    """Whether an index was ever published here, in whatever state it is."""
    return os.path.lexists(index_dir / POINTER)


def snapshot_path(index_dir: Path, snapshot_id: str) -> Path:
    """The directory of a kept snapshot; a name that isn't one's leads nowhere.

    Raises:
        UnknownSnapshotError: it was never built, or is no longer kept.
    """
    if snapshot_id not in {path.parent.name for path in index_dir.glob(f"*/{MANIFEST}")}:
        raise UnknownSnapshotError(f"There is no index {snapshot_id!r}, or it is no longer kept.")
    return index_dir / snapshot_id


@contextmanager
def put_back(index_dir: Path, snapshot_id: str, bundle: Bundle, *, expected_live: str) -> Iterator[Callable[[], None]]:
    """What makes a kept snapshot the live one, to be called inside the block, beside whatever belongs to it.

    Everything is checked before the block, under the lock that builds hold too: so nobody is undone unseen, and no
    build tidies away what becomes live. The next build compares with what is live then, and publishes anew.

    Args:
        index_dir: where snapshots lie.
        snapshot_id: which one.
        bundle: the model in use.
        expected_live: the one that was live when this was decided.

    Raises:
        UnknownSnapshotError: it isn't kept. OtherModelError: another model made it. DamagedSnapshotError: a file of it
        is missing or altered. IndexMovedError: another one has become live. IndexBusyError: a build is at work.
    """
    if live_id(index_dir) is None:
        raise NoIndexError(f"There is no index in {index_dir} yet.")
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(index_dir / BUILD_LOCK, patience_seconds=_PATIENCE_SECONDS))
        except BlockingIOError as error:
            raise IndexBusyError(
                "The index is being rebuilt. Wait until that has ended, or cancel it; then choose again."
            ) from error
        live = live_id(index_dir)
        if live != expected_live:
            raise IndexMovedError(f"The index {live} is live by now, not {expected_live} as the page said.")
        path = snapshot_path(index_dir, snapshot_id)
        manifest = read_manifest(path)
        if manifest.model != bundle.hash:
            raise OtherModelError(
                f"The index {snapshot_id} was built by model {manifest.model}, but {bundle.name} ({bundle.hash}) is in "
                "use. Their vectors can't be compared; rebuild the index, or set VITRINA_BUNDLE to the earlier model."
            )
        verify_snapshot(path, manifest)

        def publish() -> None:
            publish_snapshot(index_dir, snapshot_id)
            publish_store(path)

        yield publish

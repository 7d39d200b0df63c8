"""Putting a snapshot on disk: written beside the live one, checked, renamed, and then made the live one."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from catalog.settings import snapshots_kept
from indexer.building.live_index import PARTIAL, new_snapshot_id, remove_snapshot
from indexer.errors import StorageError
from search.errors import DamagedSnapshotError
from search.index.manifest import MANIFEST, Manifest, live_name, read_manifest
from search.index.snapshot import Snapshot, SnapshotContent, publish_snapshot, write_snapshot
from search.index.stores import publish_store, release_store
from search.model.bundle import Bundle
from search.settings import vector_store


def write_and_publish(index_dir: Path, content: SnapshotContent, bundle: Bundle) -> Manifest:
    """Make a snapshot of this content the live one, and remove snapshots that are no longer kept.

    The caller holds the builds' lock. Killed at any instant, the old snapshot or the new one is live.

    Raises:
        StorageError: what was written can't be read again. OSError: it can't be written. Nothing is left behind.
    """
    built_at = datetime.now(UTC)
    snapshot_id = new_snapshot_id(index_dir, f"{built_at:%Y%m%d-%H%M%S}-{content.digest[:6]}")
    partial = index_dir / f"{snapshot_id}{PARTIAL}"
    partial.mkdir()
    try:
        written = write_snapshot(
            partial,
            content,
            bundle,
            snapshot_id=snapshot_id,
            built_at=built_at.isoformat(timespec="seconds"),
            store_address=vector_store(),
        )
        Snapshot.open(partial, bundle, verify=True)
        partial.rename(index_dir / snapshot_id)
        publish_snapshot(index_dir, snapshot_id)
        publish_store(index_dir / snapshot_id)
    except BaseException as error:
        remove_snapshot(partial)
        if live_name(index_dir) != snapshot_id:
            remove_snapshot(index_dir / snapshot_id)
        if isinstance(error, DamagedSnapshotError):
            raise StorageError(f"What was written can't be read again. The live index is as it was. {error}") from error
        raise
    _tidy_up(index_dir, snapshot_id)
    return written


def oldest_sequence(index_dir: Path) -> int:
    """The number of the latest change that is part of all kept snapshots: each may be made the live one again."""
    kept: list[int] = []
    for manifest in index_dir.glob(f"*/{MANIFEST}"):
        with suppress(DamagedSnapshotError):
            kept.append(read_manifest(manifest.parent).sequence)
    return min(kept, default=0)


def _tidy_up(index_dir: Path, live: str) -> None:
    """Remove all but the live snapshot and the latest others, which readers may still be opening."""
    manifests = [path for path in index_dir.glob(f"*/{MANIFEST}") if path.parent.name != live]
    manifests.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for manifest in manifests[snapshots_kept() - 1 :]:
        remove_snapshot(manifest.parent)
    for manifest in manifests[1 : snapshots_kept() - 1]:  # readers may still have the one before the live one
        release_store(manifest.parent)

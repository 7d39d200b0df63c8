"""Putting a snapshot on disk: written beside the live one, checked, renamed, and then made the live one."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from catalog.settings import snapshots_kept
from search.errors import IndexUnavailableError
from search.index.manifest import MANIFEST, Manifest, read_manifest
from search.index.snapshot import (
    Snapshot,
    SnapshotContent,
    current_snapshot,
    publish_snapshot,
    write_snapshot,
)
from search.model.bundle import Bundle
from search.settings import vector_store

_PARTIAL = ".partial"  # suffix of a snapshot's directory while it is written


def read_live_manifest(index_dir: Path) -> Manifest | None:
    """What the live snapshot says of itself; None where there is none, or none that can be read."""
    try:
        return read_manifest(current_snapshot(index_dir))
    except IndexUnavailableError:
        return None


def write_and_publish(index_dir: Path, content: SnapshotContent, bundle: Bundle) -> Manifest:
    """Make a snapshot of this content the live one, and remove snapshots that are no longer kept.

    The caller holds the builds' lock. Killed at any instant, the old snapshot or the new one is live.
    """
    for leftover in index_dir.glob(f"*{_PARTIAL}"):  # of killed builds; the lock says that none is at work
        shutil.rmtree(leftover)
    built_at = datetime.now(UTC)
    snapshot_id = f"{built_at:%Y%m%d-%H%M%S}-{content.digest[:6]}"
    partial = index_dir / f"{snapshot_id}{_PARTIAL}"
    partial.mkdir()
    written = write_snapshot(
        partial,
        content,
        bundle,
        snapshot_id=snapshot_id,
        built_at=built_at.isoformat(timespec="seconds"),
        store_address=vector_store(),
    )
    Snapshot.open(partial, bundle, verify=True)
    final = index_dir / snapshot_id
    if final.exists():  # published within the same second from the same content, by --full
        shutil.rmtree(final)
    partial.rename(final)
    publish_snapshot(index_dir, snapshot_id)
    _tidy_up(index_dir, snapshot_id)
    return written


def _tidy_up(index_dir: Path, live: str) -> None:
    """Remove all but the live snapshot and the latest others, which readers may still be opening."""
    manifests = [path for path in index_dir.glob(f"*/{MANIFEST}") if path.parent.name != live]
    manifests.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for manifest in manifests[snapshots_kept() - 1 :]:
        shutil.rmtree(manifest.parent, ignore_errors=True)

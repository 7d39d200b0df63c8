"""Shops to back up, and what befalls them."""

import hashlib
from pathlib import Path

from catalog import Catalog
from catalog.backup.making import make_backup
from search.index.manifest import publish_snapshot, write_manifest

PASSWORD = "correct horse battery"


def write_index(home: Path, name: str = "20260101-000000-abcdef") -> Path:
    """A snapshot as far as checksums go."""
    path = home / "index" / name
    path.mkdir(parents=True)
    (path / "vectors.faiss").write_bytes(b"v" * 5000)
    sums = {"vectors.faiss": hashlib.sha256(b"v" * 5000).hexdigest()}
    counts = dict.fromkeys(("style_dim", "colour_dim", "products", "photos", "rejects", "probes"), 1)
    texts = {"built_at": "2026-01-01", "model": "m", "digest": "d", "category_head": "bundle"}
    write_manifest(path, {"format": 1, "id": name, **counts, **texts, "files": sums, "balance": {}})
    publish_snapshot(home / "index", name)
    return path


def back_up(target: Path, home: Path) -> list[str]:
    with Catalog.open() as catalog:
        return make_backup(catalog.database, home, target)[1]


def lose(home: Path) -> None:
    for path in home.glob("catalog.db*"):
        path.unlink()

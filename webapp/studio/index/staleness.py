"""Staleness of the live index: what has changed in the catalogue since the index was built."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from catalog.browsing.indexable import count_added_since, has_changed_since, read_indexable
from search.index.comparison import Difference, make_state, read_state
from search.index.manifest import Manifest
from search.model.bundle import DESCRIPTION, Bundle
from webapp.services.access import services
from webapp.studio.index.rejects import rejected_photos

EXACT_UP_TO = 20_000  # products; up to so many are compared one by one, which takes some tenths of a second


@dataclass(frozen=True)
class Staleness:
    """What the next build would change; for a large catalogue only what can be counted quickly."""

    products: int  # products in the catalogue
    added: int
    removed: int | None  # None: not known without a full comparison
    changed: int | None
    imports: int  # sources that were imported since the index was built
    noted: bool = False  # whether anything was written that the index lacks, where products weren't compared

    @property
    def exact(self) -> bool:
        """Whether products were compared one by one."""
        return self.changed is not None

    @property
    def anything(self) -> bool:
        """Whether the index is behind the catalogue. An import that found everything as it was changes nothing."""
        return bool(self.added or self.removed or self.changed) if self.exact else self.noted


def measure_staleness(live: Manifest) -> Staleness:
    """What was imported, added, removed and changed since the live index was built; raises DamagedSnapshotError."""
    catalog = services().catalog
    imports = sum(source.imported_at > live.built_at for source in catalog.sources())
    products = catalog.counts().products
    if max(products, live.products) > EXACT_UP_TO:
        added = count_added_since(catalog.database, live.built_at)
        noted = has_changed_since(catalog.database, live.sequence, live.built_at)
        return Staleness(products, added, None, None, imports, noted)
    found = compare_with_catalog(services().paths.index / live.id)
    return Staleness(products, found.added, found.removed, found.changed, imports)


def compare_with_catalog(path: Path) -> Difference:
    """The differences between a snapshot and today's catalogue; for at most ``EXACT_UP_TO`` products."""
    now = read_indexable(services().catalog.database, rejected_photos(EXACT_UP_TO))
    return Difference(read_state(path), make_state(now.columns, now.photo_product, now.photo_sha256))


def bundle_in_use() -> Bundle:
    """The model with which queries are embedded; raises BundleError."""
    path = services().paths.bundle
    try:
        changed = (path / DESCRIPTION).stat().st_mtime_ns
    except OSError:
        changed = 0
    return _open_bundle(path, changed)


@lru_cache(maxsize=1)
def _open_bundle(path: Path, changed: int) -> Bundle:
    return Bundle.open(path)

"""Which photos products have, by their fingerprints: paths wouldn't do, as a data directory may have been moved."""

from collections.abc import Iterable

from sqlalchemy import select

from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.products import photos


def used_fingerprints(database: Database, fingerprints: Iterable[str]) -> set[str]:
    """Those of some SHA-256 fingerprints that are of a photo of a product."""
    with database.reading() as connection:
        return {
            sha256
            for some in in_batches(list(fingerprints), IDS_PER_QUERY)
            for sha256 in connection.scalars(select(photos.c.sha256).where(photos.c.sha256.in_(some)))
        }

"""Photos that lay in archives, and were unpacked into the data directory: those that nobody needs go."""

import shutil
import time
from pathlib import Path

from sqlalchemy import select

from catalog.repository import Catalog
from catalog.storage.tables.products import photos

_AT_WORK_SECONDS = 3600.0  # a folder that was written to within this time may belong to a check or an import at work


def remove_unpacked(catalog: Catalog, folder: Path) -> None:
    """Delete the photos of archives of which no product has any, unless somebody may be at work with them.

    Args:
        catalog: the catalogue.
        folder: where archives are unpacked, each into a folder of its own.
    """
    if not folder.is_dir():
        return
    for archive in folder.iterdir():
        touched = max((path.stat().st_mtime for path in (archive, *archive.glob("*/"))), default=0.0)
        if time.time() - touched > _AT_WORK_SECONDS and not _is_used(catalog, archive):
            shutil.rmtree(archive, ignore_errors=True)


def _is_used(catalog: Catalog, archive: Path) -> bool:
    # By the end of its path: the data directory may have been moved, or be known by several names.
    within = photos.c.path.contains(f"/{archive.parent.name}/{archive.name}/", autoescape=True)
    with catalog.database.reading() as connection:
        return connection.execute(select(photos.c.photo_id).where(within).limit(1)).first() is not None

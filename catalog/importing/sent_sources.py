"""Files of sources that were sent through the studio: those that came to nothing go after a while."""

import logging
import time
from contextlib import suppress
from pathlib import Path

from catalog.repository import Catalog

FOLDER = "uploads"  # of the data directory
KEPT_DAYS = 30  # after a file was sent, for whoever checks it today and imports it next week

_log = logging.getLogger("catalog.importing")


def is_sent_source(location: str, home: Path) -> bool:
    """Whether a source is a file that came through the studio: it lies in the data directory, and goes when it goes."""
    return Path(location).parent == home / FOLDER


def remove_unused_sources(catalog: Catalog, home: Path) -> int:
    """Delete the files that were sent over ``KEPT_DAYS`` days ago and are no source of the catalogue.

    Returns:
        The number of files that were deleted.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return 0
    # By the end of its path: the data directory may have been moved, or be known by several names.
    imported = {Path(one.location).name for one in catalog.sources() if Path(one.location).parent.name == FOLDER}
    removed = 0
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            try:
                sent_at = file.stat().st_mtime
                if file.name in imported or not file.is_file() or time.time() - sent_at < KEPT_DAYS * 86_400:
                    continue
                file.unlink()
                removed += 1
            except PermissionError as error:
                _log.warning("A file that was sent and never imported stays for now: %s", error)
    return removed

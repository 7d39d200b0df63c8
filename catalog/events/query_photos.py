"""Shoppers' photos, kept only where the shop has turned it on, and no longer than the search they belong to."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from PIL import Image

from search.photo import write_image

MAX_SIDE = 1024  # pixels: enough to see what was asked for
QUALITY = 82
_SEARCH_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


class QueryPhotoArchive:
    """A directory of JPEG files named by search id."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, search_id: str) -> Path:
        """Where a search's photo lies, if it was kept.

        Raises:
            ValueError: that is no search id; nothing else ever becomes a file name.
        """
        if not _SEARCH_ID.fullmatch(search_id):
            raise ValueError(f"{search_id!r} is no search id.")
        return self._directory / f"{search_id}.jpg"

    def keep(self, search_id: str, image: Image.Image) -> None:
        """Store a photo, without any of the facts about place and time that the original carried."""
        target = self.path(search_id)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        small = image.convert("RGB")
        small.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BICUBIC)
        small.info.clear()
        write_image(small, target, "JPEG", quality=QUALITY)

    def forget(self, search_ids: Iterable[str]) -> None:
        """Delete the photos of some searches."""
        for search_id in search_ids:
            self.path(search_id).unlink(missing_ok=True)

    def forget_older(self, before: datetime) -> int:
        """Delete whatever was written before a time, also what no search speaks of any more; how many files."""
        if not self._directory.is_dir():
            return 0
        count = 0
        for path in self._directory.iterdir():
            try:
                if path.is_file() and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    count += 1
            except FileNotFoundError:
                continue  # another process was quicker
        return count

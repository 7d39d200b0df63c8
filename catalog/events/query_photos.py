"""Shoppers' photos that are stored with their searches, if the shop has turned that on, and deleted with them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from search.bounded_folder import BoundedFolder
from search.photo import write_image

MAX_SIDE = 1024  # pixels: enough to see what the photo shows
QUALITY = 82
CLOCK_TOLERANCE = timedelta(days=1)
MAX_PHOTOS = 20_000  # of all together; the oldest make room for new ones
MAX_TOTAL_BYTES = 2**30
_SUFFIX = ".jpg"
_SEARCH_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


class QueryPhotoArchive:
    """A directory of JPEG files that are named by the ids of their searches.

    Args:
        directory: where they lie; it is made when the first one is stored.
        max_photos, max_total_bytes: of all together. Whoever sends photos decides how many there are, so the oldest go
            when there are more.
    """

    def __init__(
        self, directory: Path, *, max_photos: int = MAX_PHOTOS, max_total_bytes: int = MAX_TOTAL_BYTES
    ) -> None:
        self._directory = directory
        self._folder = BoundedFolder(
            directory, _SUFFIX, half_written=(".tmp",), max_files=max_photos, max_bytes=max_total_bytes
        )

    def path(self, search_id: str) -> Path:
        """The path of a search's photo; the file exists only if the photo was stored.

        Raises:
            ValueError: the text is no search id, so that no other text ever becomes a file name.
        """
        if not _SEARCH_ID.fullmatch(search_id):
            raise ValueError(f"{search_id!r} is no search id.")
        return self._directory / f"{search_id}{_SUFFIX}"

    def keep(self, search_id: str, image: Image.Image) -> None:
        """Store a photo without the metadata of the original, such as place and time."""
        target = self.path(search_id)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        small = image.convert("RGB")
        small.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BICUBIC)
        small.info.clear()
        write_image(small, target, "JPEG", quality=QUALITY)
        self._folder.add(target)

    def forget(self, search_ids: Iterable[str]) -> None:
        """Delete the photos of these searches."""
        for search_id in search_ids:
            self.path(search_id).unlink(missing_ok=True)

    def forget_older(self, before: datetime) -> int:
        """Delete every photo that was stored before a time, whether or not its search exists; return their number.

        A photo from the future, stored while the clock was ahead, is deleted too: otherwise it would stay until then.
        """
        ahead = (datetime.now(UTC) + CLOCK_TOLERANCE).timestamp()
        if not self._directory.is_dir():
            return 0
        count = 0
        for path in self._directory.iterdir():
            try:
                if path.is_file() and not before.timestamp() <= path.stat().st_mtime <= ahead:
                    path.unlink()
                    count += 1
            except FileNotFoundError:
                continue  # another process has deleted it
        return count

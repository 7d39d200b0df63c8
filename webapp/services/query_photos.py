"""Query photos: shoppers' photos, kept for a short while so that results have an address.

At that address results can be refined, shared and gone back to. All worker processes share one directory. Nobody can
guess a photo's token, and whoever has the token may see the results; nothing else of a visit is kept. A photo's age is
the age of its file, so the processes need no other record of it.
"""

import contextlib
import io
import logging
import os
import re
import secrets
import stat
import threading
import time
from pathlib import Path

from PIL import Image

from search.photo import open_photo, write_image
from webapp.errors import PhotoExpiredError

SETTING = "VITRINA_PHOTO_MINUTES"
DEFAULT_MINUTES = 60
MAX_MINUTES = 7 * 24 * 60
MAX_SIDE = 1600  # pixels; enough to search by a small part of the photo
MAX_TOTAL_BYTES = 512 * 2**20  # of all query photos together, which is about 2000 photos
JPEG_QUALITY = 88
DECODING_WAIT_SECONDS = 20.0  # until it is a photo's turn to be decoded; a visitor waits no longer

CLOCK_TOLERANCE_SECONDS = 60
_TOKEN_BYTES = 24  # random bytes
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_SUFFIX = ".jpg"
_HALF_WRITTEN = ".tmp"

_log = logging.getLogger("webapp")


def encode_query_photo(photo: bytes) -> bytes:
    """A shopper's photo as every search reads it, by the page or the API, and whether the photo is kept or not.

    If the page and the API embedded different copies, the same photo would get different results.

    Args:
        photo: the bytes of the file that was sent.

    Returns:
        A JPEG: upright, in sRGB, at most ``MAX_SIDE`` pixels a side; the same bytes that ``QueryPhotos.read`` gives.

    Raises:
        PhotoError: the photo can't be used.
    """
    encoded = io.BytesIO()
    open_query_photo(photo).save(encoded, "JPEG", quality=JPEG_QUALITY)
    return encoded.getvalue()


def open_query_photo(photo: bytes) -> Image.Image:
    """A shopper's photo in the size in which it is kept; raises PhotoError."""
    return open_photo(photo, max_side=MAX_SIDE, wait_seconds=DECODING_WAIT_SECONDS)


class QueryPhotos:
    """The directory of query photos.

    Args:
        directory: where photos lie; it is made when the first photo is kept.
        minutes: for how long each photo is kept; 0 keeps none.
        max_total_bytes: what all photos together may take; the oldest make room for new ones.
    """

    def __init__(self, directory: Path, minutes: float = DEFAULT_MINUTES, max_total_bytes: int = MAX_TOTAL_BYTES):
        self.minutes = minutes
        self._directory = directory
        self._max_total_bytes = max_total_bytes
        self._timer: threading.Timer | None = None
        self._sweep()  # photos of an earlier run

    def keep(self, image: Image.Image) -> str | None:
        """The token by which ``read`` gives the photo back; None if photos aren't kept or the file can't be written.

        Args:
            image: what ``open_query_photo`` gave.
        """
        if not self.minutes:
            return None
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_image(image, self._directory / (token + _SUFFIX), "JPEG", quality=JPEG_QUALITY)
        except OSError as error:
            _log.warning("a photo could not be kept, its search is answered all the same: %s", error)
            return None
        self._sweep()
        self._sweep_later()
        return token

    def read(self, token: str) -> bytes:
        """The JPEG behind a token.

        Raises:
            PhotoExpiredError: the photo is too old, was removed, or never existed.
        """
        content = self._content(token) if _TOKEN.fullmatch(token) else None
        if content is None:
            raise PhotoExpiredError(
                f"The photo of this search is no longer here; photos are kept for {self.minutes:g} minutes. "
                "Send it again."
            )
        return content

    def _content(self, token: str) -> bytes | None:
        try:
            # A link could lead out of the directory, and a pipe would block; only a regular file is read.
            descriptor = os.open(self._directory / (token + _SUFFIX), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or self._is_expired(status.st_mtime):
                return None
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(descriptor)

    def _is_expired(self, kept_at: float) -> bool:
        age = time.time() - kept_at
        return age >= self.minutes * 60 or age < -CLOCK_TOLERANCE_SECONDS  # kept while the clock was ahead

    def _sweep(self) -> None:
        """Removes photos that are too old, and then the oldest ones until the rest fits."""
        total = 0
        for path, status in sorted(self._files(), key=lambda item: item[1].st_mtime, reverse=True):
            total += status.st_size
            if self._is_expired(status.st_mtime) or total > self._max_total_bytes:
                with contextlib.suppress(OSError):  # the file belongs to somebody else, or is gone already
                    path.unlink()

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        try:
            for entry in os.scandir(self._directory):
                if entry.name.endswith((_SUFFIX, _HALF_WRITTEN)):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
        except OSError:  # there is no directory yet, or another worker has just removed the file
            return found
        return found

    def _sweep_later(self) -> None:
        """Sets a timer, so that the last photo goes when its time is up, even if no other photo comes."""
        if self._timer is None:
            self._timer = threading.Timer(self.minutes * 60 + 1, self._sweep_again)
            self._timer.daemon = True
            self._timer.start()

    def _sweep_again(self) -> None:
        self._timer = None
        self._sweep()
        if self._files():
            self._sweep_later()


def configured_minutes() -> float:
    """For how many minutes photos are kept: ``VITRINA_PHOTO_MINUTES``, or 60; 0 if the setting can't be understood."""
    setting = os.environ.get(SETTING, "").strip()
    if not setting:
        return DEFAULT_MINUTES
    try:
        minutes = float(setting)
    except ValueError:
        minutes = -1
    if 0 <= minutes <= MAX_MINUTES:
        return minutes
    _log.warning("%s is %r; minutes from 0 to %d are needed. No photo is kept.", SETTING, setting, MAX_MINUTES)
    return 0

"""Query photos: shoppers' photos, kept for a short while so that results have an address.

At that address results can be refined, shared and gone back to. All worker processes share one directory. Nobody can
guess a photo's token, and whoever has the token may see the results; nothing else of a visit is kept. A photo's age is
the age of its file, so the processes need no other record of it.
"""

import contextlib
import logging
import os
import re
import secrets
import stat
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from search.bounded_folder import BoundedFolder
from search.files import written_aside
from search.model.things import Thing
from search.photo import Box, crop_to_box, write_image
from search.query import Query
from search.query_file import load_query, save_query
from webapp.errors import PhotoExpiredError
from webapp.services.decoded_copies import DecodedCopies
from webapp.services.kept_things import SUFFIX as THINGS_SUFFIX
from webapp.services.kept_things import read_things, write_things
from webapp.services.photo_decoding import COPY_QUALITY, open_for_part, side_for_part

SETTING = "VITRINA_PHOTO_MINUTES"
DEFAULT_MINUTES = 60
MAX_MINUTES = 7 * 24 * 60
MAX_TOTAL_BYTES = 512 * 2**20  # of all query photos together, which is about 2000 photos
MAX_PHOTOS = 5000  # tiny ones would fill the disk with half-empty blocks, and slow each look at the folder

CLOCK_TOLERANCE_SECONDS = 60
_TOKEN_BYTES = 24  # random bytes
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
_SUFFIX = ".jpg"
_QUERY_SUFFIX = ".query"
_HALF_WRITTEN = (".tmp", ".part")
_BOX_SLOTS = 7  # boxes of one photo whose queries are kept, at most

_log = logging.getLogger("webapp")


class KeptPhoto:
    """A photo that is kept, to be searched again and again: a ``SearchablePhoto``.

    What a search has embedded of it lies beside the photo and goes when the photo goes, a file for each of a few boxes.
    """

    def __init__(self, path: Path, read: Callable[[], bytes], decoded: DecodedCopies) -> None:
        self._path = path
        self._decoded = decoded
        self.read = read  # the photo as a JPEG; raises PhotoExpiredError

    def decode(self, box: Box | None) -> Image.Image:
        """The photo, or the part of it in a box, as it is embedded; raises PhotoExpiredError, QueryError."""
        side = side_for_part(box)
        whole = self._decoded.get(self._path.name, side, lambda: open_for_part(self.read(), side))
        return whole.copy() if box is None else crop_to_box(whole, box)

    def recall_things(self, model: str) -> tuple[Thing, ...] | None:
        """The things that a model found in the photo; None if it wasn't asked yet."""
        return read_things(self._path.with_suffix(THINGS_SUFFIX), model)

    def remember_things(self, model: str, things: tuple[Thing, ...]) -> None:
        """Keep what a model found, for every process; not if it can't be written."""
        try:
            write_things(self._path.with_suffix(THINGS_SUFFIX), model, things)
        except OSError as error:
            _log.warning("the things in a photo can't be kept, they are looked for again: %s", error)

    def recall(self, box: Box | None) -> Query | None:
        """What was embedded of this part of the photo; None if nothing was, or it can't be read."""
        try:
            remembered, query = load_query(self._slot(box))
        except (OSError, ValueError):
            return None
        return query if remembered == box else None

    def remember(self, box: Box | None, query: Query) -> None:
        """Keep what was embedded of this part of the photo, for every process; not if it can't be written."""
        try:
            with written_aside(self._slot(box)) as partial:
                partial.touch(mode=0o600)
                save_query(query, box, partial)
        except OSError as error:
            _log.warning("a query can't be kept, its photo is embedded again next time: %s", error)

    def _slot(self, box: Box | None) -> Path:
        """The file for a box: one of so few that no visitor can fill the disk with boxes."""
        number = 0 if box is None else 1 + zlib.crc32(repr(box).encode()) % _BOX_SLOTS
        return self._path.with_suffix(f".{number}{_QUERY_SUFFIX}")


class QueryPhotos:
    """The directory of query photos.

    Args:
        directory: where photos lie; it is made when the first photo is kept.
        minutes: for how long each photo is kept; 0 keeps none.
        max_total_bytes: what all photos together may take; the oldest make room for new ones.
        max_photos: how many there may be.
    """

    def __init__(
        self,
        directory: Path,
        minutes: float = DEFAULT_MINUTES,
        max_total_bytes: int = MAX_TOTAL_BYTES,
        max_photos: int = MAX_PHOTOS,
    ):
        self.minutes = minutes
        self._directory = directory
        self._folder = BoundedFolder(
            directory,
            _SUFFIX,
            companions=(THINGS_SUFFIX, *(f".{number}{_QUERY_SUFFIX}" for number in range(1 + _BOX_SLOTS))),
            half_written=_HALF_WRITTEN,
            max_files=max_photos,
            max_bytes=max_total_bytes,
            is_expired=self._is_expired,
        )
        self._decoded = DecodedCopies()
        self._timer: threading.Timer | None = None
        self._folder.sweep()  # photos of an earlier run

    def keep(self, image: Image.Image) -> str | None:
        """The token by which ``open`` gives the photo back; None if photos aren't kept or the file can't be written.

        Args:
            image: what ``photo_decoding.open_copy`` gave.
        """
        if not self.minutes:
            return None
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = self._directory / (token + _SUFFIX)
            write_image(image, target, "JPEG", quality=COPY_QUALITY)
        except OSError as error:
            _log.warning("a photo could not be kept, its search is answered all the same: %s", error)
            return None
        self._folder.add(target)
        self._sweep_later()
        return token

    def open(self, token: str) -> KeptPhoto:
        """The photo behind a token; raises PhotoExpiredError as ``read`` does."""
        with self._opened(token):
            return KeptPhoto(self._directory / (token + _SUFFIX), lambda: self.read(token), self._decoded)

    def read(self, token: str) -> bytes:
        """The JPEG behind a token.

        Raises:
            PhotoExpiredError: the photo is too old, was removed, or never existed.
        """
        with self._opened(token) as file:
            return file.read()

    @contextlib.contextmanager
    def _opened(self, token: str) -> Iterator[BinaryIO]:
        descriptor = self._descriptor(token) if _TOKEN.fullmatch(token) else None
        if descriptor is None:
            raise PhotoExpiredError(
                f"The photo of this search is no longer here; photos are kept for {self.minutes:g} minutes. "
                "Send it again."
            )
        with os.fdopen(descriptor, "rb") as file:
            yield file

    def _descriptor(self, token: str) -> int | None:
        try:
            # A link could lead out of the directory, and a pipe would block; only a regular file is read.
            descriptor = os.open(self._directory / (token + _SUFFIX), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and not self._is_expired(status.st_mtime):
            return descriptor
        os.close(descriptor)
        return None

    def _is_expired(self, kept_at: float) -> bool:
        age = time.time() - kept_at
        return age >= self.minutes * 60 or age < -CLOCK_TOLERANCE_SECONDS  # kept while the clock was ahead

    def _sweep_later(self) -> None:
        """Sets a timer, so that the last photo goes when its time is up, even if no other photo comes."""
        if self._timer is None:
            self._timer = threading.Timer(self.minutes * 60 + 1, self._sweep_again)
            self._timer.daemon = True
            self._timer.start()

    def _sweep_again(self) -> None:
        self._timer = None
        if self._folder.sweep():
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

"""Scaled copies of photos, in the few widths that pages need. A copy is made once and named by the photo's content."""

import hashlib
import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from search.errors import PhotoError
from search.files import written_aside
from search.photo import open_photo
from search.sealed_images import is_sealed, is_whole, seal
from webapp.errors import MissingPageError
from webapp.services.single_flight import SingleFlight

# Pixels: for a swatch; for a card on an ordinary screen, a phone and a screen of high density; for a product page on a
# phone and on a screen of high density.
WIDTHS = (160, 320, 480, 640, 960, 1200)
LINK_WIDTH = 1200  # pixels; for the preview that other sites show of a shared link
MAX_HEIGHT_PER_WIDTH = 2  # a photo that is taller than that is scaled by its height
WAIT_SECONDS = 5.0  # for a copy to be made; a visitor waits no longer, and the copy is made nevertheless

_log = logging.getLogger("webapp")


@dataclass(frozen=True)
class Codec:
    """How a photo is written in one format."""

    name: str  # Pillow's name of the format
    mimetype: str
    options: Mapping[str, object]
    widths: tuple[int, ...] = WIDTHS


# The figures behind the settings are in docs/design.md; benchmarks/thumbnails.py prints them.
CODECS = {
    # At speed 9 AVIF takes less time than WebP. One thread for each photo, since a page asks for many photos at once.
    "avif": Codec("AVIF", "image/avif", {"quality": 55, "speed": 9, "max_threads": 1}),
    "webp": Codec("WEBP", "image/webp", {"quality": 82, "method": 4}),
    # For previews in messengers and social networks, some of which read no newer format.
    "jpg": Codec("JPEG", "image/jpeg", {"quality": 82, "optimize": True, "progressive": True}, (LINK_WIDTH,)),
}


@cache
def writes_avif() -> bool:
    """Whether this machine's Pillow can write AVIF; some distributions leave it out."""
    try:
        Image.new("RGB", (16, 16)).save(io.BytesIO(), "AVIF")
    except (KeyError, OSError, ValueError):
        return False
    return True


class ThumbnailCache:
    """A directory of scaled photos, each named by the sha256 of the original, the width and the format."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._making = SingleFlight()
        self._warned = False

    def read(
        self, source: Path, sha256: str, width: int, suffix: str = "webp", *, wait_seconds: float = WAIT_SECONDS
    ) -> bytes:
        """The file that shows ``source`` at most ``width`` pixels wide; it is made now if there is no whole one yet.

        Where it can't be written, as on a full disk, it is made for each request.

        Args:
            source: the original photo.
            sha256: of the original's bytes, as the catalogue knows it; the address promises exactly these bytes.
            width: one of ``WIDTHS``.
            suffix: one of ``CODECS``.
            wait_seconds: how long to wait until it is made.

        Raises:
            MissingPageError: the width or format isn't served, or the original is gone, altered or unreadable.
            ShopBusyError: it couldn't be made in time; it will be there later.
        """
        codec = CODECS.get(suffix)
        if codec is None or (suffix == "avif" and not writes_avif()):
            raise MissingPageError(f"Photos don't come as {suffix}.")
        if width not in codec.widths:
            listed = ", ".join(map(str, codec.widths))
            raise MissingPageError(f"Photos come {listed} pixels wide as {suffix}, not {width}.")
        target = self._directory / sha256[:2] / f"{sha256}-{width}.{suffix}"
        content = self._kept(target, codec)
        if content is None:
            content = self._making.do(target, lambda: self._make(target, source, sha256, width, codec), wait_seconds)
        return content

    def _make(self, target: Path, source: Path, sha256: str, width: int, codec: Codec) -> bytes:
        content = self._kept(target, codec)  # a request that ended a moment ago may have had it made
        if content is None:
            content = seal(_encode(_scaled(_original(source, sha256), width), codec))
            self._keep(target, content)
        return content

    def _kept(self, target: Path, codec: Codec) -> bytes | None:
        """The file if it is whole; None if there is none, or it has to be made anew."""
        try:
            content = target.read_bytes()
        except OSError:
            return None
        if is_sealed(content):
            return content
        if not is_whole(content, codec.name):
            _log.warning("The scaled photo %s is damaged, and is made anew.", target)
            return None
        content = seal(content)  # of an earlier version, which had no seals
        self._keep(target, content)
        return content

    def _keep(self, target: Path, content: bytes) -> None:
        try:
            with written_aside(target) as partial:
                partial.touch(mode=0o600)
                partial.write_bytes(content)
        except OSError as error:
            if not self._warned:  # once, not for each photo
                _log.warning("Scaled photos can't be kept, and are made for each request: %s.", error.strerror or error)
            self._warned = True
        else:
            self._warned = False


def _encode(image: Image.Image, codec: Codec) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, codec.name, **codec.options)
    return encoded.getvalue()


def _original(source: Path, sha256: str) -> bytes:
    try:
        content = source.read_bytes()
    except OSError:
        raise MissingPageError("The photo's file is gone; import the catalogue again.") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise MissingPageError("The photo's file has changed since it was imported; run the index again.")
    return content


def _scaled(content: bytes, width: int) -> Image.Image:
    try:
        image = open_photo(content, max_side=MAX_HEIGHT_PER_WIDTH * width)
    except PhotoError as error:
        raise MissingPageError(str(error)) from error
    if image.width > width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return image

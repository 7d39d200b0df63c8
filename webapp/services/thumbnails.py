"""Photos in the few widths that pages need: made once, kept by content, served for ever."""

import hashlib
import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from search.errors import PhotoError
from search.photo import open_photo, write_image
from webapp.errors import MissingPageError

# pixels: a swatch, a card on a plain, a phone's and a sharp screen, a product page on a phone and on a sharp screen
WIDTHS = (160, 320, 480, 640, 960, 1200)
LINK_WIDTH = 1200  # pixels; what other sites show of a shared link
MAX_HEIGHT_PER_WIDTH = 2  # a strip taller than this is scaled by its height
LOCKS = 64  # photos that may be scaled at once, if no two fall on the same lock


@dataclass(frozen=True)
class Codec:
    """How a photo is written under one suffix."""

    name: str  # Pillow's
    mimetype: str
    options: Mapping[str, object]
    widths: tuple[int, ...] = WIDTHS


# The figures behind the settings are in docs/design.md; benchmarks/thumbnails.py prints them.
CODECS = {
    # Speed 9 is coded in less time than WebP. One thread a photo, since a page asks for many at once.
    "avif": Codec("AVIF", "image/avif", {"quality": 55, "speed": 9, "max_threads": 1}),
    "webp": Codec("WEBP", "image/webp", {"quality": 82, "method": 4}),
    # For the previews of messengers and networks, some of which read nothing newer.
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
    """A directory of photos named by the original's sha256, the width and the format."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    def path(self, source: Path, sha256: str, width: int, suffix: str = "webp") -> Path:
        """The file that shows ``source`` at most ``width`` pixels wide; made now if it isn't there yet.

        Args:
            source: the original photo.
            sha256: of the original's bytes as the catalogue knows them; the address promises exactly these.
            width: one of ``WIDTHS``.
            suffix: one of ``CODECS``.

        Raises:
            MissingPageError: another width or format, or an original that is gone, altered or unreadable.
        """
        codec = CODECS.get(suffix)
        if codec is None or (suffix == "avif" and not writes_avif()):
            raise MissingPageError(f"Photos don't come as {suffix}.")
        if width not in codec.widths:
            listed = ", ".join(map(str, codec.widths))
            raise MissingPageError(f"Photos come {listed} pixels wide as {suffix}, not {width}.")
        target = self._directory / sha256[:2] / f"{sha256}-{width}.{suffix}"
        if not target.exists():
            with self._locks[hash(target) % LOCKS]:  # who asks for the same at once waits, and finds it made
                if not target.exists():
                    image = _scaled(_original(source, sha256), width)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    write_image(image, target, codec.name, **codec.options)
        return target


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

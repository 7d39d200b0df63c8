"""Photos in the few widths that pages need: made once, kept by content, served for ever."""

import hashlib
import os
import tempfile
from pathlib import Path

from PIL import Image

from search.errors import PhotoError
from search.photo import open_photo
from webapp.errors import MissingPageError

WIDTHS = (160, 320, 640, 1200)  # pixels: a swatch, a card on a phone, a card on a sharp screen, a product page
MAX_HEIGHT_PER_WIDTH = 2  # a strip taller than this is scaled by its height
WEBP_QUALITY = 82
WEBP_EFFORT = 4  # 0 to 6; beyond it, encoding takes twice as long for 2% fewer bytes


class ThumbnailCache:
    """A directory of WebP files named by the original's sha256 and the width."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, source: Path, sha256: str, width: int) -> Path:
        """The file that shows ``source`` at most ``width`` pixels wide; made now if it isn't there yet.

        Args:
            source: the original photo.
            sha256: of the original's bytes as the catalogue knows them; the address promises exactly these.
            width: one of ``WIDTHS``.

        Raises:
            MissingPageError: another width, or an original that is gone, altered or unreadable.
        """
        if width not in WIDTHS:
            raise MissingPageError(f"Photos come {', '.join(map(str, WIDTHS))} pixels wide, not {width}.")
        target = self._directory / sha256[:2] / f"{sha256}-{width}.webp"
        if not target.exists():
            _publish(_scaled(_original(source, sha256), width), target)
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


def _publish(image: Image.Image, target: Path) -> None:
    """Written aside and renamed, so that no reader ever sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            image.save(file, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

"""Opening photos: the only place where bytes from outside become pixels. And writing them, whole or not at all.

Every caller (import, indexing, thumbnails, a shopper's upload) gets the same limits, the same orientation and colours,
and the same errors. What decoding may cost and what becomes of the pixels is decided in ``search.photos``. It imports
Pillow and nothing else of ours but the error tree, so the catalogue may use it too.
"""

import hashlib
import io
import os
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import Image, PngImagePlugin

from search.errors import (
    NotAPhotoError,
    PhotoFileError,
    PhotoTooLargeError,
    PhotoTooSmallError,
    QueryError,
)
from search.photos.colours import in_eight_bits, in_srgb_on_white
from search.photos.decode_cost import decode_cost
from search.photos.decoder_process import DECODERS
from search.photos.decoding_room import ROOM
from search.photos.png_texts import without_texts
from search.photos.unreadable import explain_undecodable, explain_unreadable

# By content, never by file name. MPO, a JPEG with a second picture behind it as many phones make, opens as JPEG.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")

MAX_BYTES = 32 * 2**20  # a 108-megapixel phone JPEG has about 25 MiB
MAX_PIXELS = 50_000_000  # decoded in full: 150 MB as RGB
MAX_JPEG_PIXELS = 120_000_000  # JPEG decodes straight to 1/8 of its size, so phones' 108 megapixels are welcome
MIN_SIDE = 16  # pixels; below it is a tracking pixel or an icon, not a product
INSPECTION_SIDE = 64  # pixels; decoding everything but keeping little is enough to prove that a file is sound

_EXIF_ORIENTATION = 0x0112

Box = tuple[float, float, float, float]
"""A part of a photo: left, top, width and height as fractions (0 to 1) of the photo's sides."""

pillow_heif.register_heif_opener()
warnings.filterwarnings("ignore", message="Corrupt EXIF data")  # a sound photo with a broken note; see _orientation
# Pillow's own alarm goes off where ours does; it stays on as a second lock.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 2**20  # bytes; Pillow holds colour profiles to this limit of texts, too


@dataclass(frozen=True)
class PhotoFacts:
    """What is worth knowing of a photo file without keeping its pixels."""

    sha256: str  # of the file's bytes, hexadecimal
    size_bytes: int
    width: int  # pixels, upright
    height: int


def open_photo(source: Path | bytes, *, max_side: int | None = None, wait_seconds: float | None = None) -> Image.Image:
    """An upright sRGB image of any photo that a phone, a camera or a shop sends.

    Formats go by content. Orientation follows EXIF, colours follow the embedded ICC profile, transparency lies on
    white, 16-bit greys keep their range, an animation gives its first frame.

    Args:
        source: a file, or the bytes of one.
        max_side: scale down so that neither side exceeds it (pixels). Large JPEGs then decode many times faster.
        wait_seconds: while somebody waits for the answer: how long until it is this photo's turn to be decoded, which
            may then take a few seconds. None: for as long as it takes, as in an import.

    Returns:
        A Pillow image in mode RGB, at least ``MIN_SIDE`` pixels on each side as sent.

    Raises:
        NotAPhotoError: empty, or in none of ``FORMATS``.
        PhotoFileError: there is no such file, or it can't be read; it is a NotAPhotoError.
        UnsupportedPhotoError: in a variety of its format that can't be decoded here; it is a NotAPhotoError.
        PhotoTooLargeError: over ``MAX_BYTES``, or over ``MAX_PIXELS`` (``MAX_JPEG_PIXELS`` for JPEG), or decoding takes
            more memory or time than ``search.photos.limits`` allow.
        PhotoTooSmallError: under ``MIN_SIDE`` pixels on a side.
        DamagedPhotoError: the data ends early or makes no sense.
        DecodingBusyError: it wasn't its turn within ``wait_seconds``.
    """
    content = _read(source)
    cost = decode_cost(content)
    with ROOM.take(cost.bytes, wait_seconds):
        if cost.is_bounded:
            return open_here(content, max_side=max_side)
        return DECODERS.open_photo(content, max_side, patient=wait_seconds is None)


def inspect_photo(source: Path | bytes) -> PhotoFacts:
    """Proof that a photo decodes to its end, with its fingerprint and size; raises as ``open_photo`` does."""
    content = _read(source)
    cost = decode_cost(content)
    with ROOM.take(cost.bytes):
        return inspect_here(content) if cost.is_bounded else PhotoFacts(**DECODERS.inspect_photo(content))


def open_here(content: bytes, *, max_side: int | None = None) -> Image.Image:
    """As ``open_photo``, in this process and without a limit of time or memory; raises as it does."""
    return _decode(content, max_side)


def inspect_here(content: bytes) -> PhotoFacts:
    """As ``inspect_photo``, in this process and without a limit of time or memory; raises as ``open_photo`` does."""
    image = _identify(content)
    width, height = image.size
    if _orientation(image) in (5, 6, 7, 8):  # EXIF: lying on its side
        width, height = height, width
    _decode(content, INSPECTION_SIDE)
    return PhotoFacts(hashlib.sha256(content).hexdigest(), len(content), width, height)


def crop_to_box(image: Image.Image, box: Box) -> Image.Image:
    """The part of an image inside a box.

    Raises:
        QueryError: the box leaves the image, or holds less than ``MIN_SIDE`` pixels on a side.
    """
    left, top, width, height = box
    tolerance = 1e-6  # of the image: what rounding in a browser may add
    inside = left >= 0 and top >= 0 and width > 0 and height > 0
    if not (inside and left + width <= 1 + tolerance and top + height <= 1 + tolerance):
        raise QueryError(
            f"The box {left:g},{top:g},{width:g},{height:g} is not inside the photo. "
            "It is x,y,width,height as fractions of the photo, each from 0 to 1, for example 0.1,0.2,0.5,0.6."
        )
    pixels = (
        round(left * image.width),
        round(top * image.height),
        min(image.width, round((left + width) * image.width)),
        min(image.height, round((top + height) * image.height)),
    )
    if pixels[2] - pixels[0] < MIN_SIDE or pixels[3] - pixels[1] < MIN_SIDE:
        raise QueryError(
            f"The box holds {pixels[2] - pixels[0]}x{pixels[3] - pixels[1]} pixels of the photo; "
            f"at least {MIN_SIDE}x{MIN_SIDE} are needed. Choose a larger box."
        )
    return image.crop(pixels)


def _read(source: Path | bytes) -> bytes:
    """The file's bytes, if there are neither none nor too many."""
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = source.stat().st_size
        except OSError as error:
            raise PhotoFileError(f"The photo can't be read: {error.strerror or error}.") from error
    if size == 0:
        raise NotAPhotoError("The photo is empty (0 bytes).")
    if size > MAX_BYTES:
        raise PhotoTooLargeError(
            f"The photo has {size / 2**20:.1f} MiB; at most {MAX_BYTES // 2**20} MiB are accepted. Send a smaller copy."
        )
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise PhotoFileError(f"The photo can't be read: {error.strerror or error}.") from error


def _identify(content: bytes) -> Image.Image:
    """The photo with its header read, its size judged, and nothing decoded."""
    content = without_texts(content)
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooLargeError(
            f"The photo has over {MAX_JPEG_PIXELS / 1e6:.0f} megapixels, too many to decode safely. Send a smaller one."
        ) from error
    except Exception as error:  # each of Pillow's readers has its own way to stumble over bytes that aren't its format
        raise explain_unreadable(content, error) from error
    most = MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS
    if image.width * image.height > most:
        raise PhotoTooLargeError(
            f"The photo has {image.width}x{image.height} pixels; at most {most / 1e6:.0f} megapixels are decoded. "
            "Send a smaller copy."
        )
    if min(image.size) < MIN_SIDE:
        raise PhotoTooSmallError(
            f"The photo has {image.width}x{image.height} pixels; at least {MIN_SIDE}x{MIN_SIDE} are needed."
        )
    return image


def _decode(content: bytes, max_side: int | None) -> Image.Image:
    image = _identify(content)
    orientation = _orientation(image)
    try:
        if image.format == "PNG":
            # Its decoder passes over broken data in silence.
            Image.open(io.BytesIO(without_texts(content)), formats=["PNG"]).verify()
        if max_side is not None:
            image.draft(None, (2 * max_side, 2 * max_side))  # JPEG only; twice the size keeps the later resize sharp
        image.load()
        image = in_eight_bits(image)
        if max_side is not None:
            image.thumbnail((max_side, max_side), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return in_srgb_on_white(_upright(image, orientation))
    except MemoryError:
        raise
    except Exception as error:  # the format was right: the decoder lacks a variety of it, or the data is damaged
        raise explain_undecodable(image.format or "", error) from error


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 (upright) where there is none or the EXIF block is broken.

    Pillow turns a TIFF upright itself when it decodes it, and tells its upright size before.
    """
    if image.format == "TIFF":
        return 1
    try:
        value = image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # a broken EXIF block is no reason to refuse a sound photo
        return 1
    return value if value in range(1, 9) else 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turns = {
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_270,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_90,),
    }
    for turn in turns.get(orientation, ()):
        image = image.transpose(turn)
    return image


def write_image(image: Image.Image, target: Path, codec: str, **options: object) -> None:
    """Written aside, readable for us alone, and renamed, so that no reader ever sees half a file.

    Args:
        image: what to write.
        target: where; what is there is replaced. Until then the file beside it ends in ``.tmp``.
        codec: Pillow's name of the format.
        options: of that format.

    Raises:
        OSError: it can't be written; nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            image.save(file, codec, **options)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

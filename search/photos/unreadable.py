"""Why a photo can't be opened: damaged, in a variety of its format that no decoder here knows, or no photo at all."""

import io
import re

from PIL import TiffImagePlugin

from search.errors import DamagedPhotoError, NotAPhotoError, UnsupportedPhotoError

FORMATS_IN_WORDS = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC"

# How files of these formats begin: what begins so but can't be opened is damaged, not something else.
_SIGNATURES = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF....WEBP|GIF8|II\*\0|MM\0\*|....ftyp(avi|hei|mif)", re.DOTALL)
_TIFF = (b"II*\0", b"MM\0*")
# What decoders say of a sound file that they can't decode.
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|not yet supported|unknown pixel mode|unknown data organization|not available"
)


def explain_unreadable(content: bytes, error: Exception) -> NotAPhotoError | DamagedPhotoError:
    """The error for a file that no decoder takes; ``error`` is what Pillow said when it was opened."""
    is_tiff = content.startswith(_TIFF)
    if is_tiff:
        try:
            TiffImagePlugin.TiffImageFile(io.BytesIO(content))
        except Exception as reason:  # Image.open tells no reason
            if isinstance(reason.__cause__, KeyError):  # a compression that Pillow doesn't know
                return _unsupported("TIFF")
            error = reason
    if _UNSUPPORTED.search(str(error)):
        return _unsupported("TIFF" if is_tiff else "its format")
    if _SIGNATURES.match(content):
        return DamagedPhotoError("The photo is damaged: its beginning can't be read. Copy it again.")
    return NotAPhotoError(f"This is not a photo that can be read: {FORMATS_IN_WORDS} is needed.")


def explain_undecodable(format_name: str, error: Exception) -> UnsupportedPhotoError | DamagedPhotoError:
    """The error for a file of a known format; ``error`` is what its decoder said."""
    if _UNSUPPORTED.search(str(error)):
        return _unsupported(format_name)
    return DamagedPhotoError(f"The photo is damaged: {error}. Export or copy it again.")


def _unsupported(kind: str) -> UnsupportedPhotoError:
    return UnsupportedPhotoError(
        f"The photo may be sound, but this variety of {kind} can't be decoded here. "
        "Save it as JPEG or PNG with 8 bits a channel."
    )

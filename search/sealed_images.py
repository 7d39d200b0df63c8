"""Seals: a few bytes behind an image that tell whether all of it is still there, as it was written.

A picture that is cut off or altered often decodes all the same, and browsers would keep it for a year. Decoders ignore
what follows an image, so a sealed file can be sent as it is.
"""

import io
import struct
import zlib

from PIL import Image

_SEAL = struct.Struct(">I4s8sIQ")  # a box of the type "free", which AVIF allows anywhere and others never look at
_MARK = b"vitrina1"


def seal(image: bytes) -> bytes:
    """The image with its seal behind it."""
    return image + _SEAL.pack(_SEAL.size, b"free", _MARK, zlib.crc32(image), len(image))


def is_sealed(content: bytes) -> bool:
    """Whether an image with its seal is as it was written; False without a seal."""
    if len(content) <= _SEAL.size:
        return False
    image, found = content[: -_SEAL.size], content[-_SEAL.size :]
    return found == seal(image)[-_SEAL.size :]


def is_whole(content: bytes, codec: str | None = None) -> bool:
    """Whether an image that never had a seal, as of an earlier version, can be decoded to its end.

    Args:
        content: the file.
        codec: Pillow's name of the format that it should have; None for any format.
    """
    if b"free" in content[-2 * _SEAL.size :]:
        return False  # it has a seal, or a part of one, that doesn't fit
    if content.endswith(bytes(_SEAL.size)):
        return False  # as after a loss of power: the file has its length, and not its content
    try:
        with Image.open(io.BytesIO(content), formats=[codec] if codec else None) as image:
            image.load()
    except Exception:  # decoders raise whatever they like
        return False
    return not _is_cut(content)


def _is_cut(content: bytes) -> bool:
    """Whether a WebP file is shorter than it says, which its decoder overlooks."""
    return content[:4] == b"RIFF" and int.from_bytes(content[4:8], "little") + 8 > len(content)

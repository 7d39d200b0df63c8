"""The cost of decoding a photo, and the refusal of one that costs too much."""

import struct
from dataclasses import dataclass

from search.errors import PhotoTooLargeError
from search.photos import limits


@dataclass(frozen=True)
class DecodeCost:
    """What decoding a photo will take."""

    bytes: int  # memory at the peak, roughly and rather too much
    is_bounded: bool  # whether the structure alone bounds memory and time; else a process of its own has to


def too_many(what: str, found: int, most: int) -> PhotoTooLargeError:
    """The error for a photo with too much of something, such as "scans"."""
    return PhotoTooLargeError(
        f"The photo has {found:,} {what}, too many to decode safely; at most {most:,} are read. "
        "Save it anew with a photo program, or send a smaller copy."
    )


def check_exif(exif: bytes) -> None:
    """Refuse an EXIF block whose entries claim more than a block can sensibly hold.

    Entries may overlap, so that a block of 64 KiB can ask for 300 MB.

    Raises:
        PhotoTooLargeError: the entries hold over ``MAX_TAG_BYTES`` together.
    """
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 10:
        return
    (first,) = struct.unpack_from(order + "I", block, 4)
    if first + 2 > len(block):
        return
    (count,) = struct.unpack_from(order + "H", block, first)
    count = min(count, (len(block) - first - 2) // 12)
    total = 0
    for place in range(count):
        kind, number = struct.unpack_from(order + "HI", block, first + 2 + 12 * place + 2)
        total += min(number * TYPE_BYTES.get(kind, 1), len(block))
    if total > limits.MAX_TAG_BYTES:
        raise too_many("bytes in its EXIF entries", total, limits.MAX_TAG_BYTES)


# Bytes of one value of each type of TIFF tag.
TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}

"""The costs of the formats that keep a picture in chunks, blocks, strips or boxes."""

import re
import struct

from search.photos import limits
from search.photos.cost import TYPE_BYTES, DecodeCost, check_exif, too_many

_RGBA = 4  # bytes a pixel: Pillow keeps RGB in four, too
_STRIP_OFFSETS, _STRIP_SIZES, _TILE_OFFSETS, _TILE_SIZES = 273, 279, 324, 325
_WIDTH, _HEIGHT = 256, 257
_RLE = (1, 2)  # kinds of compression of a BMP


def cost_of_png(content: bytes) -> DecodeCost | None:
    """The cost of a PNG, or of the still picture of an animated one; raises PhotoTooLargeError for too many chunks."""
    if content[12:16] != b"IHDR" or len(content) < 33:
        return None
    width, height, depth = struct.unpack_from(">IIB", content, 16)
    at, chunks, is_bounded = 8, 0, True
    while at + 8 <= len(content):
        chunks += 1
        if chunks > limits.MAX_CHUNKS:
            raise too_many("chunks", chunks, limits.MAX_CHUNKS)
        length = int.from_bytes(content[at : at + 4])
        kind = content[at + 4 : at + 8]
        if kind == b"eXIf":
            check_exif(content[at + 8 : at + 8 + length])
        elif kind in (b"tEXt", b"zTXt", b"iTXt") and content.startswith(b"Raw profile", at + 8):
            is_bounded = False  # holds a compressed EXIF block, which can't be judged from here
        elif kind == b"IEND":
            break
        at += 12 + length
    # The finished picture, and its rows with a filter byte; 16 bits take a second picture.
    cost = width * height * _RGBA * (2 if depth == 16 else 1) + width * 16
    return DecodeCost(cost, is_bounded and cost <= limits.ORDINARY_BYTES)


def cost_of_webp(content: bytes) -> DecodeCost | None:
    """The cost of a WebP's first frame; raises PhotoTooLargeError for too many chunks."""
    at, chunks, pixels, is_plain = 12, 0, 0, True
    while at + 8 <= len(content):
        chunks += 1
        if chunks > limits.MAX_CHUNKS:
            raise too_many("chunks", chunks, limits.MAX_CHUNKS)
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 18]
        if kind == b"VP8X" and len(body) == 10:
            pixels = (1 + int.from_bytes(body[4:7], "little")) * (1 + int.from_bytes(body[7:10], "little"))
        elif kind == b"VP8 " and len(body) == 10:
            side = struct.unpack_from("<HH", body, 6)
            pixels = max(pixels, (side[0] & 0x3FFF) * (side[1] & 0x3FFF))
        elif kind == b"VP8L" and len(body) == 10:
            bits = int.from_bytes(body[1:5], "little")
            pixels = max(pixels, (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF)))
            is_plain = False  # its tables can be many times as large as its pixels
        elif kind in (b"ANIM", b"ANMF"):
            is_plain = False
        elif kind == b"EXIF":
            check_exif(content[at + 8 : at + 8 + length])
        at += 8 + length + (length & 1)
    if not pixels:
        return None
    cost = pixels * _RGBA * 2
    return DecodeCost(cost, is_plain and cost <= limits.ORDINARY_BYTES)


def cost_of_gif(content: bytes) -> DecodeCost | None:
    """The cost of a GIF's first frame; raises PhotoTooLargeError for too many blocks in front of it."""
    if len(content) < 13:
        return None
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    at, blocks = 13 + _colour_table(flags), 0
    while at < len(content) and content[at] == 0x21:  # an extension: label, then pieces up to an empty one
        at += 2
        while at < len(content) and content[at] and blocks <= limits.MAX_BLOCKS:
            at += 1 + content[at]
            blocks += 1
        at += 1
        blocks += 1
        if blocks > limits.MAX_BLOCKS:
            raise too_many("blocks before its first frame", blocks, limits.MAX_BLOCKS)
    if content[at : at + 1] != b"\x2c" or len(content) < at + 10:
        return None
    left, top, frame_width, frame_height = struct.unpack_from("<HHHH", content, at + 1)
    pixels = max(width, left + frame_width) * max(height, top + frame_height)
    cost = pixels * (1 + _RGBA)
    return DecodeCost(cost, cost <= limits.ORDINARY_BYTES)


def _colour_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def cost_of_bmp(content: bytes) -> DecodeCost | None:
    """The cost of a BMP; raises PhotoTooLargeError for a run-length encoded one that is long."""
    if len(content) < 34:
        return None
    (header,) = struct.unpack_from("<I", content, 14)
    if header == 12:  # the first version of the format
        width, height = struct.unpack_from("<HH", content, 18)
        compression = 0
    else:
        width, height, _, _, compression = struct.unpack_from("<iiHHI", content, 18)
    if compression in _RLE and len(content) > limits.MAX_RLE_BYTES:
        raise too_many("bytes of run-length encoded pixels", len(content), limits.MAX_RLE_BYTES)
    cost = abs(width) * abs(height) * _RGBA
    return DecodeCost(cost, compression not in _RLE and cost <= limits.ORDINARY_BYTES)


def cost_of_tiff(content: bytes) -> DecodeCost | None:
    """The cost of a TIFF's first page; raises PhotoTooLargeError for too many strips, tiles or tags."""
    order = "<" if content[:2] == b"II" else ">"
    is_big = 43 in (content[2], content[3])
    entry, count_format, value_format = (20, "Q", "Q") if is_big else (12, "H", "I")
    try:
        (first,) = struct.unpack_from(order + value_format, content, 8 if is_big else 4)
        (count,) = struct.unpack_from(order + count_format, content, first)
        if count > limits.MAX_TAGS:
            raise too_many("tags", count, limits.MAX_TAGS)
        at = first + struct.calcsize(count_format)
        sides, held = {_WIDTH: 0, _HEIGHT: 0}, 0
        for place in range(at, at + entry * count, entry):
            tag, kind, number = struct.unpack_from(order + "HH" + value_format, content, place)
            held += number * TYPE_BYTES.get(kind, 1)
            if tag in (_STRIP_OFFSETS, _STRIP_SIZES, _TILE_OFFSETS, _TILE_SIZES) and number > limits.MAX_STRIPS:
                raise too_many("strips", number, limits.MAX_STRIPS)
            if tag in sides:
                (sides[tag],) = struct.unpack_from(
                    order + ("H" if kind == 3 else "I"), content, place + entry - (8 if is_big else 4)
                )
    except struct.error:
        return None
    if held > len(content) + limits.MAX_TAG_BYTES:
        raise too_many("bytes in its tags", held, len(content) + limits.MAX_TAG_BYTES)
    return DecodeCost(sides[_WIDTH] * sides[_HEIGHT] * _RGBA * 2, is_bounded=False)


def cost_of_isobmff(content: bytes) -> DecodeCost | None:
    """The cost of an AVIF or HEIF; the sizes of all its pictures stand near its beginning."""
    largest = 0
    for found in re.finditer(rb"ispe\0\0\0\0(.{8})", content[: 4 * limits.MIB], re.DOTALL):
        width, height = struct.unpack(">II", found[1])
        largest = max(largest, width * height)
    if not largest:
        return None
    return DecodeCost(largest * 2 * _RGBA, is_bounded=False)  # planes of up to 16 bits, and the picture

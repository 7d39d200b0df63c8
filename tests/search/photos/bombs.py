"""Small files that ask a decoder for hours, or for gigabytes."""

import io
import struct

from PIL import Image


def encode(image: Image.Image, codec: str, **options: object) -> bytes:
    """The image as a file."""
    encoded = io.BytesIO()
    image.save(encoded, codec, **options)
    return encoded.getvalue()


def small(codec: str, **options: object) -> bytes:
    """A sound photo of 64x64 pixels."""
    return encode(Image.new("RGB", (64, 64), (200, 20, 20)), codec, **options)


def segment(marker: int, payload: bytes) -> bytes:
    """A marker segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def progressive(side: int, scans: int, components: int = 1) -> bytes:
    """A sound progressive JPEG: grey or of three components, whose scans after the first add nothing."""
    numbers = range(1, components + 1)
    frame = struct.pack(">BHHB", 8, side, side, components) + b"".join(bytes([n, 0x11, 0]) for n in numbers)
    head = b"\xff\xd8" + segment(0xDB, b"\0" + b"\1" * 64) + segment(0xC2, frame)
    head += segment(0xC4, b"\x00" + bytes([1] + [0] * 15) + b"\x00")  # DC: one code, no difference
    head += segment(
        0xC4, b"\x10" + bytes([1, 1] + [0] * 14) + b"\xe0\x00"
    )  # AC: a run of blocks that end; end of block
    blocks = ((side + 7) // 8) ** 2
    selectors = b"".join(bytes([n, 0]) for n in numbers)
    first = segment(0xDA, bytes([components]) + selectors + bytes([0, 0, 0])) + _bits("0" * (blocks * components))
    run, left = "", blocks
    while left >= 16384:
        length = min(left, 32767)
        run += "0" + format(length - 16384, "014b")
        left -= length
    further = segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + _bits(run + "10" * left)
    return head + first + further * (scans - 1) + b"\xff\xd9"


def _bits(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\0")


def tiff(entries: list[tuple[int, int, int, int]], rest: int) -> bytes:
    """A TIFF whose directory has these entries (tag, type, number, value), and ``rest`` empty bytes behind it."""
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 0) + bytes(rest)


def tiff_of_strips(strips: int) -> bytes:
    """A grey TIFF of 7000x7000 pixels whose strips all lie at the same place."""
    sides = [(256, 4, 1, 7000), (257, 4, 1, 7000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1)]
    return tiff([*sides, (278, 4, 1, 1), (273, 4, strips, 200), (279, 4, strips, 200)], 8 * strips)


def jpeg_with_exif(entries: int, each: int) -> bytes:
    """A sound JPEG whose EXIF entries all claim the same ``each`` bytes."""
    tags = [(0x9000 + n, 1, each, 8) for n in range(entries)]
    return b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + tiff(tags, 100)) + small("JPEG")[2:]


def gif_with_notes(pieces: int, *, one: bool) -> bytes:
    """A sound GIF with so many pieces of notes before its picture, in one extension or in one each."""
    gif = small("GIF")
    start = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    notes = b"!\xfe" + b"\x01a" * pieces + b"\0" if one else b"!\xfe\x01a\0" * pieces
    return gif[:start] + notes + gif[start:]


def bmp_of_moves(side: int, moves: int) -> bytes:
    """A run-length encoded BMP that moves on by nothing again and again."""
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, 0, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 1078) + header + bytes(1024) + b"\0\2\0\0" * moves + b"\0\1"


def png_with_chunks(chunks: int) -> bytes:
    """A sound PNG with so many empty chunks before its pixels."""
    png = small("PNG")
    return png[:33] + (struct.pack(">I", 0) + b"teXt" + struct.pack(">I", 0x3F8C8A60)) * chunks + png[33:]

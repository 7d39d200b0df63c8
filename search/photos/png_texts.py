"""The chunks of a PNG file that a picture needs, without the texts that programs leave in it."""

import struct

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_TELL_ORIENTATION = (b"XML:com.adobe.xmp\0", b"Raw profile type exif\0", b"Raw profile type APP1\0")
_LONGEST_KEPT = 64 * 2**10  # bytes; notes on a photo's orientation are shorter
_FRAME = 12  # bytes of a chunk's length, name and checksum


def without_texts(content: bytes) -> bytes:
    """A PNG file without texts, but for those that tell its orientation; any other content unchanged.

    Editors write histories and whole workflows of megabytes into text chunks, and decoders refuse texts over their own
    limits as if the picture were damaged. Nothing here reads them, so they are left out before anything is unpacked.
    """
    if not content.startswith(_SIGNATURE) or not any(name in content for name in _TEXTS):
        return content
    kept = [content[: len(_SIGNATURE)]]
    begin = position = len(_SIGNATURE)
    while position + _FRAME <= len(content):
        length, name = struct.unpack_from(">I4s", content, position)
        following = position + _FRAME + length
        if name in _TEXTS and not _tells_orientation(content, position + 8, length):
            kept.append(content[begin:position])
            begin = following
        position = following
        if name == b"IEND":
            break
    kept.append(content[begin:])
    return b"".join(kept)


def _tells_orientation(content: bytes, start: int, length: int) -> bool:
    return length <= _LONGEST_KEPT and content.startswith(_TELL_ORIENTATION, start)

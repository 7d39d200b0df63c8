"""What decoding a photo will cost, read from the structure of the file before any decoder sees it.

A few kilobytes can ask a decoder for hours: scans that each go over all pixels, millions of empty notes, strips or
chunks, pixels that compress to nothing. Each reader here walks one format's structure, and stops at its first limit.
"""

from collections.abc import Callable

from search.photos import limits
from search.photos.containers import cost_of_bmp, cost_of_gif, cost_of_isobmff, cost_of_png, cost_of_tiff, cost_of_webp
from search.photos.cost import DecodeCost
from search.photos.jpeg import cost_of_jpeg

_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], DecodeCost | None]], ...] = (
    (lambda start: start[:2] == b"\xff\xd8", cost_of_jpeg),
    (lambda start: start[:4] == b"\x89PNG", cost_of_png),
    (lambda start: start[:4] == b"RIFF" and start[8:12] == b"WEBP", cost_of_webp),
    (lambda start: start[:4] == b"GIF8", cost_of_gif),
    (lambda start: start[:2] == b"BM", cost_of_bmp),
    (lambda start: start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"II\0*", b"MM*\0"), cost_of_tiff),
    (lambda start: start[4:8] == b"ftyp", cost_of_isobmff),
)


def decode_cost(content: bytes) -> DecodeCost:
    """What decoding will take; nothing, where the bytes are in no known format or too broken to get that far.

    Raises:
        PhotoTooLargeError: it would take more than the limits allow; the message says what there is too much of.
    """
    start = content[:16]
    for recognises, read in _READERS:
        if recognises(start):
            cost = read(content)
            if cost is None:  # broken: the decoder will say so, where it can do no harm
                return DecodeCost(limits.ORDINARY_BYTES, is_bounded=False)
            return cost
    return DecodeCost(0, is_bounded=True)

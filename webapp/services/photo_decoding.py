"""From the bytes of a shopper's photo to the pixels that are embedded, the same for the page and for the API.

A whole photo is embedded as it was sent. The page embeds it before only a smaller copy of it is kept. A part of a photo
is cut out of that copy in both cases, because the page has nothing else when a shopper moves the box.
"""

import io

from PIL import Image

from search.photo import Box, crop_to_box, open_photo

PHOTO_SIDE = 640  # pixels; the model needs 224, and the page shows the photo at most this large
COPY_SIDE = 1600  # pixels; enough to search by a small part of the photo
PART_SIDES = (PHOTO_SIDE, 1120, COPY_SIDE)  # sizes of the copy that a part is cut out of; few, so one can be kept
COPY_QUALITY = 88  # of the JPEG
WAIT_SECONDS = 20.0  # until it is a photo's turn to be decoded; a visitor waits no longer


def decode_original(photo: bytes, box: Box | None) -> Image.Image:
    """The pixels to embed of a photo as it was sent.

    Args:
        photo: the bytes of the file.
        box: the part to search by; None for all of it.

    Raises:
        PhotoError: the bytes can't be used as a photo.
        QueryError: the box is outside the photo.
    """
    if box is None:
        return _open(photo, PHOTO_SIDE)
    copy = io.BytesIO()
    open_copy(photo).save(copy, "JPEG", quality=COPY_QUALITY)
    return decode_copy(copy.getvalue(), box)


def decode_copy(copy: bytes, box: Box | None) -> Image.Image:
    """The pixels to embed of the copy that is kept of a photo; arguments and errors as ``decode_original``'s."""
    whole = open_for_part(copy, side_for_part(box))
    return whole if box is None else crop_to_box(whole, box)


def side_for_part(box: Box | None) -> int:
    """The size of the copy (pixels, longer side) in which a part has about ``PHOTO_SIDE``."""
    if box is None:
        return PHOTO_SIDE
    wanted = PHOTO_SIDE / max(min(box[2], box[3]), PHOTO_SIDE / COPY_SIDE)
    return next((side for side in PART_SIDES if side >= wanted), COPY_SIDE)


def open_for_part(copy: bytes, side: int) -> Image.Image:
    """The kept copy in one of the sizes that ``side_for_part`` gives; raises PhotoError."""
    return _open(copy, side)


def open_copy(photo: bytes) -> Image.Image:
    """A shopper's photo in the size in which it is kept; raises PhotoError."""
    return _open(photo, COPY_SIDE)


def _open(photo: bytes, max_side: int) -> Image.Image:
    return open_photo(photo, max_side=max_side, wait_seconds=WAIT_SECONDS)

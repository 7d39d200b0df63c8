"""What a photo will cost is known from its structure, in no time, and a bomb is refused before it is decoded."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from search.errors import PhotoTooLargeError
from search.photo import FORMATS, open_photo
from search.photos import limits
from search.photos.decode_cost import decode_cost
from tests.search.photos import bombs

BOMBS = {
    "scans": lambda: bombs.progressive(10_900, 300),
    "pixels in scans": lambda: bombs.progressive(10_900, 40),
    "coefficients": lambda: bombs.progressive(10_900, 1, components=3),
    "padding": lambda: b"\xff\xd8" + b"\xff" * 3_000_000 + bombs.small("JPEG")[2:],
    "empty comments": lambda: b"\xff\xd8" + bombs.segment(0xFE, b"") * 800_000 + bombs.small("JPEG")[2:],
    "EXIF entries": lambda: bombs.jpeg_with_exif(5000, 60_000),
    "GIF extensions": lambda: bombs.gif_with_notes(600_000, one=False),
    "pieces of a GIF extension": lambda: bombs.gif_with_notes(600_000, one=True),
    "BMP moves": lambda: bombs.bmp_of_moves(7000, 700_000),
    "TIFF strips": lambda: bombs.tiff_of_strips(300_000),
    "TIFF tags": lambda: bombs.tiff([(0x9000 + n, 1, 2_000_000, 8) for n in range(4000)], 2_000_000),
    "PNG chunks": lambda: bombs.png_with_chunks(200_000),
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_before_it_is_decoded(name: str) -> None:
    """And the message says that there is too much of something, so that whoever has a sound photo can mend it."""
    content = BOMBS[name]()
    started = time.process_time()
    with pytest.raises(PhotoTooLargeError, match=r"The photo has .*(too many|MiB).*smaller copy"):
        open_photo(content, max_side=64)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("codec", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_ordinary_photos_are_decoded_where_they_are(codec: str) -> None:
    """A phone's photo in a common format waits for no other process."""
    cost = decode_cost(bombs.encode(Image.new("RGB", (4000, 3000)), codec))
    assert cost.is_bounded
    assert 4000 * 3000 * 4 <= cost.bytes <= limits.ORDINARY_BYTES


def test_progressive_photos_of_editors_are_ordinary() -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (900, 1200, 3), dtype=np.uint8))
    assert decode_cost(bombs.encode(noise, "JPEG", progressive=True)).is_bounded


def test_bytes_behind_a_photo_are_no_scans() -> None:
    """Phones append a film or a second picture, whose bytes look like anything."""
    film = np.random.default_rng(1).integers(0, 255, 6_000_000, dtype=np.uint8).tobytes() + b"\xff\xda" * 200
    assert open_photo(bombs.small("JPEG", progressive=True) + film).size == (64, 64)


@pytest.mark.parametrize("codec", ["TIFF", "AVIF", "HEIF"])
def test_what_cannot_be_judged_is_decoded_elsewhere(codec: str) -> None:
    cost = decode_cost(bombs.encode(Image.new("RGB", (1200, 900)), codec))
    assert not cost.is_bounded
    assert cost.bytes >= 1200 * 900 * 4


@pytest.mark.parametrize("codec", FORMATS)
def test_structure_that_breaks_off_is_left_to_the_decoder(codec: str) -> None:
    """Wherever it breaks off, and whatever stands there instead."""
    content = bombs.small(codec)
    rng = np.random.default_rng(7)
    for length in range(0, len(content), max(1, len(content) // 60)):
        decode_cost(content[:length])
        decode_cost(content[:length] + rng.bytes(200))


def test_a_photo_of_many_pixels_says_how_many() -> None:
    header = io.BytesIO()
    Image.new("L", (8000, 8000)).save(header, "PNG", compress_level=1)
    with pytest.raises(PhotoTooLargeError, match="8000x8000 pixels"):
        open_photo(header.getvalue())

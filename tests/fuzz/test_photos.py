"""Thousands of broken photos: each is opened, or refused in a sentence, and none leaves anything behind."""

import io
import warnings
from typing import Any

import numpy as np
from PIL import Image

from search.errors import PhotoError
from search.photo import FORMATS, open_photo
from search.photos.decoder_process import DECODERS
from tests.fuzz.mutating import held_bytes, mutate, rounds

PHOTOS = 2000
GROWTH_BYTES = 100 * 2**20  # the heap of decoders that have met odd sizes; a leak of a photo each would be more


def write_photos() -> list[bytes]:
    """A small photo of each of nine formats; the ninth is the progressive kind of JPEG."""
    image = Image.fromarray(np.random.default_rng(5).integers(0, 255, (40, 48, 3), dtype=np.uint8)).resize((96, 80))
    variants: list[tuple[str, dict[str, Any]]] = [(codec, {}) for codec in FORMATS]
    variants.append(("JPEG", {"progressive": True}))
    photos = []
    for codec, options in variants:
        encoded = io.BytesIO()
        image.save(encoded, codec, **options)
        photos.append(encoded.getvalue())
    return photos


def test_no_broken_photo_breaks_anything() -> None:
    photos = write_photos()
    opened = 0
    no_sentences: set[str] = set()  # of the refusals; all of them would fill the memory in an hour
    before = held_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # decoders warn of what they find
        for number, rng in enumerate(rounds(PHOTOS)):
            content = mutate(photos[number % len(photos)], rng)
            try:
                image = open_photo(content, max_side=64, wait_seconds=20)
            except PhotoError as error:
                if not str(error).endswith("."):
                    no_sentences.add(str(error))
            else:
                assert image.mode == "RGB"
                assert max(image.size) <= 64
                opened += 1
            if number == PHOTOS // 10:
                before = held_bytes()  # the codecs are loaded by now
    assert opened > PHOTOS // 20
    assert no_sentences == set()
    assert len(DECODERS._idle) <= 1
    assert held_bytes() - before < GROWTH_BYTES

"""The addresses of the catalogue's photos, which ``webapp.shop.photos`` serves."""

from collections.abc import Sequence
from functools import lru_cache

from flask import url_for

from catalog import Photo
from webapp.services.address_patterns import ANY_PART, pattern_of
from webapp.services.thumbnails import LINK_WIDTH, WIDTHS

CARD_WIDTH = 640  # pixels; what the API names as a product's image


def photo_url(photo: Photo, width: int = CARD_WIDTH, suffix: str = "webp") -> str:
    """The address of a photo at one of the served widths, in one of the served formats."""
    return photo.sha256.join(photo_pattern(width, suffix))


def photo_pattern(width: int = CARD_WIDTH, suffix: str = "webp") -> Sequence[str]:
    """What stands around a photo's fingerprint in such an address."""
    return pattern_of((width, suffix), lambda: _address(width, suffix))


def link_photo_url(photo: Photo) -> str:
    """The address of a photo as other sites can show it: a JPEG, which all of them read."""
    return photo_url(photo, LINK_WIDTH, "jpg")


def photo_srcset(photo: Photo, most: int = WIDTHS[-1], suffix: str = "webp") -> str:
    """A photo's addresses for ``srcset``, no wider than ``most`` pixels and none wider than the original needs."""
    widths = _useful_widths(photo.width, most)
    return photo.sha256.join(pattern_of((widths, suffix), lambda: _addresses(widths, suffix)))


@lru_cache(maxsize=1024)
def _useful_widths(width: int, most: int) -> tuple[int, ...]:
    allowed = [one for one in WIDTHS if one <= most]
    enough = next((one for one in allowed if one >= width), allowed[-1])
    return tuple(one for one in allowed if one <= enough)


def _address(width: int, suffix: str) -> str:
    return url_for("photos.show", sha256=ANY_PART, width=width, suffix=suffix)


def _addresses(widths: tuple[int, ...], suffix: str) -> str:
    return ", ".join(f"{_address(width, suffix)} {width}w" for width in widths)

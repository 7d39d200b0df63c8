"""The addresses of the catalogue's photos, which ``webapp.shop.photos`` serves."""

from flask import g, url_for

from catalog import Photo, Product
from webapp.services.thumbnails import LINK_WIDTH, WIDTHS

_ANY = "0" * 64  # stands for a fingerprint
CARD_WIDTH = 640  # pixels; what the API names as a product's image


def photo_url(photo: Photo, width: int = CARD_WIDTH, suffix: str = "webp") -> str:
    """The address of a photo at one of the served widths, in one of the served formats."""
    if "photo_addresses" not in g:  # a page has hundreds of them, which differ in the fingerprint
        g.photo_addresses = {}
    pattern = g.photo_addresses.get((width, suffix))
    if pattern is None:
        pattern = url_for("photos.show", sha256=_ANY, width=width, suffix=suffix).split(_ANY)
        g.photo_addresses[width, suffix] = pattern
    return photo.sha256.join(pattern)


def product_image_url(product: Product, width: int = CARD_WIDTH) -> str | None:
    """The address of a product's first photo; None for a product without any."""
    return photo_url(product.photos[0], width) if product.photos else None


def link_photo_url(photo: Photo) -> str:
    """The address of a photo as other sites can show it: a JPEG, which all of them read."""
    return photo_url(photo, LINK_WIDTH, "jpg")


def photo_srcset(photo: Photo, most: int = WIDTHS[-1], suffix: str = "webp") -> str:
    """A photo's addresses for ``srcset``, no wider than ``most`` pixels and none wider than the original needs."""
    useful = [width for width in WIDTHS if width <= most]
    enough = next((width for width in useful if width >= photo.width), useful[-1])
    return ", ".join(f"{photo_url(photo, width, suffix)} {width}w" for width in useful if width <= enough)

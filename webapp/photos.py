"""The catalogue's photos on the web: addressed by content, cached by browsers for a year."""

from pathlib import Path

from flask import Blueprint, Response, current_app, send_file, url_for

from catalog import Catalog, Photo, Product
from webapp.errors import MissingPageError
from webapp.http.etags import YEAR_SECONDS
from webapp.services.thumbnails import CODECS, LINK_WIDTH, WIDTHS, ThumbnailCache, writes_avif

CARD_WIDTH = 640  # pixels; what the API names as a product's image

bp = Blueprint("photos", __name__, url_prefix="/photos")


@bp.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"serves_avif": writes_avif()}


def photo_url(photo: Photo, width: int = CARD_WIDTH, suffix: str = "webp") -> str:
    """The address of a photo at one of the served widths, in one of the served formats."""
    return url_for("photos.show", sha256=photo.sha256, width=width, suffix=suffix)


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


def send_thumbnail(source: Path, sha256: str, width: int, suffix: str = "webp") -> Response:
    """A scaled photo from the cache, which a browser may keep for a year without asking again.

    Raises:
        MissingPageError: no such width or format, or the file is gone or altered.
    """
    thumbnails: ThumbnailCache = current_app.extensions["thumbnails"]
    path = thumbnails.path(source, sha256, width, suffix)
    etag = f"{sha256}-{width}-{suffix}"
    response = send_file(path, mimetype=CODECS[suffix].mimetype, etag=etag, max_age=YEAR_SECONDS)
    response.cache_control.immutable = True
    return response


@bp.get("/<sha256>/<int:width>.<any(avif, webp, jpg):suffix>")
def show(sha256: str, width: int, suffix: str) -> Response:
    """One photo of the catalogue; an address that isn't a known photo's leads to no file at all."""
    catalog: Catalog = current_app.extensions["catalog"]
    photo = catalog.photo_by_sha256(sha256)
    if photo is None:
        raise MissingPageError("The catalogue has no such photo.")
    return send_thumbnail(photo.path, photo.sha256, width, suffix)

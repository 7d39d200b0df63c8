"""Serves the catalogue's photos. Each address names the photo's content, so browsers may keep a photo for a year."""

import io
from pathlib import Path

from flask import Blueprint, Response, send_file

from webapp.errors import MissingPageError
from webapp.http.etags import YEAR_SECONDS
from webapp.services.access import services
from webapp.services.thumbnails import CODECS, writes_avif

_MOST_PLACES = 20  # files of one photo that are looked at

bp = Blueprint("photos", __name__, url_prefix="/photos")


@bp.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"serves_avif": writes_avif()}


def send_thumbnail(source: Path, sha256: str, width: int, suffix: str = "webp") -> Response:
    """An answer with a scaled photo, which a browser may keep for a year without asking again.

    Raises:
        MissingPageError: the width or format isn't served, or the file is gone or altered.
    """
    content = services().thumbnails.read(source, sha256, width, suffix)
    etag = f"{sha256}-{width}-{suffix}"
    response = send_file(io.BytesIO(content), CODECS[suffix].mimetype, etag=etag, max_age=YEAR_SECONDS)
    response.cache_control.immutable = True
    return response


@bp.get("/<sha256>/<int:width>.<any(avif, webp, jpg):suffix>")
def show(sha256: str, width: int, suffix: str) -> Response:
    """One photo of the catalogue. Only photos that the catalogue knows are served, and no other file.

    Several products may have the same photo in files of their own: any file that still has these bytes will do.
    """
    missing = MissingPageError("The catalogue has no such photo.")
    for photo in services().catalog.photos_by_sha256(sha256, _MOST_PLACES):
        try:
            return send_thumbnail(photo.path, photo.sha256, width, suffix)
        except MissingPageError as error:
            missing = error
    raise missing

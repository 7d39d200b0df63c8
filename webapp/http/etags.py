"""Pages are not sent again to a browser that has them as they are: an ETag of the content, checked with every visit."""

import hashlib

from flask import Flask, Response, request

MIMETYPES = frozenset({"text/html", "application/json", "application/xml"})
YEAR_SECONDS = 365 * 24 * 3600  # for which browsers keep what is addressed by its content
_HASH_LENGTH = 20  # hexadecimal digits


def init_app(app: Flask) -> None:
    """Give pages a weak ETag, and answer 304 where it is known. Register it after compression, before all others."""
    app.after_request(_validate)


def _validate(response: Response) -> Response:
    if (
        request.method not in ("GET", "HEAD")
        or response.status_code != 200
        or response.mimetype not in MIMETYPES
        or response.is_streamed
        or response.cache_control.no_store
    ):
        return response
    if "Cache-Control" not in response.headers:
        # In the visitor's language, and soon with what was looked at: no shared cache may keep it.
        response.headers["Cache-Control"] = "private, no-cache"
    if "ETag" not in response.headers:
        # Weak, since the same page compressed is other bytes. A HEAD has been answered in full up to here.
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:_HASH_LENGTH], weak=True)
        response.make_conditional(request)
    return response

"""Gives pages an ETag of their content, so that a page that hasn't changed isn't sent to the same browser again."""

import hashlib

from flask import Flask, Response, request

MIMETYPES = frozenset({"text/html", "application/json", "application/xml"})
YEAR_SECONDS = 365 * 24 * 3600  # for which browsers keep files whose address contains their hash
_HASH_LENGTH = 20  # hexadecimal digits


def init_app(app: Flask) -> None:
    """Give pages a weak ETag; answer 304 if the browser has it. Register it after compression, before all others."""
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
        # A page is in the visitor's language, and the studio's is for an account: no shared cache may keep it.
        response.headers["Cache-Control"] = "private, no-cache"
    if "ETag" not in response.headers:
        # Weak, since the compressed page has other bytes. Up to here a HEAD request has a body as well.
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:_HASH_LENGTH], weak=True)
        response.make_conditional(request)
    return response

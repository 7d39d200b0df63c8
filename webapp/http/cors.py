"""Lets scripts of other sites read version 1 of the API, if the shop names their origins (CORS)."""

import os
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from webapp.errors import ServerStartError

SETTING = "VITRINA_CORS_ORIGINS"
ANY = "*"

_PATHS = "/api/v1/"
_NAMED = "vitrina_named_origins"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-None-Match",
    "Access-Control-Max-Age": "86400",  # seconds; browsers cap it
}
_EXPOSED = "ETag, Link, Retry-After, X-Request-ID"


def init_app(app: Flask) -> None:
    """Read the setting and answer for the origins that it names; raises ServerStartError as ``read_origins`` does."""
    origins = configured_origins()
    app.extensions[_NAMED] = origins - {ANY}

    @app.after_request
    def allow(response: Response) -> Response:
        if not origins or not request.path.startswith(_PATHS):
            return response
        origin = request.headers.get("Origin")
        response.vary.add("Origin")
        if origin is None or not (ANY in origins or origin in origins):
            return response
        response.headers["Access-Control-Allow-Origin"] = ANY if ANY in origins else origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        if request.method == "OPTIONS":
            response.headers.update(_PREFLIGHT)
        return response


def comes_from_a_named_origin() -> bool:
    """Whether a page of a site that the setting names sent the request; ``*`` names none."""
    return request.headers.get("Origin") in current_app.extensions[_NAMED]


def configured_origins() -> frozenset[str]:
    """The origins that the environment names; raises as ``read_origins`` does."""
    return read_origins(os.environ.get(SETTING, ""))


def read_origins(text: str) -> frozenset[str]:
    """The origins that a setting names, divided by commas; ``*`` is any.

    Raises:
        ServerStartError: one of them is no origin.
    """
    origins = frozenset(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in origins - {ANY}:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query or parts.fragment:
            raise ServerStartError(f"{SETTING} names {origin!r}; it takes origins such as https://shop.example, or *.")
    return origins

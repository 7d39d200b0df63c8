"""Lets scripts of other sites read version 1 of the API, if the shop names their origins (CORS)."""

import os
import re
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from webapp.errors import ServerStartError

SETTING = "VITRINA_CORS_ORIGINS"
ANY = "*"

_PORTS = {"http": 80, "https": 443}
_SPACE = re.compile(r"\s")
_PATHS = "/api/v1/"
_NAMED = "vitrina_named_origins"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-None-Match",
    "Access-Control-Max-Age": "86400",  # seconds; browsers cap it
}
_EXPOSED = "ETag, Idempotent-Replayed, Link, Retry-After, X-Request-ID"


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
    """The origins that a setting names, divided by commas, as browsers spell them; ``*`` is any.

    Raises:
        ServerStartError: one of them is no origin.
    """
    named = [part.strip().rstrip("/") for part in text.split(",") if part.strip()]
    return frozenset(origin if origin == ANY else _spell(origin) for origin in named)


def _spell(origin: str) -> str:
    """An origin as browsers send it: in lower case, in ASCII, and without the port that its scheme has anyway."""
    wrong = ServerStartError(f"{SETTING} names {origin!r}; it takes origins such as https://shop.example, or *.")
    try:
        parts = urlsplit(origin)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:  # a port that is no number, brackets that don't close, a host that no name server knows
        raise wrong from error
    if not host or parts.scheme not in _PORTS or "@" in parts.netloc or _SPACE.search(origin):
        raise wrong
    if parts.path or parts.query or parts.fragment:
        raise wrong
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")

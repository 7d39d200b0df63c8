"""Refuses requests for hosts that can't be: Flask's routing would stumble over their names before any page is asked."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

_ANSWER = b"The Host header of this request names no host.\n"


def init_app(app: Flask) -> None:
    """Answer such requests with 400, in plain words and without a page."""
    inner: WSGIApplication = app.wsgi_app

    def check_host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_host(environ.get("HTTP_HOST", "")):
            return inner(environ, start_response)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_ANSWER)))]
        start_response("400 Bad Request", [*headers, ("Cache-Control", "no-store"), ("Connection", "close")])
        return [_ANSWER]

    app.wsgi_app = check_host  # type: ignore[method-assign]


def _is_host(host: str) -> bool:
    """Whether a name can be written as routing needs it: parts of 1 to 63 characters."""
    try:
        host.partition(":")[0].encode("idna")
    except UnicodeError:
        return False
    return True

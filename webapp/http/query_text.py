"""Makes the text behind the "?" of an address readable, whatever bytes a client sent.

Werkzeug reads it as UTF-8 and raises UnicodeDecodeError for other bytes, wherever the parameters are read first: on an
error page too. Percent-encoded, the same bytes are read like those of any other client.
"""

from collections.abc import Iterable
from urllib.parse import quote_from_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

_ASCII = bytes(range(128)).decode("ascii")


def init_app(app: Flask) -> None:
    """Percent-encode what isn't ASCII before the app sees a request."""
    inner: WSGIApplication = app.wsgi_app

    def encode_query(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote_from_bytes(query.encode("latin-1", "replace"), safe=_ASCII)
        return inner(environ, start_response)

    app.wsgi_app = encode_query  # type: ignore[method-assign]

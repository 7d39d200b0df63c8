"""The script for a shop's own pages, at an address that stays: /vitrina.js."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request

ADDRESS = "/vitrina.js"
MAX_AGE_SECONDS = 3600  # the address stays and the script doesn't, so pages get a newer one within the hour


def init_app(app: Flask) -> None:
    """Serve the script without its lines of comment; raises OSError if it is missing."""
    source = Path(app.static_folder or "") / "storefront" / "vitrina.js"
    lines = source.read_text("utf-8").splitlines(keepends=True)
    content = "".join(line for line in lines if not line.lstrip().startswith("//")).encode()
    version = hashlib.sha256(content).hexdigest()[:12]

    def send() -> Response:
        response = Response(content, content_type="text/javascript; charset=utf-8")
        response.set_etag(version)
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}, stale-while-revalidate=86400"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.make_conditional(request)
        return response

    app.add_url_rule(ADDRESS, "storefront_script", send)

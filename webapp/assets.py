"""Style sheet and script: addressed by content, so that browsers may keep them for ever and still see every change."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

from webapp.photos import YEAR_SECONDS

_HASH_LENGTH = 12  # hexadecimal digits


def init_app(app: Flask) -> None:
    """Give templates ``asset_url``, and the assets their cache headers."""
    folder = Path(app.static_folder or "")
    versions = {path.relative_to(folder).as_posix(): _version(path) for path in folder.rglob("*") if path.is_file()}

    def asset_url(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    def cache(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            name = (request.view_args or {}).get("filename", "")
            if request.args.get("v") == versions.get(name):
                response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        return response

    app.add_template_global(asset_url)
    app.after_request(cache)


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_LENGTH]

"""Style sheet, scripts and icon: bundled when the app starts, addressed by content so that browsers may keep them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

from webapp.http.etags import YEAR_SECONDS

# Later sheets refine earlier ones.
STYLES = (
    "tokens",
    "base",
    "masthead",
    "buttons",
    "start",
    "ask",
    "photos",
    "cards",
    "swatches",
    "answer",
    "crop",
    "refine",
    "product",
    "zoom",
    "lists",
)
# Each script is a block of its own and shares nothing but the object ``shop``; the first ones put into it what later
# ones take out.
SCRIPTS = (
    "page",
    "theme",
    "scaling",
    "upload",
    "ask",
    "filters",
    "refine",
    "pages",
    "crop_geometry",
    "crop",
    "near",
    "recent",
    "zoom",
    "events",
)
# The studio's own, after the parts of the shop's that it shares.
STUDIO_SHARES = ("tokens", "base", "buttons", "photos", "swatches")
STUDIO_STYLES = (
    "frame",
    "forms",
    "tables",
    "overview",
    "browse",
    "neighbourhood",
    "curation",
    "labels",
    "quality",
    "insights",
    "jobs",
    "people",
)
STUDIO_SHARES_SCRIPTS = ("page", "theme")
STUDIO_SCRIPTS = ("frame", "forms", "finder", "neighbourhood", "curation", "labels", "jobs")
_HASH_LENGTH = 12  # hexadecimal digits


@dataclass(frozen=True)
class Asset:
    """A file as it is served: its content, what kind it is, and the version that its address carries."""

    content: bytes
    mimetype: str
    version: str


def init_app(app: Flask) -> None:
    """Serve the bundles below ``/assets/<version>/`` and give templates ``asset_url``."""
    assets = read_assets(Path(app.static_folder or ""))

    def asset_url(name: str) -> str:
        return url_for("asset", version=assets[name].version, name=name)

    def send(version: str, name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            abort(404)
        response = Response(asset.content, mimetype=asset.mimetype)
        response.set_etag(asset.version)
        # A page of an earlier release may still ask by an old version: it gets today's, but not for ever.
        lasting = version == asset.version
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable" if lasting else "no-cache"
        response.make_conditional(request)
        return response

    app.add_url_rule("/assets/<version>/<name>", "asset", send)
    app.add_template_global(asset_url)


def read_assets(folder: Path) -> dict[str, Asset]:
    """What the pages link, by name: the shop's and the studio's style sheet and script, the early script, the icon.

    Raises:
        OSError: a file that the bundles name is missing.
    """
    return {
        "shop.css": _asset(join_styles(_paths(folder / "styles", STYLES)), "text/css"),
        "shop.js": _asset(join_scripts(_paths(folder / "scripts", SCRIPTS)), "text/javascript"),
        "studio.css": _asset(
            join_styles(
                [*_paths(folder / "styles", STUDIO_SHARES), *_paths(folder / "studio" / "styles", STUDIO_STYLES)]
            ),
            "text/css",
        ),
        "studio.js": _asset(
            join_scripts(
                [
                    *_paths(folder / "scripts", STUDIO_SHARES_SCRIPTS),
                    *_paths(folder / "studio" / "scripts", STUDIO_SCRIPTS),
                ]
            ),
            "text/javascript",
        ),
        "early.js": _asset((folder / "early.js").read_text("utf-8"), "text/javascript"),
        "icon.svg": _asset((folder / "icon.svg").read_text("utf-8"), "image/svg+xml"),
    }


def join_styles(files: Iterable[Path]) -> str:
    """Style sheets as one, in their order: one request instead of many."""
    return "\n".join(file.with_suffix(".css").read_text("utf-8") for file in files)


def join_scripts(files: Iterable[Path]) -> str:
    """Scripts as one, in their order; names stay inside each script's own block."""
    blocks = (f"{{\n{file.with_suffix('.js').read_text('utf-8')}}}" for file in files)
    return "\n".join(('(() => {\n"use strict";\nconst shop = {};', *blocks, "})();\n"))


def _paths(folder: Path, names: Iterable[str]) -> list[Path]:
    return [folder / name for name in names]


def _asset(text: str, mimetype: str) -> Asset:
    content = text.encode("utf-8")
    return Asset(content, mimetype, hashlib.sha256(content).hexdigest()[:_HASH_LENGTH])

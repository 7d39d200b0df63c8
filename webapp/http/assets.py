"""Style sheets, scripts and the icon: bundled when the app starts, with the hash of their content in the address."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request, url_for

from webapp.http.etags import YEAR_SECONDS

# Each name is a folder of ``static`` and a file below its ``styles`` or ``scripts``. Later sheets refine earlier ones.
# ``STYLES`` and ``SCRIPTS`` are all that the start page loads: a shopper's first page should come quickly.
STYLES = (
    "shared/tokens",
    "shared/base",
    "shop/masthead",
    "shop/words",
    "shared/buttons",
    "shop/start",
    "shop/ask",
    "shared/photos",
    "shop/cards",
    "shop/camera",
)
# What products, lists of products and answers need besides, after ``STYLES``.
LIST_STYLES = (
    "shop/menu",
    "shared/swatches",
    "shop/answer",
    "shop/crop",
    "shop/things",
    "shop/crop_screen",
    "shop/refine",
    "shop/product",
    "shop/zoom",
    "shop/lists",
    "shop/shelf",
    "shop/saved",
    "shop/drawer",
    "shop/feedback",
)
STUDIO_STYLES = (
    "shared/tokens",
    "shared/base",
    "shared/buttons",
    "shared/photos",
    "shared/swatches",
    "studio/layout",
    "studio/forms",
    "studio/tables",
    "studio/overview",
    "studio/products",
    "studio/neighbours",
    "studio/curation",
    "studio/effect",
    "studio/labels",
    "studio/quality",
    "studio/insights",
    "studio/jobs",
    "studio/accounts",
)
# Each script is a block of its own and shares nothing but the object ``shop``: a script puts into it what later scripts
# take out.
SCRIPTS = (
    "shared/page",
    "shared/theme",
    "shop/scaling",
    "shop/upload",
    "shop/ask",
    "shop/words",
    "shop/near",
    "shop/camera",
    "shop/memory",
    "shop/recent",
)
# Where there are products besides the recently viewed, after ``SCRIPTS``.
LIST_SCRIPTS = (
    "shop/filters",
    "shop/refine",
    "shop/pages",
    "shop/menu",
    "shop/saved",
    "shop/searches",
    "shop/share",
    "shop/back",
    "shop/zoom",
    "shop/events",
)
# Where a photo's answer is shown, after ``LIST_SCRIPTS``.
PHOTO_SCRIPTS = (
    "shop/preview",
    "shop/crop_geometry",
    "shop/crop",
    "shop/things",
    "shop/crop_screen",
    "shop/feedback",
)
STUDIO_SCRIPTS = (
    "shared/page",
    "shared/theme",
    "studio/layout",
    "studio/forms",
    "studio/finder",
    "studio/neighbours",
    "studio/curation",
    "studio/order",
    "studio/labels",
    "studio/jobs",
)
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)  # of a style sheet
_HASH_LENGTH = 12  # hexadecimal digits


@dataclass(frozen=True)
class Asset:
    """A file as it is served: its content, its MIME type, and the version that stands in its address."""

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
        # A page of an earlier release may ask for an older version. It gets today's file, which browsers must not keep.
        lasting = version == asset.version
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable" if lasting else "no-cache"
        response.make_conditional(request)
        return response

    app.add_url_rule("/assets/<version>/<name>", "asset", send)
    app.add_template_global(asset_url)


def read_assets(folder: Path) -> dict[str, Asset]:
    """The files that the pages link, by name: the shop's and the studio's bundles, the early script, the icon.

    Args:
        folder: ``static``.

    Raises:
        OSError: a file that the bundles name is missing.
    """
    return {
        "shop.css": _asset(join_styles(folder, STYLES), "text/css"),
        "lists.css": _asset(join_styles(folder, LIST_STYLES), "text/css"),
        "shop.js": _asset(join_scripts(folder, SCRIPTS), "text/javascript"),
        "lists.js": _asset(join_scripts(folder, LIST_SCRIPTS), "text/javascript"),
        "photo.js": _asset(join_scripts(folder, PHOTO_SCRIPTS), "text/javascript"),
        "studio.css": _asset(join_styles(folder, STUDIO_STYLES), "text/css"),
        "studio.js": _asset(join_scripts(folder, STUDIO_SCRIPTS), "text/javascript"),
        "api.css": _asset(join_styles(folder, ("api/docs",)), "text/css"),
        "early.js": _asset((folder / "shared" / "early.js").read_text("utf-8"), "text/javascript"),
        "icon.svg": _asset((folder / "shared" / "icon.svg").read_text("utf-8"), "image/svg+xml"),
    }


def join_styles(folder: Path, names: Iterable[str]) -> str:
    """The style sheets as one file, in their order, so that a page needs one request."""
    return "\n".join(read_style(folder, name) for name in names)


def join_scripts(folder: Path, names: Iterable[str]) -> str:
    """The scripts as one file, in their order; each is a block of its own, so its names stay inside.

    A page's files share one object, which scripts know as ``shop``.
    """
    blocks = (f"{{\n{read_script(folder, name)}}}" for name in names)
    return "\n".join(('(() => {\n"use strict";\nconst shop = (window.vitrinaShop ??= {});', *blocks, "})();\n"))


def read_style(folder: Path, name: str) -> str:
    """A style sheet without its comments, which browsers needn't fetch."""
    return _COMMENT.sub("", style_path(folder, name).read_text("utf-8"))


def read_script(folder: Path, name: str) -> str:
    """A script without its lines of comment."""
    lines = script_path(folder, name).read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith("//"))


def style_path(folder: Path, name: str) -> Path:
    """The file of a style sheet that ``STYLES`` or ``STUDIO_STYLES`` names: "shop/crop" is shop/styles/crop.css."""
    room, stem = name.split("/")
    return folder / room / "styles" / f"{stem}.css"


def script_path(folder: Path, name: str) -> Path:
    """The file of a script that ``SCRIPTS`` or ``STUDIO_SCRIPTS`` names: "shop/crop" is shop/scripts/crop.js."""
    room, stem = name.split("/")
    return folder / room / "scripts" / f"{stem}.js"


def _asset(text: str, mimetype: str) -> Asset:
    content = text.encode("utf-8")
    return Asset(content, mimetype, hashlib.sha256(content).hexdigest()[:_HASH_LENGTH])

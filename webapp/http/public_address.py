"""Where the shop is in the world: absolute addresses, for what leaves it (shared links, search engines)."""

import os
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, request, url_for

from webapp.errors import ServerStartError
from webapp.http.languages import LANGUAGES

SETTING = "VITRINA_PUBLIC_URL"


def init_app(app: Flask) -> None:
    """Give templates ``absolute`` and ``page_addresses``; raises as ``public_url`` does."""
    app.config["PUBLIC_URL"] = public_url()
    app.add_template_global(absolute)
    app.add_template_global(page_addresses)


def public_url() -> str:
    """The shop's origin as the world sees it, ``https://shop.example``; empty: the one that each request names.

    Raises:
        ServerStartError: the setting is no origin.
    """
    configured = os.environ.get(SETTING, "").strip().rstrip("/")
    parts = urlsplit(configured)
    if configured and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query):
        raise ServerStartError(f"{SETTING} is {configured!r}; it takes an origin such as https://shop.example.")
    return configured


def absolute(path: str) -> str:
    """A path of ours, as ``url_for`` gives it, with the origin before it."""
    origin: str = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return origin + path


def page_addresses() -> dict[str, str]:
    """The absolute addresses of this page: ``canonical``, ``x-default`` and one by language code.

    A page without a language in its address is written in the reader's, so it is the default of those that have one.
    """
    plain = absolute(url_for(request.endpoint or "", **(request.view_args or {})))
    by_language = {code: f"{plain}?{urlencode({'lang': code})}" for code in LANGUAGES}
    return {"canonical": by_language.get(request.args.get("lang", ""), plain), "x-default": plain, **by_language}

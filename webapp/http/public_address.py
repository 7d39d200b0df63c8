"""Absolute addresses, for whatever leaves the shop: shared links and search engines."""

import os
from urllib.parse import urlencode, urlunsplit

from flask import Flask, Response, current_app, request, url_for

from search.model_quality.language import LANGUAGES
from webapp.errors import ServerStartError
from webapp.http.address_parts import split_address

SETTING = "VITRINA_PUBLIC_URL"


def init_app(app: Flask) -> None:
    """Give templates ``absolute`` and ``page_addresses``; raises as ``public_url`` does."""
    app.config["PUBLIC_URL"] = public_url()
    app.add_template_global(absolute)
    app.add_template_global(page_addresses)
    app.after_request(_redirect_to_path)


def _redirect_to_path(response: Response) -> Response:
    """Name no host in a redirect to one of our pages: it would be the Host header's, and browsers keep redirects."""
    target = response.headers.get("Location", "")
    parts = split_address(target)
    if parts.netloc and parts.netloc == request.host:
        path = "/" + parts.path.lstrip("/")  # two slashes would begin the name of a host
        response.headers["Location"] = urlunsplit(("", "", path, parts.query, parts.fragment))
    return response


def public_url() -> str:
    """The shop's public origin, such as ``https://shop.example``; empty: the origin of each request is used.

    Raises:
        ServerStartError: the setting is no origin.
    """
    configured = os.environ.get(SETTING, "").strip().rstrip("/")
    parts = split_address(configured)
    if configured and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query):
        raise ServerStartError(f"{SETTING} is {configured!r}; it takes an origin such as https://shop.example.")
    return configured


def absolute(path: str) -> str:
    """The absolute address of a path that ``url_for`` gave."""
    origin: str = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    return origin + path


def has_public_url() -> bool:
    """Whether the shop's origin is configured.

    If not, absolute addresses are made of a request's ``Host`` header, which anybody can choose, so no cache may keep
    them for other visitors.
    """
    return bool(current_app.config["PUBLIC_URL"])


def page_addresses() -> dict[str, str]:
    """The absolute addresses of this page: ``canonical``, ``x-default`` and one by language code.

    A page without a language in its address is in the reader's language, so it is the default of the others.
    """
    plain = absolute(url_for(request.endpoint or "", **(request.view_args or {})))
    by_language = {code: f"{plain}?{urlencode({'lang': code})}" for code in LANGUAGES}
    return {"canonical": by_language.get(request.args.get("lang", ""), plain), "x-default": plain, **by_language}

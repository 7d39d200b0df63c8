"""What search engines are told: the addresses of all products, and the addresses that they should leave alone."""

import math

from flask import Blueprint, Response, render_template, url_for

from webapp.errors import MissingPageError
from webapp.http.public_address import absolute, has_public_url
from webapp.services.access import services

PAGE_SIZE = 10_000  # addresses in one site map; 50,000 are allowed, but writing so many takes seconds
MAX_MAPS = 50_000  # site maps that one index of site maps may name
MAX_AGE_SECONDS = 3600
# Searches cost computing time and are private; look-alikes stand on the products' own pages as well.
DISALLOWED = ("/search", "/samples/", "/events", "/api/", "/products/*/similar")

bp = Blueprint("crawling", __name__)


@bp.get("/robots.txt")
def robots() -> Response:
    """Tells crawlers which addresses to leave alone, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED), f"Sitemap: {absolute('/sitemap.xml')}"]
    return _kept_for_an_hour("\n".join(lines) + "\n", "text/plain")


@bp.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The index of site maps: map 0 for the start page and the categories, and maps of ``PAGE_SIZE`` products."""
    # Counting a million products takes a second; only this index needs the count.
    addresses = [absolute(url_for("crawling.sitemap", number=number)) for number in range(_pages() + 1)]
    return _kept_for_an_hour(render_template("shop/sitemap_index.xml", addresses=addresses), "application/xml")


@bp.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> Response:
    """A site map: number 0 has the start page and the categories, the others have products, by their ids."""
    if number == 0:
        categories = services().catalog.categories()
        paths = [url_for("shop.start"), *(url_for("shop.category", category=category) for category in categories)]
    else:
        paths = [url_for("shop.product", product_id=product_id) for product_id in _products_on(number)]
    addresses = [absolute(path) for path in paths]
    return _kept_for_an_hour(render_template("shop/sitemap.xml", addresses=addresses), "application/xml")


def _products_on(number: int) -> list[str]:
    product_ids = services().catalog.product_ids(PAGE_SIZE, (number - 1) * PAGE_SIZE) if number <= MAX_MAPS else []
    if not product_ids:
        raise MissingPageError(f"There is no map numbered {number}; /sitemap.xml lists those that there are.")
    return product_ids


def _pages() -> int:
    return math.ceil(sum(services().catalog.categories().values()) / PAGE_SIZE)


def _kept_for_an_hour(text: str, mimetype: str) -> Response:
    response = Response(text, mimetype=mimetype)
    if has_public_url():
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    else:  # the addresses are made of this request's Host header, which is no other visitor's business
        response.headers["Cache-Control"] = "private, no-cache"
    return response

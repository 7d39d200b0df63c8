"""The shop's pages: start, products, categories; ``webapp.answers`` adds those that answer a photo or a product."""

import math

from flask import Blueprint, current_app, render_template, request

from catalog import Catalog, Product
from search.errors import BundleError, IndexUnavailableError, UnknownProductError
from search.photo import MAX_BYTES
from webapp.errors import MissingPageError, UnknownCategoryError
from webapp.http.parameters import SearchParameters, read_page
from webapp.photos import link_photo_url, photo_srcset, photo_url
from webapp.product_markup import describe_product, describe_recent, link_photo_size
from webapp.services.samples import Sample
from webapp.services.storefront import Offer, Showcase

PAGE_SIZE = 24  # divides into rows of 2, 3, 4 and 6
PRODUCT_SIMILAR = 12
GOES_WITH = 12
TILES = 16  # categories shown with a photo; further ones as plain links

bp = Blueprint("shop", __name__)


@bp.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {
        "photo_url": photo_url,
        "photo_srcset": photo_srcset,
        "max_bytes": MAX_BYTES,
        "max_megabytes": MAX_BYTES // 2**20,
    }


@bp.get("/")
def start() -> str:
    """Where a visitor shows a photo, tries a sample, or browses."""
    by_size = sorted(_catalog().categories().items(), key=lambda item: (-item[1], item[0]))
    tiles = [(name, count, _example(name)) for name, count in sorted(by_size[:TILES])]
    return render_template("start.html", tiles=tiles, more=sorted(by_size[TILES:]), samples=_samples())


@bp.get("/products/<product_id:product_id>")
def product(product_id: str) -> str:
    """A product with its photos, colours, look-alikes and companions."""
    found = _catalog().product(product_id)
    similar, goes_with, unavailable = _neighbours(product_id, PRODUCT_SIMILAR)
    return render_template(
        "product.html",
        product=found,
        variants=_showcase().variants(found),
        similar=similar,
        goes_with=goes_with,
        unavailable=unavailable,
        describe_product=describe_product,
        describe_recent=describe_recent,
        link_photo_url=link_photo_url,
        link_photo_size=link_photo_size,
    )


@bp.get("/categories/<product_id:category>")
def category(category: str) -> str:
    """A category's products, a page at a time."""
    total = _catalog().categories().get(category)
    if total is None:
        raise UnknownCategoryError(f"The catalogue has no category {category!r}.")
    page, pages = read_page(request.args), math.ceil(total / PAGE_SIZE)
    if page > pages:
        raise MissingPageError(f"This category has {pages} pages; there is no page {page}.")
    products = _catalog().in_category(category, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    offers = [Offer(product) for product in products]
    return render_template(
        "category.html",
        category=category,
        offers=offers,
        total=total,
        page=page,
        pages=pages,
        before=(page - 1) * PAGE_SIZE,
    )


def _example(category: str) -> Product | None:
    """A product to stand for its category; none if the last one was removed just now."""
    return next(iter(_catalog().in_category(category, 1)), None)


def _neighbours(product_id: str, limit: int) -> tuple[tuple[Offer, ...], tuple[Offer, ...], bool]:
    """What looks like a product and what goes with it, and whether nobody can say: pages sell without an index too."""
    try:
        similar = _showcase().similar(product_id, SearchParameters(limit=limit))
        return similar, _showcase().goes_with(product_id, GOES_WITH), False
    except (IndexUnavailableError, BundleError, UnknownProductError):
        return (), (), True


def _samples() -> tuple[Sample, ...]:
    samples: tuple[Sample, ...] = current_app.extensions["samples"]
    return samples


def _catalog() -> Catalog:
    return _showcase().catalog


def _showcase() -> Showcase:
    showcase: Showcase = current_app.extensions["showcase"]
    return showcase

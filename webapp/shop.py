"""The shop's pages: start, results, products, categories. They need no JavaScript."""

import base64
import io
import math

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from PIL import Image
from werkzeug.wrappers import Response as BaseResponse

from catalog import Catalog, Product
from search.errors import BundleError, IndexUnavailableError, UnknownProductError
from search.photo import MAX_BYTES
from webapp.errors import MissingPageError, UnknownCategoryError
from webapp.parameters import SearchParameters, read_page, read_search
from webapp.photos import link_photo_url, photo_srcset, photo_url, send_thumbnail
from webapp.product_markup import describe_product, describe_recent, link_photo_size
from webapp.samples import Sample
from webapp.showcase import Offer, PhotoAnswer, Showcase
from webapp.uploads import read_photo

PAGE_SIZE = 24  # divides into rows of 2, 3, 4 and 6
PRODUCT_SIMILAR = 12
GOES_WITH = 12
TILES = 16  # categories shown with a photo; further ones as plain links
PREVIEW_SIDE = 480  # pixels; the shopper's photo on the result page
PREVIEW_QUALITY = 78

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
    tiles = [
        (name, count, next(iter(_catalog().in_category(name, 1, 0)), None)) for name, count in sorted(by_size[:TILES])
    ]
    return render_template("start.html", tiles=tiles, more=sorted(by_size[TILES:]), samples=_samples())


@bp.post("/search")
def search() -> Response:
    """The answer to the photo that was sent; the photo itself is shown, never kept."""
    parameters = read_search(request.values, _showcase().known_categories)
    response = make_response(_results(_showcase().search_photo(read_photo(request), parameters)))
    response.headers["Cache-Control"] = "private"
    return response


@bp.get("/search")
def search_again() -> BaseResponse:
    """The start page, for whoever comes back to the address of an answer without its photo."""
    return redirect(url_for("shop.start", lang=request.args.get("lang")), 303)


@bp.get("/samples/<int:number>")
def sample(number: int) -> str:
    """The answer to one of the sample photos."""
    photo = _sample(number)
    try:
        content = photo.path.read_bytes()
    except OSError:
        raise MissingPageError("The sample photo's file is gone; draw the demo again.") from None
    return _results(_showcase().search_photo(content, read_search(request.args, _showcase().known_categories)))


@bp.get("/samples/<int:number>/<int:width>.webp")
def sample_photo(number: int, width: int) -> Response:
    """A sample photo, scaled."""
    photo = _sample(number)
    return send_thumbnail(photo.path, photo.sha256, width)


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


@bp.get("/products/<product_id:product_id>/similar")
def similar(product_id: str) -> str:
    """A full page of products that look like one of them."""
    parameters = read_search(request.args, _showcase().known_categories)
    return render_template(
        "similar.html",
        product=_catalog().product(product_id),
        similar=_showcase().similar(product_id, parameters),
        goes_with=_showcase().goes_with(product_id, GOES_WITH),
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
    return render_template("category.html", category=category, offers=offers, total=total, page=page, pages=pages)


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


def _results(answer: PhotoAnswer) -> str:
    return render_template("results.html", answer=answer, preview_url=_preview_url(answer.image))


def _preview_url(image: Image.Image) -> str:
    """The shopper's photo inside the page itself, so that it needn't be stored to be shown."""
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BICUBIC)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=PREVIEW_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")


def _samples() -> tuple[Sample, ...]:
    samples: tuple[Sample, ...] = current_app.extensions["samples"]
    return samples


def _sample(number: int) -> Sample:
    for candidate in _samples():
        if candidate.number == number:
            return candidate
    raise MissingPageError("There is no such sample photo.")


def _catalog() -> Catalog:
    return _showcase().catalog


def _showcase() -> Showcase:
    showcase: Showcase = current_app.extensions["showcase"]
    return showcase

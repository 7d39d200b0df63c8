"""The results pages: products that look like a shopper's photo, a sample photo, or another product.

A photo that is sent is kept for a short while, and its results have an address of their own (post, redirect, get). So
the results can be refined, shared and gone back to without sending the photo again.
"""

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from PIL import Image
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from search.model.foreground import guess_box
from search.photo import MAX_BYTES, Box
from search.query import SearchRequest
from webapp.errors import MissingPageError
from webapp.http.form_limits import takes_file
from webapp.http.orders import read_order
from webapp.http.parameters import read_box, read_search
from webapp.http.uploads import read_photo
from webapp.services.access import services, services_of
from webapp.services.arranging import in_order
from webapp.services.photo_decoding import open_copy
from webapp.services.photo_encoding import SearchablePhoto
from webapp.services.rankings import PhotoAnswer
from webapp.services.samples import Sample
from webapp.services.search_events import record_search, takes_events
from webapp.services.searching_views import takes_a_search_place
from webapp.services.sent_photo import SentPhoto
from webapp.services.worded_request import understand_words
from webapp.shop.categories import PAGE_SIZE
from webapp.shop.feedback_texts import FEEDBACK_REASONS, format_feedback
from webapp.shop.filter_texts import format_facet_label, format_filter_value, tells_apart
from webapp.shop.photos import send_thumbnail
from webapp.shop.products import GOES_WITH_LIMIT
from webapp.shop.refinement import BALANCED_WITHIN, WORDS, Refinement, format_colour_weight
from webapp.shop.refining import redirect_understood, refining, values_beside_photo
from webapp.shop.things import known_hotspots
from webapp.shop.understood import Told, tell

PREVIEW_SIDE = 480  # pixels; of the photo that a page carries inside if the photo isn't kept
PREVIEW_QUALITY = 78
SAMPLE_WIDTH = 640  # pixels
PHOTO_CACHE_SECONDS = 600  # for which a browser may show the query photo again without asking


def init_app(app: Flask) -> None:
    """Add what templates need: for how long photos are kept, and texts of the slider, filters and feedback."""
    minutes = math.ceil(services_of(app).query_photos.minutes)
    values = {"photo_minutes": minutes, "balanced_within": BALANCED_WITHIN}
    app.context_processor(lambda: values)
    app.add_template_filter(format_colour_weight, "weight_in_words")
    app.add_template_filter(format_facet_label, "facet_label")
    app.add_template_global(tells_apart)
    app.add_template_filter(format_feedback, "feedback_in_words")
    app.add_template_filter(lambda value, parameter: format_filter_value(parameter, value), "filter_value")


@takes_file(MAX_BYTES)
@takes_a_search_place
def search() -> BaseResponse:
    """Keep the photo that was sent and lead to its results; if photos aren't kept, answer with the results at once.

    A browser is redirected (303). A script that prefers JSON gets the address (201): if it followed a redirect, the
    shop would search once for the script and once more for the page.
    """
    understood = understand_words(request.values)
    values = values_beside_photo(request.values, understood)
    asked, box = _read_request(values)
    photo = SentPhoto(read_photo(request))
    token = services().query_photos.keep(open_copy(photo.content))
    if token is not None:
        if box is None:
            services().storefront.embed_ahead(photo, services().query_photos.open(token))
        address = Refinement("shop.answer", {"token": token}, values).address()
        return redirect(address, 303) if _wants_a_page() else Response(status=201, headers={"Location": address})
    answer = _search(photo, asked, box, read_order(values))
    told = tell(asked.text, understood)
    return _private(_render_photo_answer(answer, _inline_preview(answer.image), None, told=told))


@takes_a_search_place
def answer(token: str) -> BaseResponse:
    """The results for a query photo, refined as the address says; a sentence leads to what it asks for."""
    refinement = Refinement("shop.answer", {"token": token}, request.args)
    if worded := redirect_understood(refinement):
        return worded
    photo = services().query_photos.open(token)
    found = _search(photo, *_read_request(), read_order(request.args))
    looking = Refinement("shop.things", {"token": token}, request.args)
    hotspots = {"hotspots": known_hotspots(photo), "things_address": looking.address()}
    address = url_for("shop.query_photo", token=token)
    return _private(_render_photo_answer(found, address, refinement, hotspots, told=_tell(found)))


def query_photo(token: str) -> Response:
    """The query photo, upright and scaled, for everybody who has its address."""
    response = make_response(services().query_photos.read(token))
    response.mimetype = "image/jpeg"
    response.headers["Cache-Control"] = f"private, max-age={PHOTO_CACHE_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@takes_a_search_place
def sample(number: int) -> BaseResponse | str:
    """The results for one of the sample photos."""
    photo = _sample(number)
    refinement = Refinement("shop.sample", {"number": number}, request.args)
    if worded := redirect_understood(refinement):
        return worded
    try:
        content = photo.path.read_bytes()
    except OSError:
        raise MissingPageError("The sample photo's file is gone; draw the demo again.") from None
    sent = SentPhoto(content, services().sample_queries)
    found = _search(sent, *_read_request(), read_order(request.args))
    address = url_for("shop.sample_photo", number=number, width=SAMPLE_WIDTH, suffix="webp")
    return _render_photo_answer(found, address, refinement, told=_tell(found))


def sample_photo(number: int, width: int, suffix: str) -> Response:
    """A sample photo, scaled."""
    photo = _sample(number)
    return send_thumbnail(photo.path, photo.sha256, width, suffix)


def similar(product_id: str) -> str:
    """The products that look like one of the catalogue's."""
    asked = replace(_read_request()[0], in_colour=None, text="")  # the product is asked about as it is
    product = services().storefront.catalog.product(product_id)
    order, rank = read_order(request.args), services().storefront.rank_similar
    ranking = in_order(order, asked, lambda wanted: rank(product, wanted), services().storefront, kind=product.category)
    return render_template(
        "shop/similar.html",
        product=product,
        goes_with=services().storefront.goes_with(product, GOES_WITH_LIMIT),
        **refining(ranking, Refinement("shop.similar", {"product_id": product_id}, request.args)),
    )


def _wants_a_page() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "text/html"


def _read_request(values: MultiDict[str, str] | None = None) -> tuple[SearchRequest, Box | None]:
    """What is asked for, and the part of the photo that is searched.

    All results pages have the same size, and show the colours of a product on one card.
    """
    values = request.values if values is None else values
    asked = read_search(values, services().storefront.known_categories, close=True)
    return replace(asked, limit=PAGE_SIZE, collapse=True), read_box(values)


def _search(photo: SearchablePhoto, asked: SearchRequest, box: Box | None, order: str) -> PhotoAnswer:
    storefront = services().storefront
    return in_order(order, asked, lambda wanted: storefront.search_photo(photo, wanted, box), storefront)


def _tell(answer: PhotoAnswer) -> Told:
    return tell(answer.request.text, understand_words(request.args, WORDS))


def _render_photo_answer(
    answer: PhotoAnswer,
    photo_address: str,
    refinement: Refinement | None,
    hotspots: Mapping[str, object] = MappingProxyType({"hotspots": None, "things_address": None}),
    *,
    told: Told,
) -> str:
    """The results page. Without a refinement the page has no address, so it has no filters and no further pages."""
    return render_template(
        "shop/results.html",
        photo_address=photo_address,
        box=answer.box,
        first_box=answer.product_box or guess_box(answer.image),
        search_event=record_search(answer),
        takes_feedback=takes_events(),
        feedback_reasons=FEEDBACK_REASONS,
        told=told,
        **hotspots,
        **refining(answer, refinement),
    )


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _inline_preview(image: Image.Image) -> str:
    """The shopper's photo as a ``data:`` address, so that the page can show it without storing it."""
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.BICUBIC)
    encoded = io.BytesIO()
    small.save(encoded, "JPEG", quality=PREVIEW_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")


def _sample(number: int) -> Sample:
    for candidate in services().samples:
        if candidate.number == number:
            return candidate
    raise MissingPageError("There is no such sample photo.")

"""The JSON API: search by photo, products and their look-alikes, and whether the shop can answer at all."""

from flask import Blueprint, Response, jsonify, request

from search.errors import BundleError, IndexUnavailableError
from search.photo import MAX_BYTES, Box
from search.query import SearchRequest
from webapp.api.schemas import (
    describe_items,
    describe_photo_answer,
    describe_product,
    describe_ranking,
    describe_snapshot,
    describe_suggestion,
    describe_thing,
    describe_understood,
)
from webapp.http.error_responses import ErrorResponse, describe_error, respond_in_json
from webapp.http.form_limits import takes_file
from webapp.http.orders import read_order
from webapp.http.parameters import read_box, read_flag, read_limit, read_search, read_words
from webapp.http.uploads import read_photo
from webapp.services.access import services
from webapp.services.arranging import in_order
from webapp.services.photo_decoding import open_copy
from webapp.services.photo_encoding import SearchablePhoto
from webapp.services.photo_things import find_things, recall_or_find_things
from webapp.services.rankings import PhotoAnswer
from webapp.services.search_events import record_search
from webapp.services.searching_views import takes_a_search_place
from webapp.services.sent_photo import SentPhoto
from webapp.services.sold_things import keep_sold
from webapp.services.worded_request import add_understood, understand_words

GOES_WITH_LIMIT = 12
SUGGESTIONS, MOST_SUGGESTIONS = 8, 20
EMPTY = ErrorResponse(
    503,
    "catalogue_empty",
    "The catalogue holds no product, though the index does: each search finds nothing. "
    "Bring a backup back (python -m catalog restore FILE) or import; if nothing is to be sold, remove the index.",
)

bp = Blueprint("api", __name__)


@bp.post("/api/v1/search")
@bp.post("/api/search")
@takes_file(MAX_BYTES)
@takes_a_search_place
def search() -> Response:
    """The categories, look-alikes and complementary products of the photo that was sent."""
    understood = understand_words(request.values)
    values = add_understood(request.values, understood)
    asked, order = read_search(values, services().storefront.known_categories), read_order(values)
    box = read_box(request.values)
    wants_things, keeps = read_flag(request.values, "things"), read_flag(request.values, "keep")
    by_shopper = read_flag(request.values, "event")
    photo = SentPhoto(read_photo(request))
    answer = _search(photo, asked, box, order)
    token = services().query_photos.keep(open_copy(photo.content)) if keeps else None
    if token and box is None:
        services().storefront.embed_ahead(photo, services().query_photos.open(token))
    more: dict[str, object] = {"photo": token} if keeps else {}
    if by_shopper:
        more["search_event"] = record_search(answer, keeps_photo=False)
    if wants_things:
        more["things"] = [describe_thing(thing) for thing in keep_sold(find_things(services().storefront.index, photo))]
    return jsonify(describe_photo_answer(answer) | describe_understood(understood) | more)


@bp.get("/api/v1/photos/<token>/search")
@bp.get("/api/photos/<token>/search")
@takes_a_search_place
def search_kept(token: str) -> Response:
    """The same for a photo that was sent with ``keep``: another part of it, or with other filters."""
    asked = read_search(request.args, services().storefront.known_categories)
    photo = services().query_photos.open(token)
    answer = _search(photo, asked, read_box(request.args), read_order(request.args))
    more: dict[str, object] = {"photo": token}
    if read_flag(request.args, "things"):
        found = recall_or_find_things(services().storefront.index, photo)
        more["things"] = [describe_thing(thing) for thing in keep_sold(found)]
    response = jsonify(describe_photo_answer(answer) | more)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _search(photo: SearchablePhoto, asked: SearchRequest, box: Box | None, order: str) -> PhotoAnswer:
    storefront = services().storefront
    return in_order(order, asked, lambda wanted: storefront.search_photo(photo, wanted, box), storefront)


@bp.get("/api/v1/suggestions")
@bp.get("/api/suggestions")
def suggestions() -> Response:
    """What a search field may be filled with while somebody types."""
    storefront, typed = services().storefront, read_words(request.args, "q")
    limit = min(read_limit(request.args, SUGGESTIONS), MOST_SUGGESTIONS)
    found = storefront.words.suggest(typed, storefront.index.current(), limit)
    return jsonify(q=typed, suggestions=[describe_suggestion(one) for one in found])


@bp.get("/api/v1/products/<product_id:product_id>")
@bp.get("/api/products/<product_id:product_id>")
def product(product_id: str) -> Response:
    """What the public may know of a product."""
    found = services().storefront.catalog.product(product_id)
    variants = services().storefront.variants(found)
    return jsonify(describe_product(found, variants, services().public_attributes.of(found)))


@bp.get("/api/v1/products/<product_id:product_id>/similar")
@bp.get("/api/products/<product_id:product_id>/similar")
def similar(product_id: str) -> Response:
    """Products that look like this one, with the filters of a photo search."""
    asked = read_search(request.args, services().storefront.known_categories)
    found, order = services().catalog.product(product_id), read_order(request.args)
    rank = services().storefront.rank_similar
    ranking = in_order(order, asked, lambda wanted: rank(found, wanted), services().storefront, found.category)
    return jsonify({"product_id": product_id} | describe_ranking(ranking))


@bp.get("/api/v1/products/<product_id:product_id>/goes-with")
@bp.get("/api/products/<product_id:product_id>/goes-with")
def goes_with(product_id: str) -> Response:
    """Products of other categories that go with this one."""
    limit = read_limit(request.args, GOES_WITH_LIMIT)
    items = services().storefront.goes_with(services().catalog.product(product_id), limit)
    return jsonify(product_id=product_id, goes_with=describe_items(items))


@bp.get("/health")
def health() -> Response:
    """200 while searches can be answered, 503 with the reason while they can't."""
    services().catalog.product_ids(1)  # the counts may be a minute old, but a database that is away must show at once
    counts = services().counts.read()
    in_catalogue = {"products": counts.products, "photos": counts.photos}
    try:
        engine = services().storefront.index.current()
        engine.check_store()
        snapshot = engine.snapshot
    except (IndexUnavailableError, BundleError) as error:
        return respond_in_json(describe_error(error), status="unavailable", catalogue=in_catalogue)
    if snapshot.products and not counts.products:
        return respond_in_json(EMPTY, status="unavailable", catalogue=in_catalogue)
    response = jsonify(
        status="ok",
        snapshot=describe_snapshot(snapshot) | {"model": snapshot.model},
        products=snapshot.products,
        photos=snapshot.photos,
        catalogue=in_catalogue,
    )
    response.headers["Cache-Control"] = "no-store"
    return response

"""Neighbours for a list of products at once: what a page with many products, or a mail, needs in one request."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Response, jsonify, request

from catalog import Product
from search.errors import UnknownProductError
from webapp.api.json_bodies import read_object, read_texts
from webapp.api.schemas import describe_items
from webapp.http.parameters import read_limit, read_search
from webapp.services.access import services
from webapp.services.result_items import ResultItem
from webapp.services.searching_views import takes_a_search_place

MOST_PRODUCTS = 50
GOES_WITH_LIMIT = 12

bp = Blueprint("api_lists", __name__, url_prefix="/api/v1/products")


@bp.post("/similar")
@takes_a_search_place
def similar() -> Response:
    """Products that look like each of a list, with the filters of a search in the address."""
    asked = read_search(request.args, services().storefront.known_categories)
    return _answer("similar", lambda product: services().storefront.similar(product, asked))


@bp.post("/goes-with")
@takes_a_search_place
def goes_with() -> Response:
    """Products that go with each of a list."""
    limit = read_limit(request.args, GOES_WITH_LIMIT)
    return _answer("goes_with", lambda product: services().storefront.goes_with(product, limit))


def _answer(name: str, find: Callable[[Product], Iterable[ResultItem]]) -> Response:
    """The list for each product; null for one that the catalogue or the index doesn't have."""
    wanted = read_texts(read_object(), "product_ids", MOST_PRODUCTS)
    there = services().catalog.products(wanted)

    def find_for(product_id: str) -> list[dict[str, object]] | None:
        if product_id not in there:
            return None
        try:
            return describe_items(find(there[product_id]))
        except UnknownProductError:
            return None

    return jsonify(results=[{"product_id": one, name: find_for(one)} for one in wanted])

"""What programs read of the catalogue: products page by page, and its categories."""

from flask import Blueprint, Response, jsonify, request

from search.query import DEFAULT_LIMIT
from webapp.api.cursors import link_next, read_cursor, write_cursor
from webapp.api.schemas import describe_summaries
from webapp.http.parameters import read_limit
from webapp.services.access import services

bp = Blueprint("api_catalogue", __name__, url_prefix="/api/v1")


@bp.get("/products")
def products() -> Response:
    """A page of the products, ordered by id; the Link header and ``next_cursor`` lead to the next one."""
    limit, after = read_limit(request.args, DEFAULT_LIMIT), read_cursor(request.args)
    category = request.args.get("category", "").replace("\x00", "").strip() or None
    found = services().catalog.products_after(after, limit + 1, category=category)
    page = found[:limit]
    cursor = write_cursor(page[-1].product_id) if len(found) > limit else None
    return link_next(jsonify(products=describe_summaries(page), next_cursor=cursor), cursor)


@bp.get("/categories")
def categories() -> Response:
    """The categories of the catalogue, with the number of their products."""
    counted = services().catalog.categories()
    return jsonify(categories=[{"category": name, "products": count} for name, count in counted.items()])

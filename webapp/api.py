"""The JSON API: search by photo, products and their look-alikes, and whether the shop can answer at all."""

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from catalog import Product
from search.errors import BundleError, IndexUnavailableError
from search.query import FacetValue, SnapshotInfo
from webapp.http.error_responses import answer_in_json, refuse
from webapp.http.parameters import read_limit, read_search
from webapp.http.uploads import read_photo
from webapp.photos import photo_url, product_image_url
from webapp.services.storefront import Offer, Ranking, Showcase

GOES_WITH_LIMIT = 12
SCORE_DIGITS = 4
MILLISECOND_DIGITS = 2

bp = Blueprint("api", __name__)


@bp.post("/api/search")
def search() -> Response:
    """The categories, look-alikes and companions of the photo that was sent."""
    parameters = read_search(request.values, _showcase().known_categories)
    answer = _showcase().search_photo(read_photo(request), parameters)
    return jsonify(
        prediction=[
            {"category": guess.category, "probability": round(guess.probability, SCORE_DIGITS)}
            for guess in answer.prediction
        ],
        recognised=answer.recognised,
        similar=[_offer(offer) for offer in answer.similar],
        **_extent(answer),
        goes_with=[_offer(offer) for offer in answer.goes_with],
        snapshot=_snapshot(answer.snapshot),
        took_ms={stage: round(took, MILLISECOND_DIGITS) for stage, took in answer.took_ms.items()},
    )


@bp.get("/api/products/<product_id:product_id>")
def product(product_id: str) -> Response:
    """Everything that the catalogue knows of a product."""
    found = _showcase().catalog.product(product_id)
    return jsonify(
        **_facts(found),
        group_id=found.group_id,
        description=found.description,
        url=found.url,
        attributes=found.attributes,
        image_urls=[photo_url(photo) for photo in found.photos],
        variants=[variant.product_id for variant in _showcase().variants(found)],
    )


@bp.get("/api/products/<product_id:product_id>/similar")
def similar(product_id: str) -> Response:
    """Products that look like this one; takes the filters of a photo search."""
    parameters = read_search(request.args, _showcase().known_categories)
    ranking = _showcase().rank_similar(product_id, parameters)
    return jsonify(product_id=product_id, similar=[_offer(offer) for offer in ranking.similar], **_extent(ranking))


@bp.get("/api/products/<product_id:product_id>/goes-with")
def goes_with(product_id: str) -> Response:
    """Products of other categories that go with this one."""
    offers = _showcase().goes_with(product_id, read_limit(request.args, GOES_WITH_LIMIT))
    return jsonify(product_id=product_id, goes_with=[_offer(offer) for offer in offers])


@bp.get("/health")
def health() -> Response:
    """200 while searches can be answered, 503 with the reason while they can't."""
    counts = _showcase().catalog.counts()
    in_catalogue = {"products": counts.products, "photos": counts.photos}
    try:
        snapshot = _showcase().index.current().snapshot
    except (IndexUnavailableError, BundleError) as error:
        return answer_in_json(refuse(error), status="unavailable", catalogue=in_catalogue)
    response = jsonify(
        status="ok",
        snapshot=_snapshot(snapshot) | {"model": snapshot.model},
        products=snapshot.products,
        photos=snapshot.photos,
        catalogue=in_catalogue,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _showcase() -> Showcase:
    showcase: Showcase = current_app.extensions["showcase"]
    return showcase


def _snapshot(snapshot: SnapshotInfo) -> dict[str, object]:
    return {"id": snapshot.id, "built_at": snapshot.built_at}


def _facts(found: Product) -> dict[str, object]:
    """What a product's card shows."""
    return {
        "product_id": found.product_id,
        "title": found.name,
        "category": found.category,
        "gender": found.gender,
        "colour": found.colour,
        "price": None if found.price_cents is None else found.price_cents / 100,
        "currency": found.currency,
        "in_stock": found.in_stock,
        "image_url": product_image_url(found),
        "product_url": url_for("shop.product", product_id=found.product_id),
    }


def _offer(offer: Offer) -> dict[str, object]:
    return _facts(offer.product) | {
        "score": None if offer.score is None else round(offer.score, SCORE_DIGITS),
        "variants": [variant.product_id for variant in offer.variants],
        "reasons": list(offer.reasons),
        "grade": offer.grade,
    }


def _extent(ranking: Ranking) -> dict[str, object]:
    """How much there is beyond the page, and what filters would leave of it."""
    facets, price = ranking.facets, ranking.facets.price
    return {
        "total": facets.total,
        "page": ranking.parameters.page,
        "pages": ranking.pages,
        "facets": {
            "category": _counts(facets.categories),
            "gender": _counts(facets.genders),
            "colour": _counts(facets.colours),
            "in_stock": facets.in_stock,
            "price": price and {"min": price.lowest_cents / 100, "max": price.highest_cents / 100},
        },
    }


def _counts(values: tuple[FacetValue, ...]) -> list[dict[str, object]]:
    return [{"value": value.value, "count": value.count} for value in values]

"""The objects of the API as JSON Schemas, for its OpenAPI document; ``webapp.api.schemas`` makes the objects."""

from search.fields import FILTERED_FIELDS, FilterKind
from search.query import MAX_LIMIT, MAX_PAGE
from webapp.api.openapi_base import COUNT, FLAG, ID, NUMBER, TEXT, Schema, list_of, maybe, record
from webapp.api.openapi_events import EVENT_COMPONENTS
from webapp.http.orders import ORDERS
from webapp.http.parameters import MAX_PRICE

_CARD: Schema = {
    "product_id": TEXT,
    "title": TEXT,
    "category": TEXT,
    "gender": maybe(TEXT),
    "colour": maybe(TEXT),
    "brand": maybe(TEXT),
    "price": maybe(NUMBER),
    "price_before": maybe(NUMBER),
    "price_highest": maybe(NUMBER),
    "currency": maybe(TEXT),
    "in_stock": maybe(FLAG),
    "availability": maybe(TEXT),
    "image_url": maybe(TEXT),
    "product_url": TEXT,
}
_RANKING: Schema = {
    "similar": list_of("Item"),
    "total": COUNT,
    "close": COUNT,
    "page": COUNT,
    "pages": COUNT,
    "facets": {"type": "object"},
}
_SENT_PRODUCT: Schema = {
    "type": "object",
    "properties": {
        **{name: maybe(TEXT) for name in ("category", "title", "group_id", "gender", "colour", "currency")},
        **{name: {"type": ["number", "string", "null"]} for name in ("price", "price_before")},
        "in_stock": maybe(FLAG),
        "sizes": {"type": ["array", "string", "null"], "items": TEXT},
        **{name: maybe(TEXT) for name in ("availability", "brand", "material", "sku", "gtin", "mpn")},
        **{name: maybe(TEXT) for name in ("description", "url")},
        "attributes": {"type": ["object", "null"], "additionalProperties": TEXT},
    },
    "additionalProperties": False,
}
COMPONENTS: dict[str, Schema] = {
    "Problem": record({"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT, "code": TEXT, "instance": TEXT}),
    "Summary": record(_CARD),
    "Item": record(
        _CARD
        | {
            "score": maybe(NUMBER),
            "grade": maybe(TEXT),
            "variants": list_of(TEXT),
            "reasons": list_of(TEXT),
        }
    ),
    "Product": record(
        _CARD
        | {
            **{name: maybe(TEXT) for name in ("group_id", "description", "url", "material", "sku", "gtin", "mpn")},
            "sizes": list_of({"type": "object"}),
            "category_path": maybe(TEXT),
            "available_from": maybe(TEXT),
            "attributes": {"type": "object"},
            "image_urls": list_of(TEXT),
            "variants": list_of(TEXT),
        }
    ),
    "PhotoAnswer": record(
        {
            "prediction": list_of(record({"category": TEXT, "probability": NUMBER})),
            "recognised": FLAG,
            "sure": FLAG,
            **_RANKING,
            "goes_with": list_of("Item"),
            "snapshot": record({"id": TEXT, "built_at": TEXT}),
            "took_ms": {"type": "object", "additionalProperties": NUMBER},
            "search_event": maybe(TEXT),
        },
        "search_event",
    ),
    "SimilarAnswer": record({"product_id": TEXT, **_RANKING}),
    "GoesWithAnswer": record({"product_id": TEXT, "goes_with": list_of("Item")}),
    "SimilarList": record({"results": list_of(record({"product_id": TEXT, "similar": maybe(list_of("Item"))}))}),
    "GoesWithList": record({"results": list_of(record({"product_id": TEXT, "goes_with": maybe(list_of("Item"))}))}),
    "ProductPage": record({"products": list_of("Summary"), "next_cursor": maybe(TEXT)}),
    "Categories": record({"categories": list_of(record({"category": TEXT, "products": COUNT}))}),
    "Suggestions": record(
        {"q": TEXT, "suggestions": list_of(record({"text": TEXT, "kind": TEXT, "value": TEXT, "url": TEXT}))}
    ),
    "Corrections": record(
        {
            "label_corrections": list_of(
                record(
                    {
                        **dict.fromkeys(("product_id", "field", "given", "corrected", "decision", "state"), TEXT),
                        "at": TEXT,
                        "version": COUNT,
                    }
                )
            ),
            "next_cursor": maybe(TEXT),
        }
    ),
    "Done": record({"product_id": TEXT, "done": TEXT}),
    "BatchDone": record({"results": list_of("Done")}),
    "Stored": record({"stored": COUNT}),
    "ProductFields": _SENT_PRODUCT,
    "Batch": record(
        {
            "operations": list_of(
                record(
                    {
                        "action": {"type": "string", "enum": ["put", "patch", "delete"]},
                        "product_id": ID,
                        "product": _SENT_PRODUCT,
                    },
                    "product",
                )
            )
            | {"minItems": 1, "maxItems": 1000}
        }
    ),
    "ProductIds": record({"product_ids": list_of(ID) | {"minItems": 1, "maxItems": 50}}),
    **EVENT_COMPONENTS,
}

ORDER: Schema = {"sort": {"type": "string", "enum": list(ORDERS)}}
LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}


def search_fields() -> Schema:
    """Parameter of a search -> its schema."""
    fields: Schema = {
        "limit": LIMIT,
        "page": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
        "colour_weight": {"type": "number", "minimum": 0, "maximum": 1},
        "collapse": FLAG,
        "close": FLAG,
        "as": TEXT,
        "in_colour": TEXT,
        "text": TEXT,
        "without": list_of(TEXT),
    }
    for field in FILTERED_FIELDS:
        if field.filter is FilterKind.ANY_OF:
            fields[field.parameter] = list_of(TEXT)
        elif field.filter is FilterKind.FLAG:
            fields[field.parameter] = FLAG
        else:
            fields |= {name: {"type": "number", "minimum": 0, "maximum": MAX_PRICE} for name in field.parameters}
    return fields

"""The events of the API as JSON Schemas; ``webapp.services.event_reading`` reads them."""

from catalog.events.event_store import CONVERSIONS, KINDS, NOT_WANTED, REASONS
from catalog.result_lists import LISTS
from webapp.api.openapi_base import ID, Schema, list_of, record, ref
from webapp.services.event_reading import CLICKED_LISTS, MAX_POSITION, MAX_VALUE

_SEARCH: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}
_POSITION: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_POSITION}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


EVENT_COMPONENTS: dict[str, Schema] = {
    "Click": record(
        {
            "kind": _one_of(*KINDS),
            "list": _one_of(*CLICKED_LISTS),
            "product_id": ID,
            "position": _POSITION,
            "search": _SEARCH,
        },
        "search",
    ),
    "Feedback": record(
        {
            "kind": _one_of(NOT_WANTED),
            "search": _SEARCH,
            "reason": _one_of(*REASONS),
            "list": _one_of(*LISTS),
            "product_id": ID,
            "position": _POSITION,
        },
        *("list", "product_id", "position"),
    ),
    "Conversion": record(
        {
            "kind": _one_of(*CONVERSIONS),
            "product_id": ID,
            "value": {"type": "number", "minimum": 0, "maximum": MAX_VALUE},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "list": _one_of(*CLICKED_LISTS),
            "search": _SEARCH,
        },
        *("value", "currency", "list", "search"),
    ),
    "Events": record(
        {
            "events": list_of({"anyOf": [ref("Click"), ref("Feedback"), ref("Conversion")]})
            | {"minItems": 1, "maxItems": 100}
        }
    ),
}

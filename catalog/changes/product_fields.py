"""From the fields that programs send to the values of our columns."""

from collections.abc import Callable, Mapping
from typing import Any

from catalog.errors import ProductEditError
from catalog.feeds.values import (
    parse_category,
    parse_currency,
    parse_group_id,
    parse_in_stock,
    parse_name,
    parse_plain,
    parse_price,
    parse_product_id,
    parse_text,
)

_PARSERS: dict[str, Callable[[Any], Any]] = {
    "category": parse_category,
    "title": parse_plain,
    "group_id": parse_group_id,
    "gender": parse_name,
    "colour": parse_name,
    "currency": parse_currency,
    "in_stock": parse_in_stock,
    "description": parse_plain,
    "url": parse_plain,
}
TAKEN = (*_PARSERS, "price", "attributes")


def read_product_id(value: object) -> str:
    """A product id; raises ProductEditError."""
    try:
        return parse_product_id(value)
    except ValueError as error:
        raise ProductEditError(f"{error}.") from error


def read_fields(product_id: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Column -> value, of the fields that were sent; null empties a field.

    Raises:
        ProductEditError: a field that there isn't, or a value that can't be understood: nothing is guessed here.
    """
    unknown = [name for name in sent if name not in TAKEN]
    if unknown:
        raise ProductEditError(
            f"{product_id}: there is no field {unknown[0]!r:.80}; the fields are {', '.join(TAKEN)}."
        )
    found: dict[str, Any] = {}
    try:
        for name, value in sent.items():
            if isinstance(value, (dict, list)) and name != "attributes":
                raise ValueError(f"{name} is a list or an object; one value is needed")
            if name == "price":
                cents, currency = parse_price(value)
                found["price_cents"] = cents
                if currency and "currency" not in sent:
                    found["currency"] = currency
            elif name == "attributes":
                found[name] = _read_attributes(value)
            else:
                found[name] = _PARSERS[name](value)
    except ValueError as error:
        raise ProductEditError(f"{product_id}: {error}.") from error
    return found


def _read_attributes(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("attributes must be an object of texts")
    read = {parse_text(name): parse_text(text) for name, text in value.items()}
    return {name: text for name, text in read.items() if name and text}

"""From the fields that programs send to the values of our columns, and to what else changes with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.errors import ProductEditError
from catalog.feeds.offer_values import parse_availability, parse_sizes
from catalog.feeds.values import (
    parse_amount,
    parse_category,
    parse_currency,
    parse_group_id,
    parse_in_stock,
    parse_name,
    parse_plain,
    parse_product_id,
    parse_text,
)
from catalog.money import exact_text, to_cents
from catalog.product_details import EXACT_PRICE, EXACT_PRICE_BEFORE, IN_STOCK, OFFERS, without_empty
from catalog.products import Product

_PARSERS: dict[str, Callable[[Any], Any]] = {
    "category": parse_category,
    "title": parse_plain,
    "group_id": parse_group_id,
    "gender": parse_name,
    "colour": parse_name,
    "currency": parse_currency,
    "in_stock": parse_in_stock,
    "brand": parse_name,
    "material": parse_name,
    "sizes": parse_sizes,
    "availability": parse_availability,
    "sku": parse_plain,
    "gtin": parse_plain,
    "mpn": parse_plain,
    "description": parse_plain,
    "url": parse_plain,
}
_PRICES = {"price": EXACT_PRICE, "price_before": EXACT_PRICE_BEFORE}
_LISTS = ("sizes", "attributes")
TAKEN = (*_PARSERS, *_PRICES, "attributes")


def read_product_id(value: object) -> str:
    """A product id; raises ProductEditError."""
    try:
        return parse_product_id(value)
    except ValueError as error:
        raise ProductEditError(f"{error}.") from error


def read_fields(product_id: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Column -> value, of the fields that were sent; null empties a field. ``details`` are those that change.

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
            if isinstance(value, (dict, list)) and name not in _LISTS:
                raise ValueError(f"{name} is a list or an object; one value is needed")
            if name in _PRICES:
                amount, currency = parse_amount(value, ".")  # as numbers of JSON have it
                found[f"{name}_cents"] = None if amount is None else to_cents(amount)
                found.setdefault("details", {})[_PRICES[name]] = exact_text(amount)
                if currency and "currency" not in sent:
                    found["currency"] = currency
            elif name == "attributes":
                found[name] = _read_attributes(value)
            else:
                found[name] = _PARSERS[name](value)
    except ValueError as error:
        raise ProductEditError(f"{product_id}: {error}.") from error
    return found


def complete_fields(sent: Mapping[str, Any], known: Product | None) -> dict[str, Any]:
    """The columns that change with those that were sent: none of the others may contradict them.

    Args:
        sent: from ``read_fields``.
        known: the product whose other fields stay; None where there are no others.
    """
    values, before = dict(sent), {} if known is None else known.details
    details = {**before, **values.get("details", {})}
    if "availability" in sent and "in_stock" not in sent:
        values["in_stock"] = None if sent["availability"] is None else sent["availability"] == IN_STOCK
    elif "in_stock" in sent and "availability" not in sent:
        values["availability"] = None
    price, was = (values.get(name, getattr(known, name, None)) for name in ("price_cents", "price_before_cents"))
    if was is not None and (price is None or was <= price):  # it isn't reduced
        values["price_before_cents"] = details[EXACT_PRICE_BEFORE] = None
    stale = [
        prefix
        for prefix, columns in (("price", ("price_cents",)), ("availability", ("in_stock", "availability")))
        if any(column in sent for column in columns)
    ]
    details[OFFERS] = [] if "sizes" in sent else [_without(one, stale) for one in details.get(OFFERS, ())]
    details = without_empty(details)
    values.pop("details", None)
    return values if details == before else values | {"details": details}


def _without(offer: Mapping[str, str], prefixes: Sequence[str]) -> dict[str, str]:
    """A size without what is no longer known of it."""
    return {name: text for name, text in offer.items() if not name.startswith(tuple(prefixes))}


def _read_attributes(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("attributes must be an object of texts")
    read = {parse_text(name): parse_text(text) for name, text in value.items()}
    return {name: text for name, text in read.items() if name and text}

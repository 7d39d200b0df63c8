"""What sources say of a product beside the fields that are filtered by: sizes with their prices, links, other texts.

It is stored as one JSON object, ``Product.details``, without empty values. This module names its keys, and turns its
values into plain objects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# Availability, as Google names it, best first.
IN_STOCK, PREORDER, BACKORDER, OUT_OF_STOCK = AVAILABILITIES = ("in stock", "preorder", "backorder", "out of stock")

# Keys of texts.
CATEGORY_PATH = "category_path"  # from the most general to the category itself, with " > " between them
PATTERN, AGE_GROUP, CONDITION = "pattern", "age_group", "condition"
SALE_FROM, SALE_UNTIL = "sale_from", "sale_until"  # ISO 8601: when the price is reduced
AVAILABLE_FROM = "available_from"  # ISO 8601: when a product of a later day can be bought
EXACT_PRICE, EXACT_PRICE_BEFORE = "exact_price", "exact_price_before"  # decimals, where hundredths don't hold them
# Keys of lists of texts.
FURTHER_CATEGORIES = "further_categories"  # paths
TAGS = "tags"
# Keys of objects.
OFFERS = "offers"  # a list, see ``SizeOffer``
LINKS = "links"  # kind of link -> the skus, handles or ids of other products, as the source names them
TEXTS = "texts"  # code of a language -> title, description, category
PHOTO_ALTS = "photo_alts"  # file name of a photo -> what it shows, in words

TEXT_KEYS = (
    *(CATEGORY_PATH, PATTERN, AGE_GROUP, CONDITION, SALE_FROM, SALE_UNTIL, AVAILABLE_FROM),
    *(EXACT_PRICE, EXACT_PRICE_BEFORE),
)

GOES_WITH, ALTERNATIVES, SET = LINK_KINDS = ("goes_with", "alternatives", "set")
TRANSLATED = ("title", "description", "category")

Details = dict[str, Any]


@dataclass(frozen=True)
class SizeOffer:
    """One size of a product, as it can be ordered; None where the source doesn't say."""

    size: str | None = None
    sku: str | None = None
    gtin: str | None = None
    price: Decimal | None = None  # in units of the product's currency
    price_before: Decimal | None = None
    availability: str | None = None  # one of AVAILABILITIES


def pack_offer(offer: SizeOffer) -> dict[str, str]:
    """An offer as JSON holds it."""
    return {name: str(value) for name, value in vars(offer).items() if value is not None}


def unpack_offers(details: Mapping[str, Any]) -> tuple[SizeOffer, ...]:
    """The offers of a product, smallest size first; empty where it comes in one size."""
    return tuple(_unpack_offer(one) for one in details.get(OFFERS, ()))


def _unpack_offer(one: Mapping[str, str]) -> SizeOffer:
    values: dict[str, Any] = {name: Decimal(text) if name.startswith("price") else text for name, text in one.items()}
    return SizeOffer(**values)


def without_empty(details: Mapping[str, Any]) -> Details:
    """The details without keys that have no value, in the order of their names, so that equal ones look equal."""
    return {name: details[name] for name in sorted(details) if details[name]}

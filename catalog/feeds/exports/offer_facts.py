"""What the offers of one look say together: facts by name, sizes, and the details that are stored as they are."""

import re
from collections.abc import Sequence

from catalog.feeds.exports.offers import Offer
from catalog.feeds.exports.option_names import is_colour, is_size, size_rank
from catalog.feeds.exports.optional_values import join_distinct
from catalog.product_details import (
    AGE_GROUP,
    AVAILABLE_FROM,
    CATEGORY_PATH,
    CONDITION,
    FURTHER_CATEGORIES,
    LINKS,
    OFFERS,
    PATTERN,
    PHOTO_ALTS,
    SALE_FROM,
    SALE_UNTIL,
    TAGS,
    TEXTS,
    Details,
    SizeOffer,
    pack_offer,
)
from catalog.product_details import LINK_KINDS as KINDS
from catalog.spelling import fold, tidy_name

FACT_FIELDS = ("brand", "material", "sku", "gtin", "mpn")  # the facts that are fields of a product
_TEXTS = (CATEGORY_PATH, PATTERN, AGE_GROUP, CONDITION)
_SEPARATOR = re.compile(r"[,;|]")
_NOT_IN_NAMES = re.compile(r"[^\w]+")


def slug(values: Sequence[str]) -> str:
    """The values as one name of letters, digits and hyphens."""
    return "-".join(name for name in (_NOT_IN_NAMES.sub("-", value).strip("-") for value in values) if name)


def fold_facts(offers: Sequence[Offer]) -> dict[str, str]:
    """The facts of all offers by name, and their options that are neither colours nor sizes."""
    facts: dict[str, list[str]] = {}
    for offer in offers:
        for name, value in offer.options.items():
            if not is_colour(name) and not is_size(name):
                facts.setdefault(slug([fold(name)]).replace("-", "_"), []).append(value)
        for name, value in {"brand": offer.brand, AGE_GROUP: offer.age_group, **offer.facts}.items():
            facts.setdefault(name, []).append(value)
    return {name: join_distinct(values) for name, values in facts.items() if name}


def fold_sizes(offers: Sequence[Offer]) -> list[str]:
    """The sizes, smallest first."""
    sizes = {fold(size): size for offer in offers if (size := _size_of(offer))}
    return sorted(sizes.values(), key=size_rank)


def fold_details(offers: Sequence[Offer], facts: dict[str, str]) -> Details:
    """The details of a look; what becomes a detail is taken out of ``facts``."""
    details: Details = {name: facts.pop(name, "") for name in _TEXTS}
    details[TAGS] = split_facts(facts.pop(TAGS, ""))
    details[FURTHER_CATEGORIES] = list(dict.fromkeys(path for offer in offers for path in offer.further_categories))
    links = {kind: split_facts(facts.pop(kind, "")) for kind in KINDS}
    details[LINKS] = {kind: found for kind, found in links.items() if found}
    moments = {
        AVAILABLE_FROM: min(filter(None, (offer.available_from for offer in offers)), default=""),
        SALE_FROM: next((offer.sale_from for offer in offers if offer.sale_from), ""),
        SALE_UNTIL: next((offer.sale_until for offer in offers if offer.sale_until), ""),
    }
    several = len(offers) > 1 or any(_size_of(offer) for offer in offers)
    details |= moments | {OFFERS: [pack_offer(_to_size_offer(offer)) for offer in offers] if several else []}
    details[TEXTS] = next((offer.texts for offer in offers if offer.texts), {})
    details[PHOTO_ALTS] = {photo: alt for offer in reversed(offers) for photo, alt in offer.photo_alts.items()}
    return details


def keep_alts(details: Details, photos: Sequence[str]) -> None:
    """Leave only the words for photos that the look has."""
    details[PHOTO_ALTS] = {photo: alt for photo, alt in details[PHOTO_ALTS].items() if photo in photos}


def split_facts(text: str) -> list[str]:
    """The values of a list in a text, each once."""
    return list(dict.fromkeys(name for part in _SEPARATOR.split(text) if (name := tidy_name(part))))


def is_reduced(offer: Offer) -> bool:
    """Whether an offer costs less than before, in the same currency."""
    price, before = offer.price, offer.price_before
    if price.amount is None or before.amount is None:
        return False
    return before.currency == price.currency and before.amount > price.amount


def _size_of(offer: Offer) -> str:
    return next((tidy_name(value) for name, value in sorted(offer.options.items()) if is_size(name)), "")


def _to_size_offer(offer: Offer) -> SizeOffer:
    return SizeOffer(
        size=_size_of(offer) or None,
        sku=offer.facts.get("sku") or None,
        gtin=offer.facts.get("gtin") or None,
        price=offer.price.amount,
        price_before=offer.price_before.amount if is_reduced(offer) else None,
        availability=offer.availability or None,
    )

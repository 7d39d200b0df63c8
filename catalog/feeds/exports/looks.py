"""From offers to products: a product is one look, with its sizes folded in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.feeds.exports.colours import match_colour
from catalog.feeds.exports.offer_facts import (
    FACT_FIELDS,
    fold_details,
    fold_facts,
    fold_sizes,
    is_reduced,
    keep_alts,
    slug,
)
from catalog.feeds.exports.offers import BACKORDER, IN_STOCK, OUT_OF_STOCK, PREORDER, Group, Money, Offer
from catalog.feeds.exports.option_names import is_colour, is_look, is_size, size_rank
from catalog.feeds.exports.wearers import match_gender
from catalog.feeds.rows import FieldWarning
from catalog.money import exact_text
from catalog.product_details import EXACT_PRICE, EXACT_PRICE_BEFORE, without_empty
from catalog.products import Product
from catalog.spelling import fold, tidy_name

NO_CATEGORY = "Uncategorized"
_BEST_FIRST = (IN_STOCK, PREORDER, BACKORDER, OUT_OF_STOCK)
_AROUND_SIZE = " -–—,/|()[]·:"


@dataclass(frozen=True)
class Look:
    """A product, with the addresses or file names of its photos."""

    row: int
    product: Product
    photos: tuple[str, ...]
    warnings: tuple[FieldWarning, ...]


def split_into_looks(group: Group) -> list[Look]:
    """The products of a group, whatever the order of its offers.

    Offers that differ in colour, pattern, material, finish or metal are different looks. They become products of their
    own where each look has a photo that shows it and no other; otherwise the group is one product of several colours.

    Raises:
        ValueError: two offers have the same id and differ.
    """
    offers = sorted(_without_repetitions(group.offers), key=_sort_key)
    looks: dict[tuple[str, ...], list[Offer]] = {}
    for offer, look in zip(offers, _looks_of(offers), strict=True):
        looks.setdefault(look, []).append(offer)
    if len(looks) > 1 and not (group.always_split or _are_told_apart(looks.values())):
        looks = {(): offers}
    names = [slug(values) for values in looks]
    if len(set(names)) < len(names):
        raise ValueError(f"two looks have the same name, {next(name for name in names if names.count(name) > 1)!r}")
    return [
        _build(group, f"{group.group_id}~{name}" if len(looks) > 1 and name else group.group_id, members, offers)
        for name, members in zip(names, looks.values(), strict=True)
    ]


def possible_ids(group: Group) -> tuple[str, ...]:
    """The ids that products of a group may have, also of one that can't be used."""
    looks = dict.fromkeys(slug(look) for look in _looks_of(group.offers))
    return (group.group_id, *(f"{group.group_id}~{look}" for look in looks if look))


def _without_repetitions(offers: Iterable[Offer]) -> list[Offer]:
    """Each offer once, in the first of the rows that say the same."""
    by_id: dict[str, Offer] = {}
    for offer in sorted(offers, key=lambda offer: offer.row):
        known = by_id.setdefault(offer.offer_id, offer)
        if known is not offer and replace(offer, row=known.row) != known:
            names = [name for name in vars(offer) if name != "row" and getattr(offer, name) != getattr(known, name)]
            raise ValueError(
                f"rows {known.row} and {offer.row} have the same id {offer.offer_id!r} and contradict each other "
                f"({', '.join(names)})"
            )
    return list(by_id.values())


def _sort_key(offer: Offer) -> tuple[object, ...]:
    sizes = [size_rank(value) for name, value in sorted(offer.options.items()) if not is_look(name)]
    return (sizes, offer.offer_id)


def _looks_of(offers: Sequence[Offer]) -> list[tuple[str, ...]]:
    """The look of each offer: its colour, pattern and the like, without those that all offers share."""
    chosen = [{fold(name): fold(value) for name, value in offer.options.items() if is_look(name)} for offer in offers]
    names = sorted({name for one in chosen for name in one})
    telling = [name for name in names if len({one.get(name, "") for one in chosen}) > 1]
    return [tuple(one.get(name, "") for name in telling) for one in chosen]


def _are_told_apart(looks: Iterable[Sequence[Offer]]) -> bool:
    """Whether each look has a photo of its own."""
    photos = [{offer.own_photo for offer in members} - {""} for members in looks]
    return all(photos) and sum(map(len, photos)) == len(set().union(*photos))


def _build(group: Group, product_id: str, offers: list[Offer], siblings: list[Offer]) -> Look:
    colour, of_colour = _fold_colours(offers)
    price, before = _fold_prices(offers)
    stock = _best_availability(offers)
    facts = fold_facts(offers) | of_colour
    named: dict[str, Any] = {name: facts.pop(name) or None for name in FACT_FIELDS if name in facts}
    details = fold_details(offers, facts)
    photos = _fold_photos(offers, siblings)
    keep_alts(details, photos)
    details |= {EXACT_PRICE: exact_text(price.amount), EXACT_PRICE_BEFORE: exact_text(before.amount)}
    category = tidy_name(_first(offers, "category"))
    warnings = dict.fromkeys(warning for offer in offers for warning in offer.warnings)
    if not category:
        warnings[FieldWarning("category", f"The export names no category; {NO_CATEGORY!r} was taken.")] = None
    product = Product(
        product_id,
        category or NO_CATEGORY,
        title=_fold_titles(offers) or None,
        group_id=group.group_id if group.is_variable else None,
        gender=match_gender(_first(offers, "gender"), _first(offers, "age_group")),
        colour=colour,
        sizes=fold_sizes(offers) or None,
        price_cents=price.cents,
        price_before_cents=before.cents,
        currency=price.currency,
        in_stock=stock == IN_STOCK if stock else None,
        availability=stock or None,
        description=_first(offers, "description") or None,
        url=_first(offers, "url") or None,
        attributes={name: facts[name] for name in sorted(facts) if facts[name]},
        details=without_empty(details),
        **named,
    )
    return Look(min(offer.row for offer in offers), product, photos, tuple(warnings))


def _fold_photos(offers: Sequence[Offer], siblings: Sequence[Offer]) -> tuple[str, ...]:
    """The photos that show this look, then those that the looks share; not those that show another look."""
    own = dict.fromkeys(offer.own_photo for offer in offers if offer.own_photo)
    of_others = {offer.own_photo for offer in siblings} - own.keys()
    shared = dict.fromkeys(photo for offer in offers for photo in offer.photos if photo not in of_others)
    return tuple(own | shared)


def _fold_colours(offers: Sequence[Offer]) -> tuple[str | None, dict[str, str]]:
    """The colour by the model's name where it has one; of several, nobody knows which one the photos show."""
    written = {fold(value): tidy_name(value) for value in _options(offers, is_colour)}
    if len(written) > 1:
        return None, {"colours": ", ".join(written.values())}
    for value in written.values():
        colour = match_colour(value)
        return colour or value, {"colour_written": value} if colour and fold(colour) != fold(value) else {}
    return None, {}


def _options(offers: Sequence[Offer], is_meant: Callable[[str], bool]) -> list[str]:
    return [value for offer in offers for name, value in offer.options.items() if is_meant(name)]


def _first(offers: Sequence[Offer], name: str) -> str:
    return next((value for offer in offers if (value := getattr(offer, name))), "")


def _fold_titles(offers: Sequence[Offer]) -> str:
    """The title that the offers share; where each has its size behind it, the title without the size."""
    titles = dict.fromkeys(tidy_name(offer.title) for offer in offers if offer.title)
    if len(titles) < 2:
        return next(iter(titles), "")
    shorter = {_without_size(tidy_name(offer.title), offer.options) for offer in offers if offer.title}
    return shorter.pop() if len(shorter) == 1 else next(iter(titles))


def _without_size(title: str, options: dict[str, str]) -> str:
    for name, value in options.items():
        size = tidy_name(value)
        if is_size(name) and size and title.rstrip(_AROUND_SIZE).endswith(size):
            rest = title.rstrip(_AROUND_SIZE).removesuffix(size)
            if rest != rest.rstrip(_AROUND_SIZE):
                return rest.rstrip(_AROUND_SIZE)
    return title


def _fold_prices(offers: Sequence[Offer]) -> tuple[Money, Money]:
    """The lowest price, and the price that it was before."""
    priced = [offer for offer in offers if offer.price.amount is not None]
    if not priced:
        return Money(), Money()
    currency = priced[0].price.currency
    priced = [offer for offer in priced if offer.price.currency == currency]
    lowest = min(priced, key=lambda offer: (offer.price.amount or 0, offer.offer_id))
    return lowest.price, lowest.price_before if is_reduced(lowest) else Money()


def _best_availability(offers: Sequence[Offer]) -> str:
    said = {offer.availability for offer in offers}
    return next((availability for availability in _BEST_FIRST if availability in said), "")

"""Products in a list with all that their cards show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from catalog import Product
from search.query import Hit

PATTERN = "pattern"  # the attribute that says plain, striped, checked, ...


class Variant(Protocol):
    """What a card shows of another colour of its product."""

    @property
    def product_id(self) -> str:
        """Of the variant."""

    @property
    def colour(self) -> str | None:
        """None if the catalogue doesn't say."""


@dataclass(frozen=True)
class FoundVariant:
    """A variant of which nothing else was read."""

    product_id: str
    colour: str | None


@dataclass(frozen=True)
class ResultItem:
    """A product in a list, with everything that its card shows."""

    product: Product
    variants: tuple[Variant, ...] = ()  # its other colours that were found, best first
    score: float | None = None  # None in a list that isn't ranked, such as a category page
    reasons: tuple[str, ...] = ()
    grade: str | None = None  # one of search.query.GRADES, in a list of look-alikes


def items_among(
    products: Mapping[str, Product], colours: Mapping[str, str | None], hits: Iterable[Hit]
) -> Iterable[ResultItem]:
    """The products of some hits; what has left the catalogue is left out.

    Args:
        products: those that are hit, and the variants of those that are hit and have left the catalogue.
        colours: of the variants, as far as they are sold.
        hits: what an index found.
    """
    for hit in hits:
        # If the best colour has left the catalogue since the index was built, the next colour takes its place.
        shown = next((one for one in (hit.product_id, *hit.variants) if one in products), None)
        if shown is not None:
            others = tuple(FoundVariant(one, colours[one]) for one in hit.variants if one in colours and one != shown)
            yield ResultItem(products[shown], others, hit.score, hit.reasons, hit.grade)


def compare_patterns(product: Product, item: ResultItem) -> ResultItem:
    """The item, with "pattern" among its reasons if the catalogue names the same pattern for both products."""
    pattern = str(product.value_of(PATTERN) or "").casefold()
    if pattern and str(item.product.value_of(PATTERN) or "").casefold() == pattern:
        return replace(item, reasons=(*item.reasons, "pattern"))
    return item

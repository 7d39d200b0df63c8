"""Products in a list with all that their cards show."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog import Product
from search.query import Hit

PATTERN = "pattern"  # the attribute that says plain, striped, checked, ...


@dataclass(frozen=True)
class ResultItem:
    """A product in a list, with everything that its card shows."""

    product: Product
    variants: tuple[Product, ...] = ()  # its other colours that were found, best first
    score: float | None = None  # None in a list that isn't ranked, such as a category page
    reasons: tuple[str, ...] = ()
    grade: str | None = None  # one of search.query.GRADES, in a list of look-alikes


def items_among(products: dict[str, Product], hits: Iterable[Hit]) -> Iterable[ResultItem]:
    """The products of some hits; what has left the catalogue is left out."""
    for hit in hits:
        # If the best colour has left the catalogue since the index was built, the next colour takes its place.
        sold = [products[product_id] for product_id in (hit.product_id, *hit.variants) if product_id in products]
        if sold:
            yield ResultItem(sold[0], tuple(sold[1:]), hit.score, hit.reasons, hit.grade)


def compare_patterns(product: Product, item: ResultItem) -> ResultItem:
    """The item, with "pattern" among its reasons if the catalogue names the same pattern for both products."""
    pattern = str(product.value_of(PATTERN) or "").casefold()
    if pattern and str(item.product.value_of(PATTERN) or "").casefold() == pattern:
        return replace(item, reasons=(*item.reasons, "pattern"))
    return item

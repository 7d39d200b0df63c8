"""Lists without a photo, the newest products first."""

from collections.abc import Callable, Sequence

from catalog.browsing.arrivals import arrival_times, newest_products
from catalog.storage.database import Database
from search.query import Hit, SearchRequest

_TRIED = (2_000, 50_000, 10**9)  # newest products among which a page is looked for, until it is full


def newest_first(database: Database, product_ids: Sequence[str]) -> list[str]:
    """The products by when they came, the newest first; of those that came together, the first ones stay first."""
    times = arrival_times(database, product_ids)
    return sorted(product_ids, key=lambda one: times.get(one, ""), reverse=True)


def list_newest(
    database: Database, request: SearchRequest, rank: Callable[[Sequence[str]], tuple[Hit, ...]]
) -> tuple[Hit, ...]:
    """A page of the newest products that pass the filters.

    Args:
        database: the catalogue's.
        request: which page.
        rank: the page of those of some products (ids in their order) that pass.
    """
    for most in _TRIED:
        newest = newest_products(database, most)
        hits = rank(newest)
        if len(hits) == request.limit or len(newest) < most:
            break
    return hits

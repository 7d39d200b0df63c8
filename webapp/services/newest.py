"""Lists without a photo, the newest products first."""

from collections.abc import Callable, Sequence

from catalog.browsing.arrivals import arrival_times, newest_products
from catalog.storage.database import Database
from search.query import Hit, SearchRequest

_TRIED = 2_000  # newest products among which a page is looked for first


def newest_first(database: Database, product_ids: Sequence[str]) -> list[str]:
    """The products by when they came, the newest first; of those that came together, the first ones stay first."""
    times = arrival_times(database, product_ids)
    return sorted(product_ids, key=lambda one: times.get(one, ""), reverse=True)


def list_newest(
    database: Database,
    request: SearchRequest,
    rank: Callable[[Sequence[str]], tuple[Hit, ...]],
    find_all: Callable[[], Sequence[str]],
) -> tuple[Hit, ...]:
    """A page of the newest products that pass the filters.

    Args:
        database: the catalogue's.
        request: which page.
        rank: the page of those of some products (ids in their order) that pass.
        find_all: the ids of all that pass; of a large catalogue it is asked only where few pass.
    """
    newest = newest_products(database, _TRIED)
    hits = rank(newest)
    if len(hits) == request.limit or len(newest) < _TRIED:
        return hits
    return rank(newest_first(database, find_all()))

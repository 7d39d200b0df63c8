"""The most alike products of a ranking in another order: by price, or the newest first."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from catalog.browsing.arrivals import arrival_times
from catalog.storage.database import Database
from search.query import Filters, SearchRequest
from search.words.orders import DEAREST, NEWEST
from search.words.shades import family_of
from search.words.vocabulary import COLOUR
from webapp.http.orders import USUAL
from webapp.services.rankings import Ranking
from webapp.services.result_items import ResultItem
from webapp.services.storefront import Storefront

ARRANGED = 96  # most alike products that are put in order; what comes later isn't alike enough to come first

AnyRanking = TypeVar("AnyRanking", bound=Ranking)


def in_order(
    order: str, request: SearchRequest, rank: Callable[[SearchRequest], AnyRanking], storefront: Storefront
) -> AnyRanking:
    """One page of a ranking in an order, for which as many products are ranked as it takes.

    In another order than the usual, a colour that a photo is moved to is a filter: what comes behind the products in
    that colour could otherwise come first.
    """
    if order == USUAL:
        return rank(request)
    wanted = replace(request, limit=ARRANGED, page=1, filters=_in_colour_alone(request, storefront))
    return _arrange(rank(wanted), order, request, storefront.catalog.database)


def _in_colour_alone(request: SearchRequest, storefront: Storefront) -> Filters:
    """The filters of a request, with the colour that it asks for and its shades; as they are if there is none."""
    if request.in_colour is None or request.filters.colours:
        return request.filters
    known = storefront.index.current().filter_values.get(COLOUR, ())
    return replace(request.filters, colours=family_of(request.in_colour, known).values)


def _arrange(ranking: AnyRanking, order: str, request: SearchRequest, database: Database) -> AnyRanking:
    """One page of a ranking of ``ARRANGED`` products, in an order: "newest", "cheapest" or "dearest".

    Products without a price come last in either direction; equal ones keep their order, the most alike first.
    """
    times = arrival_times(database, [item.product.product_id for item in ranking.similar]) if order == NEWEST else {}

    def price(item: ResultItem) -> tuple[bool, int]:
        cents = item.product.price_cents
        return cents is None, (cents or 0) * (-1 if order == DEAREST else 1)

    def age(item: ResultItem) -> str:
        return times.get(item.product.product_id, "")

    key: Callable[[ResultItem], object] = age if order == NEWEST else price
    # A list that ends with its close matches has, where there are none, what one page holds: the nearest products.
    most = request.limit if request.only_close and not ranking.close else ARRANGED
    items = sorted(ranking.similar[:most], key=key, reverse=order == NEWEST)  # type: ignore[arg-type]
    return replace(
        ranking,
        similar=tuple(items[request.first : request.first + request.limit]),
        request=request,
        reachable=len(items),
    )

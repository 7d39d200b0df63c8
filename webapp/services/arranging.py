"""The most alike products of a ranking in another order: by price, or the newest first."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from catalog.browsing.arrivals import arrival_times
from catalog.storage.database import Database
from search.query import SearchRequest
from search.words.orders import DEAREST, NEWEST
from webapp.http.orders import USUAL
from webapp.services.rankings import Ranking
from webapp.services.result_items import ResultItem

ARRANGED = 96  # most alike products that are put in order; what comes later isn't alike enough to come first

AnyRanking = TypeVar("AnyRanking", bound=Ranking)


def in_order(
    order: str, request: SearchRequest, rank: Callable[[SearchRequest], AnyRanking], database: Database
) -> AnyRanking:
    """One page of a ranking in an order, for which as many products are ranked as it takes."""
    if order == USUAL:
        return rank(request)
    return _arrange(rank(replace(request, limit=ARRANGED, page=1)), order, request, database)


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
        request=replace(ranking.request, limit=request.limit, page=request.page),
        reachable=len(items),
    )

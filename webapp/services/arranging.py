"""The most alike products of a ranking in another order: by price, or the newest first."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from catalog import Product
from catalog.browsing.arrivals import arrival_times
from catalog.storage.database import Database
from search.query import LEAST_SHOWN, Filters, SearchRequest
from search.words.orders import DEAREST, NEWEST
from search.words.shades import family_of
from search.words.vocabulary import COLOUR
from webapp.http.orders import USUAL
from webapp.services.rankings import PhotoAnswer, Ranking
from webapp.services.result_items import ResultItem
from webapp.services.storefront import Storefront

ARRANGED = 96  # most alike products that are put in order; what comes later isn't alike enough to come first

AnyRanking = TypeVar("AnyRanking", bound=Ranking)


def in_order(
    order: str,
    request: SearchRequest,
    rank: Callable[[SearchRequest], AnyRanking],
    storefront: Storefront,
    kind: str | None = None,
) -> AnyRanking:
    """One page of a ranking in an order, for which as many products are ranked as it takes.

    In another order than the usual, what comes behind the products that were asked for could come first. So a colour
    that a photo is moved to is a filter then, words must be there if any product has them, and products of another
    kind are left out, unless filters or words ask for them.

    Args:
        order: of ``webapp.http.orders``.
        request: which page.
        rank: the ranking for a request.
        storefront: of the shop.
        kind: the category of what is looked for; None: that of the photo, if it is sure.
    """
    if order == USUAL:
        return rank(request)
    filters = _in_colour_alone(request, storefront)
    ranking = rank(replace(request, limit=ARRANGED, page=1, filters=filters, close=False))
    if request.text:
        found = set(storefront.words.find(request.text))
        ranking = _those(ranking, lambda product: product.product_id in found)
    elif not request.filters.categories:
        wanted = request.category or kind or _seen_kind(ranking)
        wanted = wanted if any(item.product.category == wanted for item in ranking.similar) else None
        ranking = replace(_those(ranking, lambda product: product.category == wanted), listed_kind=wanted)
    return _arrange(ranking, order, request, storefront.catalog.database)


def _seen_kind(ranking: Ranking) -> str | None:
    if isinstance(ranking, PhotoAnswer) and ranking.sure and ranking.prediction:
        return ranking.prediction[0].category
    return None


def _those(ranking: AnyRanking, are_wanted: Callable[[Product], bool]) -> AnyRanking:
    """The ranking without other products, if it has any that are wanted."""
    wanted = tuple(item for item in ranking.similar if are_wanted(item.product))
    return replace(ranking, similar=wanted) if wanted else ranking


def _in_colour_alone(request: SearchRequest, storefront: Storefront) -> Filters:
    """The filters of a request, with the colour that it asks for and its shades; as they are if there is none."""
    if request.in_colour is None or request.filters.colours:
        return request.filters
    known = storefront.index.current().filter_values.get(COLOUR, ())
    return replace(request.filters, colours=family_of(request.in_colour, known).values)


def _arrange(ranking: AnyRanking, order: str, request: SearchRequest, database: Database) -> AnyRanking:
    """One page of a ranking of ``ARRANGED`` products, in an order: "newest", "cheapest" or "dearest".

    Products without a price come last in either direction, and what is sold out behind them; equal ones keep their
    order, the most alike first.
    """
    times = arrival_times(database, [item.product.product_id for item in ranking.similar]) if order == NEWEST else {}

    def price(item: ResultItem) -> tuple[bool, int]:
        cents = item.product.price_cents
        return cents is None, (cents or 0) * (-1 if order == DEAREST else 1)

    def age(item: ResultItem) -> str:
        return times.get(item.product.product_id, "")

    key: Callable[[ResultItem], object] = age if order == NEWEST else price
    most = ARRANGED
    if request.only_close:  # where there are no close matches, what one page holds: the nearest products
        most = max(ranking.close, LEAST_SHOWN) if ranking.close else request.limit
    items = sorted(ranking.similar[:most], key=key, reverse=order == NEWEST)  # type: ignore[arg-type]
    items.sort(key=lambda item: item.product.in_stock is False)
    return replace(
        ranking,
        similar=tuple(items[request.first : request.first + request.limit]),
        request=request,
        reachable=len(items),
    )

"""What a sentence's page offers where nothing passes all of its filters: what passes the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from search.query import SearchRequest
from search.words.orders import CHEAPEST
from search.words.vocabulary import kinds_in
from webapp.http.orders import PARAMETER as ORDER
from webapp.services.rankings import Ranking
from webapp.shop.refinement import Refinement, count_colours

# Parameters that are given up together, in this order: first what a shopper would do without most readily.
_TEXT = ("text",)
_PRICES = ("min_price", "max_price")
_GIVEN_UP = (
    _TEXT,
    ("without",),
    ("material",),
    ("brand",),
    ("size",),
    _PRICES,
    ("in_stock",),
    ("colour",),
    ("gender",),
)


@dataclass(frozen=True)
class Closest:
    """Products that pass all filters but some."""

    without: tuple[str, ...]  # these filters, as their chips say
    address: str  # of the page without them
    ranking: Ranking


def find_closest(
    refinement: Refinement,
    asked: SearchRequest,
    rank: Callable[[MultiDict[str, str]], Ranking],
    currency: str | None = None,
) -> Closest | None:
    """The products that are found if as few filters as possible are given up; None where that leaves no filter.

    Args:
        refinement: of the page on which nothing was found.
        asked: what ``read_search`` made of its parameters.
        rank: gives the products that pass some parameters.
        currency: of the prices, if it is known.
    """
    given_up = [names for names in _GIVEN_UP if any(refinement.values[name] for name in names)]
    if kinds_in(asked.text):  # a backpack is what is looked for, whatever it costs
        given_up.sort(key=lambda names: names == _TEXT)
    for names in _ways_to_give_up(given_up):
        fewer = refinement.without(*names)
        if asked.filters.max_price_cents is not None and _PRICES[1] in names:
            fewer = fewer.with_values(MultiDict([*fewer.parameters.items(multi=True), (ORDER, CHEAPEST)]))
        if not fewer.narrowed:
            continue
        ranking = rank(fewer.parameters)
        if ranking.similar:
            colours = count_colours(ranking.facets)
            kept = {chip.label for chip in fewer.chips(ranking.request, currency, colours)}
            given = refinement.chips(asked, currency, colours)
            lost = tuple(chip.label for chip in given if chip.label not in kept and not chip.narrows)
            return Closest(lost, fewer.address(), ranking)
    return None


def _ways_to_give_up(groups: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Each group by itself, and then the first two, the first three and so on together."""
    yield from groups
    for count in range(2, len(groups) + 1):
        yield tuple(name for group in groups[:count] for name in group)

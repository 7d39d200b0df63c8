"""Words that ask for an order: "cheapest", "lo más barato", "newest", "lo último"."""

from collections.abc import Sequence

from search.words.folding import Token, stems

NEWEST, CHEAPEST, DEAREST = "newest", "cheapest", "dearest"
_SAID = {
    CHEAPEST: "cheap, cheaper, cheapest, low cost, low price, lowest price, best price, inexpensive, affordable, "
    "budget, price low to high, low to high, by price, barato, barata, más barato, más barata, económico, económica, "
    "más económico, más económica, asequible, buen precio, mejor precio, bajo precio, precio bajo, menor precio, "
    "precio de menor a mayor, de menor a mayor, por precio",
    DEAREST: "expensive, most expensive, priciest, highest price, price high to low, high to low, caro, cara, "
    "más caro, más cara, mayor precio, precio de mayor a menor, de mayor a menor",
    NEWEST: "new, newest, latest, most recent, just in, new in, new arrival, new collection, new season, just arrived, "
    "novedad, nuevo, nueva, más nuevo, más nueva, lo último, última novedad, último lanzamiento, más reciente, "
    "reciente, nueva colección, nueva temporada, recién llegado, recién llegada",
}
_SAID_UNKNOWN = (  # orders that nobody knows enough for
    "best selling, best seller, bestseller, most popular, popular, top rated, best rated, trending, más vendido, "
    "más vendida, superventas, más popular, mejor valorado, mejor valorada, en tendencia"
)
_UNKNOWN = frozenset(map(stems, _SAID_UNKNOWN.split(", ")))
_OPPOSITES = {CHEAPEST: DEAREST, DEAREST: CHEAPEST}
_PHRASES = {stems(phrase): order for order, phrases in _SAID.items() for phrase in phrases.split(", ")}
_LONGEST = max(map(len, _PHRASES))
# Shorter ones are near to words that have nothing to do with prices: "caro" and "card".
_LEAST_MISTYPED = 5
WORDS = tuple(dict.fromkeys(word for phrase in _PHRASES for word in phrase))
SPELLED = tuple(
    word for phrases in _SAID.values() for word in phrases.replace(",", "").split() if len(word) >= _LEAST_MISTYPED
)


def find_order(tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
    """The order that the longest phrase from a token on asks for, and the place after it; None if none does."""
    for length in range(min(_LONGEST, len(tokens) - start), 0, -1):
        order = _PHRASES.get(tuple(token.stem for token in tokens[start : start + length]))
        if order:
            return order, start + length
    return None


def find_unknown_order(tokens: Sequence[Token], start: int) -> int | None:
    """The place after words for an order that can't be had, such as "best selling"; None if there are none."""
    for length in range(min(_LONGEST, len(tokens) - start), 0, -1):
        if tuple(token.stem for token in tokens[start : start + length]) in _UNKNOWN:
            return start + length
    return None


def opposite(order: str) -> str | None:
    """What is asked for where an order isn't: what isn't expensive is cheap. None where that asks for nothing."""
    return _OPPOSITES.get(order)

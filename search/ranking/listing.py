"""Lists without a photo: what passes the filters, in the order that words give; and both orders made into one.

Two rankings of different scores are put together by their places alone: reciprocal rank fusion (Cormack, Clarke and
Büttcher, SIGIR 2009), with their constant.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from search.index.product_columns import MISSING, ProductColumns
from search.index.vector_store import ProductFilter
from search.ranking.ranked import Ranked
from search.words.shades import whole_families

FUSION_CONSTANT = 60


def list_cards(
    order: np.ndarray, columns: ProductColumns, only: ProductFilter | None, *, first: int, limit: int, collapse: bool
) -> list[Ranked]:
    """Part of a list of products as cards.

    Args:
        order: (M,) positions of products, best first; each once.
        columns: the products.
        only: which of them may be listed; None for all.
        first: how many cards go before.
        limit: how many are wanted.
        collapse: whether variants of one product are one card, which stands where the first of them does.
    """
    if only is not None:
        order = order[only.passes(order)]
    groups = columns.group[order] if collapse else order
    leads = np.sort(np.unique(groups, return_index=True)[1])[first : first + limit]
    cards = []
    for lead in leads.tolist():
        others = order[groups == groups[lead]]
        cards.append(Ranked(int(order[lead]), 0.0, tuple(others[others != order[lead]].tolist())))
    return cards


def exact_colour_first(order: np.ndarray, columns: ProductColumns, colours: Sequence[str]) -> np.ndarray:
    """The same products; where some colours are shades of others, the others' come first, nearer shades next.

    Args:
        order: (M,) positions of products.
        columns: the products.
        colours: that are asked for.
    """
    families = whole_families(colours, colours).values()
    if not families:
        return order
    colour = columns.texts["colour"]
    places = np.zeros(len(colour.values) + 1, np.int32)  # the last one serves products without a colour
    places[-1] = len(colours)
    for family in families:
        for place, tier in enumerate(family.tiers):
            places[[code for value in tier if (code := colour.code(value)) != MISSING]] = place
    return order[np.argsort(places[colour.codes[order]], kind="stable")]


def by_price(order: np.ndarray, columns: ProductColumns, *, dearest: bool) -> np.ndarray:
    """The same products by their prices, the lowest or the highest first; those without a price come last."""
    cents = columns.amounts["price_cents"][order]
    keys = np.where(cents == MISSING, np.iinfo(np.int64).max, -cents if dearest else cents)
    return order[np.argsort(keys, kind="stable")]


def find_positions(product_ids: Iterable[str], columns: ProductColumns) -> np.ndarray:
    """(M,) positions of those products that the index has, each once, in the order of their ids."""
    known = columns.position_of
    return np.array([known[one] for one in dict.fromkeys(product_ids) if one in known], np.int64)


def mark_products(positions: np.ndarray, products: int) -> np.ndarray:
    """(P,) bool: which of so many products stand at the positions."""
    marked = np.zeros(products, bool)
    marked[positions] = True
    return marked


def fuse(cards: Sequence[Ranked], worded: Sequence[Ranked], *, equally: bool = False) -> list[Ranked]:
    """Two rankings of cards as one: each card counts with its places in both.

    Args:
        cards: by likeness, best first.
        worded: by words, best first; of a card that stands in both, the one that leads by likeness leads if it has the
            words, and otherwise the one that leads by words.
        equally: whether all that the words find share the first place among them.
    """
    place = {position: number for number, card in enumerate(cards) for position in (card.position, *card.variants)}
    taken: set[int] = set()
    scored: list[tuple[float, int, Ranked]] = []
    for number, card in enumerate(worded):
        alike = place.get(card.position)
        score = _share(0 if equally else number) + (_share(alike) if alike is not None else 0.0)
        if alike is not None:
            taken.add(alike)
            of_photo = cards[alike]
            worded_members = (card.position, *card.variants)
            lead = of_photo.position if of_photo.position in worded_members else card.position
            members = dict.fromkeys((*worded_members, of_photo.position, *of_photo.variants))
            card = Ranked(lead, score, tuple(one for one in members if one != lead), of_photo.pinned)
        scored.append((score, number, Ranked(card.position, score, card.variants, card.pinned)))
    rest = [(n, card) for n, card in enumerate(cards) if n not in taken]
    scored += [(_share(n), n, Ranked(card.position, _share(n), card.variants, card.pinned)) for n, card in rest]
    return [card for _, _, card in sorted(scored, key=lambda one: (-one[0], one[1]))]


def _share(place: int) -> float:
    return 1.0 / (FUSION_CONSTANT + 1 + place)

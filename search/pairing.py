"""Cross-selling: products of other kinds that go with one, chosen by kind, gender and colour.

A coat brings trousers, shoes and a scarf, not another coat. What kind of thing a category is ("role") was worked out
when the index was built; where a shop sells one kind only, its other categories stand in.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from search.columns import MISSING, ProductColumns
from search.harmony import harmony_with

StyleSearch = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""From (allowed products (P,) bool, k) to the positions and cosines of the k closest in style, best first."""

_UNISEX = frozenset({"unisex", "all", "any", "everyone"})
_HARMONY, _STYLE, _STOCK = 0.7, 0.3, 0.5  # how much colour, closeness in style, and being in stock count
HARMONIOUS = 0.6  # what doesn't reach it is offered only where nothing does
_SHORTLIST = 256  # per role, closest in style, before colour and stock decide


@dataclass(frozen=True)
class Anchor:
    """The thing that others shall go with."""

    category: str | None
    gender: str | None
    colour: str | None  # a name that ``search.harmony`` knows, else it counts for nothing
    group: int | None = None  # group code of the product itself, never offered with itself


def pair_products(
    anchor: Anchor, columns: ProductColumns, roles: dict[str, str], search_style: StyleSearch, limit: int
) -> list[tuple[int, float]]:
    """Positions and scores of what goes with the anchor, one role after the other in turn, best first in each.

    Args:
        anchor: what is asked about.
        columns: the products.
        roles: category -> role.
        search_style: finds products by closeness in style to the anchor.
        limit: how many at most.
    """
    harmony = harmony_with(anchor.colour, columns.seen_colour.values)
    harmony = np.append(harmony, np.float32(0.5))[columns.seen_colour.codes]  # the last one serves MISSING
    eligible = _gender_fits(anchor.gender, columns)
    if anchor.group is not None:
        eligible &= columns.group != anchor.group
    lists = []
    for codes in _compatible_kinds(anchor.category, columns, roles):
        candidates = eligible & np.isin(columns.category.codes, codes)
        harmonious = candidates & (harmony >= HARMONIOUS)
        positions, closeness = search_style(harmonious if harmonious.any() else candidates, _SHORTLIST)
        scores = _HARMONY * harmony[positions] + _STYLE * closeness - _STOCK * columns.sold_out[positions]
        ranked = [(int(positions[i]), float(scores[i])) for i in np.argsort(-scores, kind="stable")]
        lists.append(_best_of_each_group(ranked, columns.group, limit))
    return _take_turns(lists, limit)


def _gender_fits(gender: str | None, columns: ProductColumns) -> np.ndarray:
    """Products for the same gender or for everyone; all of them where the gender isn't known."""
    known = columns.known_gender
    if gender is None or gender.casefold() in _UNISEX or known.code(gender) == MISSING:
        return np.ones(len(columns), bool)
    fitting = [code for code, value in enumerate(known.values) if value.casefold() in _UNISEX]
    return np.isin(known.codes, [known.code(gender), MISSING, *fitting])


def _compatible_kinds(category: str | None, columns: ProductColumns, roles: dict[str, str]) -> list[list[int]]:
    """Category codes by role, without the anchor's role; by category, where there is no other role."""
    by_role: dict[str, list[int]] = {}
    own_role = roles.get(category or "")
    for code, name in enumerate(columns.category.values):
        role = roles.get(name, name)
        if name != category and role != own_role:
            by_role.setdefault(role, []).append(code)
    if by_role:
        return list(by_role.values())
    return [[code] for code, name in enumerate(columns.category.values) if name != category]


def _best_of_each_group(ranked: list[tuple[int, float]], groups: np.ndarray, limit: int) -> list[tuple[int, float]]:
    """The ranking with only the best variant of each group, ``limit`` at most."""
    best: dict[int, tuple[int, float]] = {}
    for position, score in ranked:
        best.setdefault(int(groups[position]), (position, score))
    return list(best.values())[:limit]


def _take_turns(lists: list[list[tuple[int, float]]], limit: int) -> list[tuple[int, float]]:
    """The first of each list, then the second of each, and so on."""
    turns = max((len(one) for one in lists), default=0)
    return [one[turn] for turn in range(turns) for one in lists if turn < len(one)][:limit]

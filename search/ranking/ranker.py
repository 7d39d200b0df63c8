"""Ranking: rows of the vector store lifted to products, variants folded, and no page that contradicts another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.vector_store import VectorStore
from search.ranking.curation import pinned_groups, place_pins

_FIRST_ROWS = 256  # rows searched at first, at least; enough for a page of most shops
_WIDENING = 4
_MOST_ROWS = 65_536  # beyond it a page costs more than a perfect order is worth


@dataclass(frozen=True)
class Ranked:
    """One card of a ranking, by positions of products."""

    position: int  # the variant that ranks best
    score: float
    variants: tuple[int, ...] = ()  # the others that pass the filters, best first
    pinned: bool = False


class Ranker:
    """Ranks the products of one index; never changes, so threads may share it.

    Args:
        store: the vectors, one row a photo.
        columns: the products.
        product_of: (N,) int, position of each row's product; a product's rows lie one after the other.
    """

    def __init__(self, store: VectorStore, columns: ProductColumns, product_of: np.ndarray) -> None:
        self._store = store
        self._columns = columns
        self._product_of = product_of
        self._first_row = np.searchsorted(product_of, np.arange(len(columns) + 1))
        self._by_group = np.argsort(columns.group, kind="stable")
        self._sorted_groups = columns.group[self._by_group]

    def rank(
        self,
        query: np.ndarray,
        *,
        first: int,
        limit: int,
        allowed: np.ndarray | None = None,
        bonus: np.ndarray | None = None,
        collapse: bool = True,
        exclude: int | None = None,
        pins: Sequence[tuple[int, int]] = (),
        boosted: Sequence[int] = (),
    ) -> list[Ranked]:
        """Part of the ranking of all products.

        Each product counts with its best photo. The search is widened until no product that wasn't seen yet could
        stand before the last one wanted, so the pages of one ranking overlap nowhere and leave nothing out.

        Args:
            query: (D,) weighed part by part.
            first: how many cards go before.
            limit: how many are wanted.
            allowed: (P,) bool, which products may answer; None for all.
            bonus: (P,) what each product gains on top of its score.
            collapse: fold the variants of one product into its best one.
            exclude: position of a product that is left out, and when collapsed its variants too.
            pins: products and the places (from 1) where their cards stand instead; each must be allowed.
            boosted: products whose bonus is their own. They are looked at in any case, as a search for what might gain
                as much as they do would have to look at nearly everything.
        """
        groups = self._columns.group if collapse else np.arange(len(self._columns))
        excluded = None if exclude is None else int(groups[exclude])
        left_out = set(pinned_groups(pins, groups, excluded))
        others = (
            _count_groups(groups, allowed, left_out | ({excluded} if excluded is not None else set())) if pins else 0
        )
        places = place_pins(pins, groups, excluded, others)
        if excluded is not None:
            left_out.add(excluded)
        before = sum(place < first for place in places)
        here = {place: product for place, product in places.items() if first <= place < first + limit}
        positions, best = self._natural(
            *(query, first - before, limit - len(here)),
            allowed=allowed,
            bonus=bonus,
            groups=groups,
            left_out=left_out,
            boosted=boosted,
        )
        cards = list(zip(positions.tolist(), best.tolist(), strict=True))
        for place in sorted(here):
            cards.insert(place - first, (here[place], self._score(here[place], query, bonus)))
        pinned = set(here.values())
        return [
            Ranked(
                position,
                score,
                self._variants(position, query, allowed, bonus) if collapse else (),
                position in pinned,
            )
            for position, score in cards
        ]

    def _natural(
        self,
        query: np.ndarray,
        first: int,
        limit: int,
        *,
        allowed: np.ndarray | None,
        bonus: np.ndarray | None,
        groups: np.ndarray,
        left_out: set[int],
        boosted: Sequence[int],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Part of the ranking without the groups that are left out: products and scores."""
        wanted = first + limit
        rows_allowed = None if allowed is None else allowed[self._product_of]
        known = np.array([one for one in boosted if allowed is None or allowed[one]], np.int64)
        most_bonus = _most_bonus(bonus, known)
        direct = np.array([self._score(one, query, None) for one in known], np.float32)
        k = max(_FIRST_ROWS, 8 * wanted)
        while True:
            rows, scores = self._store.search(query, k, rows_allowed)
            unseen_at_most = float(scores[-1]) + most_bonus if len(rows) else 0.0
            found = best_photos(self._product_of[rows], scores)
            positions, best = self._cards(*_join(*found, known, direct), bonus, groups, left_out)
            final = len(best) >= wanted and (not wanted or best[wanted - 1] >= unseen_at_most)
            if final or len(rows) < k or k >= min(self._store.count, _MOST_ROWS):
                break
            k = min(k * _WIDENING, _MOST_ROWS)
        return positions[first:wanted], best[first:wanted]

    def photo_vectors(self, position: int) -> np.ndarray:
        """(photos, D) the vectors of a product's photos, the first one first."""
        rows = range(self._first_row[position], self._first_row[position + 1])
        return np.stack([self._store.vector(row) for row in rows])

    def _score(self, position: int, query: np.ndarray, bonus: np.ndarray | None) -> float:
        best = float((self.photo_vectors(position) @ query).max())
        return best if bonus is None else best + float(bonus[position])

    def _cards(
        self,
        positions: np.ndarray,
        scores: np.ndarray,
        bonus: np.ndarray | None,
        groups: np.ndarray,
        left_out: set[int],
    ) -> tuple[np.ndarray, np.ndarray]:
        """What is shown of the products found, and the scores, best first."""
        if bonus is not None:
            scores = scores + bonus[positions]
        order = np.argsort(-scores, kind="stable")
        positions, scores = positions[order], scores[order]
        leads = np.sort(np.unique(groups[positions], return_index=True)[1])
        if left_out:
            leads = leads[~np.isin(groups[positions[leads]], list(left_out))]
        return positions[leads], scores[leads]

    def _variants(
        self, lead: int, query: np.ndarray, allowed: np.ndarray | None, bonus: np.ndarray | None
    ) -> tuple[int, ...]:
        """The other products of a group, by score: all that may answer, however far down they were found."""
        group = self._columns.group[lead]
        start, end = np.searchsorted(self._sorted_groups, [group, group + 1])
        others = [
            int(position)
            for position in self._by_group[start:end]
            if position != lead and (allowed is None or allowed[position])
        ]
        scores = [self._score(position, query, bonus) for position in others]
        return tuple(others[place] for place in np.argsort(-np.array(scores), kind="stable"))


def best_photos(positions: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products in the order of their best photo, and that photo's score; rows come best first."""
    first = np.sort(np.unique(positions, return_index=True)[1])
    return positions[first], scores[first]


def _most_bonus(bonus: np.ndarray | None, known: np.ndarray) -> float:
    """The most that a product can gain that isn't looked at in any case."""
    if bonus is None:
        return 0.0
    if len(known):
        bonus = bonus.copy()
        bonus[known] = 0.0
    return float(bonus.max(initial=0))


def _join(
    positions: np.ndarray, scores: np.ndarray, more: np.ndarray, more_scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Products found and those looked at in any case, each once."""
    new = ~np.isin(more, positions)
    return np.concatenate([positions, more[new]]), np.concatenate([scores, more_scores[new]])


def _count_groups(groups: np.ndarray, allowed: np.ndarray | None, left_out: set[int]) -> int:
    """How many cards a whole ranking has."""
    marked = np.zeros(int(groups.max(initial=-1)) + 1, bool)
    marked[groups if allowed is None else groups[allowed]] = True
    marked[list(left_out)] = False
    return int(np.count_nonzero(marked))

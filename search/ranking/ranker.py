"""Ranking: rows of the vector store lifted to products, variants folded, and no page that contradicts another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.index.product_columns import ProductColumns
from search.index.vector_store import ProductFilter, VectorStore
from search.ranking.bonus import Bonus
from search.ranking.curation import GroupOf, pinned_groups, place_pins
from search.ranking.photo_rows import PhotoRows
from search.ranking.product_filters import ProductFilters
from search.ranking.product_scores import ROWS_LOOKED_BETWEEN, best_photos, score_products
from search.ranking.ranked import Ranked, RankedPage
from search.ranking.recent_searches import RecentSearches
from search.ranking.search_depth import EXACT_OF_COUNTED, MOST_ROWS, first_rows, widen
from search.ranking.tiers import Tiers
from search.ranking.variant_groups import VariantGroups

_ONE_TIER = Tiers()


class _EachItsOwn:
    """Groups of which each has one product, as an array of all positions would say it."""

    def __getitem__(self, positions: Any) -> Any:
        return positions


_EACH_ITS_OWN = _EachItsOwn()


@dataclass(frozen=True)
class _OfRanking:
    """What a ranking is made of, on all its pages; see ``Ranker.rank``."""

    query: np.ndarray
    only: ProductFilter | None
    bonus: Bonus | None
    groups: GroupOf
    left_out: set[int]  # groups
    tiers: Tiers

    @property
    def most_bonus(self) -> float:
        """The most that a product can gain by its values."""
        return 0.0 if self.bonus is None else self.bonus.most

    def lowered(self, positions: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """The numbers (N,) to sort N products by, from the scores (N,) of their photos."""
        gained = scores if self.bonus is None else scores + self.bonus.of(positions)
        return self.tiers.lower(positions, gained)


class Ranker:
    """Ranks the products of one index; never changes, so threads may share it.

    Args:
        store: the vectors, one row a photo.
        columns: the products.
        product_of: (N,) int, position of each row's product; every product has a row. The first of a product's rows is
            its first photo.
        rows: the rows of each product, where they aren't those of an index as it was built.
        groups: the same of the variants.
        filters: the same of the filters.
        parts: how many numbers each part of a vector has; none: a product counts with its best photo alone.
    """

    def __init__(
        self,
        store: VectorStore,
        columns: ProductColumns,
        product_of: np.ndarray,
        rows: PhotoRows | None = None,
        groups: VariantGroups | None = None,
        filters: ProductFilters | None = None,
        parts: Sequence[int] = (),
    ) -> None:
        self._store = store
        self.parts = parts
        self._searches = RecentSearches(store)
        self._columns = columns
        self._product_of = product_of
        self.filters = ProductFilters(columns, product_of) if filters is None else filters
        self.rows = PhotoRows.of_index(product_of, len(columns)) if rows is None else rows
        self.groups = VariantGroups(columns) if groups is None else groups

    def rank(
        self,
        query: np.ndarray,
        *,
        first: int,
        limit: int,
        only: ProductFilter | None = None,
        bonus: Bonus | None = None,
        collapse: bool = True,
        exclude: int | None = None,
        pins: Sequence[tuple[int, int]] = (),
        tiers: Tiers = _ONE_TIER,
        close_from: float = np.inf,
        least: int | None = None,
    ) -> RankedPage:
        """Part of the ranking of all products.

        Each product counts with its best photo, the first ones also with what lies between two. The search is widened
        until no product that wasn't seen yet could stand before the last one wanted, so the pages of one ranking
        overlap nowhere and leave nothing out.

        Args:
            query: (D,) weighed part by part.
            first: how many cards go before.
            limit: how many are wanted.
            only: which products may answer; None for all.
            bonus: what each product gains on top of its score.
            collapse: fold the variants of one product into its best one.
            exclude: position of a product that is left out, and when collapsed its variants too.
            pins: products and the places (from 1) where their cards stand instead; each must be allowed.
            tiers: which products stand behind others whatever their scores.
            close_from: the score from which a card is a close match; a pinned card is one in any case.
            least: end the ranking after its close matches, or after so many cards if fewer are close; None: with all.
        """
        groups = self._columns.group if collapse else _EACH_ITS_OWN
        excluded = None if exclude is None else int(groups[exclude])
        left_out = set(pinned_groups(pins, groups, excluded))
        pinned_count = len(left_out)
        if excluded is not None:
            left_out.add(excluded)
        counted = bool(self._store.probes) and bool(np.isfinite(close_from))
        of_ranking = _OfRanking(query, only, bonus, groups, left_out, tiers)
        if counted and self._store.estimates:  # cards have exact scores; how many more there are needs none
            close = self._count_close(of_ranking, close_from)
            positions, best = self._natural(of_ranking, first + limit)
        else:
            positions, best = self._natural(of_ranking, first + limit, close_from, counted=counted)
            close = int(np.count_nonzero(best >= close_from))
        others = len(best)
        if pins and others < max(place for _, place in pins):
            shown = self._columns.alive if only is None else only.allowed
            others = _count_groups(groups[np.arange(len(self._columns))], shown, left_out)
        if least is not None:
            end = max(close, least - pinned_count)
            positions, best, others = positions[:end], best[:end], min(others, end)
        places = place_pins(pins, groups, excluded, others)
        before = sum(place < first for place in places)
        here = {place: product for place, product in places.items() if first <= place < first + limit}
        natural = slice(first - before, first + limit - before - len(here))
        positions, best = positions[natural], best[natural]
        cards = list(zip(positions.tolist(), best.tolist(), strict=True))
        pinned_scores = self.scores(list(here.values()), query, bonus)
        for place, score in sorted(zip(here, pinned_scores.tolist(), strict=True)):
            cards.insert(place - first, (here[place], score))
        pinned = set(here.values())
        variants = self._variants([position for position, _ in cards], query, only, bonus) if collapse else {}
        ranked = [Ranked(position, score, variants.get(position, ()), position in pinned) for position, score in cards]
        return RankedPage(ranked, close + pinned_count if close else 0)

    def _natural(
        self, asked: _OfRanking, wanted: int, close_from: float = np.inf, *, counted: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """The ranking without the groups that are left out: products and scores, in tiers.

        At least ``wanted`` cards and all close matches, as far as the index has so many.
        """
        known, direct = self._gaining_by_themselves(asked)
        k = first_rows(wanted, counted=counted, estimated=False)
        while True:
            rows, scores = self._searches.at_least(asked.query, k, asked.only)
            unseen_at_most = float(scores[-1]) + asked.most_bonus if len(rows) else 0.0
            found = self._by_all_photos(rows, scores, asked.query)
            positions, best = self._cards(*_join(*found, known, direct), asked)
            full = len(best) >= wanted
            last = float(best[wanted - 1]) if full and wanted else np.inf
            final = full and (not wanted or last >= unseen_at_most) and unseen_at_most < close_from
            # A full page isn't worth more than MOST_ROWS; a page that isn't full goes on until the rows end.
            if final or len(rows) < k or len(rows) >= self._store.count or (full and len(rows) >= MOST_ROWS):
                break
            k = widen(scores, min(last, close_from) - asked.most_bonus)
            k = min(k, MOST_ROWS) if len(rows) < MOST_ROWS else k
        return positions, best

    def _count_close(self, asked: _OfRanking, close_from: float) -> int:
        """How many cards are close matches, by estimates of all but the first scores; for each page the same."""
        k = first_rows(0, counted=True, estimated=True)
        while True:
            rows, scores = self._searches.at_least(asked.query, k, asked.only, EXACT_OF_COUNTED)
            all_seen = len(rows) < k or float(scores[-1]) + asked.most_bonus < close_from
            if all_seen or len(rows) >= min(MOST_ROWS, self._store.count):
                break
            k = min(widen(scores, close_from - asked.most_bonus), MOST_ROWS)
        used = int(np.count_nonzero(scores >= close_from - asked.most_bonus))
        known, direct = self._gaining_by_themselves(asked)
        first, by_all = self._by_all_photos(rows[:ROWS_LOOKED_BETWEEN], scores[:ROWS_LOOKED_BETWEEN], asked.query)
        positions = np.concatenate([self._product_of[rows[:used]], first, known])
        close = positions[asked.lowered(positions, np.concatenate([scores[:used], by_all, direct])) >= close_from]
        return len(set(np.unique(asked.groups[close]).tolist()) - asked.left_out)

    def _gaining_by_themselves(self, asked: _OfRanking) -> tuple[np.ndarray, np.ndarray]:
        """The products with a gain of their own, and their scores, which are looked at in any case.

        A search for what might gain as much as they do would have to look at nearly everything.
        """
        known = np.array([] if asked.bonus is None else list(asked.bonus.own), np.int64)
        if asked.only is not None:
            known = known[asked.only.passes(known)]
        return known, self.scores(known, asked.query, None)

    def photo_vectors(self, positions: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The vectors of all photos of some products, fetched at once.

        Args:
            positions: C products.

        Returns:
            (R, D) vectors, product by product, the first photo first; and (C,) where each product's begin.
        """
        rows, starts = self.rows.of(positions)
        return self._store.vectors(rows), starts

    def first_vectors(self, positions: Sequence[int] | np.ndarray) -> np.ndarray:
        """(C, D) the vectors of the first photos of C products."""
        return self._store.vectors(self.rows.first(positions))

    def scores(
        self, positions: Sequence[int] | np.ndarray, query: np.ndarray, bonus: Bonus | None = None
    ) -> np.ndarray:
        """(C,) float32 scores of C products by their photos together, wherever they rank."""
        if not len(positions):
            return np.empty(0, np.float32)
        scores = score_products(*self.photo_vectors(positions), query, self.parts)
        return scores if bonus is None else scores + bonus.of(positions)

    def _by_all_photos(self, rows: np.ndarray, scores: np.ndarray, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Products of the best rows and their scores, the first ones' by all of their photos, seen here or not."""
        positions, best = best_photos(self._product_of[rows], scores)
        first = positions[: len(np.unique(self._product_of[rows[:ROWS_LOOKED_BETWEEN]]))]
        several = np.flatnonzero(self.rows.counts(first) > 1) if self.parts else ()
        if len(several):
            best = best.copy()
            best[several] = self.scores(first[several], query)
        return positions, best

    def _cards(self, positions: np.ndarray, scores: np.ndarray, asked: _OfRanking) -> tuple[np.ndarray, np.ndarray]:
        """What is shown of the products found, and the scores in their tiers, best first."""
        scores = asked.lowered(positions, scores)
        order = np.argsort(-scores, kind="stable")
        positions, scores = positions[order], scores[order]
        leads = np.sort(np.unique(asked.groups[positions], return_index=True)[1])
        if asked.left_out:
            leads = leads[~np.isin(asked.groups[positions[leads]], list(asked.left_out))]
        return positions[leads], scores[leads]

    def _variants(
        self, leads: Sequence[int], query: np.ndarray, only: ProductFilter | None, bonus: Bonus | None
    ) -> dict[int, tuple[int, ...]]:
        """For each product the others of its group, by score: all that may answer, however far down they were found."""
        members_of = self.groups.members_of(self._columns.group[leads])
        others = {lead: _without(lead, members, only) for lead, members in zip(leads, members_of, strict=True)}
        flat = [position for found in others.values() for position in found]
        score = dict(zip(flat, self.scores(flat, query, bonus).tolist(), strict=True))
        return {lead: tuple(sorted(found, key=lambda one: -score[one])) for lead, found in others.items()}


def _without(lead: int, members: np.ndarray, only: ProductFilter | None) -> list[int]:
    """The members of a group but for one, of those that may answer."""
    if len(members) < 2:
        return []
    kept = members != lead if only is None else (members != lead) & only.passes(members)
    return members[kept].tolist()


def _join(
    positions: np.ndarray, scores: np.ndarray, more: np.ndarray, more_scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Products found and those looked at in any case, each once."""
    if not len(more):
        return positions, scores
    new = ~np.isin(more, positions)
    return np.concatenate([positions, more[new]]), np.concatenate([scores, more_scores[new]])


def _count_groups(groups: np.ndarray, allowed: np.ndarray | None, left_out: set[int]) -> int:
    """How many cards a whole ranking has."""
    marked = np.zeros(int(groups.max(initial=-1)) + 1, bool)
    marked[groups if allowed is None else groups[allowed]] = True
    marked[list(left_out)] = False
    return int(np.count_nonzero(marked))

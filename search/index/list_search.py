"""How the inverted lists of a FAISS index are searched: the lists nearest to a query, as many as hold enough rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import faiss
import numpy as np

from search.index.compact_codes import CompactCodes
from search.index.partwise_scores import PartwiseScores
from search.index.vector_store import ProductFilter, Sections

_WIDENING = 4  # times as many rows are visited if those visited were too few
# A search by codes compares more vectors than it wants: as many again and ``_MORE_COMPARED``, ``_MOST_MORE`` at most.
_MORE_COMPARED, _MOST_MORE = 512, 2_048
_MOST_BY_CODES = 8_192  # rows wanted; for more, a shortlist costs as much as all vectors of the lists


@dataclass(frozen=True)
class _Asked:
    """A query, and what all searches for it need."""

    query: np.ndarray  # (D,) float32
    nearness: np.ndarray  # (lists,) float32, the score of each list's centroid
    order: np.ndarray  # (lists,) int64, the nearest first
    turned: np.ndarray  # (dim,) for the compact codes; empty without them


class ListSearch:
    """Searches an index of inverted lists, by compact codes where it has some; threads may share it.

    Args:
        index: it never changes.
        codes: of the same rows in the same lists; None: vectors are compared themselves.
        parts: how many numbers each part of a vector has; none: they have no parts.
    """

    def __init__(self, index: faiss.IndexIVF, codes: CompactCodes | None = None, parts: Sequence[int] = ()) -> None:
        self._index = index
        self._codes = codes
        self._parts = parts
        self._latest: tuple[bytes, _Asked] | None = None

    @property
    def estimates(self) -> bool:
        """Whether ``best`` spares comparing vectors whose scores needn't be exact."""
        return self._codes is not None

    def best(
        self,
        query: np.ndarray,
        k: int,
        only: ProductFilter | None,
        probes: int,
        effort: float = 1.0,
        exact: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows of the lists nearest to a query that hold rows which may answer, and their scores.

        Where fewer than k are found there, more lists are visited, until there are no more.

        Args:
            query: (D,) finite float32.
            k: how many at most, >= 1.
            only: which may answer; None: all.
            probes: as many rows that may answer are visited as so many lists hold on average.
            effort: what share of these, and of the vectors that codes have compared beyond those that are wanted.
            exact: how many of the best need exact scores; codes may estimate the others. None: all.
        """
        exact = k if exact is None else min(exact, k)
        asked = self._ask(query)
        sizes, order = self.sections.sizes, asked.order
        holding = sizes.astype(np.float64) if only is None else only.shares(self.sections) * sizes
        if only is not None:
            order = order[holding[order] > 0]
        reached = np.cumsum(holding[order])
        selector = None if only is None else faiss.IDSelectorBitmap(only.bitmap)
        codes = None if exact > _MOST_BY_CODES else self._codes
        compared = exact and exact + int(min(effort, 1.0) * min(exact + _MORE_COMPARED, _MOST_MORE))
        target = max(effort * probes * self._index.ntotal / self._index.nlist, float(k))
        while True:
            lists = order[: int(np.searchsorted(reached, target)) + 1]
            if codes is None:
                rows, scores = self._compare(asked, k, lists, selector)
            else:
                found = codes.shortlist(asked.turned, max(k, compared), lists, asked.nearness[lists], selector)
                rows, scores = self._put_exact_first(asked, k, exact, compared, *found)
            if len(rows) == k or len(lists) == len(order):
                return rows, scores
            target *= _WIDENING

    def _put_exact_first(
        self, asked: _Asked, k: int, exact: int, compared: int, rows: np.ndarray, estimates: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best of a shortlist, k at most: vectors of its first rows are compared, the others have estimates.

        Since these seem to be worse, none of them comes before the last one that has to be exact.
        """
        if not exact:
            return rows[:k], estimates[:k]
        near, scores = self._compare_some(asked, k if exact == k else compared, rows[:compared])
        if exact == k or len(rows) <= compared:
            return near[:k], scores[:k]
        known = scores[np.argsort(near)] - estimates[:compared][np.argsort(rows[:compared])]
        later = np.concatenate([scores[exact:], np.minimum(_level(estimates, known), scores[exact - 1])])
        order = np.argsort(-later, kind="stable")[: k - exact]
        later_rows = np.concatenate([near[exact:], rows[compared:]])
        return np.concatenate([near[:exact], later_rows[order]]), np.concatenate([scores[:exact], later[order]])

    def _compare_some(self, asked: _Asked, k: int, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best of some rows (R,), k at most, and their scores."""
        if not len(rows):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        holding = np.zeros(self._index.nlist, bool)
        holding[self.sections.section_of[rows]] = True
        bits = np.zeros(self._index.ntotal // 8 + 1, np.uint8)
        np.bitwise_or.at(bits, rows >> 3, np.left_shift(1, rows & 7).astype(np.uint8))
        return self._compare(asked, min(k, len(rows)), np.flatnonzero(holding), faiss.IDSelectorBitmap(bits))

    def _compare(
        self, asked: _Asked, k: int, lists: np.ndarray, selector: faiss.IDSelector | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows of some lists, k at most, and their scores: all vectors that may answer are compared."""
        rows, scores = np.empty(k, np.int64), np.empty(k, np.float32)
        nearness = asked.nearness[lists]
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=len(lists))  # per call, never on the shared index
        pointers = [faiss.swig_ptr(array) for array in (lists, nearness, scores, rows)]
        self._index.search_preassigned_c(1, faiss.swig_ptr(asked.query), k, *pointers, False, parameters)
        found = rows >= 0
        return rows[found], scores[found]

    def _ask(self, query: np.ndarray) -> _Asked:
        """A query made ready, remembered for the next search: those by different filters have one query."""
        key, latest = query.tobytes(), self._latest
        if latest is not None and latest[0] == key:
            return latest[1]
        nearness = self._centroid_scores.of(query)
        turned = np.empty(0, np.float32) if self._codes is None else self._codes.turned(query)
        asked = _Asked(query, nearness, np.argsort(-nearness), turned)
        self._latest = (key, asked)
        return asked

    @cached_property
    def _centroid_scores(self) -> PartwiseScores:
        centroids = faiss.downcast_index(self._index.quantizer).reconstruct_n(0, self._index.nlist)
        return PartwiseScores(centroids, self._parts or [centroids.shape[1]])

    @cached_property
    def sections(self) -> Sections:
        """The rows by their lists."""
        placed = faiss.vector_to_array(self._index.direct_map.array)  # list << 32 | place in it
        section_of = (placed >> 32).astype(np.int32)
        return Sections(section_of, np.bincount(section_of, minlength=self._index.nlist))


def _level(estimates: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The estimates behind the first ones, so that as many of them reach a score as true scores do.

    A code leaves out a part of what is true, so estimates spread less than true scores: of those that are a little too
    low for some score, more rows are above it in truth than rows below it are among those that seem to reach it. Where
    the number of rows grows by a factor of e each 1/s, true scores of this spread count as if all were s/2 * variance
    higher.

    Args:
        estimates: (R,) best first.
        errors: (C,) by how much the true scores of the first ones are higher.

    Returns:
        (R - C,) float32.
    """
    step = max(float(estimates[len(errors) - 1] - estimates[-1]), 1e-6)
    steepness = np.log(len(estimates) / len(errors)) / step
    raised = min(steepness / 2 * errors.var(), errors.std())
    return estimates[len(errors) :] + np.float32(raised)

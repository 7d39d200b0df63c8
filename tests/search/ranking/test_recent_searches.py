"""Searches that were just made are not made again, and never answer what they weren't asked."""

import gc
import weakref

import numpy as np
import pytest

from search.index.faiss_store import FaissStore
from search.index.segmented_store import SegmentedStore
from search.index.vector_store import ProductFilter
from search.ranking import recent_searches
from search.ranking.recent_searches import RecentSearches
from search.ranking.search_depth import widen

ROWS = 50


class CountingStore:
    """A store that counts the searches."""

    def __init__(self) -> None:
        self.vectors = np.random.default_rng(0).standard_normal((ROWS, 8)).astype(np.float32)
        self.store = FaissStore.build(self.vectors)
        self.searches = 0

    def search(self, query, k, only=None, *, exact=None):
        self.searches += 1
        return self.store.search(query, k, only, exact=exact)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


def test_fewer_rows_of_a_known_search_cost_no_search(store):
    searches = RecentSearches(store)
    _, scores = searches.at_least(store.vectors[0], 20, None)
    again, _ = searches.at_least(store.vectors[0].copy(), 5, None)
    assert store.searches == 1
    assert again[:5].tolist() == store.store.search(store.vectors[0], 5)[0].tolist()
    assert (np.diff(scores) <= 0).all()


def test_more_rows_another_query_or_a_filter_are_searched_for(store):
    searches = RecentSearches(store)
    only = ProductFilter(np.arange(ROWS) % 2 == 0, np.arange(ROWS))
    asked = [(0, 5, None), (0, 10, None), (1, 5, None), (0, 5, only)]
    for query, k, filtered in asked:
        rows, scores = searches.at_least(store.vectors[query], k, filtered)
        wanted = store.store.search(store.vectors[query], k, filtered)
        assert rows.tolist() == wanted[0].tolist()
        assert scores.tolist() == wanted[1].tolist()
    assert store.searches == len(asked)


def test_estimates_answer_for_exact_scores_only_as_far_as_they_are_exact(store):
    """And what is counted by them is counted by the same ones, whatever is known by then."""
    searches = RecentSearches(store)
    only = ProductFilter(np.arange(ROWS) % 2 == 0, np.arange(ROWS))
    for filtered in (None, only):
        before = store.searches
        searches.at_least(store.vectors[0], 20, filtered, exact=10)
        rows, scores = searches.at_least(store.vectors[0], 10, filtered)
        assert store.searches == before + 1
        assert len(rows) == len(scores) == 10
        searches.at_least(store.vectors[0], 20, filtered)
        assert store.searches == before + 2
        searches.at_least(store.vectors[0], 20, filtered, exact=10)
        assert store.searches == before + 2
        searches.at_least(store.vectors[0], 20, filtered, exact=15)
        assert store.searches == before + 3


def test_what_is_remembered_is_bounded(store, monkeypatch):
    monkeypatch.setattr(recent_searches, "_MOST_BYTES", 400)  # two searches: 32 bytes of a query, 12 a row
    searches = RecentSearches(store)
    for query in range(4):
        searches.at_least(store.vectors[query], 10, None)
    searches.at_least(store.vectors[3], 10, None)
    assert store.searches == 4
    searches.at_least(store.vectors[0], 10, None)
    assert store.searches == 5


def test_searches_that_find_little_leave_nothing_behind(store, monkeypatch):
    """A filter of a large catalogue takes a megabyte, and anybody may ask for any price."""
    monkeypatch.setattr(recent_searches, "_MOST_BYTES", 400)
    searches, filters = RecentSearches(store), []
    for lowest in range(ROWS - 5, ROWS + 5):
        only = ProductFilter(np.arange(ROWS) >= lowest, np.arange(ROWS))
        searches.at_least(store.vectors[0], 10, only)
        filters.append(weakref.ref(only))
    del only
    gc.collect()
    assert [kept() for kept in filters] == [None] * len(filters)
    nothing = RecentSearches(SegmentedStore(store.store, np.empty((0, 8), np.float32), np.arange(ROWS)))
    for query in store.vectors:
        assert not len(nothing.at_least(query, 10, None)[0])
    assert len(nothing._found) * 32 <= 400


def test_widening_reaches_down_to_the_score_in_one_step_where_scores_fall_evenly():
    scores = 1 - 0.05 * np.log2(np.arange(1, 257))  # 0.05 less for twice as many rows: 0.6 after 256
    assert 256 * 4 <= widen(scores, 0.5) <= 256 * 6


def test_widening_is_never_less_than_double_nor_more_than_sixteenfold():
    scores = np.linspace(1.0, 0.9, 100)
    assert widen(scores, 0.8999) == 200
    assert widen(scores, -5.0) == 1600
    assert widen(np.ones(100), 0.5) == 1600
    assert widen(scores, float("inf")) == 400

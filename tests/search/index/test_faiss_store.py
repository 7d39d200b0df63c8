"""The FAISS store against brute force in NumPy."""

from pathlib import Path

import numpy as np
import pytest

from search.index.faiss_building import FLOAT16, FLOAT32, RECALL_WANTED
from search.index.faiss_store import FaissStore
from search.index.vector_store import ExpectedSearches, JointFilter
from tests.search.index.vectors import brute_force, only, unit_vectors


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return unit_vectors(6_000, 32)


@pytest.fixture(scope="module", params=["by vectors", "by codes"])
def approximate(request: pytest.FixtureRequest, vectors: np.ndarray) -> FaissStore:
    return FaissStore.build(vectors, exact_up_to=1_000, codes_from=0 if request.param == "by codes" else 10_000)


def test_exact_search_equals_brute_force(vectors: np.ndarray) -> None:
    """Same rows, same scores, best first."""
    store = FaissStore.build(vectors)
    rows, scores = store.search(vectors[7], 20)
    assert rows.tolist() == brute_force(vectors, vectors[7], 20).tolist()
    assert scores == pytest.approx(vectors[rows] @ vectors[7], abs=1e-5)
    assert store.probes == 0


@pytest.mark.parametrize("share", [0.5, 0.01])
def test_filter_holds_during_the_search(vectors: np.ndarray, share: float) -> None:
    """A narrow filter still fills the page with the best allowed rows."""
    allowed = np.random.default_rng(3).random(len(vectors)) < share
    rows, _ = FaissStore.build(vectors).search(vectors[7], 20, only(allowed))
    assert rows.tolist() == brute_force(vectors, vectors[7], 20, allowed).tolist()


def test_approximate_index_reaches_the_recall_it_was_tuned_for(vectors: np.ndarray, approximate: FaissStore) -> None:
    """Probes are chosen by measured recall; other queries see about the same."""
    assert approximate.probes >= 1
    queries = unit_vectors(6_000, 32)[::60]
    found = [
        len(set(approximate.search(q, 10)[0].tolist()) & set(brute_force(vectors, q, 10).tolist())) for q in queries
    ]
    assert np.mean(found) / 10 >= RECALL_WANTED - 0.02


def test_pictures_that_many_products_share_make_no_search_slower() -> None:
    """Any of them is as near as any other. By their rows, few were found, so that all vectors were compared."""
    vectors = unit_vectors(200, 32)[np.arange(6_000) % 200]  # each of 30 products, more than are looked at
    store = FaissStore.build(vectors, exact_up_to=1_000)
    assert (store.recall or 0) >= RECALL_WANTED
    assert store.probes < 50  # of some 300 lists
    rows, scores = store.search(vectors[0], 30)
    assert sorted(rows.tolist()) == list(range(0, 6_000, 200))
    assert scores == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("share", [0.5, 0.05, 0.005])
def test_a_filter_costs_no_recall(vectors: np.ndarray, approximate: FaissStore, share: float) -> None:
    """Rows that may answer are scattered over all lists."""
    allowed = np.random.default_rng(2).random(len(vectors)) < share
    found = [
        np.isin(approximate.search(query, 24, only(allowed))[0], brute_force(vectors, query, 24, allowed)).mean()
        for query in unit_vectors(6_000, 32)[::200]
    ]
    assert np.mean(found) >= RECALL_WANTED - 0.01


def test_joined_filters_hold_and_find_as_much_as_their_conjunction(
    vectors: np.ndarray, approximate: FaissStore
) -> None:
    """Two conditions that go together and one that doesn't: shares of lists are then estimates."""
    rng = np.random.default_rng(6)
    half = vectors[:, 0] > 0
    masks = [half, half | (rng.random(len(vectors)) < 0.1), rng.random(len(vectors)) < 0.5]
    joint = JointFilter([only(mask) for mask in masks])
    allowed = np.logical_and.reduce(masks)
    for query in vectors[::1500]:
        rows, _ = approximate.search(query, 24, joint)
        assert allowed[rows].all()
        assert np.isin(rows, brute_force(vectors, query, 24, allowed)).mean() >= 0.9


def test_less_effort_still_fills_the_page_with_what_may_answer(vectors: np.ndarray, approximate: FaissStore) -> None:
    """It may find others of about the same scores."""
    allowed = np.random.default_rng(7).random(len(vectors)) < 0.3
    usual = approximate.search(vectors[7], 200, only(allowed))
    rough = approximate.search(vectors[7], 200, only(allowed), effort=0.1)
    assert len(rough[0]) == 200
    assert allowed[rough[0]].all()
    assert rough[1].mean() >= usual[1].mean() - 0.1


def test_lists_follow_the_weights_of_the_searches_to_come() -> None:
    """Half of the numbers count for nothing: fewer lists have to be visited than where they say where a vector lies."""
    vectors = np.concatenate([unit_vectors(5_000, 16), unit_vectors(5_000, 16, seed=1)], axis=1)
    factors = np.repeat(np.array([1, 0], np.float32), 16)
    weighed = ExpectedSearches(factors, vectors[:100] * factors)
    unweighed = ExpectedSearches(np.ones(32, np.float32), weighed.queries)
    built = [FaissStore.build(vectors, exact_up_to=1_000, expected=expected) for expected in (weighed, unweighed)]
    assert built[0].probes < built[1].probes
    assert all((store.recall or 0) >= RECALL_WANTED for store in built)


@pytest.mark.parametrize("exact_up_to", [100_000, 1_000])
def test_numbers_of_16_bits_take_half_the_room_and_change_scores_little(
    vectors: np.ndarray, tmp_path: Path, exact_up_to: int
) -> None:
    """What they change is far below what tells two products apart."""
    sizes = {}
    for precision in (FLOAT32, FLOAT16):
        store = FaissStore.build(vectors, exact_up_to=exact_up_to, precision=precision)
        store.save(tmp_path / precision)
        sizes[precision] = (tmp_path / precision).stat().st_size
        rows, scores = FaissStore.open(tmp_path / precision, store.probes).search(vectors[7], 20)
        assert scores == pytest.approx(vectors[rows] @ vectors[7], abs=1e-3)
    assert sizes[FLOAT16] < 0.75 * sizes[FLOAT32]


def test_a_file_that_is_cut_off_is_refused(vectors: np.ndarray, tmp_path: Path) -> None:
    """A mapped page that isn't there would end the process, whatever the numbers' size."""
    for precision in (FLOAT32, FLOAT16):
        path = tmp_path / precision
        FaissStore.build(vectors, precision=precision).save(path)
        path.write_bytes(path.read_bytes()[:-4096])
        with pytest.raises((ValueError, RuntimeError)):
            FaissStore.open(path)


def test_narrow_filter_on_an_approximate_index_loses_nothing(vectors: np.ndarray, approximate: FaissStore) -> None:
    """The trap of filtered approximate search: too few lists visited, pages half empty."""
    allowed = np.zeros(len(vectors), bool)
    allowed[np.random.default_rng(4).choice(len(vectors), 12, replace=False)] = True
    rows, _ = approximate.search(vectors[7], 10, only(allowed))
    assert rows.tolist() == brute_force(vectors, vectors[7], 10, allowed).tolist()


@pytest.mark.parametrize("share", [1.0, 0.3, 0.01])
@pytest.mark.parametrize("k", [1, 100, 3_000, 6_000, 9_000])
def test_an_approximate_search_ends_only_where_the_rows_end(
    vectors: np.ndarray, approximate: FaissStore, share: float, k: int
) -> None:
    """The lists that one search usually visits hold too few rows for a deep page; then more lists are visited."""
    allowed = np.random.default_rng(8).random(len(vectors)) < share
    rows, scores = approximate.search(vectors[7], k, only(allowed))
    assert len(rows) == len(set(rows.tolist())) == min(k, allowed.sum())
    assert allowed[rows].all()
    assert (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("exact_up_to", [100_000, 1_000])
def test_reopened_store_answers_the_same(vectors: np.ndarray, tmp_path: Path, exact_up_to: int) -> None:
    """What is on disk is what was built, memory-mapped."""
    built = FaissStore.build(vectors, exact_up_to=exact_up_to)
    built.save(tmp_path / "vectors.faiss")
    opened = FaissStore.open(tmp_path / "vectors.faiss", built.probes)
    assert (opened.count, opened.dim) == vectors.shape
    assert opened.search(vectors[9], 15)[0].tolist() == built.search(vectors[9], 15)[0].tolist()
    assert opened.vectors(np.array([123, 7, 123])) == pytest.approx(vectors[[123, 7, 123]], abs=1e-3)


def test_fewer_rows_than_asked_for(vectors: np.ndarray) -> None:
    """No -1 rows: a small index or filter gives a short answer."""
    store = FaissStore.build(vectors[:5])
    assert sorted(store.search(vectors[0], 50)[0].tolist()) == [0, 1, 2, 3, 4]
    assert store.search(vectors[0], 50, only(np.zeros(5, bool)))[0].size == 0


@pytest.mark.parametrize(
    ("query", "k", "allowed"),
    [
        (np.zeros(31, np.float32), 5, None),
        (np.full(32, np.nan, np.float32), 5, None),
        (np.zeros(32, np.float32), 0, None),
        (np.zeros(32, np.float32), 5, np.ones(3, bool)),
    ],
)
def test_what_faiss_would_swallow_is_refused(
    vectors: np.ndarray, query: np.ndarray, k: int, allowed: np.ndarray | None
) -> None:
    """A wrong length, NaN, a zero k, a filter of another index: clear errors."""
    with pytest.raises(ValueError, match="came"):
        FaissStore.build(vectors[:100]).search(query, k, None if allowed is None else only(allowed))


@pytest.mark.parametrize("bad", [np.zeros((0, 8), np.float32), np.zeros((3, 8)), np.full((3, 8), np.inf, np.float32)])
def test_unusable_vectors_are_refused(bad: np.ndarray) -> None:
    """No rows, another type, or not finite."""
    with pytest.raises(ValueError, match=r"[vV]ectors"):
        FaissStore.build(bad)


@pytest.mark.parametrize("count", [1, 50_000])
def test_no_room_is_an_error_of_the_system(count: int) -> None:
    """FAISS's own error names a line of its source, and for a small index it says nothing at all."""
    store = FaissStore.build(np.ones((count, 4), np.float32))
    with pytest.raises(OSError, match="No space left"):
        store.save(Path("/dev/full"))

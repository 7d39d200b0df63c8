"""The FAISS store against brute force in NumPy."""

import shutil
from pathlib import Path

import faiss
import numpy as np
import pytest

from search.index.faiss_building import FLOAT16, FLOAT32, RECALL_WANTED
from search.index.faiss_store import FaissStore
from search.index.vector_store import ExpectedSearches, JointFilter, ProductFilter


def unit_vectors(count: int, dim: int, seed: int = 0, clusters: int = 50) -> np.ndarray:
    """Clustered unit vectors, as embeddings are."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(clusters, dim))
    vectors = centres[rng.integers(0, clusters, count)] + 0.5 * rng.normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def brute_force(vectors: np.ndarray, query: np.ndarray, k: int, allowed: np.ndarray | None = None) -> np.ndarray:
    scores = vectors @ query
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
        k = min(k, int(allowed.sum()))
    return np.argsort(-scores, kind="stable")[:k]


def only(allowed: np.ndarray) -> ProductFilter:
    """A filter where each row is a product of its own."""
    return ProductFilter(allowed, np.arange(len(allowed)))


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


def test_codes_are_kept_beside_the_index_where_they_pay_and_searches_go_on_without_them(
    vectors: np.ndarray, tmp_path: Path
) -> None:
    """Their file is an addition: an index written without it opens as it did, and finds about the same."""
    whole = tmp_path / "vectors.faiss"
    FaissStore.build(vectors, exact_up_to=1_000).save(whole)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]  # few rows are visited
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    store.save(whole)
    codes = tmp_path / "vectors.codes"
    assert codes.stat().st_size + (tmp_path / "vectors.lists").stat().st_size < 0.4 * whole.stat().st_size
    by_codes = FaissStore.open(whole, store.probes)
    codes.unlink()
    by_vectors = FaissStore.open(whole, store.probes)
    for query in vectors[::1000]:
        found, expected = by_codes.search(query, 24), by_vectors.search(query, 24)
        assert np.isin(found[0], expected[0]).mean() >= 0.95
        assert found[1] == pytest.approx(vectors[found[0]] @ query, abs=1e-3)  # scores are those of the vectors


def test_codes_estimate_what_needs_no_exact_score(vectors: np.ndarray) -> None:
    """Exact ones come first; the others are about right, and as many of them reach a score as in truth."""
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    assert store.estimates
    assert not FaissStore.build(vectors, exact_up_to=1_000, codes_from=10_000).estimates
    share, recall = [], []
    for query in vectors[::100]:
        rows, scores = store.search(query, 3_000, exact=40)
        true = vectors[rows] @ query
        assert len(set(rows.tolist())) == 3_000
        assert scores[:40] == pytest.approx(true[:40], abs=1e-3)
        assert (np.diff(scores) <= 0).all()
        assert np.abs(scores - true).mean() < 0.05
        share.append(np.count_nonzero(scores >= true[300]) / np.count_nonzero(vectors @ query >= true[300]))
        recall.append(np.isin(rows[:40], brute_force(vectors, query, 40)).mean())
    assert 0.9 < np.mean(share) < 1.1
    assert np.mean(recall) > 0.97


def test_nothing_but_estimates_still_holds_to_the_filter(vectors: np.ndarray) -> None:
    """As a shortlist is made of which others choose; rows beside the index are compared."""
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    allowed = np.random.default_rng(4).random(len(vectors)) < 0.4
    rows, _ = store.search(vectors[7], 500, only(allowed), exact=0)
    assert len(rows) == 500
    assert allowed[rows].all()
    best = brute_force(vectors, vectors[7], 500, allowed)
    assert (vectors[rows] @ vectors[7]).mean() > 0.85 * (vectors[best] @ vectors[7]).mean()
    changed = store.changed(vectors[7:8], rows[:1])
    again = changed.search(vectors[7], 500, exact=10)
    assert changed.estimates
    assert again[0][0] == len(vectors)
    assert rows[0] not in again[0]
    assert again[1][:10] == pytest.approx(changed.vectors(again[0][:10]) @ vectors[7], abs=1e-3)


def test_a_photo_is_searched_alike_by_whichever_weights_of_its_parts_came_before(
    vectors: np.ndarray, tmp_path: Path
) -> None:
    """What its parts score is remembered, also of parts that count for nothing."""
    built = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    built.save(tmp_path / "vectors.faiss")
    parts = [12, 12, 8]
    store = FaissStore.open(tmp_path / "vectors.faiss", built.probes, parts)
    weights = [np.repeat(np.array(one, np.float32), parts) for one in ([1, 1, 0], [0.2, 1, 2], [0, 0, 1], [1, 0, 0.5])]
    for photo in vectors[::1500]:
        for weight in weights:
            found, expected = store.search(photo * weight, 50), built.search(photo * weight, 50)
            assert found[0].tolist() == expected[0].tolist()
            assert found[1] == pytest.approx(expected[1], abs=1e-6)


def test_codes_that_lose_too_much_are_left_out(tmp_path: Path) -> None:
    """Vectors without clusters differ in all their numbers alike: the build measures it, and searches do without."""
    vectors = unit_vectors(6_000, 64, clusters=6_000)
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    store.save(tmp_path / "vectors.faiss")
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]
    assert store.recall is not None
    assert store.recall >= RECALL_WANTED


def test_a_damaged_file_of_codes_is_refused(vectors: np.ndarray, tmp_path: Path) -> None:
    """Rather than searched as far as it goes."""
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    store.save(tmp_path / "vectors.faiss")
    codes = tmp_path / "vectors.codes"
    codes.write_bytes(codes.read_bytes()[:-4096])
    with pytest.raises(RuntimeError):
        FaissStore.open(tmp_path / "vectors.faiss", store.probes)


@pytest.mark.parametrize("bytes_more", [-4096, -1, 1])
def test_damaged_lists_of_codes_are_refused(vectors: np.ndarray, tmp_path: Path, bytes_more: int) -> None:
    """They are mapped: a search of a page that isn't there would end the process."""
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    store.save(tmp_path / "vectors.faiss")
    lists = tmp_path / "vectors.lists"
    content = lists.read_bytes()
    lists.write_bytes(content[:bytes_more] if bytes_more < 0 else content + b"0")
    with pytest.raises(ValueError, match="cut off"):
        FaissStore.open(tmp_path / "vectors.faiss", store.probes)
    for other in (b"", content[:100], bytes(8) + content[8:], (2**62).to_bytes(8, "little") + content[8:]):
        lists.write_bytes(other)
        with pytest.raises(ValueError, match="other lists"):
            FaissStore.open(tmp_path / "vectors.faiss", store.probes)


def test_mapped_codes_find_what_those_in_memory_find(vectors: np.ndarray, tmp_path: Path) -> None:
    """Those of an index from before, in one file, as well; and what was opened can be written again."""
    store = FaissStore.build(vectors, exact_up_to=1_000, codes_from=0)
    store.save(tmp_path / "vectors.faiss")
    mapped = FaissStore.open(tmp_path / "vectors.faiss", store.probes)
    (tmp_path / "again").mkdir()
    mapped.save(tmp_path / "again" / "vectors.faiss")
    assert store._codes is not None
    (tmp_path / "before").mkdir()
    shutil.copy(tmp_path / "vectors.faiss", tmp_path / "before")
    faiss.write_index(store._codes._index, str(tmp_path / "before" / "vectors.codes"))
    others = [FaissStore.open(tmp_path / name / "vectors.faiss", store.probes) for name in ("again", "before")]
    for query in vectors[::500]:
        rows, scores = store.search(query, 200, exact=20)
        for one in (mapped, *others):
            found = one.search(query, 200, exact=20)
            assert found[0].tolist() == rows.tolist()
            assert found[1].tolist() == scores.tolist()


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

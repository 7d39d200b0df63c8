"""Codes of vectors beside an index: what they estimate, what they leave exact, and how damage is noticed."""

import shutil
from pathlib import Path

import faiss
import numpy as np
import pytest

from search.index.faiss_building import RECALL_WANTED
from search.index.faiss_store import FaissStore
from tests.search.index.vectors import brute_force, only, unit_vectors


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return unit_vectors(6_000, 32)


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

"""Figures against cases worked by hand and against brute force."""

import numpy as np
import pytest

from indexer.evaluation.metrics import (
    CALIBRATION_BINS,
    classification_metrics,
    retrieval_metrics,
    unknown_auroc,
    unknown_missed,
    wilson_interval,
)
from indexer.evaluation.unseen_classes import unknown_report, unknown_scores
from search.model.embedder import Embeddings

LABELS = ("coat", "dress", "shirt", "sock")


def certain(codes: list[int], confidence: float = 0.7) -> np.ndarray:
    """Probabilities whose most probable labels are ``codes``; the rest is shared evenly."""
    rows = np.full((len(codes), len(LABELS)), (1 - confidence) / (len(LABELS) - 1), np.float32)
    rows[np.arange(len(codes)), codes] = confidence
    return rows


def test_the_interval_is_the_published_one() -> None:
    """336 of 372: 0.869 to 0.929, as printed with the published baseline."""
    low, high = wilson_interval(336, 372)
    assert (round(low, 3), round(high, 3)) == (0.869, 0.929)


def test_the_interval_never_leaves_what_is_possible() -> None:
    assert wilson_interval(5, 5)[1] == 1
    assert 0.5 < wilson_interval(5, 5)[0] < 0.6
    assert wilson_interval(0, 5)[0] == 0


@pytest.mark.parametrize(("hits", "total"), [(1, 0), (3, 2), (-1, 4)])
def test_an_impossible_share_has_no_interval(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match="hits of"):
        wilson_interval(hits, total)


def test_classification_by_hand() -> None:
    """Four coats (one taken for a dress), two dresses (both right), one shirt (taken for a coat), no sock."""
    targets = np.array([0, 0, 0, 0, 1, 1, 2])
    found = classification_metrics(certain([0, 0, 0, 1, 1, 1, 0]), targets, LABELS)
    coat, dress, shirt, sock = found["classes"]
    assert (found["photos"], found["correct"]) == (7, 5)
    assert found["accuracy"] == pytest.approx(5 / 7)
    assert (coat["recall"], coat["precision"], coat["support"]) == (0.75, 0.75, 4)
    assert (dress["recall"], dress["precision"]) == (1, pytest.approx(2 / 3))
    assert (shirt["recall"], shirt["precision"], shirt["f1"], shirt["predicted"]) == (0, None, 0, 0)
    assert (sock["recall"], sock["precision"], sock["f1"]) == (None, None, None)
    assert found["macro_f1"] == pytest.approx((0.75 + 0.8 + 0) / 3)
    assert found["confusion"] == [[3, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert found["expected_calibration_error"] == pytest.approx((5 * 0.3 + 2 * 0.7) / 7, abs=1e-6)


def test_top_3_counts_second_and_third_guesses() -> None:
    probabilities = np.array([[0.4, 0.3, 0.2, 0.1]] * 4, np.float32)
    assert classification_metrics(probabilities, np.array([0, 1, 2, 3]), LABELS)["top_3_accuracy"] == 0.75


def test_calibration_error_is_the_mean_gap_over_equal_groups() -> None:
    """Of 300 photos, all at 80%, a quarter is wrong in each group: off by five points."""
    targets = np.tile([0, 0, 0, 1], 75)
    found = classification_metrics(certain([0] * 300, 0.8), targets, LABELS)
    assert [one["photos"] for one in found["reliability"]] == [300 // CALIBRATION_BINS] * CALIBRATION_BINS
    assert found["expected_calibration_error"] == pytest.approx(0.05, abs=1e-6)


def test_reliability_runs_from_doubtful_to_sure() -> None:
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.ones(4), 200).astype(np.float32)
    bins = classification_metrics(probabilities, rng.integers(0, 4, 200), LABELS)["reliability"]
    edges = [edge for one in bins for edge in (one["from"], one["confidence"], one["to"])]
    assert edges == sorted(edges)
    assert sum(one["photos"] for one in bins) == 200


@pytest.mark.parametrize(
    ("probabilities", "targets"),
    [
        (np.ones((2, 3)), np.array([0, 1])),  # three columns for four labels
        (certain([0, 1]), np.array([0])),
        (certain([0]), np.array([4])),
        (certain([0]) * np.nan, np.array([0])),
        (certain([]), np.array([], int)),
    ],
)
def test_predictions_that_make_no_sense_are_refused(probabilities: np.ndarray, targets: np.ndarray) -> None:
    with pytest.raises(ValueError, match="came"):
        classification_metrics(probabilities, targets, LABELS)


def test_retrieval_by_hand() -> None:
    """The base lies on a line from the query: a, b, a, a, and the query's label is a."""
    base = np.array([[4.0], [3.0], [2.0], [1.0]], np.float32)
    found = retrieval_metrics(np.array([[1.0]], np.float32), ["a"], base, ["a", "b", "a", "a"], ks=(1, 2, 3))
    assert [found[f"precision_at_{k}"] for k in (1, 2, 3)] == pytest.approx([1, 1 / 2, 2 / 3])
    assert [found[f"recall_at_{k}"] for k in (1, 2, 3)] == pytest.approx([1 / 3, 1 / 3, 2 / 3])
    assert found["hit_rate_at_1"] == 1
    assert found["map_at_100"] == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_a_query_without_match_counts_as_a_miss_but_has_no_recall() -> None:
    base = np.array([[2.0], [1.0]], np.float32)
    found = retrieval_metrics(np.ones((2, 1), np.float32), ["a", "c"], base, ["a", "b"], ks=(1,))
    assert (found["queries"], found["queries_without_match"]) == (2, 1)
    assert (found["precision_at_1"], found["recall_at_1"], found["map_at_100"]) == (0.5, 1, 1)


def test_a_photo_is_never_its_own_result() -> None:
    """Not even among so many equal photos that the search doesn't return it."""
    vectors = np.ones((300, 2), np.float32)
    labels = [str(row) for row in range(300)]
    found = retrieval_metrics(vectors, labels, vectors, labels, same=True)
    assert (found["precision_at_10"], found["queries_without_match"]) == (0, 300)
    assert found["map_at_100"] is None


def test_retrieval_agrees_with_brute_force() -> None:
    rng = np.random.default_rng(5)
    vectors, codes = rng.normal(size=(80, 6)).astype(np.float32), rng.integers(0, 5, 80)
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    order = np.argsort(-scores, axis=1)[:, :-1]
    right = codes[order] == codes[:, None]
    precisions = [[row[: i + 1].mean() for i in np.flatnonzero(row)] for row in right]
    labels = codes.astype(str).tolist()
    found = retrieval_metrics(vectors, labels, vectors, labels, same=True)
    assert found["precision_at_5"] == pytest.approx(right[:, :5].mean())
    assert found["recall_at_10"] == pytest.approx(np.mean(right[:, :10].sum(axis=1) / right.sum(axis=1)))
    assert found["map_at_100"] == pytest.approx(np.mean([np.mean(row) for row in precisions]))


def test_nothing_to_search_is_refused() -> None:
    with pytest.raises(ValueError, match="0 photos to search"):
        retrieval_metrics(np.ones((1, 2)), ["a"], np.ones((1, 2)), ["a"], same=True)


def test_auroc_counts_pairs() -> None:
    known, unknown = np.array([0.1, 0.2, 0.6]), np.array([0.5, 0.6, 0.9])
    pairs = [(b > a) + 0.5 * (b == a) for a in known for b in unknown]
    assert unknown_auroc(known, unknown) == pytest.approx(np.mean(pairs))


def test_missed_strangers_at_a_threshold_that_keeps_the_known() -> None:
    """Of 20 known scores 1 may be refused: the threshold lies at the second highest, 18; above it are two of four."""
    assert unknown_missed(np.arange(20.0), np.array([5.0, 18.0, 18.5, 30.0])) == pytest.approx(0.5)


def test_strangers_far_from_the_training_photos_are_told_apart() -> None:
    """Same probabilities for all: only the distance can know."""
    known = Embeddings(np.tile(np.array([1, 0], np.float32), (30, 1)), {"category": certain([0] * 30)})
    unknown = Embeddings(np.tile(np.array([0, 1], np.float32), (20, 1)), {"category": certain([0] * 20)})
    found = unknown_report(known, unknown, np.array([[1, 0]], np.float32), validation=(known, unknown))
    assert found["scores"]["probability"]["auroc"] == 0.5
    assert found["scores"]["nearest"] == {"auroc": 1, "missed_at_95": 0}
    assert (found["known"], found["unknown"], found["chosen_on"]) == (30, 20, "validation")
    assert found["chosen"] in ("nearest", "joined")


def test_energy_needs_logits() -> None:
    embedded = Embeddings(np.array([[1, 0]], np.float32), {"category": certain([0])})
    assert "energy" not in unknown_scores(embedded, embedded.vectors)
    scores = unknown_scores(embedded, embedded.vectors, logits=np.array([[1.0, 2.0, 3.0]]))
    assert scores["energy"][0] == pytest.approx(-np.log(np.exp([1, 2, 3]).sum()))

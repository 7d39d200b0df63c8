"""What a classifier and its vectors are worth: accuracy and its interval, calibration, retrieval.

All results are plain Python numbers in dictionaries, ready for JSON. Shares run from 0 to 1.
"""

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, roc_auc_score, roc_curve

from indexer.evaluation.top_k_predictions import TopKPredictions, top_k

CALIBRATION_BINS = 15  # as in Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017)
MAP_DEPTH = 100  # how far down a ranking mean average precision looks
_NORMAL_95 = 1.959963984540054  # the normal distribution's 97.5% point


def wilson_interval(hits: int, total: int) -> tuple[float, float]:
    """The 95% interval of a share of which ``hits`` of ``total`` were seen.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927). Unlike the usual
    mean plus or minus two deviations it stays inside 0 to 1 and holds for small counts and shares near 1.

    Raises:
        ValueError: a total below 1, or hits outside 0 to total.
    """
    if total < 1 or not 0 <= hits <= total:
        raise ValueError(f"{hits} hits of {total} came; 0 to total hits of at least one are needed.")
    share, square = hits / total, _NORMAL_95**2
    centre = (share + square / (2 * total)) / (1 + square / total)
    spread = _NORMAL_95 / (1 + square / total) * np.sqrt(share * (1 - share) / total + square / (4 * total**2))
    # No miss leaves no room above, no hit none below; rounding would.
    low = 0.0 if hits == 0 else float(centre - spread)
    high = 1.0 if hits == total else float(centre + spread)
    return low, high


def classification_metrics(probabilities: np.ndarray, targets: np.ndarray, labels: Sequence[str]) -> dict[str, Any]:
    """How well photos are named.

    Args:
        probabilities: (N, C) float, rows sum to 1; N >= 1.
        targets: (N,) int, each photo's true label.
        labels: the C names.

    Returns:
        ``photos``, ``correct``, ``accuracy`` with its 95% ``accuracy_interval`` (Wilson), ``top_3_accuracy``,
        ``macro_f1`` (mean over the classes that have photos), ``log_loss`` (nats), ``expected_calibration_error`` with
        its ``reliability`` bins, ``classes`` (precision, recall, F1, support and how often predicted, for each label
        in order; precision is None for one that was never predicted, recall for one without photos) and
        ``confusion`` (C rows of actual labels, C columns of predicted ones).

    Raises:
        ValueError: shapes that don't fit, targets outside the labels, no photos.
    """
    _check_predictions(probabilities, targets, labels)
    return top_k_metrics(top_k(probabilities, targets), targets, labels)


def top_k_metrics(predictions: TopKPredictions, targets: np.ndarray, labels: Sequence[str]) -> dict[str, Any]:
    """As ``classification_metrics``, from the most probable labels alone: all probabilities may not fit into memory."""
    total, predicted = len(targets), predictions.predicted
    hits = int(np.count_nonzero(predicted == targets))
    among_top = (predictions.best == targets[:, None]).any(axis=1)
    codes = np.arange(len(labels))
    precision, recall, f1, support = precision_recall_fscore_support(targets, predicted, labels=codes, zero_division=0)
    confusion = confusion_matrix(targets, predicted, labels=codes)
    times_predicted = confusion.sum(axis=0)
    reliability = reliability_bins(predictions.confidences, predicted == targets)
    true_probabilities = predictions.given.astype(np.float64)
    return {
        "photos": total,
        "correct": hits,
        "accuracy": hits / total,
        "accuracy_interval": list(wilson_interval(hits, total)),
        "top_3_accuracy": float(among_top.mean()),
        "macro_f1": float(f1[support > 0].mean()),
        "log_loss": float(-np.log(np.maximum(true_probabilities, 1e-12)).mean()),
        "expected_calibration_error": calibration_error(reliability),
        "reliability": reliability,
        "classes": [
            {
                "label": label,
                "precision": float(precision[code]) if times_predicted[code] else None,
                "recall": float(recall[code]) if support[code] else None,
                "f1": float(f1[code]) if support[code] else None,
                "support": int(support[code]),
                "predicted": int(times_predicted[code]),
            }
            for code, label in enumerate(labels)
        ],
        "confusion": confusion.tolist(),
    }


def reliability_bins(confidences: np.ndarray, correct: np.ndarray) -> list[dict[str, Any]]:
    """What the classifier says beside what is true, in up to 15 bins of equally many photos.

    Args:
        confidences: (N,) probability of the predicted label.
        correct: (N,) bool.

    Returns:
        From the least to the most confident bin: ``photos``, ``from`` and ``to`` (confidence), ``confidence`` (mean),
        ``accuracy`` and its 95% ``interval``.
    """
    order = np.argsort(confidences, kind="stable")
    bins = []
    for rows in np.array_split(order, min(CALIBRATION_BINS, len(order))):
        hits = int(np.count_nonzero(correct[rows]))
        bins.append(
            {
                "photos": len(rows),
                "from": float(confidences[rows[0]]),
                "to": float(confidences[rows[-1]]),
                "confidence": float(confidences[rows].mean(dtype=np.float64)),
                "accuracy": hits / len(rows),
                "interval": list(wilson_interval(hits, len(rows))),
            }
        )
    return bins


def calibration_error(bins: list[dict[str, Any]]) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy, weighted by photos."""
    total = sum(one["photos"] for one in bins)
    return float(sum(one["photos"] * abs(one["accuracy"] - one["confidence"]) for one in bins) / total)


def retrieval_metrics(
    query_vectors: np.ndarray,
    query_labels: Sequence[str],
    base_vectors: np.ndarray,
    base_labels: Sequence[str],
    ks: Sequence[int] = (1, 5, 10),
    *,
    same: bool = False,
) -> dict[str, Any]:
    """How well the nearest photos share a query's label. Exact search by inner product.

    Args:
        query_vectors: (Q, D) float32.
        query_labels: (Q,) labels.
        base_vectors: (B, D) float32, what is searched.
        base_labels: (B,) labels.
        ks: how many results are looked at.
        same: queries and base are the same photos, row by row; a photo is then never its own result.

    Returns:
        ``queries``; ``queries_without_match``, whose label nothing else in the base has; for each k ``precision_at_k``
        (share of the first k results that have the label; such queries count 0), ``hit_rate_at_k`` (share of queries
        with at least one right result among the first k; often called recall@k in the retrieval literature) and
        ``recall_at_k`` (share of all right photos that are among the first k); ``map_at_100`` (mean average precision,
        AP being divided by the right photos that could be among the first 100). The last two are means over queries
        that have a match.

    Raises:
        ValueError: nothing to search for or in, or labels that don't fit the vectors.
    """
    available = len(base_vectors) - same
    if not len(query_vectors) or available < 1:
        raise ValueError(f"{len(query_vectors)} queries and {max(0, available)} photos to search came; 1 is needed.")
    if len(query_labels) != len(query_vectors) or len(base_labels) != len(base_vectors):
        raise ValueError("Labels and vectors don't fit: one label a vector is needed.")
    _, codes = np.unique(np.array([*query_labels, *base_labels], dtype=object).astype(str), return_inverse=True)
    query_codes, base_codes = codes[: len(query_labels)], codes[len(query_labels) :]
    depth = min(available, max(MAP_DEPTH, *ks))
    rows = _nearest(query_vectors, base_vectors, depth, same)
    right = base_codes[rows] == query_codes[:, None]  # (Q, depth)
    relevant = np.bincount(base_codes, minlength=codes.max() + 1)[query_codes] - same
    matched = relevant > 0
    result: dict[str, Any] = {"queries": len(right), "queries_without_match": int(np.count_nonzero(~matched))}
    for k in ks:
        first = right[:, : min(k, depth)]
        result[f"precision_at_{k}"] = float(first.mean())
        result[f"hit_rate_at_{k}"] = float(first.any(axis=1).mean())
        shares = first[matched].sum(axis=1) / relevant[matched]
        result[f"recall_at_{k}"] = float(shares.mean()) if matched.any() else None
    result[f"map_at_{MAP_DEPTH}"] = _mean_average_precision(right[matched, :MAP_DEPTH], relevant[matched])
    return result


def unknown_auroc(known_scores: np.ndarray, unknown_scores: np.ndarray) -> float:
    """The chance that a photo of something unknown scores above a known one; 0.5 is guessing, 1 is never wrong.

    Args:
        known_scores: (N,) larger means more likely unknown, of photos of known classes.
        unknown_scores: (M,) the same of photos of other classes.
    """
    targets, scores = _stack_scores(known_scores, unknown_scores)
    return float(roc_auc_score(targets, scores))


def unknown_missed(known_scores: np.ndarray, unknown_scores: np.ndarray, *, kept: float = 0.95) -> float:
    """The share of unknown photos that pass as known under the strictest threshold that keeps ``kept`` of the known.

    The literature's false positive rate at 95% true positive rate.
    """
    targets, scores = _stack_scores(known_scores, unknown_scores)
    refused_known, refused_unknown, _ = roc_curve(targets, scores, drop_intermediate=False)
    return float(1 - refused_unknown[refused_known <= 1 - kept + 1e-12].max())


def _stack_scores(known: np.ndarray, unknown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(known) or not len(unknown):
        raise ValueError(f"{len(known)} known and {len(unknown)} unknown photos came; one of each is needed.")
    return np.repeat([0, 1], [len(known), len(unknown)]), np.concatenate([known, unknown])


def _nearest(queries: np.ndarray, base: np.ndarray, depth: int, same: bool) -> np.ndarray:
    """(Q, depth) rows of the base, best first, without the query itself where both are the same photos."""
    queries, base = np.ascontiguousarray(queries, np.float32), np.ascontiguousarray(base, np.float32)
    _, rows = faiss.knn(queries, base, depth + same, metric=faiss.METRIC_INNER_PRODUCT)
    if not same:
        return rows
    itself = rows == np.arange(len(rows))[:, None]
    itself[~itself.any(axis=1), -1] = True  # so many equals that it isn't among them: the last goes instead
    return rows[~itself].reshape(len(rows), depth)


def _mean_average_precision(right: np.ndarray, relevant: np.ndarray) -> float | None:
    if not len(right):
        return None
    precisions = right.cumsum(axis=1) / np.arange(1, right.shape[1] + 1)
    return float(((precisions * right).sum(axis=1) / np.minimum(relevant, MAP_DEPTH)).mean())


def _check_predictions(probabilities: np.ndarray, targets: np.ndarray, labels: Sequence[str]) -> None:
    if probabilities.ndim != 2 or probabilities.shape != (len(targets), len(labels)) or not len(targets):
        raise ValueError(
            f"Probabilities of shape {probabilities.shape} came for {len(targets)} photos and {len(labels)} labels; "
            "(N, C) with N >= 1 is needed."
        )
    if not np.isfinite(probabilities).all():
        raise ValueError("Probabilities that aren't finite came.")
    if targets.min() < 0 or targets.max() >= len(labels):
        raise ValueError(f"Targets from {targets.min()} to {targets.max()} came for {len(labels)} labels.")

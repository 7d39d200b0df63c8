"""Where a classifier goes wrong most, as figures that can be said in any language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer.evaluation.top_k_predictions import TOP, TopKPredictions
from search.model_quality.catalog_evaluation import Confusion, Facts

CONFUSIONS_TOLD = 3
ENOUGH_PHOTOS = 5  # of a class, before anything is said about it
DOUBTFUL_SHARE = 0.1  # of the photos, that a person might look at
WELL_CALIBRATED = 0.03  # expected calibration error below which probabilities may be taken at their word


@dataclass(frozen=True)
class ConfusedPair:
    """Photos of one class that are taken for another."""

    actual: int  # code of the label
    predicted: int
    photos: int
    of: int  # photos of the actual class


@dataclass(frozen=True)
class MutualConfusion:
    """A confusion worth telling, and how often it happens the other way round."""

    there: ConfusedPair
    back: ConfusedPair | None
    alone: bool  # the most frequent of all, shared with no other; only of the first one that is told


def find_confusions(matrix: np.ndarray) -> list[ConfusedPair]:
    """All confusions that happened, the most frequent first; among equals the one that hits the larger share.

    Args:
        matrix: (C, C) int, actual down, predicted across.
    """
    support = matrix.sum(axis=1)
    off = matrix - np.diag(np.diag(matrix))
    found = [
        ConfusedPair(int(actual), int(predicted), int(off[actual, predicted]), int(support[actual]))
        for actual, predicted in np.argwhere(off)
    ]
    return sorted(found, key=lambda one: (-one.photos, one.of, one.actual, one.predicted))


def choose_confusions(confusions: Sequence[ConfusedPair]) -> list[MutualConfusion]:
    """The most frequent of ``find_confusions``: three at most, each pair of classes once, a lone mistake only first."""
    by_cell = {(one.actual, one.predicted): one for one in confusions}
    told: dict[tuple[int, int], MutualConfusion] = {}
    for one in confusions:
        if len(told) >= CONFUSIONS_TOLD or (one.photos == 1 and told):
            break
        if (one.predicted, one.actual) in told:
            continue
        alone = not told and (len(confusions) == 1 or confusions[1].photos < one.photos)
        back = by_cell.get((one.predicted, one.actual))
        told[one.actual, one.predicted] = MutualConfusion(one, back, alone)
    return list(told.values())


def count_concentrated(confusions: Sequence[ConfusedPair]) -> int | None:
    """Photos in the most frequent confusions, if there are more and these make up a third of all mistakes."""
    top = sum(one.photos for one in confusions[:CONFUSIONS_TOLD])
    mistakes = sum(one.photos for one in confusions)
    return top if len(confusions) > CONFUSIONS_TOLD and top * 3 >= mistakes else None


def find_hardest(classes: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Of ``classes`` (as in the metrics) the one least recognised, if three have enough photos and one has misses."""
    enough = _with_enough_photos(classes)
    worst = min(enough, key=lambda one: one["recall"], default=None)
    return worst if len(enough) >= 3 and worst is not None and worst["recall"] < 1 else None


def count_flawless(classes: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """How many classes are recognised without a miss, of how many with enough photos; of none if they are too few."""
    enough = _with_enough_photos(classes)
    return (sum(one["recall"] == 1 for one in enough), len(enough)) if len(enough) >= 3 else (0, 0)


def measure_doubts(confidences: np.ndarray, correct: np.ndarray) -> tuple[int, float] | None:
    """What is gained when a person looks at the photos that the classifier is least sure of.

    Returns:
        How many photos, and which share of the others is right; None where nothing is wrong, or photos are too few.
    """
    aside = round(DOUBTFUL_SHARE * len(confidences))
    if not aside or correct.all():
        return None
    kept = np.argsort(confidences, kind="stable")[aside:]
    return aside, float(correct[kept].mean())


def find_facts(
    predictions: TopKPredictions, targets: np.ndarray, labels: Sequence[str], metrics: dict[str, Any]
) -> Facts:
    """What an evaluation's findings tell.

    Args:
        predictions: of N photos.
        targets: (N,) int, their given labels.
        labels: what the targets mean.
        metrics: of the same photos, from ``top_k_metrics``.
    """
    confusion, classes = np.array(metrics["confusion"]), metrics["classes"]
    confusions = find_confusions(confusion)
    told = choose_confusions(confusions)
    hardest = find_hardest(classes)
    flawless, flawless_of = count_flawless(classes)
    doubts = measure_doubts(predictions.confidences, predictions.predicted == targets)
    among_top = int((predictions.best == targets[:, None]).any(axis=1).sum())
    can_be_rescued = len(labels) > TOP and metrics["correct"] < metrics["photos"]
    support = confusion.sum(axis=1)
    return Facts(
        confusions=tuple(
            Confusion(
                one.there.actual,
                one.there.predicted,
                one.there.photos,
                one.there.of,
                one.back.photos if one.back else 0,
                int(support[one.there.predicted]),
            )
            for one in told
        ),
        confusion_is_alone=bool(told and told[0].alone),
        pairs=len(confusions),
        concentrated=count_concentrated(confusions),
        hardest=None if hardest is None else list(labels).index(hardest["label"]),
        flawless=flawless,
        flawless_of=flawless_of,
        rescued=among_top - metrics["correct"] if can_be_rescued else None,
        doubtful=doubts[0] if doubts else None,
        right_without_doubtful=doubts[1] if doubts else None,
        mean_confidence=float(predictions.confidences.mean(dtype=np.float64)),
        is_calibrated=metrics["expected_calibration_error"] < WELL_CALIBRATED,
    )


def _with_enough_photos(classes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in classes if one["support"] >= ENOUGH_PHOTOS]

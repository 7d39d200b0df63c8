"""From predictions to an evaluation: all figures, the order of the matrix, and the facts to be put into words."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexer.evaluation.cross_validation import CatalogPredictions
from indexer.evaluation.facts import (
    WELL_CALIBRATED,
    choose_confusions,
    count_concentrated,
    count_flawless,
    find_confusions,
    find_hardest,
    measure_doubts,
)
from indexer.evaluation.matrix import arrange_matrix
from indexer.evaluation.metrics import top_k_metrics, wilson_interval
from indexer.evaluation.top_k_predictions import TOP
from search.model.bundle import Bundle
from search.model_quality.catalog_evaluation import (
    CatalogEvaluation,
    ClassFigures,
    Confusion,
    Facts,
    Interval,
    ReliabilityBin,
)

MATRIX_CLASSES = 40  # what a person can look over; the rest is put together


def summarise(
    predictions: CatalogPredictions,
    macro_f1_interval: Interval,
    *,
    evaluation_id: str,
    made_at: str,
    bundle: Bundle,
    products: int,
    photos: int,
    seconds: float,
) -> CatalogEvaluation:
    """All figures of the predictions; counts of products and photos are the whole catalogue's."""
    metrics = top_k_metrics(predictions.top_k, predictions.targets, predictions.labels)
    confusion = np.array(metrics["confusion"])
    filled = np.argwhere(confusion)
    low, high = metrics["accuracy_interval"]
    return CatalogEvaluation(
        id=evaluation_id,
        made_at=made_at,
        seconds=round(seconds, 1),
        model=bundle.hash,
        model_name=bundle.name,
        method=predictions.method,
        split=predictions.split,
        folds=predictions.folds,
        products=products,
        photos=photos,
        judged=metrics["photos"],
        left_out=predictions.left_out,
        correct=metrics["correct"],
        accuracy=metrics["accuracy"],
        accuracy_interval=(low, high),
        macro_f1=metrics["macro_f1"],
        macro_f1_interval=macro_f1_interval,
        top_3_accuracy=metrics["top_3_accuracy"],
        log_loss=metrics["log_loss"],
        calibration_error=metrics["expected_calibration_error"],
        reliability=tuple(_to_bin(one) for one in metrics["reliability"]),
        labels=predictions.labels,
        classes=tuple(_to_class(one, int(confusion[code, code])) for code, one in enumerate(metrics["classes"])),
        confusion=tuple(
            (int(actual), int(predicted), int(confusion[actual, predicted])) for actual, predicted in filled
        ),
        matrix=tuple(int(code) for code in arrange_matrix(confusion, MATRIX_CLASSES).codes),
        facts=_find_facts(predictions, metrics, confusion),
    )


def _find_facts(predictions: CatalogPredictions, metrics: dict[str, Any], confusion: np.ndarray) -> Facts:
    top_k, classes = predictions.top_k, metrics["classes"]
    confusions = find_confusions(confusion)
    told = choose_confusions(confusions)
    hardest = find_hardest(classes)
    flawless, flawless_of = count_flawless(classes)
    doubts = measure_doubts(top_k.confidences, top_k.predicted == predictions.targets)
    among_top = int((top_k.best == predictions.targets[:, None]).any(axis=1).sum())
    can_be_rescued = len(predictions.labels) > TOP and metrics["correct"] < metrics["photos"]
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
        hardest=None if hardest is None else _place(predictions.labels, hardest["label"]),
        flawless=flawless,
        flawless_of=flawless_of,
        rescued=among_top - metrics["correct"] if can_be_rescued else None,
        doubtful=doubts[0] if doubts else None,
        right_without_doubtful=doubts[1] if doubts else None,
        mean_confidence=float(top_k.confidences.mean(dtype=np.float64)),
        is_calibrated=metrics["expected_calibration_error"] < WELL_CALIBRATED,
    )


def _place(labels: Sequence[str], label: str) -> int:
    return list(labels).index(label)


def _to_class(figures: dict[str, Any], correct: int) -> ClassFigures:
    support = figures["support"]
    return ClassFigures(
        label=figures["label"],
        support=support,
        predicted=figures["predicted"],
        correct=correct,
        recall=figures["recall"],
        recall_interval=wilson_interval(correct, support) if support else None,
        precision=figures["precision"],
        f1=figures["f1"],
    )


def _to_bin(figures: dict[str, Any]) -> ReliabilityBin:
    low, high = figures["interval"]
    return ReliabilityBin(
        figures["photos"], figures["from"], figures["to"], figures["confidence"], figures["accuracy"], (low, high)
    )

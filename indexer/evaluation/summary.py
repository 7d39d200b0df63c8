"""From predictions to an evaluation: all figures, the order of the matrix, and the facts to be put into words."""

from typing import Any

import numpy as np

from indexer.evaluation.cross_validation import CatalogPredictions
from indexer.evaluation.facts import find_facts
from indexer.evaluation.matrix import arrange_matrix
from indexer.evaluation.metrics import top_k_metrics, wilson_interval
from search.model.bundle import Bundle
from search.model_quality.catalog_evaluation import (
    CatalogEvaluation,
    ClassFigures,
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
        classes=tuple(describe_class(one, int(confusion[code, code])) for code, one in enumerate(metrics["classes"])),
        confusion=tuple(
            (int(actual), int(predicted), int(confusion[actual, predicted])) for actual, predicted in filled
        ),
        matrix=tuple(int(code) for code in arrange_matrix(confusion, MATRIX_CLASSES).codes),
        facts=find_facts(predictions.top_k, predictions.targets, predictions.labels, metrics),
    )


def describe_class(figures: dict[str, Any], correct: int) -> ClassFigures:
    """One of the metrics' classes, with so many photos recognised, with its interval."""
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

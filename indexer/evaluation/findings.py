"""The findings of a report: what its figures say, in the words that the studio has for them too."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from indexer.evaluation.facts import find_confusions, find_facts
from indexer.evaluation.result import EvaluationResult, HeadEvaluation
from indexer.evaluation.summary import describe_class
from indexer.evaluation.top_k_predictions import top_k
from search.model_quality.catalog_evaluation import ClassFigures, Facts
from search.model_quality.findings import (
    Finding,
    describe_findings,
    describe_head,
    describe_label_issues,
    describe_unknown,
)
from search.model_quality.language import Language


@dataclass(frozen=True)
class HeadFigures:
    """What the findings need to know of one head: the ``EvaluatedFigures`` of ``search.model_quality.findings``."""

    labels: tuple[str, ...]
    classes: tuple[ClassFigures, ...]
    facts: Facts
    correct: int
    mistakes: int
    accuracy: float
    calibration_error: float

    @classmethod
    def of(cls, head: HeadEvaluation) -> "HeadFigures":
        """The figures of a head's evaluation."""
        metrics = head.metrics
        confusion = np.array(metrics["confusion"])
        return cls(
            labels=head.labels,
            classes=tuple(
                describe_class(one, int(confusion[code, code])) for code, one in enumerate(metrics["classes"])
            ),
            facts=find_facts(top_k(head.probabilities, head.targets), head.targets, head.labels, metrics),
            correct=metrics["correct"],
            mistakes=metrics["photos"] - metrics["correct"],
            accuracy=metrics["accuracy"],
            calibration_error=metrics["expected_calibration_error"],
        )


def describe_result(result: EvaluationResult, language: Language | None = None) -> list[Finding]:
    """Where the classifier goes wrong most, first; then what labels, other heads and novelty scores are worth.

    Args:
        result: what was found.
        language: of the sentences; None for English.
    """
    language = language or Language()
    return [
        *describe_findings(HeadFigures.of(result.main), language),
        *_describe_labels(result, language),
        *_describe_other_heads(result, language),
        *_describe_unknown(result, language),
    ]


def _describe_labels(result: EvaluationResult, language: Language) -> Iterator[Finding]:
    issues = result.label_issues
    if issues is None or issues.empty:
        return
    head = result.main
    wrong = set(head.rows[head.predicted != head.targets].tolist())
    yield describe_label_issues(len(issues), len(wrong & set(issues["row"].tolist())), language)


def _describe_other_heads(result: EvaluationResult, language: Language) -> Iterator[Finding]:
    for head in list(result.heads.values())[1:]:
        confusions = find_confusions(np.array(head.metrics["confusion"]))
        most = None
        if confusions:
            first = confusions[0]
            most = (head.labels[first.actual], head.labels[first.predicted], first.photos, first.of)
        yield describe_head(head.name, head.metrics["photos"], head.metrics["accuracy"], most, language)


def _describe_unknown(result: EvaluationResult, language: Language) -> Iterator[Finding]:
    if result.unknown:
        score = result.unknown["scores"][result.unknown["chosen"]]
        yield describe_unknown(score["auroc"], score["missed_at_95"], language)

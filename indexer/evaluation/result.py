"""What an evaluation found, before anybody reads it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class HeadEvaluation:
    """One head (category, gender, ...) on the photos whose true label is known."""

    name: str
    labels: tuple[str, ...]  # C
    rows: np.ndarray  # (N,) int, rows of the examples
    targets: np.ndarray  # (N,) int
    probabilities: np.ndarray  # (N, C) float32
    metrics: dict[str, Any]  # from classification_metrics

    @property
    def predicted(self) -> np.ndarray:
        """(N,) int, the most probable label of each photo."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidences(self) -> np.ndarray:
        """(N,) float32, its probability."""
        return self.probabilities.max(axis=1)


@dataclass
class EvaluationResult:
    """All figures of one evaluation, and what the report needs to show them.

    The three tables at the end come from ``label_check``; None means that they were not computed. Their row numbers
    count in ``examples``.
    """

    bundle_name: str
    bundle_hash: str
    split: str  # which photos were judged: "test", "validation" or "unseen"
    examples: pd.DataFrame  # every photo of the source: path, product_id, ... RangeIndex
    heads: dict[str, HeadEvaluation]  # the first is the one that the classifier is judged by
    retrieval: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # searched in -> label -> metrics
    unknown: dict[str, Any] | None = None  # from unknown_report
    counts: dict[str, Any] = field(default_factory=dict)  # photos judged, and left out for which reason
    notes: list[str] = field(default_factory=list)  # the same in sentences
    label_issues: pd.DataFrame | None = None  # row, given, predicted, given_probability, predicted_probability, score
    near_duplicates: pd.DataFrame | None = None  # first, second (rows), distance
    duplicate_conflicts: pd.DataFrame | None = None  # first, second (rows) of pairs with different labels

    @property
    def main(self) -> HeadEvaluation:
        """The head that the classifier is judged by."""
        return next(iter(self.heads.values()))

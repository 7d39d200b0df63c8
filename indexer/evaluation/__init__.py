"""Judging a bundle on photos that it never saw, and the report that shows where it goes wrong.

``evaluate_bundle`` does the judging, ``write_report`` the showing; between them stands an ``EvaluationResult``, to
which the label checks of ``indexer.labels.label_issues`` and ``indexer.corpus.near_duplicates`` may be added.
"""

from indexer.evaluation.evaluate import evaluate_bundle
from indexer.evaluation.report import write_report
from indexer.evaluation.result import EvaluationResult, HeadEvaluation

__all__ = ["EvaluationResult", "HeadEvaluation", "evaluate_bundle", "write_report"]

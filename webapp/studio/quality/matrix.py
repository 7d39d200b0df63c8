"""The confusion matrix as it is drawn, and the categories ordered by their figures."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from search.model_quality.catalog_evaluation import REST, CatalogEvaluation, ClassFigures

LEVELS = 7  # shades of a cell

Cell = tuple[int, int]  # codes: actual, predicted


@dataclass(frozen=True)
class MatrixCell:
    """Photos of one actual category with one prediction."""

    predicted: str | None  # None: all categories that the matrix doesn't show one by one
    photos: int
    level: int  # shade, 0 (no photos) to LEVELS, by the share of the row's photos
    hit: bool  # whether the cell is on the diagonal


@dataclass(frozen=True)
class MatrixRow:
    """All photos of one actual category."""

    actual: str | None
    photos: int
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class RankedClass:
    """A category's figures, and the category for which it is most often taken."""

    figures: ClassFigures
    taken_for: str | None = None
    times: int = 0


def shade_matrix(evaluation: CatalogEvaluation) -> list[MatrixRow]:
    """The rows of the matrix; the columns have the same order."""
    shown = set(evaluation.matrix)
    counts: dict[Cell, int] = defaultdict(int)
    for actual, predicted, photos in evaluation.confusion:
        counts[actual if actual in shown else REST, predicted if predicted in shown else REST] += photos
    labels = {code: None if code == REST else evaluation.labels[code] for code in evaluation.matrix}
    rows = []
    for actual in evaluation.matrix:
        total = sum(counts[actual, predicted] for predicted in evaluation.matrix)
        cells = (
            MatrixCell(
                labels[predicted],
                photos := counts[actual, predicted],
                math.ceil(LEVELS * math.sqrt(photos / total)) if total else 0,
                actual == predicted != REST,
            )
            for predicted in evaluation.matrix
        )
        rows.append(MatrixRow(labels[actual], total, tuple(cells)))
    return rows


def rank_classes(evaluation: CatalogEvaluation, sort: str) -> tuple[str, list[RankedClass]]:
    """The order in effect, and all categories that occur, in that order; those without a figure come last.

    Args:
        evaluation: the evaluation.
        sort: one of recall, precision, f1 (the worst first), photos (most first), name; anything else means recall.
    """
    most: dict[str, Cell] = {}
    for actual, predicted, photos in evaluation.confusion:
        label = evaluation.labels[actual]
        if actual != predicted and photos > most.get(label, (0, 0))[1]:
            most[label] = (predicted, photos)
    ranked = [
        RankedClass(one, evaluation.labels[most[one.label][0]], most[one.label][1])
        if one.label in most
        else RankedClass(one)
        for one in evaluation.classes
        if one.support or one.predicted
    ]
    sort = sort if sort in _ORDERS else "recall"
    return sort, sorted(ranked, key=lambda one: _ORDERS[sort](one.figures))


def _worst_first(value: float | None, figures: ClassFigures) -> tuple[bool, float, int]:
    return value is None, value or 0.0, -figures.support


_ORDERS: dict[str, Callable[[ClassFigures], tuple[object, ...]]] = {
    "name": lambda one: (one.label.casefold(),),
    "photos": lambda one: (-one.support, one.label),
    "recall": lambda one: _worst_first(one.recall, one),
    "precision": lambda one: _worst_first(one.precision, one),
    "f1": lambda one: _worst_first(one.f1, one),
}

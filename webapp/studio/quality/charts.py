"""The charts of the quality pages: the positions of their marks, in the units of the SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from search.model_quality.catalog_evaluation import CatalogEvaluation, ReliabilityBin

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_STYLES = 5  # lines that can be told apart by their dashes


@dataclass(frozen=True)
class Mark:
    """A point with its confidence interval."""

    x: float
    y: float
    high: float  # y of the interval's upper end
    low: float


@dataclass(frozen=True)
class Tick:
    """A line of the grid, and the share for which it stands."""

    at: float
    share: float


@dataclass(frozen=True)
class CalibrationChart:
    """The calibration: the classifier's confidence (x) against its accuracy (y)."""

    left: float
    top: float
    side: float
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    marks: tuple[Mark, ...]

    @classmethod
    def draw(cls, bins: Sequence[ReliabilityBin]) -> "CalibrationChart":
        """The chart of some bins: a square of 300 units, with its axes at the left and below."""
        left, top, side = 60.0, 10.0, 300.0

        def across(share: float) -> float:
            return round(left + side * share, 1)

        def up(share: float) -> float:
            return round(top + side * (1 - share), 1)

        marks = (
            Mark(across(one.confidence), up(one.accuracy), up(one.interval[1]), up(one.interval[0])) for one in bins
        )
        return cls(
            left,
            top,
            side,
            tuple(Tick(across(share), share) for share in _TICKS),
            tuple(Tick(up(share), share) for share in _TICKS),
            tuple(marks),
        )


@dataclass(frozen=True)
class ModelLine:
    """The evaluations of one model over time."""

    name: str
    style: int  # of the line, 0 to 4
    marks: tuple[Mark, ...]

    @property
    def points(self) -> str:
        """The points as SVG's polyline takes them."""
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)


@dataclass(frozen=True)
class HistoryChart:
    """Accuracy over time, evenly spaced, with one line for each model."""

    width: float
    height: float
    left: float
    rows: tuple[Tick, ...]
    lines: tuple[ModelLine, ...]

    @classmethod
    def draw(cls, evaluations: Sequence[CatalogEvaluation]) -> "HistoryChart | None":
        """The chart of some evaluations, the earliest first; None for fewer than two, which make no line."""
        if len(evaluations) < 2:
            return None
        width, height, left, top = 640.0, 220.0, 48.0, 12.0
        lowest = math.floor(10 * min(one.accuracy_interval[0] for one in evaluations)) / 10
        lowest = min(lowest, 0.9)

        def up(share: float) -> float:
            return round(top + (height - 2 * top) * (1 - (share - lowest) / (1 - lowest)), 1)

        step = (width - left - 24) / (len(evaluations) - 1)
        marks: dict[str, list[Mark]] = {}
        names: dict[str, str] = {}
        for number, one in enumerate(evaluations):
            low, high = one.accuracy_interval
            mark = Mark(round(left + 12 + number * step, 1), up(one.accuracy), up(high), up(low))
            marks.setdefault(one.model, []).append(mark)
            names[one.model] = one.model_name
        shares = [lowest + (1 - lowest) * number / 5 for number in range(6)]
        return cls(
            width,
            height,
            left,
            tuple(Tick(up(share), share) for share in shares),
            tuple(
                ModelLine(names[model], number % _STYLES, tuple(own))
                for number, (model, own) in enumerate(marks.items())
            ),
        )

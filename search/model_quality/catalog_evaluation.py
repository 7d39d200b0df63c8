"""How well the model in use names the catalogue's photos: what an evaluation found, and where it lies.

    appraisals/
      20260131-101502-4f2a81c0/   time and model; never changed once it is there
        summary.json              all figures
        predictions.parquet       one row a photo, see search/model_quality/predictions.py

``python -m indexer evaluate-catalog`` writes them and keeps them all: together they are the history.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from search.errors import DamagedEvaluationError, NoEvaluationError

FORMAT = 1
EVALUATIONS = "appraisals"  # below the data directory; the name from before they were called evaluations
SUMMARY = "summary.json"
PREDICTIONS = "predictions.parquet"
EVALUATE = "Run `make evaluate-catalog` (python -m indexer evaluate-catalog)."
HELD_OUT, OUT_OF_FOLD = "held-out", "out-of-fold"  # photos that training left for judging; or all, by cross-validation
REST = -1  # stands for all classes that the matrix doesn't show one by one

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")

_STORED = {"split": "side"}  # attribute -> its name in files, which keep the names of the first version
_ATTRIBUTES = {stored: name for name, stored in _STORED.items()}

Interval = tuple[float, float]


@dataclass(frozen=True)
class ClassFigures:
    """How one class is recognised."""

    label: str
    support: int  # photos that are of it
    predicted: int  # photos that are taken for it
    correct: int  # both
    recall: float | None  # None: no photo is of it
    recall_interval: Interval | None  # Wilson's, 95%
    precision: float | None  # None: never predicted
    f1: float | None


@dataclass(frozen=True)
class Confusion:
    """Photos of one class that are taken for another; classes are codes of the labels."""

    actual: int
    predicted: int
    photos: int
    of: int  # photos of the actual class
    back: int  # the other way round
    back_of: int


@dataclass(frozen=True)
class Facts:
    """Where it goes wrong most; the web app has the words for it."""

    confusions: tuple[Confusion, ...]  # the most frequent, each pair of classes once
    confusion_is_alone: bool  # no other is as frequent as the first
    pairs: int  # of classes that are confused at all, each direction for itself
    concentrated: int | None  # mistakes within the three most frequent confusions, where that is much
    hardest: int | None  # code of the class that is recognised least
    flawless: int  # classes recognised without a miss
    flawless_of: int  # classes with enough photos to say so
    rescued: int | None  # mistakes whose right class is the second or third guess; None where there are no more classes
    doubtful: int | None  # the tenth of the photos that it is least sure of
    right_without_doubtful: float | None
    mean_confidence: float
    is_calibrated: bool  # probabilities may be taken at their word


@dataclass(frozen=True)
class ReliabilityBin:
    """What the classifier says beside what is true, for equally many photos from unsure to sure."""

    photos: int
    lowest: float  # confidence
    highest: float
    confidence: float  # mean
    accuracy: float
    interval: Interval  # of the accuracy, Wilson's, 95%


@dataclass(frozen=True)
class CatalogEvaluation:
    """All figures of one evaluation. Shares run from 0 to 1; intervals are of 95%."""

    id: str
    made_at: str  # ISO 8601, UTC
    seconds: float
    model: str  # Bundle.hash
    model_name: str
    method: str  # HELD_OUT or OUT_OF_FOLD
    split: str | None  # of the training's photos, "test" or "validation"; None out of fold
    folds: int | None  # None for held-out photos
    products: int  # in the catalogue, with a usable photo
    photos: int  # of them all
    judged: int
    left_out: dict[str, int]  # reason -> photos
    correct: int
    accuracy: float
    accuracy_interval: Interval  # Wilson's
    macro_f1: float
    macro_f1_interval: Interval  # bootstrap over products
    top_3_accuracy: float
    log_loss: float
    calibration_error: float
    reliability: tuple[ReliabilityBin, ...]
    labels: tuple[str, ...]
    classes: tuple[ClassFigures, ...]  # one a label, in their order
    confusion: tuple[tuple[int, int, int], ...]  # actual, predicted, photos: the cells that aren't empty
    matrix: tuple[int, ...]  # codes in the order to draw them; REST for all others, where there are too many
    facts: Facts
    path: Path = field(default=Path(), compare=False)  # the evaluation's directory

    @property
    def mistakes(self) -> int:
        """How many photos are named wrong."""
        return self.judged - self.correct

    @cached_property
    def codes(self) -> dict[str, int]:
        """Label -> its place among the labels."""
        return {label: code for code, label in enumerate(self.labels)}

    def to_json(self) -> str:
        """What ``summary.json`` holds."""
        fields = {_STORED.get(name, name): value for name, value in asdict(self).items() if name != "path"}
        return json.dumps({"format": FORMAT, **fields}, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class CatalogEvaluations:
    """The evaluations of a data directory."""

    directory: Path

    def ids(self) -> list[str]:
        """All there are, latest first; half-written ones don't count."""
        found = (path.parent.name for path in self.directory.glob(f"*/{SUMMARY}"))
        return sorted((name for name in found if _ID.fullmatch(name)), reverse=True)

    def open(self, evaluation_id: str | None = None) -> CatalogEvaluation:
        """One evaluation; without an id the latest.

        Raises:
            NoEvaluationError: there is none, or none of this id. DamagedEvaluationError: it can't be read.
        """
        if evaluation_id is None:
            evaluation_id = next(iter(self.ids()), None)
            if evaluation_id is None:
                raise NoEvaluationError(f"Nothing was evaluated yet. {EVALUATE}")
        if not _ID.fullmatch(evaluation_id) or not (self.directory / evaluation_id).is_dir():
            raise NoEvaluationError(f"There is no evaluation {evaluation_id!r}.")
        return read_evaluation(self.directory / evaluation_id)


def read_evaluation(path: Path) -> CatalogEvaluation:
    """The evaluation in a directory; raises DamagedEvaluationError where it can't be read."""
    try:
        fields = json.loads((path / SUMMARY).read_text(encoding="utf-8"))
        if fields.pop("format") != FORMAT:
            raise DamagedEvaluationError(f"The evaluation {path.name} has another format than {FORMAT}. {EVALUATE}")
        return _to_evaluation(fields, path)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedEvaluationError(
            f"The evaluation {path.name} can't be read ({error!r}). Delete its directory. {EVALUATE}"
        ) from error


def _to_evaluation(fields: dict[str, Any], path: Path) -> CatalogEvaluation:
    facts = fields.pop("facts")
    confusions = tuple(Confusion(**one) for one in facts.pop("confusions"))
    return CatalogEvaluation(
        **{
            **{_ATTRIBUTES.get(name, name): value for name, value in fields.items()},
            "accuracy_interval": tuple(fields["accuracy_interval"]),
            "macro_f1_interval": tuple(fields["macro_f1_interval"]),
            "reliability": tuple(ReliabilityBin(**_with_tuples(one)) for one in fields["reliability"]),
            "labels": tuple(fields["labels"]),
            "classes": tuple(ClassFigures(**_with_tuples(one)) for one in fields["classes"]),
            "confusion": tuple(tuple(one) for one in fields["confusion"]),
            "matrix": tuple(fields["matrix"]),
            "facts": Facts(confusions=confusions, **facts),
            "path": path,
        }
    )


def _with_tuples(fields: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists only."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}

"""The photos behind an evaluation's figures: what each one is and what it was taken for, a page at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from search.errors import DamagedEvaluationError

ROWS_PER_GROUP = 10_000  # a page of photos is read out of a few of these
ALL, WRONG, RIGHT, SUREST, DOUBTFUL = KINDS = ("all", "wrong", "right", "surest", "doubtful")

_LABEL = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("product_id", pa.string()),
        ("image", pa.string()),  # the file, below the folder that holds all photos
        ("sha256", pa.string()),
        ("actual", _LABEL),
        ("predicted", _LABEL),
        ("probability", pa.float32()),  # of the predicted label
        ("given_probability", pa.float32()),  # of the actual one
        ("second", _LABEL),  # the further guesses; null where there are no more labels
        ("second_probability", pa.float32()),
        ("third", _LABEL),
        ("third_probability", pa.float32()),
    ]
)


@dataclass(frozen=True)
class Prediction:
    """One photo: what the catalogue says that it is, and what the model says."""

    product_id: str
    image: str
    sha256: str
    actual: str
    predicted: str
    probability: float
    given_probability: float
    second: str | None = None
    second_probability: float | None = None
    third: str | None = None
    third_probability: float | None = None

    @property
    def correct(self) -> bool:
        """Whether both say the same."""
        return self.actual == self.predicted


@dataclass(frozen=True)
class PhotoQuestion:
    """Which photos are wanted."""

    kind: str = ALL  # of KINDS; SUREST: mistakes, the most confident first; DOUBTFUL: hits, the least confident first
    actual: frozenset[str] | None = None  # None: whatever they are
    predicted: frozenset[str] | None = None  # None: whatever they are taken for


@dataclass(frozen=True)
class PhotoPage:
    """A part of the photos that were asked for, and how many there are in all."""

    predictions: tuple[Prediction, ...]
    total: int


def find_photos(path: Path, question: PhotoQuestion, limit: int, offset: int = 0) -> PhotoPage:
    """A page of the photos that a question asks for, in the order of its kind; else as the catalogue has them.

    Args:
        path: a ``predictions.parquet``.
        question: which photos.
        limit: how many at most.
        offset: how many come before.

    Raises:
        DamagedEvaluationError: the file can't be read.
        ValueError: no such kind.
    """
    with _opened(path) as file:
        rows = _order_rows(file, question)
        return PhotoPage(tuple(_read_rows(file, rows[offset : offset + limit])), len(rows))


def iterate_photos(path: Path, question: PhotoQuestion) -> Iterator[Prediction]:
    """All photos that a question asks for in the catalogue's order, never more than some thousand in memory.

    Raises:
        DamagedEvaluationError: the file can't be read.
    """
    with _opened(path) as file:
        rows = np.sort(_order_rows(file, question))
        for start in range(0, len(rows), ROWS_PER_GROUP):
            yield from _read_rows(file, rows[start : start + ROWS_PER_GROUP])


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """The file for a block; what can't be read in it is told as damage."""
    try:
        with pq.ParquetFile(path) as file:
            if file.schema_arrow.names != SCHEMA.names:
                raise DamagedEvaluationError(f"{path} has other columns than an evaluation's predictions.")
            yield file
    except (OSError, pa.ArrowException) as error:
        raise DamagedEvaluationError(
            f"{path} can't be read ({error}). Delete its directory and evaluate anew."
        ) from error


def _order_rows(file: pq.ParquetFile, question: PhotoQuestion) -> np.ndarray:
    """Rows of the file that are asked for, in their order."""
    if question.kind not in KINDS:
        raise ValueError(f"kind={question.kind!r} came; one of {', '.join(KINDS)} is needed.")
    table = file.read(columns=["actual", "predicted", "probability"])
    codes: dict[str, int] = {}
    actual, predicted = (_codes(table[name], codes) for name in ("actual", "predicted"))
    wanted = np.ones(len(actual), bool)
    if question.kind != ALL:
        wanted &= (actual == predicted) == (question.kind in (RIGHT, DOUBTFUL))
    for column, labels in ((actual, question.actual), (predicted, question.predicted)):
        if labels is not None:
            wanted &= np.isin(column, [codes[label] for label in labels if label in codes])
    rows = np.flatnonzero(wanted)
    if question.kind in (SUREST, DOUBTFUL):
        probability = table["probability"].to_numpy()[rows]
        rows = rows[np.argsort(-probability if question.kind == SUREST else probability, kind="stable")]
    return rows


def _codes(column: pa.ChunkedArray, codes: dict[str, int]) -> np.ndarray:
    """A number for each value; every part of the file has a dictionary of its own, so ``codes`` counts on."""
    parts = [np.empty(0, np.int64)]
    for chunk in column.chunks:
        numbers = [codes.setdefault(label, len(codes)) for label in chunk.dictionary.to_pylist()]
        parts.append(np.array(numbers, np.int64)[chunk.indices.to_numpy(zero_copy_only=False)])
    return np.concatenate(parts)


def _read_rows(file: pq.ParquetFile, rows: np.ndarray) -> Iterator[Prediction]:
    """The photos of some rows, in the order of the rows; only the parts of the file that hold them are read."""
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
    starts = np.cumsum([0, *sizes])
    group_of = np.searchsorted(starts, rows, "right") - 1
    found: dict[int, dict[str, Any]] = {}
    for group in np.unique(group_of).tolist():
        own = rows[group_of == group]
        part = file.read_row_group(group).take(pa.array(own - starts[group]))
        found |= dict(zip(own.tolist(), part.to_pylist(), strict=True))
    return (Prediction(**found[row]) for row in rows.tolist())

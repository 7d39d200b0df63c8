"""The photos behind an evaluation's figures: which are found, in which order, and from what they can't be read."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from search.errors import DamagedEvaluationError
from search.model_quality.predictions import SCHEMA, PhotoQuestion, Prediction, find_photos, iterate_photos

LABELS = ("coat", 'Años, "50"', "shoe")


def write_predictions(path: Path, count: int = 60, *, group_rows: int = 7) -> list[dict]:
    """Chance predictions in many small parts, whose dictionaries differ."""
    rng = np.random.default_rng(1)
    rows = []
    for number in range(count):
        actual, predicted = rng.choice(LABELS), rng.choice(LABELS)
        probability = float(np.float32(rng.uniform(0.4, 1)))
        rows.append(
            {
                "product_id": f"p/{number // 2}",
                "image": f"{number}.jpg",
                "sha256": f"{number:064x}",
                "actual": str(actual),
                "predicted": str(predicted),
                "probability": probability,
                "given_probability": probability if actual == predicted else 0.0,
                "second": LABELS[0] if number % 2 else None,
                "second_probability": 0.0,
                "third": None,
                "third_probability": None,
            }
        )
    parts = [pa.Table.from_pylist(rows[at : at + group_rows], SCHEMA) for at in range(0, count, group_rows)]
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for part in parts:
            writer.write_table(part)
    return rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "predictions.parquet"


@pytest.mark.parametrize("kind", ["all", "wrong", "right", "surest", "doubtful"])
@pytest.mark.parametrize("actual", [None, {"coat"}, {LABELS[1], "shoe"}, {"unknown"}])
@pytest.mark.parametrize("predicted", [None, {LABELS[1]}])
def test_questions_find_what_plain_python_finds(
    path: Path, kind: str, actual: set[str] | None, predicted: set[str] | None
) -> None:
    """Every kind with every filter, all pages together, against a list comprehension."""
    rows = [Prediction(**row) for row in write_predictions(path)]
    wanted = [
        row
        for row in rows
        if kind == "all" or row.correct == (kind in ("right", "doubtful"))
        if actual is None or row.actual in actual
        if predicted is None or row.predicted in predicted
    ]
    if kind in ("surest", "doubtful"):
        wanted.sort(key=lambda row: -row.probability if kind == "surest" else row.probability)
    question = PhotoQuestion(kind, *(None if one is None else frozenset(one) for one in (actual, predicted)))
    pages = [find_photos(path, question, 9, offset) for offset in range(0, 63, 9)]
    assert [row for page in pages for row in page.predictions] == wanted
    assert {page.total for page in pages} == {len(wanted)}
    assert sorted(map(repr, iterate_photos(path, question))) == sorted(map(repr, wanted))


def test_an_unknown_kind_is_refused(path: Path) -> None:
    write_predictions(path)
    with pytest.raises(ValueError, match="kind='best' came"):
        find_photos(path, PhotoQuestion("best"), 5)


@pytest.mark.parametrize("damage", ["missing", "cut", "other columns"])
def test_damage_is_told_with_what_to_do(path: Path, damage: str) -> None:
    if damage == "cut":
        write_predictions(path)
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "other columns":
        pq.write_table(pa.table({"product_id": ["a"]}), path)
    with pytest.raises(DamagedEvaluationError, match=r"predictions\.parquet"):
        find_photos(path, PhotoQuestion(), 5)

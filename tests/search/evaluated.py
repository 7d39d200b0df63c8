"""An evaluation made by hand: figures that a test can work out."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from search.model_quality.catalog_evaluation import CatalogEvaluation, ClassFigures, Confusion, Facts, ReliabilityBin
from search.model_quality.predictions import SCHEMA, Prediction

ID = "20260102-030405-0123abcd"


def make_evaluation(
    predictions: Sequence[Prediction] = (), labels: tuple[str, ...] = ("Bags", "Coats")
) -> CatalogEvaluation:
    """An out-of-fold evaluation whose counts are those of the predictions; intervals and the like are made up."""
    code = {label: number for number, label in enumerate(labels)}
    cells = Counter((code[one.actual], code[one.predicted]) for one in predictions)
    support, predicted = (Counter(code[getattr(one, side)] for one in predictions) for side in ("actual", "predicted"))
    correct = sum(one.correct for one in predictions)
    confusions = tuple(
        Confusion(actual, seen, photos, support[actual], cells[seen, actual], support[seen])
        for (actual, seen), photos in cells.most_common()
        if actual != seen
    )
    return CatalogEvaluation(
        id=ID,
        made_at="2026-01-02T03:04:05+00:00",
        seconds=12.5,
        model="0123abcd4567ef89",
        model_name="drawn-1",
        method="out-of-fold",
        split=None,
        folds=5,
        products=len({one.product_id for one in predictions}),
        photos=len(predictions) + 1,
        judged=len(predictions),
        left_out={"alone": 1},
        correct=correct,
        accuracy=correct / max(len(predictions), 1),
        accuracy_interval=(0.5, 0.95),
        macro_f1=0.75,
        macro_f1_interval=(0.4, 0.9),
        top_3_accuracy=0.97,
        log_loss=0.4,
        calibration_error=0.055,
        reliability=(
            ReliabilityBin(3, 0.2, 0.5, 0.4, 0.45, (0.2, 0.7)),
            ReliabilityBin(3, 0.5, 0.99, 0.9, 0.8, (0.5, 0.95)),
        ),
        labels=labels,
        classes=tuple(
            ClassFigures(
                label,
                support[number],
                predicted[number],
                cells[number, number],
                cells[number, number] / support[number] if support[number] else None,
                (0.3, 0.9) if support[number] else None,
                cells[number, number] / predicted[number] if predicted[number] else None,
                0.7 if support[number] else None,
            )
            for number, label in enumerate(labels)
        ),
        confusion=tuple((actual, seen, photos) for (actual, seen), photos in sorted(cells.items())),
        matrix=tuple(number for number in range(len(labels)) if support[number] or predicted[number]),
        facts=Facts(
            confusions=confusions[:3],
            confusion_is_alone=True,
            pairs=len(confusions),
            concentrated=None,
            hardest=0 if predictions else None,
            flawless=1,
            flawless_of=3,
            rescued=1,
            doubtful=1,
            right_without_doubtful=0.9,
            mean_confidence=0.8,
            is_calibrated=False,
        ),
    )


def shelve(directory: Path, evaluation: CatalogEvaluation, predictions: Sequence[Prediction] = ()) -> Path:
    """Write an evaluation as ``python -m indexer evaluate-catalog`` does; gives its directory."""
    path = directory / evaluation.id
    path.mkdir(parents=True)
    (path / "summary.json").write_text(evaluation.to_json(), encoding="utf-8")
    rows = [{name: getattr(one, name) for name in SCHEMA.names} for one in predictions]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path / "predictions.parquet")
    return path

"""The predictions as tables: one row a photo, and the confusion matrix."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from indexer.evaluation.result import HeadEvaluation

COLUMNS = ("image", "class", "prediction", "correct", "probability")


def name_images(examples: pd.DataFrame) -> list[str]:
    """For each photo of the examples its path below the folder that holds them all, with ``/`` between the parts.

    Names alone may be shared (one folder a class, and photos counted in each); whole paths say where somebody's files
    lie and change with the machine.
    """
    paths = [os.fspath(path) for path in examples["path"]]
    if not paths:
        return []
    try:
        base = os.path.commonpath([os.path.dirname(path) for path in paths])  # noqa: PTH120  (there is no pathlib way)
    except ValueError:  # on two drives
        return [Path(path).as_posix() for path in paths]
    names = [Path(path).relative_to(base).as_posix() if base else Path(path).as_posix() for path in paths]
    return [name.encode("utf-8", "replace").decode("utf-8") for name in names]  # a file name may be no text at all


def predictions_table(head: HeadEvaluation, images: list[str]) -> pd.DataFrame:
    """One row a judged photo, in the order of the examples.

    Args:
        head: the predictions.
        images: names of all photos of the examples, from ``name_images``.

    Returns:
        ``image``, ``class`` (the true label), ``prediction``, ``correct`` (bool) and ``probability`` (of the
        prediction).
    """
    labels = np.array(head.labels, dtype=object)
    predicted = head.predicted
    table = {
        "image": [images[row] for row in head.rows],
        "class": labels[head.targets],
        "prediction": labels[predicted],
        "correct": predicted == head.targets,
        "probability": head.confidences.astype(np.float64).round(6),
    }
    return pd.DataFrame(table, columns=list(COLUMNS))


def confusion_table(head: HeadEvaluation) -> pd.DataFrame:
    """The confusion matrix with the actual labels down (index ``actual``) and the predicted ones across."""
    index = pd.Index(head.labels, name="actual")
    return pd.DataFrame(head.metrics["confusion"], index=index, columns=list(head.labels))

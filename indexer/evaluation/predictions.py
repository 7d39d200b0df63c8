"""The predictions of an evaluation as tables: one row a photo, and the confusion matrix."""

import numpy as np
import pandas as pd

from indexer.evaluation.result import HeadEvaluation

COLUMNS = ("image", "class", "prediction", "correct", "probability")


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

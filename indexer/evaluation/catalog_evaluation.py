"""``python -m indexer evaluate-catalog``: evaluate the model in use on the catalogue, and keep what was found."""

import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from catalog import Catalog
from indexer.building.category_fit import scale_parts
from indexer.corpus.embedded_catalog import embed_catalog, embeddings_dir
from indexer.corpus.folds import find_leakage_groups, link_equal
from indexer.corpus.inventory import Inventory, take_inventory
from indexer.corpus.photo_table import name_images, tabulate_photos
from indexer.errors import EvaluationRunningError, StorageError
from indexer.evaluation.bootstrap import macro_f1_interval
from indexer.evaluation.cross_validation import FOLDS, CatalogPredictions, cross_validate, predict_held_out
from indexer.evaluation.summary import summarise
from indexer.single_run import only_run
from search.model.bundle import Bundle
from search.model_quality.catalog_evaluation import (
    EVALUATIONS,
    PREDICTIONS,
    SUMMARY,
    CatalogEvaluation,
    read_evaluation,
)
from search.model_quality.predictions import ROWS_PER_GROUP, SCHEMA

_PARTIAL = ".partial"  # suffix of an evaluation's directory while it is written


def evaluate_catalog(
    catalog: Catalog, bundle: Bundle, home: Path, *, folds: int = FOLDS, progress: bool = True
) -> CatalogEvaluation:
    """Measure how well the model names the catalogue's photos, and write that down below ``home/appraisals``.

    Photos that this model has never seen are embedded first and kept for the next build. Killed at any instant, the
    earlier evaluations are as they were.

    Args:
        catalog: what the shop sells.
        bundle: the model in use.
        home: the data directory.
        folds: of the cross-validation, where training held no photos out.
        progress: show bars.

    Returns:
        What was found, as it lies on disk.

    Raises:
        EmptyCatalogError: no product with a usable photo. TrainingDataError: nothing that could be told apart.
        EvaluationRunningError: another one is at work. StorageError: disk trouble.
    """
    directory = home / EVALUATIONS
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with only_run(directory / ".lock", _refusal(directory)):
            return _evaluate(catalog, bundle, home, directory, folds, progress)
    except OSError as error:
        raise StorageError(
            f"The evaluation can't be written to {directory}: {error.strerror or error}. The earlier ones are as they "
            "were. Make room or name another data directory in VITRINA_HOME."
        ) from error


def _refusal(directory: Path) -> EvaluationRunningError:
    return EvaluationRunningError(
        f"Another evaluation is at work on {directory}. Wait for it to end, or stop it; then run this again."
    )


def _evaluate(
    catalog: Catalog, bundle: Bundle, home: Path, directory: Path, folds: int, progress: bool
) -> CatalogEvaluation:
    began, made_at = time.monotonic(), datetime.now(UTC)
    inventory, examples, groups, predictions = _predict(
        take_inventory(catalog, progress=progress), bundle, home, folds, progress
    )
    while (final := directory / f"{made_at:%Y%m%d-%H%M%S}-{bundle.hash[:8]}").exists():
        made_at += timedelta(seconds=1)
    interval = macro_f1_interval(predictions.targets, predictions.top_k.predicted, groups[predictions.rows])
    evaluation = summarise(
        predictions,
        interval,
        evaluation_id=final.name,
        made_at=made_at.isoformat(timespec="seconds"),
        bundle=bundle,
        products=len(inventory.products),
        photos=len(inventory.photo_sha256) + len(inventory.rejects),
        seconds=time.monotonic() - began,
    )
    _publish(final, evaluation, tabulate_predictions(predictions, examples))
    return read_evaluation(final)


def _predict(
    inventory: Inventory, bundle: Bundle, home: Path, folds: int, progress: bool
) -> tuple[Inventory, pd.DataFrame, np.ndarray, CatalogPredictions]:
    """The inventory, one row a photo of it that can be read, their leakage groups, and the predictions."""
    examples = tabulate_photos(inventory)
    predictions = predict_held_out(bundle, examples, progress=progress) if inventory.products else None
    if predictions is not None:
        predictions = _count_unreadable(predictions, len(inventory.rejects))
        return inventory, examples, _leakage_groups(examples), predictions
    corpus = embed_catalog(inventory, bundle, embeddings_dir(home), progress=progress)
    corpus.inventory.refuse_empty()
    examples = tabulate_photos(corpus.inventory)
    groups, scales = _leakage_groups(examples), scale_parts(bundle.balance.parts)
    predictions = cross_validate(corpus.vectors, examples, groups, scales=scales, folds=folds, progress=progress)
    lost = len(inventory.photo_sha256) - len(corpus.inventory.photo_sha256)
    return inventory, examples, groups, _count_unreadable(predictions, len(inventory.rejects) + lost)


def _count_unreadable(predictions: CatalogPredictions, photos: int) -> CatalogPredictions:
    """The predictions, saying that so many more photos couldn't be read."""
    unreadable = predictions.left_out.get("unreadable", 0) + photos
    return replace(predictions, left_out={**predictions.left_out, "unreadable": unreadable}) if photos else predictions


def _leakage_groups(examples: pd.DataFrame) -> np.ndarray:
    """(N,) int: equal for photos of one product, of its colour variants, and for equal files."""
    return find_leakage_groups(examples, link_equal(examples["sha256"].tolist()))


def tabulate_predictions(predictions: CatalogPredictions, examples: pd.DataFrame) -> pa.Table:
    """One row a photo that has a prediction, in the order of the catalogue."""
    found, labels = predictions.top_k, pa.array(predictions.labels, pa.string())
    photos = examples.iloc[predictions.rows]

    def name(codes: np.ndarray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), labels)

    columns = {
        "product_id": photos["product_id"].tolist(),
        "image": name_images(photos),
        "sha256": photos["sha256"].tolist(),
        "actual": name(predictions.targets),
        "predicted": name(found.predicted),
        "probability": found.confidences.astype(np.float32),
        "given_probability": found.given.astype(np.float32),
    }
    for place, guess in enumerate(("second", "third"), start=1):
        there = found.best.shape[1] > place
        columns[guess] = name(found.best[:, place]) if there else [None] * len(photos)
        columns[f"{guess}_probability"] = found.probabilities[:, place] if there else [None] * len(photos)
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in SCHEMA}, schema=SCHEMA)


def _publish(final: Path, evaluation: CatalogEvaluation, predictions: pa.Table) -> None:
    """Write beside the others, have it on disk, rename; what killed runs left is removed first."""
    for leftover in final.parent.glob(f"*{_PARTIAL}"):  # the lock says that none is at work
        shutil.rmtree(leftover)
    partial = final.with_name(final.name + _PARTIAL)
    partial.mkdir()
    pq.write_table(predictions, partial / PREDICTIONS, row_group_size=ROWS_PER_GROUP)
    (partial / SUMMARY).write_text(evaluation.to_json(), encoding="utf-8")
    for path in (partial / PREDICTIONS, partial / SUMMARY, partial):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    partial.rename(final)

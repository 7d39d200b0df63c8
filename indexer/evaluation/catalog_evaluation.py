"""``python -m indexer appraise``: judge the model in use on the catalogue, and keep what was found."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from catalog import Catalog
from indexer.corpus.embedding import embed_photos
from indexer.corpus.embedding_cache import EmbeddingCache
from indexer.corpus.inventory import Inventory, take_inventory
from indexer.errors import AppraisalRunningError, EmptyCatalogError, StorageError
from indexer.evaluation.bootstrap import macro_f1_interval
from indexer.evaluation.cross_validation import FOLDS, Judgement, judge_held_out, judge_out_of_fold
from indexer.evaluation.predictions import name_images
from indexer.evaluation.summary import summarise
from indexer.training.splitting import find_pieces
from search.model.bundle import CATEGORY, Bundle
from search.model.embedder import Embedder
from search.model_quality.catalog_evaluation import APPRAISALS, PREDICTIONS, SUMMARY, Appraisal, read_appraisal
from search.model_quality.predictions import ROWS_PER_GROUP, SCHEMA

_PARTIAL = ".partial"  # suffix of an appraisal's directory while it is written


def appraise(catalog: Catalog, bundle: Bundle, home: Path, *, folds: int = FOLDS, progress: bool = True) -> Appraisal:
    """Judge how well the model names the catalogue's photos, and write that down below ``home/appraisals``.

    Photos that this model has never seen are embedded first and kept for the next build. Killed at any instant, the
    earlier appraisals are as they were.

    Args:
        catalog: what the shop sells.
        bundle: the model in use.
        home: the data directory.
        folds: turns in which all photos are judged where training held none out.
        progress: show bars.

    Returns:
        What was found, as it lies on disk.

    Raises:
        EmptyCatalogError: no product with a usable photo. TrainingDataError: nothing that could be told apart.
        AppraisalRunningError: another one is at work. StorageError: disk trouble.
    """
    directory = home / APPRAISALS
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _only_appraisal(directory):
            return _appraise(catalog, bundle, home, directory, folds, progress)
    except OSError as error:
        raise StorageError(
            f"The appraisal can't be written to {directory}: {error.strerror or error}. The earlier ones are as they "
            "were. Make room or name another data directory in VITRINA_HOME."
        ) from error


@contextmanager
def _only_appraisal(directory: Path) -> Iterator[None]:
    """Hold the lock; the system frees it when the process dies, however it dies."""
    lock = FileLock(directory / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise AppraisalRunningError(
            f"Another appraisal is at work on {directory}. Wait for it to end, or stop it; then run this again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _appraise(catalog: Catalog, bundle: Bundle, home: Path, directory: Path, folds: int, progress: bool) -> Appraisal:
    began, made_at = time.monotonic(), datetime.now(UTC)
    inventory = take_inventory(catalog, progress=progress)
    judgement = judge_held_out(bundle, tabulate(inventory), progress=progress) if inventory.products else None
    if judgement is None:
        inventory, vectors = _embed(inventory, bundle, home, progress)
        if not inventory.products:
            raise EmptyCatalogError(
                "The catalogue has no product with a usable photo, so there is nothing to appraise. "
                "Import some first: python -m catalog import SOURCE."
            )
        examples = tabulate(inventory)
        pieces = find_pieces(examples, link_equal_files(examples))
        judgement = judge_out_of_fold(vectors, examples, pieces, folds=folds, progress=progress)
    else:
        examples = tabulate(inventory)
        pieces = find_pieces(examples, link_equal_files(examples))
    while (final := directory / f"{made_at:%Y%m%d-%H%M%S}-{bundle.hash[:8]}").exists():
        made_at += timedelta(seconds=1)
    interval = macro_f1_interval(judgement.targets, judgement.naming.predicted, pieces[judgement.rows])
    appraisal = summarise(
        judgement,
        interval,
        appraisal_id=final.name,
        made_at=made_at.isoformat(timespec="seconds"),
        bundle=bundle,
        products=len(inventory.products),
        photos=len(inventory.photo_sha256),
        seconds=time.monotonic() - began,
    )
    _publish(final, appraisal, tabulate_predictions(judgement, examples))
    return read_appraisal(final)


def tabulate(inventory: Inventory) -> pd.DataFrame:
    """One row a photo, as training and evaluation take them: path, product_id, group_id, sha256, category."""
    products = [inventory.products[position] for position in inventory.photo_product]
    return pd.DataFrame(
        {
            "path": inventory.photo_path,
            "product_id": [product.product_id for product in products],
            "group_id": [product.group_id or product.product_id for product in products],
            "sha256": inventory.photo_sha256,
            CATEGORY: [product.category for product in products],
        }
    )


def link_equal_files(examples: pd.DataFrame) -> list[tuple[int, int]]:
    """Pairs of rows that together connect all rows of one file, whichever products show it."""
    first = examples.groupby("sha256", sort=False)["sha256"].transform(lambda rows: rows.index[0]).to_numpy(np.int64)
    again = np.flatnonzero(first != np.arange(len(examples)))
    return list(zip(first[again].tolist(), again.tolist(), strict=True))


def _embed(inventory: Inventory, bundle: Bundle, home: Path, progress: bool) -> tuple[Inventory, np.ndarray]:
    """The inventory without photos that can't be embedded, and the vectors (N, D) of the others."""
    with EmbeddingCache(home / "cache" / "embeddings", bundle.hash, bundle.dim) as cache:
        path_of = dict(zip(inventory.photo_sha256, inventory.photo_path, strict=True))
        known = cache.known(path_of)
        missing = {sha256: path for sha256, path in path_of.items() if sha256 not in known}
        unusable = embed_photos(missing, Embedder(bundle), cache, progress=progress) if missing else {}
        inventory = inventory.without(unusable)
        found = cache.load(inventory.photo_sha256)
    vectors = [found[sha256].vector for sha256 in inventory.photo_sha256]
    return inventory, np.stack(vectors) if vectors else np.empty((0, bundle.dim), np.float32)


def tabulate_predictions(judgement: Judgement, examples: pd.DataFrame) -> pa.Table:
    """One row a judged photo, in the order of the catalogue."""
    naming, labels = judgement.naming, pa.array(judgement.labels, pa.string())
    judged = examples.iloc[judgement.rows]

    def name(codes: np.ndarray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), labels)

    columns = {
        "product_id": judged["product_id"].tolist(),
        "image": name_images(judged),
        "sha256": judged["sha256"].tolist(),
        "actual": name(judgement.targets),
        "predicted": name(naming.predicted),
        "probability": naming.confidences.astype(np.float32),
        "given_probability": naming.given.astype(np.float32),
    }
    for place, guess in enumerate(("second", "third"), start=1):
        there = naming.best.shape[1] > place
        columns[guess] = name(naming.best[:, place]) if there else [None] * len(judged)
        columns[f"{guess}_probability"] = naming.probabilities[:, place] if there else [None] * len(judged)
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in SCHEMA}, schema=SCHEMA)


def _publish(final: Path, appraisal: Appraisal, predictions: pa.Table) -> None:
    """Write beside the others, have it on disk, rename; what killed runs left is removed first."""
    for leftover in final.parent.glob(f"*{_PARTIAL}"):  # the lock says that none is at work
        shutil.rmtree(leftover)
    partial = final.with_name(final.name + _PARTIAL)
    partial.mkdir()
    pq.write_table(predictions, partial / PREDICTIONS, row_group_size=ROWS_PER_GROUP)
    (partial / SUMMARY).write_text(appraisal.to_json(), encoding="utf-8")
    for path in (partial / PREDICTIONS, partial / SUMMARY, partial):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    partial.rename(final)

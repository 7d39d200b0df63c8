"""Predictions for a catalogue's own photos, never by a classifier that learned from them.

A model that was trained on this catalogue predicts the photos that its training held out. For any other model, the
categories are fitted on top of its vectors, so all photos are predicted by cross-validation: each by a head of the same
kind that learned from other products only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm import tqdm

from indexer.building.category_fit import fit_category_head
from indexer.corpus.folds import deal_group_folds
from indexer.errors import TrainingDataError
from indexer.evaluation.embedded_examples import embed_examples
from indexer.evaluation.top_k_predictions import TopKPredictions, top_k
from indexer.training.splitting import read_photo_splits
from search.model.bundle import CATEGORY, SPLIT, Bundle
from search.model.embedder import Embedder
from search.model_quality.catalog_evaluation import HELD_OUT, OUT_OF_FOLD

FOLDS = 5  # each costs what fitting a catalogue's categories costs
_KNOWN_LABELS = 0.5  # share of the held-out photos whose category the model must know


@dataclass(frozen=True)
class CatalogPredictions:
    """Predictions for N photos of the examples."""

    method: str  # HELD_OUT or OUT_OF_FOLD
    split: str | None  # of the bundle's training: "test" or "validation"; None out of fold
    folds: int | None
    labels: tuple[str, ...]
    rows: np.ndarray  # (N,) of the examples
    targets: np.ndarray  # (N,) int, the given labels as places among the labels
    top_k: TopKPredictions
    left_out: dict[str, int]  # reason -> photos


def predict_held_out(bundle: Bundle, examples: pd.DataFrame, *, progress: bool = True) -> CatalogPredictions | None:
    """The bundle's own classifier on its training's test photos, or on the validation photos where there are no others.

    Args:
        bundle: the model in use.
        examples: one row a photo: path, sha256, category.
        progress: show a bar.

    Returns:
        None if the bundle wasn't trained on these photos and labels, so that its split says nothing about them.
    """
    if CATEGORY not in bundle.heads or not (bundle.path / SPLIT).exists():
        return None
    splits = examples["sha256"].map(read_photo_splits(bundle.path / SPLIT)[0])
    split = next((one for one in ("test", "validation") if (splits == one).any()), None)
    if split is None:
        return None
    labels = bundle.heads[CATEGORY].labels
    held_out = (splits == split).to_numpy()
    known = held_out & examples[CATEGORY].isin(labels).to_numpy()
    if known.sum() < _KNOWN_LABELS * held_out.sum():
        return None
    embedded = embed_examples(Embedder(bundle), examples, np.flatnonzero(known), progress, "evaluating")
    if not len(embedded.rows):
        return None
    codes = examples[CATEGORY].iloc[embedded.rows].map({label: code for code, label in enumerate(labels)})
    targets = codes.to_numpy(np.int64)
    left_out = {
        "learned": int((splits == "train").sum()),
        "other_side": int((splits.notna() & (splits != "train") & (splits != split)).sum()),
        "not_in_split": int(splits.isna().sum()),
        "unknown_class": int(held_out.sum() - known.sum()),
        "unreadable": len(embedded.faults),
    }
    predictions = top_k(embedded.probabilities[CATEGORY], targets)
    return CatalogPredictions(
        HELD_OUT, split, None, labels, embedded.rows, targets, predictions, _without_zeros(left_out)
    )


def cross_validate(
    vectors: np.ndarray,
    examples: pd.DataFrame,
    groups: np.ndarray,
    *,
    scales: np.ndarray | float = 1.0,
    folds: int = FOLDS,
    seed: int = 0,
    progress: bool = True,
) -> CatalogPredictions:
    """Predictions by heads that were fitted as a build fits them, each without the photo's leakage group.

    A photo gets no prediction if all photos of its class are of one leakage group: then nothing showed the head what
    the class is.

    Args:
        vectors: (N, D) float32, one a photo.
        examples: N rows with category.
        groups: (N,) int, the leakage group of each photo.
        scales: (D,) as a build scales vectors before it fits categories, from ``scale_parts``.
        folds: heads to fit; each predicts its share of the groups.
        seed: of the shares and the fits.
        progress: show a bar.

    Raises:
        TrainingDataError: fewer than two classes, or none with enough products.
    """
    categories = examples[CATEGORY].to_numpy(object)
    names, targets = np.unique(categories.astype(str), return_inverse=True)
    labels: list[str] = names.tolist()
    can_be_predicted = _have_other_groups(labels, targets, groups)
    fold_of = deal_group_folds(groups, folds, np.random.default_rng(seed), targets)
    rows, parts = [], []
    for fold in tqdm(np.unique(fold_of[can_be_predicted]), unit="fold", desc="evaluating", disable=not progress):
        learned, left_out = fold_of != fold, np.flatnonzero((fold_of == fold) & can_be_predicted)
        head = fit_category_head(
            vectors[learned], categories[learned].tolist(), groups[learned], scales=scales, seed=seed
        )
        probabilities = np.zeros((len(left_out), len(labels)), np.float32)
        probabilities[:, np.searchsorted(labels, head.labels)] = head.predict(vectors[left_out])
        rows.append(left_out)
        parts.append(top_k(probabilities, targets[left_out]))
    predicted_rows = np.concatenate(rows)
    order = np.argsort(predicted_rows)
    return CatalogPredictions(
        OUT_OF_FOLD,
        None,
        len(rows),
        tuple(labels),
        predicted_rows[order],
        targets[predicted_rows[order]],
        TopKPredictions.join(parts).take(order),
        _without_zeros({"alone": int((~can_be_predicted).sum())}),
    )


def _have_other_groups(labels: list[str], targets: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(N,) bool: whether another leakage group has a photo of the same class."""
    if len(labels) < 2:
        raise TrainingDataError(
            f"All products are in the category {labels[0]!r}, so there is nothing to tell apart and nothing to "
            "evaluate. Import products of at least two categories."
        )
    groups_of = np.bincount(np.unique(np.stack([targets, groups], axis=1), axis=0)[:, 0], minlength=len(labels))
    able = np.asarray(groups_of[targets] > 1)
    if not able.any():
        raise TrainingDataError(
            "Every category has one product only, so nothing is left to predict by what was learned from the others. "
            "Import at least two products of a category."
        )
    return able


def _without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}

"""Judging the model on a catalogue's own photos, never by what learned from them.

A model that was trained on this catalogue is judged on the photos that its training held out. For any other, the
categories are fitted on top of its vectors, so all photos are judged by cross-validation: each by a head of the same
kind that learned from other products only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm import tqdm

from indexer.building.category_fit import fit_category_head
from indexer.errors import TrainingDataError
from indexer.evaluation.evaluate import embed_examples, read_sides
from indexer.evaluation.top_k_predictions import Naming, name_photos
from indexer.labels.label_issues import deal_groups
from search.model.bundle import CATEGORY, SPLIT, Bundle
from search.model.embedder import Embedder
from search.model_quality.catalog_evaluation import HELD_OUT, OUT_OF_FOLD

FOLDS = 5  # each costs what fitting a catalogue's categories costs
_SAME_LABELS = 0.5  # share of the held-out photos whose category the model must know to be judged by it


@dataclass(frozen=True)
class Judgement:
    """What was said of N photos of the examples."""

    method: str  # HELD_OUT or OUT_OF_FOLD
    side: str | None  # of the bundle's split
    folds: int | None
    labels: tuple[str, ...]
    rows: np.ndarray  # (N,) of the examples
    targets: np.ndarray  # (N,) int, places among the labels
    naming: Naming
    left_out: dict[str, int]  # reason -> photos


def judge_held_out(bundle: Bundle, examples: pd.DataFrame, *, progress: bool = True) -> Judgement | None:
    """The bundle's own classifier on the photos that its training left for judging, else on those it chose by.

    Args:
        bundle: the model in use.
        examples: one row a photo: path, sha256, category.
        progress: show a bar.

    Returns:
        None if the bundle wasn't trained on these photos and labels, so that its split says nothing about them.
    """
    if CATEGORY not in bundle.heads or not (bundle.path / SPLIT).exists():
        return None
    sides = examples["sha256"].map(read_sides(bundle.path / SPLIT)[0])
    side = next((one for one in ("test", "validation") if (sides == one).any()), None)
    if side is None:
        return None
    labels = bundle.heads[CATEGORY].labels
    held_out = (sides == side).to_numpy()
    known = held_out & examples[CATEGORY].isin(labels).to_numpy()
    if known.sum() < _SAME_LABELS * held_out.sum():
        return None
    judged = embed_examples(Embedder(bundle), examples, np.flatnonzero(known), progress, "judging")
    if not len(judged.rows):
        return None
    targets = examples[CATEGORY].iloc[judged.rows].map({label: code for code, label in enumerate(labels)})
    codes = targets.to_numpy(np.int64)
    left_out = {
        "learned": int((sides == "train").sum()),
        "other_side": int((sides.notna() & (sides != "train") & (sides != side)).sum()),
        "not_in_split": int(sides.isna().sum()),
        "unknown_class": int(held_out.sum() - known.sum()),
        "unreadable": len(judged.faults),
    }
    naming = name_photos(judged.probabilities[CATEGORY], codes)
    return Judgement(HELD_OUT, side, None, labels, judged.rows, codes, naming, _without_zeros(left_out))


def judge_out_of_fold(
    vectors: np.ndarray,
    examples: pd.DataFrame,
    pieces: np.ndarray,
    *,
    folds: int = FOLDS,
    seed: int = 0,
    progress: bool = True,
) -> Judgement:
    """Each photo by a head that was fitted without it and without its whole piece.

    A photo isn't judged if all photos of its class are of one piece: then nothing showed the head what the class is.

    Args:
        vectors: (N, D) float32, one a photo.
        examples: N rows with category.
        pieces: (N,) int, equal for photos of one product, of one group, and for equal files.
        folds: heads to fit; each judges its share of the pieces.
        seed: of the shares and the fits.
        progress: show a bar.

    Raises:
        TrainingDataError: fewer than two classes, or none with products enough.
    """
    categories = examples[CATEGORY].to_numpy(object)
    names, targets = np.unique(categories.astype(str), return_inverse=True)
    labels: list[str] = names.tolist()
    if len(labels) < 2:
        raise TrainingDataError(
            f"All products are in the category {labels[0]!r}, so there is nothing to tell apart and nothing to judge. "
            "Import products of at least two categories."
        )
    spread = np.bincount(np.unique(np.stack([targets, pieces], axis=1), axis=0)[:, 0], minlength=len(labels))
    can_be_judged = spread[targets] > 1
    if not can_be_judged.any():
        raise TrainingDataError(
            "Every category has one product only, so nothing is left to judge by what was learned from the others. "
            "Import at least two products of a category."
        )
    fold_of = deal_groups(targets, pieces, folds, seed)
    rows, parts = [], []
    for fold in tqdm(np.unique(fold_of[can_be_judged]), unit="fold", desc="judging", disable=not progress):
        learned, judged = fold_of != fold, np.flatnonzero((fold_of == fold) & can_be_judged)
        head = fit_category_head(vectors[learned], categories[learned].tolist(), pieces[learned], seed=seed)
        probabilities = np.zeros((len(judged), len(labels)), np.float32)
        probabilities[:, np.searchsorted(labels, head.labels)] = head.predict(vectors[judged])
        rows.append(judged)
        parts.append(name_photos(probabilities, targets[judged]))
    judged_rows, naming = np.concatenate(rows), Naming.join(parts)
    order = np.argsort(judged_rows)
    return Judgement(
        OUT_OF_FOLD,
        None,
        len(rows),
        tuple(labels),
        judged_rows[order],
        targets[judged_rows[order]],
        Naming(naming.best[order], naming.probabilities[order], naming.given[order]),
        _without_zeros({"alone": int((~can_be_judged).sum())}),
    )


def _without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}

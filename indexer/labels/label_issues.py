"""Which labels of a source are probably wrong, and which photos that look the same have different ones.

Every photo is judged by a classifier that learned from other photos only; where it finds the given label next to
impossible, a person should look. The method is confident learning's ranking by self-confidence (Northcutt, Jiang and
Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021; Kuan and Mueller, "Model-agnostic
label quality scoring to detect real-world label errors", 2022) as ``cleanlab`` computes it, corrected for classes with
few photos. docs/labels.md says what it finds.
"""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from cleanlab.rank import get_label_quality_scores
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from indexer.corpus.folds import deal_group_folds
from indexer.corpus.photo_table import name_images
from indexer.csv_tables import csv_text
from indexer.errors import StorageError, TrainingDataError
from search.files import written_aside
from search.model.bundle import CATEGORY

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ISSUES = "label_issues.csv"
NEAR_DUPLICATES = "near_duplicates.csv"
CONFLICTS = "duplicate_conflicts.csv"
ISSUE_COLUMNS = (
    "row",
    "image",
    "product_id",
    "given",
    "predicted",
    "given_probability",
    "predicted_probability",
    "score",
)

# The columns of label_issues.csv, which spreadsheets and scripts of shops read, keep their first names.
_CSV_NAMES = {"predicted": "suggested", "predicted_probability": "suggested_probability"}

# Chosen with other flipped labels than those that docs/labels.md reports on.
LOOKS_WRONG = 0.07  # score below which a label is named: about four of five such are wrong if 5 % of all are
CONFIDENT = 0.5  # probability below which a label is no suggestion: it would be a guess among several
_RARITY = 0.25  # power of a class's share that a probability is divided by; 0 would be cleanlab's own ranking
_STRENGTH = 4.0  # inverse regularisation of the classifier for vectors of length 1
_STEPS = 200
_TOLERANCE = 1e-3
_SMALLEST = float(np.finfo(np.float32).tiny)  # tells "very improbable" from "not judged", which is 0


def out_of_fold_probabilities(
    vectors: np.ndarray,
    targets: np.ndarray,
    classes: int,
    groups: np.ndarray,
    *,
    folds: int = 10,
    seed: int = 0,
    progress: bool = True,
) -> np.ndarray:
    """Each photo's class probabilities from a classifier fitted without it and without its whole group.

    The vectors must come from a network that never learned these labels: one that did repeats what it was told, right
    or wrong.

    Args:
        vectors: (N, D) float32, one a photo.
        targets: (N,) int in 0 to ``classes`` - 1, or -1 where the label is unknown: such a photo is judged, but not
            learned from.
        classes: how many there are.
        groups: (N,) int; photos of one product, one group or that look the same share a number.
        folds: classifiers to fit; each judges its share of the groups.
        seed: of the shares.
        progress: show a bar.

    Returns:
        (N, classes) float64, rows sum to 1. A class that a photo's classifier had no example of has exactly 0,
        any other more.

    Raises:
        TrainingDataError: fewer than two groups or two known classes.
        ValueError: arrays that don't belong together.
    """
    vectors, targets, groups = np.asarray(vectors), np.asarray(targets), np.asarray(groups)
    if vectors.ndim != 2 or not len(vectors) == len(targets) == len(groups):
        raise ValueError(
            f"Vectors {vectors.shape}, targets {targets.shape} and groups {groups.shape} came; "
            "(N, D), (N,) and (N,) are needed."
        )
    if len(targets) and not -1 <= targets.min() <= targets.max() < classes:
        raise ValueError(f"Targets {targets.min()} to {targets.max()} came; -1 to {classes - 1} are needed.")
    features = _centre_directions(vectors)
    strength = _STRENGTH / max(features.shape[1], 1)
    return cross_validate(features, targets, classes, groups, strength, folds=folds, seed=seed, progress=progress)


def cross_validate(
    features: "np.ndarray | csr_matrix",
    targets: np.ndarray,
    classes: int,
    groups: np.ndarray,
    strength: float,
    *,
    folds: int = 10,
    seed: int = 0,
    progress: bool = True,
) -> np.ndarray:
    """``out_of_fold_probabilities`` of features (N, F) that are scaled already, dense or sparse.

    ``strength`` is the classifier's inverse regularisation; the same seed deals the same groups to the same folds.
    """
    known = targets >= 0
    if len(np.unique(targets[known])) < 2 or len(np.unique(groups[known])) < 2:
        raise TrainingDataError(
            "Labels can only be checked against each other: photos of two classes and two products are needed, "
            f"{len(np.unique(targets[known]))} and {len(np.unique(groups[known]))} came."
        )
    fold_of = deal_group_folds(groups, folds, np.random.default_rng(seed), targets)
    probabilities = np.zeros((len(targets), classes))
    for fold in tqdm(np.unique(fold_of), unit="fold", desc="checking labels", disable=not progress):
        judged = fold_of == fold
        learned = ~judged & known
        present, seen = _judge(features[learned], targets[learned], features[judged], strength)
        probabilities[np.ix_(judged, present)] = seen
    return probabilities


def find_label_issues(
    probabilities: np.ndarray,
    targets: np.ndarray,
    examples: pd.DataFrame,
    labels: Sequence[str],
    *,
    max_score: float = LOOKS_WRONG,
    min_confidence: float = 0.0,
) -> pd.DataFrame:
    """The labels that are probably wrong, best candidates first.

    A label is left out if it is unknown, if it is the most probable one, or if it couldn't be judged because no other
    group has it.

    Args:
        probabilities: (N, C) from ``out_of_fold_probabilities``.
        targets: (N,) int, as there.
        examples: N rows with ``path`` and ``product_id``.
        labels: (C,) the classes' names.
        max_score: only labels that score less; more than 1 ranks every label that isn't the most probable one.
        min_confidence: only labels for which another one is at least so probable.

    Returns:
        ``row`` (of the examples), ``image``, ``product_id``, ``given`` and ``predicted`` label, the probability of
        each, and ``score``: 0 to 1, the smaller the more probably the given label is wrong.
    """
    if not len(probabilities) == len(targets) == len(examples) or probabilities.shape[1] != len(labels):
        raise ValueError(
            f"Probabilities {probabilities.shape} came for {len(targets)} targets, {len(examples)} examples and "
            f"{len(labels)} labels; (N, C) for N, N and C are needed."
        )
    rows = np.flatnonzero(targets >= 0)
    rows = rows[probabilities[rows, targets[rows]] > 0]
    if not len(rows):
        return pd.DataFrame(columns=list(ISSUE_COLUMNS))
    scores = _score_labels(probabilities[rows], targets[rows])
    predicted = probabilities[rows].argmax(axis=1)
    confident = probabilities[rows, predicted] >= min_confidence
    candidates = np.flatnonzero((predicted != targets[rows]) & (scores < max_score) & confident)
    candidates = candidates[np.argsort(scores[candidates], kind="stable")]
    chosen, predicted = rows[candidates], predicted[candidates]
    names, images = np.array(labels, dtype=object), name_images(examples)
    table = {
        "row": chosen,
        "image": [images[row] for row in chosen],
        "product_id": examples["product_id"].to_numpy(object)[chosen],
        "given": names[targets[chosen]],
        "predicted": names[predicted],
        "given_probability": probabilities[chosen, targets[chosen]],
        "predicted_probability": probabilities[chosen, predicted],
        "score": scores[candidates],
    }
    return pd.DataFrame(table, columns=list(ISSUE_COLUMNS))


def find_conflicting_duplicates(
    near_duplicates: pd.DataFrame, examples: pd.DataFrame, head: str = CATEGORY
) -> pd.DataFrame:
    """The pairs of near-duplicate photos whose labels differ, the most alike first.

    Args:
        near_duplicates: ``first``, ``second`` (rows of the examples) and ``distance``.
        examples: with a column ``head``.
        head: which label.

    Returns:
        The pairs with known, different labels, and these as ``first_label`` and ``second_label``.
    """
    labels = examples[head].to_numpy(object)
    pairs = near_duplicates.assign(
        first_label=labels[near_duplicates["first"].to_numpy(np.int64)],
        second_label=labels[near_duplicates["second"].to_numpy(np.int64)],
    )
    differ = (
        pairs["first_label"].notna() & pairs["second_label"].notna() & (pairs["first_label"] != pairs["second_label"])
    )
    return pairs[differ].sort_values("distance", kind="stable", ignore_index=True)


def write_label_csvs(
    directory: Path,
    examples: pd.DataFrame,
    *,
    issues: pd.DataFrame,
    near_duplicates: pd.DataFrame,
    conflicts: pd.DataFrame,
) -> None:
    """Write ``label_issues.csv``, ``near_duplicates.csv`` and ``duplicate_conflicts.csv``, best candidates first.

    Photos are named as in ``predictions.csv``, by their path below the folder that holds them all.

    Args:
        directory: made if need be; files of an earlier check there are replaced.
        examples: that the tables' rows count in.
        issues: from ``find_label_issues``.
        near_duplicates: ``first``, ``second`` and ``distance``.
        conflicts: from ``find_conflicting_duplicates``.

    Raises:
        StorageError: the directory can't be written.
    """
    tables = {
        ISSUES: issues.drop(columns="row").rename(columns=_CSV_NAMES),
        NEAR_DUPLICATES: _name_pairs(near_duplicates, examples),
        CONFLICTS: _name_pairs(conflicts, examples),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            with written_aside(directory / name) as partial:
                partial.write_text(csv_text(table, decimals=6), encoding="utf-8", newline="")
    except OSError as error:
        raise StorageError(
            f"The label check can't be written to {os.fspath(directory)}: {error.strerror or error}. "
            "Make room or name another folder."
        ) from error


def _centre_directions(vectors: np.ndarray) -> np.ndarray:
    """Vectors scaled to one length, about their mean, with a mean square of 1 in each dimension."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    features = vectors / np.maximum(lengths, _SMALLEST)
    features -= features.mean(axis=0)
    return (features / max(float(features.std()), _SMALLEST)).astype(np.float32)


def _judge(
    features: "np.ndarray | csr_matrix", targets: np.ndarray, judged: "np.ndarray | csr_matrix", strength: float
) -> tuple[np.ndarray, np.ndarray]:
    """The classes learned from (P,) and the judged photos' probabilities of them (M, P)."""
    present = np.unique(targets)
    if len(present) < 2:
        return present, np.ones((judged.shape[0], len(present)))
    model = LogisticRegression(C=strength, max_iter=_STEPS, tol=_TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last steps change the ranking no more
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # two photos each are enough
        model.fit(features, targets)
    probabilities = np.maximum(model.predict_proba(judged).astype(np.float64), _SMALLEST)
    return present, probabilities / probabilities.sum(axis=1, keepdims=True)


def _score_labels(probabilities: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """How well each label fits (N,), 0 to 1: its probability, raised where its class is rare."""
    shares = np.bincount(targets, minlength=probabilities.shape[1]) / len(targets)
    fit = get_label_quality_scores(targets, probabilities, method="self_confidence")
    return np.minimum(fit / shares[targets] ** _RARITY, 1.0)


def _name_pairs(pairs: pd.DataFrame, examples: pd.DataFrame) -> pd.DataFrame:
    """The pairs with file names and product ids in place of row numbers."""
    images = np.array(name_images(examples), dtype=object)
    products = examples["product_id"].to_numpy(object)
    named = {}
    for side in ("first", "second"):
        rows = pairs[side].to_numpy(np.int64)
        named[f"{side}_image"], named[f"{side}_product_id"] = images[rows], products[rows]
        if f"{side}_label" in pairs:
            named[f"{side}_label"] = pairs[f"{side}_label"].to_numpy(object)
    return pd.DataFrame({**named, "distance": pairs["distance"].to_numpy()})

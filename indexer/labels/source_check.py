"""Looking for wrong labels and duplicates in a whole source."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from indexer.corpus.embedding import embed_missing
from indexer.corpus.embedding_cache import EmbeddingCache
from indexer.corpus.folds import find_leakage_groups
from indexer.corpus.near_duplicates import find_near_duplicate_files
from indexer.errors import TrainingDataError
from indexer.labels.label_issues import find_conflicting_duplicates, find_label_issues, out_of_fold_probabilities
from search.model.bundle import CATEGORY, Bundle


@dataclass(frozen=True)
class LabelCheck:
    """What was found; rows count in the examples, best candidates first."""

    issues: pd.DataFrame  # from find_label_issues
    near_duplicates: pd.DataFrame  # first, second, distance
    conflicts: pd.DataFrame  # those of them with different labels


def check_labels(examples: pd.DataFrame, bundle: Path, cache: Path, *, progress: bool = True) -> LabelCheck:
    """Judge every label by a classifier that learned from other photos only.

    Args:
        examples: one row a photo, as ``read_examples`` gives them.
        bundle: a network that never learned these labels; one that did repeats them, right or wrong.
        cache: where decoded photos and vectors are kept.
        progress: show bars.
    """
    duplicates, sound = find_near_duplicate_files(examples["path"].tolist(), cache, progress=progress)
    vectors = _embed(examples, sound, Bundle.open(bundle), cache, progress=progress)
    labels = sorted(examples[CATEGORY].dropna().unique())
    code_of = {label: code for code, label in enumerate(labels)}
    targets = np.array([code_of.get(label, -1) for label in examples[CATEGORY]])
    known = np.array([row for row in sound if int(row) in vectors], np.int64)
    groups = find_leakage_groups(examples, list(zip(duplicates["first"], duplicates["second"], strict=True)))
    probabilities = np.zeros((len(examples), len(labels)))
    try:
        probabilities[known] = out_of_fold_probabilities(
            np.array([vectors[int(row)] for row in known]).reshape(len(known), -1),
            targets[known],
            len(labels),
            groups[known],
            progress=progress,
        )
    except TrainingDataError:  # too few to check them against each other
        known = known[:0]
    judged = np.full(len(examples), -1)
    judged[known] = targets[known]
    issues = find_label_issues(probabilities, judged, examples, labels)
    return LabelCheck(issues, duplicates, find_conflicting_duplicates(duplicates, examples))


def _embed(
    examples: pd.DataFrame, rows: np.ndarray, bundle: Bundle, cache: Path, *, progress: bool
) -> dict[int, np.ndarray]:
    """Row -> vector, of those that can be had; kept between runs."""
    sha256 = examples["sha256"]
    path_of = {sha256[row]: Path(examples["path"][row]) for row in rows}
    with EmbeddingCache(cache, bundle.hash, bundle.dim) as kept:
        embed_missing(path_of, bundle, kept, progress=progress)
        found = kept.load(path_of)
    return {int(row): found[sha256[row]].vector for row in rows if sha256[row] in found}

"""Evaluating a bundle on the photos of a source that its training held out."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import TrainingDataError
from indexer.evaluation.embedded_examples import EmbeddedExamples, embed_examples
from indexer.evaluation.metrics import classification_metrics, retrieval_metrics
from indexer.evaluation.result import EvaluationResult, HeadEvaluation
from indexer.evaluation.unseen_classes import unknown_report
from indexer.training.splitting import read_photo_splits
from search.model.bundle import CATEGORY, SPLIT, Bundle
from search.model.embedder import Embedder, Embeddings
from search.model_quality.language import Language

SPLITS = ("test", "validation", "unseen")  # unseen: photos of the source that the bundle's split doesn't know
AGAINST_TRAINING, AMONG_THEMSELVES = "training photos", "each other"  # what held-out photos are searched in
ALL_HEADS = "all together"
_UNKNOWN_WANTED = 10  # photos of classes that the bundle doesn't know, to say how well they are told apart


def evaluate_bundle(
    bundle_dir: Path,
    examples: pd.DataFrame,
    *,
    split: str = "test",
    language: Language | None = None,
    progress: bool = True,
) -> EvaluationResult:
    """Everything that a bundle's held-out photos say about it.

    Photos are matched to the bundle's split by their content (sha256), so names and folders may have changed. What the
    training saw is never evaluated, not even where the source lists the same file again.

    Args:
        bundle_dir: a bundle made by ``python -m indexer train``, with its ``split.csv``.
        examples: one row a photo: path, product_id, sha256 and a column a head, as ``read_examples`` makes it.
        split: "test", "validation", or "unseen" for the photos that the bundle's split doesn't know.
        language: of the notes; None for English.
        progress: show bars with photos per second and the time left.

    Returns:
        Figures for every head that bundle and source share, retrieval against the training photos and among the
        held-out ones, how well photos of unknown classes are told apart where the source has some, and counts of what
        was left out.

    Raises:
        BundleError: no sound bundle there.
        TrainingDataError: no split in the bundle, none of its held-out photos in the source, none readable, or labels
            that aren't the bundle's.
        ValueError: a split of another name.
    """
    if split not in SPLITS:
        raise ValueError(f"split={split!r} came; one of {', '.join(SPLITS)} is needed.")
    bundle = Bundle.open(bundle_dir)
    if CATEGORY not in bundle.heads or CATEGORY not in examples:
        raise TrainingDataError(f"Bundle and source must both have {CATEGORY!r}; one of them has not.")
    examples = examples.reset_index(drop=True)
    selected = _select_examples(bundle_dir, bundle, examples, split)
    embedder = Embedder(bundle)
    evaluated = embed_examples(embedder, examples, selected.evaluated, progress, "evaluating")
    if not len(evaluated.rows):
        raise TrainingDataError(
            f"None of the {len(selected.evaluated):,} {split} photos can be read any more; the first, "
            f"{examples['path'][selected.evaluated[0]]}, because: {next(iter(evaluated.faults.values()))}"
        )
    base = embed_examples(embedder, examples, selected.training, progress, "training photos")
    of_unknown = embed_examples(embedder, examples, selected.unknown, progress, "unknown classes")
    heads = _evaluate_heads(bundle, examples, evaluated)
    result = EvaluationResult(bundle.name, bundle.hash, split, examples, heads)
    result.retrieval = _evaluate_retrieval(bundle, examples, list(heads), evaluated, base)
    if len(of_unknown.rows) >= _UNKNOWN_WANTED and len(base.rows):
        known, unknown = (
            Embeddings(bundle.balance.weigh_shapes(one.vectors), one.probabilities) for one in (evaluated, of_unknown)
        )
        result.unknown = unknown_report(known, unknown, base.vectors)
    faults = len(evaluated.faults) + len(base.faults) + len(of_unknown.faults)
    result.counts = {
        **selected.counts,
        "judged": len(evaluated.rows),
        "training_photos": len(base.rows),
        "unreadable": faults,
    }
    result.notes = _describe_counts(result.counts, language or Language())
    return result


@dataclass(frozen=True)
class _Selection:
    evaluated: np.ndarray  # rows of the examples
    training: np.ndarray
    unknown: np.ndarray  # of classes that the bundle doesn't know
    counts: dict[str, Any]


def _select_examples(bundle_dir: Path, bundle: Bundle, examples: pd.DataFrame, split: str) -> _Selection:
    """Which rows are evaluated, which were trained on, which are of unknown classes; or an error in words."""
    split_of, elsewhere = read_photo_splits(bundle_dir / SPLIT)
    splits = examples["sha256"].map(split_of)
    wanted = splits.isna() if split == "unseen" else splits == split
    if not wanted.any():
        raise TrainingDataError(
            f"None of the {len(examples):,} photos of this source is among the {split} photos of {bundle_dir / SPLIT} "
            f"({int(splits.notna().sum()):,} are in it at all). Evaluate on the source that the bundle was trained on, "
            "unaltered; or evaluate photos that it doesn't know with the split 'unseen'."
        )
    categories = examples[CATEGORY]
    labelled = categories.notna()
    known = categories.isin(bundle.heads[CATEGORY].labels)
    evaluated = wanted & known
    if not evaluated.any():
        raise TrainingDataError(_describe_foreign_labels(bundle, categories[wanted & labelled]))
    strange = labelled & ~known & (wanted | splits.isna())
    counts = {
        "photos": len(examples),
        "not_in_split": int(splits.isna().sum()) if split != "unseen" else 0,
        "also_elsewhere": elsewhere.get(split, 0),
        "unlabelled": int((wanted & ~labelled).sum()),
        "unknown_classes": categories[strange].value_counts().to_dict(),
    }
    rows = np.arange(len(examples))
    training = (splits == "train").to_numpy()
    return _Selection(rows[evaluated.to_numpy()], rows[training], rows[strange.to_numpy()], counts)


def _describe_foreign_labels(bundle: Bundle, categories: pd.Series) -> str:
    """What to say when no label of the source is one of the bundle's."""
    labels = bundle.heads[CATEGORY].labels
    if categories.empty:
        return "None of the held-out photos has a category in this source. Name the column with --label."
    found = list(categories.value_counts().index)
    close = [(label, match) for label in found for match in difflib.get_close_matches(label, labels, 1, 0.75)]
    hint = f" {close[0][0]!r} may be what the bundle calls {close[0][1]!r}." if close else ""
    return (
        f"The source's classes are not the bundle's: the source has {_enumerate(found)}, the bundle {bundle.name} "
        f"knows {_enumerate(labels)}.{hint} Name the column that it was trained on with --label, or train a bundle on "
        "this source."
    )


def _enumerate(labels: Sequence[str], limit: int = 6) -> str:
    shown = ", ".join(map(repr, labels[:limit]))
    return shown if len(labels) <= limit else f"{shown} and {len(labels) - limit} more"


def _evaluate_heads(bundle: Bundle, examples: pd.DataFrame, evaluated: EmbeddedExamples) -> dict[str, HeadEvaluation]:
    """The main head first; of the others those that the source has labels for."""
    heads = {}
    for name in sorted(bundle.heads, key=lambda head: head != CATEGORY):
        if name not in examples:
            continue
        labels = bundle.heads[name].labels
        codes = examples[name].iloc[evaluated.rows].map({label: code for code, label in enumerate(labels)})
        known = codes.notna().to_numpy()
        if not known.any():
            continue
        targets = codes[known].to_numpy(np.intp)
        probabilities = evaluated.probabilities[name][known]
        metrics = classification_metrics(probabilities, targets, labels)
        heads[name] = HeadEvaluation(name, labels, evaluated.rows[known], targets, probabilities, metrics)
    return heads


def _evaluate_retrieval(
    bundle: Bundle, examples: pd.DataFrame, heads: list[str], evaluated: EmbeddedExamples, base: EmbeddedExamples
) -> dict[str, dict[str, dict[str, Any]]]:
    """Searched in -> label -> figures, by the score that the index ranks by."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    queries = _weigh(bundle, evaluated.vectors)
    for place, other, same in ((AGAINST_TRAINING, base, False), (AMONG_THEMSELVES, evaluated, True)):
        for name in [*heads, ALL_HEADS] if len(heads) > 1 else heads:
            wanted, there = (
                _labels(examples, one.rows, heads if name == ALL_HEADS else [name]) for one in (evaluated, other)
            )
            asking, answering = wanted.notna().to_numpy(), there.notna().to_numpy()
            if asking.any() and answering.sum() > same:
                found.setdefault(place, {})[name] = retrieval_metrics(
                    queries[asking],
                    list(wanted[asking]),
                    other.vectors[answering],
                    list(there[answering]),
                    same=same,
                )
    return found


def _labels(examples: pd.DataFrame, rows: np.ndarray, heads: list[str]) -> pd.Series:
    """Each photo's label, or all of them joined; missing where one is."""
    values = examples[heads].iloc[rows].itertuples(index=False)
    joined = ["\0".join(row) if all(isinstance(value, str) for value in row) else None for row in values]
    return pd.Series(joined, dtype=object)


def _weigh(bundle: Bundle, vectors: np.ndarray) -> np.ndarray:
    """Query vectors whose inner product with a stored vector is the index's score."""
    return bundle.balance.weigh(vectors)


def _describe_counts(counts: dict[str, Any], language: Language) -> list[str]:
    """What was left out, in sentences."""
    left_out = (_describe_left_out(counts, language), _describe_not_judged(counts, language))
    return [sentence for sentences in left_out for sentence in sentences]


def _describe_left_out(counts: dict[str, Any], language: Language) -> list[str]:
    """Which photos of the source were not evaluated."""
    notes = []
    if counts["not_in_split"]:
        notes.append(
            language.gettext(
                "Of the source's %(photos)s photos, %(strange)s are not in the bundle's split (new since it was "
                "trained, altered, or left out then); they were not evaluated.",
                photos=language.format_count(counts["photos"]),
                strange=language.format_count(counts["not_in_split"]),
            )
        )
    if counts["also_elsewhere"]:
        notes.append(
            language.ngettext(
                "Not evaluated, because the very same file is among the training or validation photos: one photo of "
                "this split.",
                "Not evaluated, because the very same file is among the training or validation photos: %(num)s photos "
                "of this split.",
                counts["also_elsewhere"],
            )
        )
    return notes


def _describe_not_judged(counts: dict[str, Any], language: Language) -> list[str]:
    """Which photos have no part in the accuracy."""
    notes = []
    if counts["unlabelled"]:
        notes.append(
            language.ngettext(
                "One photo had no category to compare with.",
                "%(num)s photos had no category to compare with.",
                counts["unlabelled"],
            )
        )
    if counts["unknown_classes"]:
        strange = counts["unknown_classes"]
        notes.append(
            language.ngettext(
                "One photo showed a class that the bundle doesn't know (%(classes)s), which doesn't count in its "
                "accuracy.",
                "%(num)s photos showed classes that the bundle doesn't know (%(classes)s), which doesn't count in its "
                "accuracy.",
                sum(strange.values()),
                classes=_enumerate(list(strange)),
            )
        )
    if counts["unreadable"]:
        notes.append(
            language.ngettext(
                "One photo could not be read any more.",
                "%(num)s photos could not be read any more.",
                counts["unreadable"],
            )
        )
    return notes

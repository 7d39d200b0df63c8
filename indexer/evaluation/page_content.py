"""What the report's page shows, put in the order and words of its template."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.corpus.photo_table import name_images
from indexer.evaluation.album import ALWAYS, Album, choose_photos
from indexer.evaluation.findings import describe_result
from indexer.evaluation.matrix import OTHERS, arrange_matrix
from indexer.evaluation.page_texts import describe_split, name_places, name_scores, script_texts
from indexer.evaluation.result import EvaluationResult, HeadEvaluation
from search.model_quality.language import Language

WALL_LIMIT = 1500  # photos in the page, 5 to 8 kB each
ISSUES = 36  # suspicious labels
PAIRS = 12  # near-duplicates, and as many with different labels
_GUESSES = 3  # probabilities told for each photo
_HISTOGRAM_BINS = 20


def describe_page(
    result: EvaluationResult, album: Album, *, language: Language, wall_limit: int = WALL_LIMIT
) -> dict[str, Any]:
    """Everything that ``page/page.html`` needs but the thumbnails themselves, which ``album`` then holds.

    Args:
        result: what was found.
        album: of the photos of ``result.examples``; gets those that the page shows.
        language: of the page.
        wall_limit: photos on the wall at most, mistakes first.
    """
    head = result.main
    images = name_images(result.examples)
    chosen = choose_photos(head, wall_limit)
    photos = [_describe_photo(head, int(position), album, images, result.examples) for position in chosen]
    place_of = {int(position): place for place, position in enumerate(chosen)}
    wrong = head.predicted != head.targets
    mistakes = _pick(np.flatnonzero(wrong), -head.confidences, place_of)
    doubtful = _pick(np.flatnonzero(~wrong), head.confidences, place_of)
    total = int(wrong.sum())
    return {
        "result": result,
        "head": head,
        "metrics": head.metrics,
        "others": list(result.heads.values())[1:],
        "findings": describe_result(result, language),
        "language": language,
        "place_names": name_places(language),
        "score_names": name_scores(language),
        **describe_split(result.split, language),
        "matrix": arrange_matrix(np.array(head.metrics["confusion"])),
        "others_code": OTHERS,
        "classes": sorted(
            (one for one in head.metrics["classes"] if one["support"] or one["predicted"]),
            key=lambda one: (one["f1"] is None, one["f1"] or 0, -one["support"]),
        ),
        "mistakes": {"places": mistakes, "total": total},
        "doubtful": {"places": doubtful, "total": len(wrong) - total},
        "wall": {
            "shown": len(photos),
            "total": len(wrong),
            "mistakes": total,
            "shown_mistakes": int(wrong[chosen].sum()),
        },
        "histogram": np.histogram(head.confidences, _HISTOGRAM_BINS, (0, 1))[0].tolist(),
        "issues": _describe_issues(result, album, images),
        "conflicts": _describe_pairs(result.duplicate_conflicts, head, result.examples, album, images),
        "duplicates": _describe_pairs(result.near_duplicates, head, result.examples, album, images),
        "retrieval": _describe_retrieval(result),
        "store": {"labels": list(head.labels), "photos": photos, "texts": script_texts(language)},
    }


def _describe_photo(
    head: HeadEvaluation, position: int, album: Album, images: list[str], examples: pd.DataFrame
) -> list[Any]:
    """Thumbnail, actual, most probable labels with their probabilities, that of the actual one, names.

    A list and not a dictionary: the page holds many of them.
    """
    row = int(head.rows[position])
    probabilities = head.probabilities[position]
    best = np.argsort(-probabilities, kind="stable")[:_GUESSES]
    guesses = [[int(code), round(float(probabilities[code]), 4)] for code in best]
    actual = int(head.targets[position])
    product_id = str(examples["product_id"].iloc[row])
    return [album.add(row), actual, guesses, round(float(probabilities[actual]), 4), images[row], product_id]


def _pick(positions: np.ndarray, keys: np.ndarray, place_of: dict[int, int]) -> list[int]:
    """Places on the wall of the first few positions by key, of those that are there."""
    ordered = positions[np.argsort(keys[positions], kind="stable")].tolist()
    return [place_of[position] for position in ordered if position in place_of][:ALWAYS]


def _describe_issues(result: EvaluationResult, album: Album, images: list[str]) -> dict[str, Any] | None:
    if result.label_issues is None:
        return None
    first = result.label_issues.head(ISSUES)
    rows = first["row"].astype(int).tolist()
    given, predicted = first["given"].tolist(), first["predicted"].tolist()
    probabilities = first["predicted_probability"].astype(float).tolist()
    return {
        "total": len(result.label_issues),
        "shown": [
            {"thumb": album.add(row), "image": images[row], "given": old, "predicted": new, "probability": probability}
            for row, old, new, probability in zip(rows, given, predicted, probabilities, strict=True)
        ],
    }


def _describe_pairs(
    pairs: pd.DataFrame | None, head: HeadEvaluation, examples: pd.DataFrame, album: Album, images: list[str]
) -> dict[str, Any] | None:
    if pairs is None:
        return None
    labels = examples[head.name]
    shown = []
    for first, second in pairs[["first", "second"]].head(PAIRS).astype(int).itertuples(index=False):
        shown.append(
            [
                {
                    "thumb": album.add(row),
                    "image": images[row],
                    "label": labels.iloc[row] if isinstance(labels.iloc[row], str) else None,
                }
                for row in (first, second)
            ]
        )
    return {"total": len(pairs), "shown": shown}


def _describe_retrieval(result: EvaluationResult) -> list[dict[str, Any]]:
    return [
        {"place": place, "label": label, **figures}
        for place, by_label in result.retrieval.items()
        for label, figures in by_label.items()
    ]


def list_paths(paths: Iterable[Any]) -> list[Path]:
    """The examples' paths as an album takes them."""
    return [Path(os.fspath(path)) for path in paths]

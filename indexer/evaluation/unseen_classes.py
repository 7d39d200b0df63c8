"""Saying that a photo is nothing the shop sells: which score tells best, and how well.

Each score grows with strangeness:

``probability``  1 - the highest probability (Hendrycks & Gimpel, "A Baseline for Detecting Misclassified and
                 Out-of-Distribution Examples in Neural Networks", ICLR 2017)
``entropy``      of the probabilities, in nats
``nearest``      1 - the score of the nearest training photo (Sun et al., "Out-of-Distribution Detection with Deep
                 Nearest Neighbors", ICML 2022, with k = 1); in shape alone, it is what a shop
                 goes by (``search.model.novelty``)
``joined``       1 - highest probability x score of the nearest training photo
``energy``       -log sum exp of the logits (Liu et al., "Energy-based Out-of-distribution Detection", NeurIPS 2020);
                 only where logits are given, because probabilities don't determine it
"""

from typing import Any

import faiss
import numpy as np

from indexer.evaluation.metrics import unknown_auroc, unknown_missed
from search.model.embedder import Embeddings

DEFAULT_SCORE = "nearest"  # unless validation photos choose
HEAD = "category"


def unknown_scores(
    embedded: Embeddings,
    base_vectors: np.ndarray,
    *,
    logits: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """How strange photos look, by every score; larger is stranger.

    Args:
        embedded: of N photos: probabilities of ``category``, and vectors weighed by shape, so that a photo scores 1
            with itself.
        base_vectors: (B, D) float32 of the training photos as the network gives them, B >= 1.
        logits: (N, C) before the softmax, for ``energy``.

    Returns:
        Score name -> (N,) float64.

    Raises:
        ValueError: no training photos to compare with.
    """
    if not len(base_vectors):
        raise ValueError("No vectors of training photos came; at least one is needed to compare with.")
    probabilities = embedded.probabilities[HEAD].astype(np.float64)
    highest = probabilities.max(axis=1)
    vectors = np.ascontiguousarray(embedded.vectors, np.float32)
    nearest, _ = faiss.knn(
        vectors, np.ascontiguousarray(base_vectors, np.float32), 1, metric=faiss.METRIC_INNER_PRODUCT
    )
    similarity = nearest[:, 0].astype(np.float64)
    scores = {
        "probability": 1 - highest,
        "entropy": -(probabilities * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1),
        "nearest": 1 - similarity,
        "joined": 1 - highest * np.maximum(similarity, 0),
    }
    if logits is not None:
        top = logits.max(axis=1)
        scores["energy"] = -(top + np.log(np.exp(logits - top[:, None]).sum(axis=1))).astype(np.float64)
    return scores


def unknown_report(
    known: Embeddings,
    unknown: Embeddings,
    base_vectors: np.ndarray,
    *,
    logits: tuple[np.ndarray, np.ndarray] | None = None,
    validation: tuple[Embeddings, Embeddings] | None = None,
) -> dict[str, Any]:
    """How well photos of classes left out of training are told from known ones.

    Args:
        known: held-out photos of classes that the classifier knows, vectors weighed by shape.
        unknown: photos of other classes, likewise.
        base_vectors: (B, D) float32 of the training photos as the network gives them.
        logits: of ``known`` and of ``unknown``, for the energy score.
        validation: other photos, known and unknown, to choose the score on; the energy can't be chosen this way.

    Returns:
        ``known`` and ``unknown`` (photos), ``scores`` (name -> ``auroc`` and ``missed_at_95``, the share of unknown
        photos that pass when 95% of the known do), ``chosen`` (a score's name) and ``chosen_on`` ("validation" or
        "default").
    """
    known_logits, other_logits = logits or (None, None)
    known_scores = unknown_scores(known, base_vectors, logits=known_logits)
    other_scores = unknown_scores(unknown, base_vectors, logits=other_logits)
    chosen, chosen_on = DEFAULT_SCORE, "default"
    if validation is not None:
        seen, strange = (unknown_scores(one, base_vectors) for one in validation)
        chosen, chosen_on = max(seen, key=lambda name: unknown_auroc(seen[name], strange[name])), "validation"
    return {
        "known": len(known.vectors),
        "unknown": len(unknown.vectors),
        "scores": {
            name: {
                "auroc": unknown_auroc(known_scores[name], other_scores[name]),
                "missed_at_95": unknown_missed(known_scores[name], other_scores[name]),
            }
            for name in known_scores
        },
        "chosen": chosen,
        "chosen_on": chosen_on,
    }

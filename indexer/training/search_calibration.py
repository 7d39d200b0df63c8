"""Search calibration: how much near neighbours count beside the classifier, and what counts as not sold.

Validation photos, changed as a shopper's photo differs from a packshot, are searched among photos that were learned
from and every second one's own photo: sometimes the product is in the catalogue, sometimes it is not.
"""

import dataclasses
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from indexer.training.augmentation import as_shoppers
from search.model.balance import split_parts
from search.model.bundle import CATEGORY, Bundle, NeighbourVote
from search.model.embedder import Embedder, Embeddings
from search.model.novelty import Novelty
from search.model.preprocessing import query_views, stored_views
from search.ranking.category_prediction import vote_category

_EQUAL_SCORES = np.arange(0.4, 0.96, 0.05)
# So many calibration photos of categories that are sold may be called something else (docs/model.md has the price).
_STRANGE_SHARE = 0.03
# Of the nearest reference, and of the probability that the catalogue has the category, beside the nearest photo.
_REFERENCE_WEIGHT, _CATEGORY_WEIGHT = 0.8, 0.15
_BASE, _QUERIES = 2000, 500  # photos at most
_MEASURED = 1000  # photos whose scores with each other are looked at
_LEAST_SPREAD = 0.01  # weights are divided by spreads: a part that tells nothing apart must not outweigh the others
_EPSILON = 1e-6  # the least probability that a right label is given


def calibrate_search(
    embedder: Embedder,
    learned: tuple[np.ndarray, np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray, np.ndarray],
    start: NeighbourVote,
    references: np.ndarray | None,
    seed: int,
) -> tuple[NeighbourVote, Novelty | None]:
    """What a search needs to know of a network beside its vectors.

    Args:
        embedder: the trained network.
        learned: pixels (P, S, S, 3) uint8, which rows of them (N,) it was trained on, and their categories (N,) int.
        held_out: the same of photos that it wasn't.
        start: the vote whose limit and softness are kept.
        references: (R, G) general vectors of what a shop hardly sells, if there are any.
        seed: of all chance.

    Returns:
        The vote under which held-out photos' true labels are most likely, and how novelty is scored; ``start``
        and None where there are too few photos.
    """
    rng = np.random.default_rng(seed)
    base, queries = _sample(*learned, _BASE, rng), _sample(*held_out, _QUERIES, rng)
    if not len(queries[1]) or not len(base[1]):
        return start, None
    own = np.zeros(len(queries[1]), bool)
    own[::2] = True
    stored = _embed(embedder, [*base[0], *queries[0][own]], stored_views)
    labels = np.concatenate([base[1], queries[1][own]])
    asked = _embed(embedder, as_shoppers(queries[0], queries[0].shape[1], seed), query_views)
    scores = embedder.bundle.balance.weigh_shapes(asked.vectors) @ stored.vectors.T
    vote = _choose_vote(asked.probabilities[CATEGORY], scores, labels, queries[1], start)
    if own.all():
        return vote, None
    weights = (0.0, 0.0) if references is None else (_REFERENCE_WEIGHT, _CATEGORY_WEIGHT)
    novelty = Novelty(0.0, *weights, references)
    return vote, choose_novelty(novelty, _score_novelty(novelty, scores, asked, stored, embedder.bundle)[~own])


def _score_novelty(
    novelty: Novelty, scores: np.ndarray, asked: Embeddings, stored: Embeddings, bundle: Bundle
) -> np.ndarray:
    """(N,) novelty scores of N photos, given their scores (N, B) with the photos of a catalogue."""
    seen, labels = stored.probabilities[CATEGORY].argmax(axis=1), bundle.heads[CATEGORY].labels
    assortment = novelty.measure_assortment(stored.vectors[:, bundle.general], seen, labels)
    general, probabilities = asked.vectors[:, bundle.general], asked.probabilities[CATEGORY]
    return novelty.score(scores.max(axis=1), general, probabilities, labels, assortment)


def measure_spreads(embedder: Embedder, pixels: np.ndarray, rows: np.ndarray, seed: int) -> dict[str, float]:
    """Part -> the standard deviation of its scores between photos of a catalogue.

    Args:
        embedder: the trained network.
        pixels: (P, S, S, 3) uint8.
        rows: (N,) int, which of them to look at.
        seed: of the choice among them.
    """
    chosen = np.sort(np.random.default_rng(seed).permutation(rows)[:_MEASURED])
    vectors = _embed(embedder, pixels[chosen], stored_views).vectors
    parts = embedder.bundle.balance.parts
    upper = np.triu_indices(len(vectors), 1)
    return {
        part.name: max(_LEAST_SPREAD, round(float((piece @ piece.T)[upper].std()), 4))
        for part, piece in zip(parts, split_parts(vectors, parts), strict=True)
    }


def choose_novelty(novelty: Novelty, scores: np.ndarray) -> Novelty:
    """With the threshold that most shoppers' photos of things of the kinds that are sold pass.

    Args:
        novelty: how the scores were made.
        scores: (N,) novelty scores of shoppers' photos whose products aren't in the catalogue, N >= 1.
    """
    return dataclasses.replace(novelty, threshold=round(float(np.quantile(scores, _STRANGE_SHARE)), 3))


def _choose_vote(
    probabilities: np.ndarray, scores: np.ndarray, labels: np.ndarray, targets: np.ndarray, start: NeighbourVote
) -> NeighbourVote:
    """The one under which the targets (N,) are most likely, given the classifier's (N, C) and the scores (N, B)."""
    nearest = np.argsort(-scores, axis=1)[:, : start.limit]

    def surprise(vote: NeighbourVote) -> float:
        right = [
            vote_category(own_view, score[near], labels[near], vote)[target]
            for own_view, score, near, target in zip(probabilities, scores, nearest, targets, strict=True)
        ]
        return float(-np.log(np.maximum(right, _EPSILON)).mean())

    return min(
        (dataclasses.replace(start, equal_score=round(float(score), 2)) for score in _EQUAL_SCORES), key=surprise
    )


def _sample(
    pixels: np.ndarray, rows: np.ndarray, targets: np.ndarray, most: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    chosen = np.sort(rng.permutation(np.flatnonzero(targets >= 0))[:most])
    return pixels[rows[chosen]], targets[chosen]


def _embed(
    embedder: Embedder, pixels: Iterable[np.ndarray], views: Callable[[Image.Image], list[Image.Image]]
) -> Embeddings:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        each = list(pool.map(lambda one: embedder.embed_views(views(Image.fromarray(one))), pixels))
    probabilities = np.concatenate([one.probabilities[CATEGORY] for one in each])
    return Embeddings(np.concatenate([one.vectors for one in each]), {CATEGORY: probabilities})

"""How much near neighbours count beside the classifier, chosen by a rehearsal of a shopper's search.

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
from search.bundle import CATEGORY, NeighbourVote
from search.category_vote import vote_category
from search.embedder import Embedder, Embeddings, weigh_parts
from search.preprocessing import query_views, stored_views

_EQUAL_SCORES = np.arange(0.4, 0.96, 0.05)
_STRANGE_SHARE = 0.02  # of shoppers' photos of such things as the shop sells that may be called strange
_BASE, _QUERIES = 2000, 500  # photos at most
_EPSILON = 1e-6  # the least probability that a right label is given


def choose_neighbour_vote(
    embedder: Embedder,
    learned: tuple[np.ndarray, np.ndarray, np.ndarray],
    held_out: tuple[np.ndarray, np.ndarray, np.ndarray],
    start: NeighbourVote,
    colour_weight: float,
    seed: int,
) -> NeighbourVote:
    """The vote under which held-out photos' true labels are most likely, and the score of what is strange.

    Args:
        embedder: the trained network.
        learned: pixels (P, S, S, 3) uint8, which rows of them (N,) it was trained on, and their categories (N,) int.
        held_out: the same of photos that it wasn't.
        start: whose limit and softness are kept.
        colour_weight: the model's own balance of style and colour.
        seed: of all chance.
    """
    rng = np.random.default_rng(seed)
    base, queries = _sample(*learned, _BASE, rng), _sample(*held_out, _QUERIES, rng)
    if not len(queries[1]) or not len(base[1]):
        return start
    own = slice(None, None, 2)
    stored = _embed(embedder, [*base[0], *queries[0][own]], stored_views).vectors
    labels = np.concatenate([base[1], queries[1][own]])
    asked = _embed(embedder, as_shoppers(queries[0], queries[0].shape[1], seed), query_views)
    vectors, probabilities = asked.vectors, asked.probabilities[CATEGORY]
    weighted = weigh_parts(vectors, embedder.bundle.style_dim, colour_weight)
    scores = weighted @ stored.T
    nearest = np.argsort(-scores, axis=1)[:, : start.limit]

    def surprise(vote: NeighbourVote) -> float:
        right = [
            vote_category(own_view, score[near], labels[near], vote)[target]
            for own_view, score, near, target in zip(probabilities, scores, nearest, queries[1], strict=True)
        ]
        return float(-np.log(np.maximum(right, _EPSILON)).mean())

    absent = np.ones(len(queries[1]), bool)
    absent[own] = False
    nearest_scores = np.take_along_axis(scores, nearest[:, :1], axis=1)[absent, 0]
    strange_below = (
        round(float(np.quantile(nearest_scores, _STRANGE_SHARE)), 3) if absent.any() else start.strange_below
    )
    votes = [
        dataclasses.replace(start, equal_score=round(float(score), 2), strange_below=strange_below)
        for score in _EQUAL_SCORES
    ]
    return min(votes, key=surprise)


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

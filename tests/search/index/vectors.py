"""Vectors as embeddings are, and what brute force finds among them."""

import numpy as np

from search.index.vector_store import ProductFilter


def unit_vectors(count: int, dim: int, seed: int = 0, clusters: int = 50) -> np.ndarray:
    """Clustered unit vectors, as embeddings are."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(clusters, dim))
    vectors = centres[rng.integers(0, clusters, count)] + 0.5 * rng.normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def brute_force(vectors: np.ndarray, query: np.ndarray, k: int, allowed: np.ndarray | None = None) -> np.ndarray:
    scores = vectors @ query
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
        k = min(k, int(allowed.sum()))
    return np.argsort(-scores, kind="stable")[:k]


def only(allowed: np.ndarray) -> ProductFilter:
    """A filter where each row is a product of its own."""
    return ProductFilter(allowed, np.arange(len(allowed)))

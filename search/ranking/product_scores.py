"""What products score by several photos together: by the best of them, and by what lies between the best two.

A shopper may see a product from a side that its photos lie on either hand of. Halfway between two vectors is about what
a photo between the two would give. Where that point is nearer to the query than each photo alone, the product gains by
it; not all of the way, because the shopper may as well see the side that a photo shows, as most do. Two photos that
are nearly the same have nothing between them, and add nothing.
"""

from collections.abc import Sequence

import numpy as np

# Products that count with what lies between their photos: those of so many rows that score best. In the development
# shops those of the first ten rows find as much as all (docs/model.md).
ROWS_LOOKED_BETWEEN = 24
# Share of what the point between would add. All of it finds most other sides in the development shops, and loses fronts
# in drawn boutiques, where nobody asks by another side; half of it loses half as many (docs/model.md).
GAIN = 0.5


def best_photos(positions: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products in the order of their best photo, and that photo's score; rows come best first."""
    first = np.sort(np.unique(positions, return_index=True)[1])
    return positions[first], scores[first]


def score_products(vectors: np.ndarray, starts: np.ndarray, query: np.ndarray, parts: Sequence[int]) -> np.ndarray:
    """(C,) float32: scores of C products, each by its best photo and by the point between its best two.

    Args:
        vectors: (R, D) of all their photos, product by product, of length 1 in each part.
        starts: (C,) where each product's photos begin.
        query: (D,) weighed part by part.
        parts: how many numbers each part of a vector has, D in all; none: photos count one by one.
    """
    of_photos = vectors @ query
    best = np.maximum.reduceat(of_photos, starts)
    counts = np.diff(starts, append=len(vectors))
    several = np.flatnonzero(counts > 1)
    if not len(several) or not parts:
        return best
    product_of = np.repeat(np.arange(len(starts)), counts)
    order = np.lexsort((-of_photos, product_of))  # each product's photos, the best first
    first = starts[several]
    between = _score_between(vectors[order[first]], vectors[order[first + 1]], query, parts)
    best[several] += GAIN * np.maximum(between - best[several], 0)
    return best


def _score_between(one: np.ndarray, other: np.ndarray, query: np.ndarray, parts: Sequence[int]) -> np.ndarray:
    """(M,) scores of the points halfway between M pairs of vectors, at length 1 in each part."""
    sizes = np.asarray(parts, np.int64)
    begins = np.cumsum(sizes) - sizes
    middle = one + other
    lengths = np.sqrt(np.add.reduceat(middle * middle, begins, axis=1))
    scores = np.add.reduceat(middle * query, begins, axis=1) / np.maximum(lengths, 1e-6)
    return scores.sum(axis=1, dtype=np.float32)

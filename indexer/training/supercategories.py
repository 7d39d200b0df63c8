"""The supercategory (topwear, shoes, bags) of each of a shop's categories.

What goes with a product is of another supercategory. The shipped model knows the supercategories of its article types;
a shop's own category gets the supercategory that most of its photos look like to that model.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from indexer.corpus.photo_cache import resize_squares
from search.model.bundle import CATEGORY
from search.model.embedder import Embedder

_PHOTOS = 12  # of each category, at most
_CLEAR = 0.5  # share of them that must agree; else the category is a supercategory of its own


def find_supercategories(
    pixels: np.ndarray,
    rows: np.ndarray,
    targets: np.ndarray,
    labels: Sequence[str],
    embedder: Embedder,
    known: Mapping[str, str],
) -> dict[str, str]:
    """Category -> supercategory, for every label.

    Args:
        pixels: (P, S, S, 3) uint8, squares.
        rows: (N,) int, which of them are looked at.
        targets: (N,) int, their categories.
        labels: what the targets mean.
        embedder: of a bundle whose categories have supercategories; with another bundle every category is one of its
            own.
        known: category -> supercategory, where that is known already.
    """
    of_label = embedder.bundle.heads[CATEGORY].supercategories if CATEGORY in embedder.bundle.heads else ()
    found = {}
    for code, label in enumerate(labels):
        photos = rows[targets == code][:_PHOTOS]
        if label in known or not of_label or not len(photos):
            found[label] = known.get(label, label)
            continue
        seen = embedder.embed(resize_squares(pixels[photos], embedder.bundle.image_size))
        votes = Counter(of_label[best] for best in seen.probabilities[CATEGORY].argmax(axis=1))
        supercategory, count = votes.most_common(1)[0]
        found[label] = supercategory if count >= _CLEAR * len(photos) else label
    return found

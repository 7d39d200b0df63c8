"""Which coarse kind of thing (topwear, shoes, bags) each of a shop's categories is.

What goes with a thing is of another kind. The shipped model knows the kinds of its article types; a shop's own
categories get the kind that most of their photos look like to it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from indexer.corpus.photo_cache import resize_squares
from search.model.bundle import CATEGORY
from search.model.embedder import Embedder

_PHOTOS = 12  # of each category, at most
_CLEAR = 0.5  # share of them that must agree; else the category is a kind of its own


def find_kinds(
    pixels: np.ndarray,
    rows: np.ndarray,
    targets: np.ndarray,
    labels: Sequence[str],
    embedder: Embedder,
    known: Mapping[str, str],
) -> dict[str, str]:
    """Category -> kind, for every label.

    Args:
        pixels: (P, S, S, 3) uint8, squares.
        rows: (N,) int, which of them are looked at.
        targets: (N,) int, their categories.
        labels: what the targets mean.
        embedder: of a bundle whose categories have groups; with another one every category is a kind of its own.
        known: category -> kind, where that is known already.
    """
    kinds = embedder.bundle.heads[CATEGORY].groups if CATEGORY in embedder.bundle.heads else ()
    found = {}
    for code, label in enumerate(labels):
        photos = rows[targets == code][:_PHOTOS]
        if label in known or not kinds or not len(photos):
            found[label] = known.get(label, label)
            continue
        seen = embedder.embed(resize_squares(pixels[photos], embedder.bundle.image_size))
        votes = Counter(kinds[best] for best in seen.probabilities[CATEGORY].argmax(axis=1))
        kind, count = votes.most_common(1)[0]
        found[label] = kind if count >= _CLEAR * len(photos) else label
    return found

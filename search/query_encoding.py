"""A shopper's photo as what the network says of it, before any index is asked."""

import numpy as np
from PIL import Image

from search.model.bundle import CATEGORY, COLOUR, GENDER
from search.model.embedder import Embedder, Embeddings
from search.model.foreground import box_of_mask
from search.model.preprocessing import query_views
from search.query import QueryEmbedding


def embed_query(embedder: Embedder, image: Image.Image) -> QueryEmbedding:
    """Embed a shopper's photo.

    Args:
        embedder: of the model.
        image: RGB, from ``open_photo``.
    """
    bundle = embedder.bundle
    seen = embedder.embed_views(query_views(image))
    return QueryEmbedding(
        bundle.hash,
        seen.vectors[0],
        seen.probabilities[CATEGORY][0] if CATEGORY in bundle.heads else np.empty(0, np.float32),
        gender=_best_label(embedder, seen, GENDER),
        colour=_best_label(embedder, seen, COLOUR),
        box=None if seen.masks is None else box_of_mask(seen.masks[0], image.size),
    )


def _best_label(embedder: Embedder, seen: Embeddings, head: str) -> str | None:
    heads = embedder.bundle.heads
    return heads[head].labels[int(seen.probabilities[head][0].argmax())] if head in heads else None

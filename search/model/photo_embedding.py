"""Embedding a photo of the catalogue from its file: the one path, shared by builds and by whoever adds a product."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.changes import StoredEmbedding
from search.model.embedder import Embedder
from search.model.preprocessing import stored_views
from search.photo import open_photo


@dataclass(frozen=True)
class PhotoEmbedding:
    """What the network said of one photo."""

    vector: np.ndarray  # (D,) float32
    seen: tuple[int, ...]  # for each head, in the bundle's order, the most probable label's index

    def to_bytes(self) -> StoredEmbedding:
        """For a database."""
        return StoredEmbedding(self.vector.astype("<f4").tobytes(), np.array(self.seen, "<i4").tobytes())

    @classmethod
    def from_bytes(cls, stored: StoredEmbedding, dim: int, heads: int) -> "PhotoEmbedding | None":
        """What ``to_bytes`` gave; None if it is of another model, or damaged."""
        if len(stored.vector) != 4 * dim or len(stored.seen) != 4 * heads:
            return None
        vector = np.frombuffer(stored.vector, "<f4")
        return cls(vector, tuple(np.frombuffer(stored.seen, "<i4").tolist())) if np.isfinite(vector).all() else None


def embed_photo_file(embedder: Embedder, photo: Path | bytes) -> PhotoEmbedding:
    """A catalogue's photo, or its file's content, as an index stores it; raises PhotoError where it can't be used."""
    image = open_photo(photo, max_side=2 * embedder.bundle.image_size)
    embedded = embedder.embed_views(stored_views(image))
    seen = tuple(int(embedded.probabilities[head][0].argmax()) for head in embedder.bundle.heads)
    return PhotoEmbedding(embedded.vectors[0], seen)

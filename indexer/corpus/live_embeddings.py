"""Embeddings that the web server made of new products' photos: a build takes them over instead of embedding again."""

from collections.abc import Iterable
from pathlib import Path

from catalog.changes.change_feed import CatalogChanges
from indexer.corpus.embedding_cache import EmbeddingCache
from search.model.bundle import Bundle
from search.model.photo_embedding import PhotoEmbedding


def take_over_embeddings(feed: CatalogChanges, fingerprints: Iterable[str], bundle: Bundle, cache_dir: Path) -> int:
    """Put those embeddings into the cache that it lacks and the catalogue has; returns how many.

    Raises:
        StorageError: the cache can't be read or written.
    """
    with EmbeddingCache(cache_dir, bundle.hash, bundle.dim) as cache:
        wanted = set(fingerprints)
        missing = wanted - cache.known(wanted)
        stored = feed.embeddings(bundle.hash, sorted(missing)) if missing else {}
        read = {sha256: PhotoEmbedding.from_bytes(one, bundle.dim, len(bundle.heads)) for sha256, one in stored.items()}
        found = [(sha256, one) for sha256, one in read.items() if one is not None]
        cache.store(found)
    return len(found)

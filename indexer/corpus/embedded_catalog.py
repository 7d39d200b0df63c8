"""The catalogue's products together with their photos' embeddings: what a build, a check or an evaluation works on."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from indexer.corpus.embedding import embed_missing
from indexer.corpus.embedding_cache import EmbeddingCache, PhotoEmbedding
from indexer.corpus.folds import key_group, number_in_order
from indexer.corpus.inventory import Inventory
from indexer.errors import StorageError
from search.model.bundle import Bundle

_MOST_PLACES = 3  # files of one photo that are tried, where one can't be opened


@dataclass(frozen=True)
class EmbeddedCatalog:
    """An inventory of which every photo has an embedding in the cache; P products, N photos.

    The embeddings are read when they are first asked for, so that a build that finds nothing changed reads none.
    """

    inventory: Inventory  # without photos that couldn't be embedded; these are among its rejects
    bundle: Bundle
    cache_dir: Path  # of embeddings
    embedded: int  # photos that were embedded now
    reused: int  # different photos that the cache had already
    damaged: int = 0  # of the embedded ones those that the cache had lost by damage

    @cached_property
    def embeddings(self) -> list[PhotoEmbedding]:
        """(N,) one a photo, in the inventory's order.

        Raises:
            StorageError: the cache can't be read, or has lost some of them, as to ``build --full`` beside this.
        """
        with EmbeddingCache(self.cache_dir, self.bundle.hash, self.bundle.dim) as cache:
            by_sha256 = cache.load(self.inventory.photo_sha256)
        lost = len({*self.inventory.photo_sha256} - by_sha256.keys())
        if lost:
            raise StorageError(
                f"{lost:,} embeddings were removed from the cache {self.cache_dir} while they were needed, as a full "
                "build does. Wait for it to end; then run this again."
            )
        return [by_sha256[sha256] for sha256 in self.inventory.photo_sha256]

    @cached_property
    def vectors(self) -> np.ndarray:
        """(N, D) float32, one row a photo."""
        if not self.embeddings:
            return np.empty((0, self.bundle.dim), np.float32)
        return np.stack([embedding.vector for embedding in self.embeddings])

    @cached_property
    def photo_product(self) -> np.ndarray:
        """(N,) int32, ascending: the position of each photo's product."""
        return np.array(self.inventory.photo_product, np.int32)

    @cached_property
    def first_row(self) -> np.ndarray:
        """(P,) int: the row of each product's first photo."""
        return np.searchsorted(self.photo_product, np.arange(len(self.inventory.products)))

    @cached_property
    def variants(self) -> np.ndarray:
        """(P,) int: equal for colour variants of one product."""
        return number_in_order(key_group(one.product_id, one.group_id) for one in self.inventory.products)

    @cached_property
    def categories(self) -> list[str]:
        """(P,) the products' categories."""
        return [product.category for product in self.inventory.products]


def embed_catalog(
    inventory: Inventory,
    bundle: Bundle,
    cache_dir: Path,
    *,
    full: bool = False,
    cluster: str | None = None,
    progress: bool = True,
) -> EmbeddedCatalog:
    """Embed the photos of an inventory that the cache lacks.

    Photos that can't be opened any more move to the rejects; the result may be left without any product.

    Args:
        inventory: from ``take_inventory``.
        bundle: the model.
        cache_dir: where embeddings are kept; ``embeddings_dir`` names the usual place.
        full: forget first what the cache has of this model.
        cluster: address of a Ray cluster that embeds; None: this machine does.
        progress: show a bar.

    Raises:
        ClusterError: there is no such cluster, or it can't embed.
        StorageError: the cache can't be read or written.
    """
    places = _places(inventory)
    with EmbeddingCache(cache_dir, bundle.hash, bundle.dim) as cache:
        if full:
            cache.clear()
        first = {sha256: paths[0] for sha256, paths in places.items()}
        done = embed_missing(first, bundle, cache, cluster=cluster, progress=progress)
        embedded, unusable = done.embedded, dict(done.unusable)
        for place in range(1, _MOST_PLACES):
            others = {sha256: places[sha256][place] for sha256 in unusable if len(places[sha256]) > place}
            again = embed_missing(others, bundle, cache, cluster=cluster, progress=False)
            embedded += again.embedded
            unusable = {sha256: why for sha256, why in unusable.items() if sha256 not in others} | again.unusable
        damaged = cache.damaged
    return EmbeddedCatalog(inventory.without(unusable), bundle, cache_dir, embedded, done.reused, damaged)


def _places(inventory: Inventory) -> dict[str, list[Path]]:
    """Some files of each photo, by its fingerprint: several products may show one, each from a file of its own."""
    found: dict[str, list[Path]] = {}
    for sha256, path in zip(inventory.photo_sha256, inventory.photo_path, strict=True):
        paths = found.setdefault(sha256, [])
        if len(paths) < _MOST_PLACES and path not in paths:
            paths.append(path)
    return found


def embeddings_dir(home: Path) -> Path:
    """Where the embeddings of a data directory's catalogue are kept."""
    return home / "cache" / "embeddings"

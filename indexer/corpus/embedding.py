"""Embedding a catalogue's photos: decoding and the network side by side on every core, resumable at any photo."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tqdm import tqdm

from indexer.corpus.bounded_threads import run_in_threads
from indexer.corpus.embedding_cache import EmbeddingCache, PhotoEmbedding
from search.errors import PhotoError
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import embed_photo_file

_SAVE_EVERY_SECONDS = 1.0  # what a kill can cost

Outcome = tuple[str, PhotoEmbedding | str]  # sha256, and its embedding or why there is none


@dataclass(frozen=True)
class EmbeddingCounts:
    """What ``embed_missing`` did; equal files count once."""

    embedded: int
    reused: int
    unusable: dict[str, str]  # sha256 -> why the photo can't be opened any more


def embed_missing(
    photos: Mapping[str, Path],
    bundle: Bundle,
    cache: EmbeddingCache,
    *,
    cluster: str | None = None,
    progress: bool = True,
) -> EmbeddingCounts:
    """Put the embeddings of those photos into the cache that it lacks.

    Args:
        photos: sha256 -> file.
        bundle: the model; its network is loaded only where something is missing.
        cache: of this model.
        cluster: address of a Ray cluster that embeds; None: this machine does.
        progress: show a bar.

    Raises:
        ClusterError: there is no such cluster, or it can't embed.
    """
    known = cache.known(photos)
    missing = {sha256: path for sha256, path in photos.items() if sha256 not in known}
    unusable: dict[str, str] = {}
    if missing and cluster is not None:
        from indexer.corpus.ray_embedding import embed_on_cluster

        unusable = embed_on_cluster(missing, bundle, cache, address=cluster, progress=progress)
    elif missing:
        unusable = embed_photos(missing, Embedder(bundle), cache, progress=progress)
    return EmbeddingCounts(len(missing) - len(unusable), len(known), unusable)


def embed_photos(
    photos: Mapping[str, Path], embedder: Embedder, cache: EmbeddingCache, *, progress: bool = True
) -> dict[str, str]:
    """Put the embeddings of photos into the cache.

    Each thread opens, scales and embeds one photo at a time; Pillow and LiteRT both let go of Python's lock, so
    decoding and embedding overlap and every core is busy.

    Args:
        photos: sha256 -> file, without those that the cache has already.
        embedder: the network.
        cache: filled as it goes, at least once a second, and when told to stop.
        progress: show a bar with photos per second and the time left.

    Returns:
        sha256 -> reason, for photos that can't be opened any more.
    """
    unusable: dict[str, str] = {}
    finished: list[tuple[str, PhotoEmbedding]] = []
    saved = time.monotonic()
    with tqdm(total=len(photos), unit="photo", desc="embedding", disable=not progress) as bar:
        try:
            for sha256, outcome in run_in_threads(partial(_embed_one, embedder), photos.items(), thread_name="embed"):
                if isinstance(outcome, str):
                    unusable[sha256] = outcome
                else:
                    finished.append((sha256, outcome))
                bar.update()
                if time.monotonic() - saved > _SAVE_EVERY_SECONDS:
                    cache.store(finished)
                    finished, saved = [], time.monotonic()
        finally:
            cache.store(finished)  # also of a work that was told to stop
    return unusable


def _embed_one(embedder: Embedder, photo: tuple[str, Path]) -> Outcome:
    sha256, path = photo
    try:
        return sha256, embed_photo_file(embedder, path)
    except PhotoError as error:
        return sha256, str(error)

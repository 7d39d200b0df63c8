"""How many photos a second some processes decode and embed when they do nothing else: what no shop can exceed.

It prints nothing.
"""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier

from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.photo import open_photo
from search.query_encoding import embed_query
from search.settings import bundle_dir
from webapp.services.photo_decoding import PHOTO_SIDE

EmbedPhoto = Callable[[Embedder, bytes], object]


def embed_as_query(embedder: Embedder, photo: bytes) -> None:
    """As a search does."""
    embed_query(embedder, open_photo(photo, max_side=PHOTO_SIDE))


def measure_ceiling(photos: list[bytes], processes: int, embed: EmbedPhoto = embed_as_query) -> float:
    """Photos a second, all processes together.

    Args:
        photos: files, of which each process takes its share.
        processes: how many.
        embed: what they do with each; a module's function, since they are started anew.
    """
    context = multiprocessing.get_context("spawn")
    begin, end = context.Barrier(processes + 1), context.Barrier(processes + 1)
    workers = [
        context.Process(target=_embed, args=(photos[number::processes], embed, begin, end))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    begin.wait()
    started = time.perf_counter()
    end.wait()
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.join()
    return len(photos) / seconds


def _embed(photos: list[bytes], embed: EmbedPhoto, begin: Barrier, end: Barrier) -> None:
    embedder = Embedder(Bundle.open(bundle_dir()))
    for photo in photos[:2]:
        embed(embedder, photo)
    begin.wait()
    for photo in photos:
        embed(embedder, photo)
    end.wait()

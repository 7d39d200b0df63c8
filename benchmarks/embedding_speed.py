"""How near a build's embedding comes to what decoding and the network alone take, as a ratio within one run.

    python benchmarks/embedding_speed.py [--photos 300] [--rounds 3] [--home DIR]

Embeds photos of the demo boutique as `make index` does, with every core at work and the results kept in a cache of
their own, then with as many processes that decode and embed and do nothing else; in turns, so that both see the
machine's moods.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from embedding_ceiling import measure_ceiling
from stage import prepare_demo

from indexer.corpus.embedding import embed_photos
from indexer.corpus.embedding_cache import EmbeddingCache
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import embed_photo_file
from search.settings import bundle_dir


def main() -> None:
    """Print a row a round, and the ratio of all rounds together."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=300, help="how many of the boutique's")
    parser.add_argument("--home", type=Path, default=Path("var") / "bench-demo-7", help="data directory to use")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    photos = sorted((prepare_demo(arguments.home.absolute()) / "photos").rglob("*.jpg"))[: arguments.photos]
    cores = os.cpu_count() or 1
    print(f"{len(photos)} photos of the demo boutique, {cores} cores\n")
    print("| round | photos/s of a build | decoded and embedded alone | ratio |\n|---|---|---|---|")
    seconds_built = seconds_alone = 0.0
    for number in range(arguments.rounds):
        built = len(photos) / time_build(photos)
        alone = measure_ceiling([photo.read_bytes() for photo in photos], cores, embed_as_stored)
        print(f"| {number + 1} | {built:.1f} | {alone:.1f} | {built / alone:.2f} |", flush=True)
        seconds_built, seconds_alone = seconds_built + 1 / built, seconds_alone + 1 / alone
    print(f"| all | | | {seconds_alone / seconds_built:.2f} |")


def time_build(photos: list[Path]) -> float:
    """Seconds that embedding all photos takes, the network being loaded already."""
    bundle = Bundle.open(bundle_dir())
    embedder = Embedder(bundle)
    embed_photo_file(embedder, photos[0])
    with tempfile.TemporaryDirectory() as folder, EmbeddingCache(Path(folder), bundle.hash, bundle.dim) as cache:
        started = time.perf_counter()
        unusable = embed_photos(
            {f"{number:064x}": photo for number, photo in enumerate(photos)}, embedder, cache, progress=False
        )
        seconds = time.perf_counter() - started
    if unusable:
        raise SystemExit(f"{len(unusable)} photos can't be opened, {next(iter(unusable.values()))}")
    return seconds


def embed_as_stored(embedder: Embedder, photo: bytes) -> None:
    """As a build does."""
    embed_photo_file(embedder, photo)


if __name__ == "__main__":
    main()

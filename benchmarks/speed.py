"""Where the time of one search goes, and what the approximate index saves: ratios within one run on this machine.

    python benchmarks/speed.py [--vectors 50000]

Decoding takes a noisy 12-megapixel JPEG as phones make them; searching takes random clustered vectors. Each is the
median of 30 calls. One run; the ratios are what to look at.
"""

import argparse
import io
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from search.index.faiss_store import FaissStore
from search.index.vector_store import ProductFilter
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.preprocessing import image_to_pixels
from search.photo import open_photo
from search.query_encoding import embed_query
from search.settings import bundle_dir

CALLS = 30
K = 256  # rows that an engine asks for


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors", type=int, default=50_000)
    count = parser.parse_args().vectors
    embedder = Embedder(Bundle.open(bundle_dir()))
    content = draw_phone_photo()
    image = open_photo(content, max_side=1024)
    pixels = image_to_pixels(image, embedder.bundle.image_size)[None]
    vectors = draw_vectors(count, embedder.bundle.dim)
    exact = FaissStore.build(vectors, exact_up_to=count)
    approximate = FaissStore.build(vectors, exact_up_to=1)
    rows = np.arange(count)
    narrow = ProductFilter(rows % 500 == 0, rows)
    stages = {
        "decode and scale a 12-megapixel JPEG": lambda: open_photo(content, max_side=1024),
        "embed": lambda: embedder.embed(pixels),
        "embed as a search does, in two views": lambda: embed_query(embedder, image),
        f"search {count:,} vectors, exact": lambda: exact.search(vectors[7], K),
        f"search {count:,} vectors, approximate ({approximate.probes} probes)": lambda: approximate.search(
            vectors[7], K
        ),
        "exact, filter lets 0.2 % through": lambda: exact.search(vectors[7], K, narrow),
        "approximate, filter lets 0.2 % through": lambda: approximate.search(vectors[7], K, narrow),
    }
    seconds = {name: median_seconds(call) for name, call in stages.items()}
    print("| stage | ms | times embedding |\n|---|---|---|")
    for name, value in seconds.items():
        print(f"| {name} | {value * 1e3:.1f} | {value / seconds['embed']:.2f} |")


def median_seconds(call: Callable[[], object], calls: int = CALLS) -> float:
    """Of some calls, after one to warm up."""
    call()
    taken = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))


def draw_phone_photo() -> bytes:
    """A 4000 x 3000 JPEG with as much detail as a real one."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)).resize(
        (4000, 3000), Image.Resampling.BICUBIC
    )
    noisy = np.asarray(coarse).astype(np.int16) + rng.integers(-12, 13, (3000, 4000, 1))
    buffer = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def draw_vectors(count: int, dim: int) -> np.ndarray:
    """Clustered unit vectors (count, dim)."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(500, dim)).astype(np.float32)
    vectors = centres[rng.integers(0, 500, count)] + rng.normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    main()

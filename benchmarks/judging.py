"""What the benchmarks on the development photos share: embedding, precision among products, and ending in words."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from indexer.errors import IndexerError, TrainingDataError
from search.model.bundle import Bundle
from search.model.embedder import Embedder, Embeddings
from search.model.preprocessing import stored_views
from search.photo import open_photo

K = 10  # nearest products that precision looks at
Views = Callable[[Image.Image], list[Image.Image]]


def embed(paths: list[str], embedder: Embedder, views: Views = stored_views) -> Embeddings:
    """What the network says of N photos, as an index holds them unless other views are asked for."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        each = pool.map(lambda path: embedder.embed_views(views(open_photo(Path(path)))), paths)
        embedded = list(tqdm(each, total=len(paths), unit="photo", desc="embedding"))
    heads = embedded[0].probabilities
    probabilities = {name: np.concatenate([one.probabilities[name] for one in embedded]) for name in heads}
    return Embeddings(np.concatenate([one.vectors for one in embedded]), probabilities)


def whole_photo(image: Image.Image) -> list[Image.Image]:
    """The one view of a plain classifier."""
    return [image]


def label_precision(
    vectors: np.ndarray, bundle: Bundle, colour_weight: float, labels: Sequence[np.ndarray]
) -> list[float]:
    """Precision@K of products against each other: for each kind of label (N,), then for all of them together."""
    scores = bundle.balance.for_catalog(vectors).with_colour_weight(colour_weight).weigh(vectors) @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    nearest = np.argpartition(-scores, K, axis=1)[:, :K]
    agree = [kind[nearest] == kind[:, None] for kind in labels]
    return [float(one.mean()) for one in [*agree, np.logical_and.reduce(agree)]]


def run(main: Callable[[], None]) -> None:
    """Run a benchmark; without its photos it is skipped, and other errors of ours end it in one line."""
    try:
        main()
    except TrainingDataError as error:
        print(f"Skipped: {error}")
    except IndexerError as error:
        raise SystemExit(f"Error: {error}") from error

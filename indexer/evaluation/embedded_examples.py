"""What the network says of photos, probabilities included, which the cache of embeddings doesn't hold."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from search.errors import PhotoError
from search.model.embedder import Embedder, Embeddings
from search.model.preprocessing import stored_views
from search.photo import open_photo

_BATCH = 16  # photos a thread takes at a time


@dataclass(frozen=True)
class EmbeddedExamples:
    """What the network says of those photos of the examples that can be read."""

    rows: np.ndarray  # (N,) of the examples, those that could be read
    vectors: np.ndarray  # (N, D) float32
    probabilities: dict[str, np.ndarray]
    faults: dict[int, str]  # row -> why it can't be read


def embed_examples(
    embedder: Embedder, examples: pd.DataFrame, rows: np.ndarray, progress: bool, name: str
) -> EmbeddedExamples:
    """Every photo as an index would hold it, on every core; unreadable ones are set apart."""
    paths = [Path(path) for path in examples["path"].iloc[rows]]
    batches = [range(start, min(start + _BATCH, len(paths))) for start in range(0, len(paths), _BATCH)]
    parts: list[Embeddings] = [embedder.embed(np.empty((0, *[embedder.bundle.image_size] * 2, 3), np.uint8))]
    sound: list[int] = []
    faults: dict[int, str] = {}

    def embed_batch(batch: range) -> tuple[list[int], dict[int, str], list[Embeddings]]:
        embedded, opened, failed = [], [], {}
        for position in batch:
            try:
                image = open_photo(paths[position], max_side=2 * embedder.bundle.image_size)
            except PhotoError as error:
                failed[int(rows[position])] = str(error)
                continue
            embedded.append(embedder.embed_views(stored_views(image)))
            opened.append(int(rows[position]))
        return opened, failed, embedded

    with (
        ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="evaluate") as pool,
        tqdm(total=len(paths), unit="photo", desc=name, disable=not (progress and paths)) as bar,
    ):
        for opened, failed, embedded in pool.map(embed_batch, batches):
            sound += opened
            faults |= failed
            parts += embedded
            bar.update(len(opened) + len(failed))
    joined = {head: np.concatenate([part.probabilities[head] for part in parts]) for head in parts[0].probabilities}
    return EmbeddedExamples(np.array(sound, np.intp), np.concatenate([part.vectors for part in parts]), joined, faults)

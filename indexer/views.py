"""Frozen-backbone features of several views of each training photo, computed once and kept on disk.

With the backbone frozen, training the parts on top costs seconds an epoch if the backbone's outputs are at hand.
The work is cut into chunks of photos times views; each finished chunk is a file, so a stopped run goes on where it was.
"""

import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from indexer.street import street_view, studio_view
from search.photo import open_photo
from search.preprocessing import image_to_pixels

VIEWS = ("plain", "studio", "street-1")
CHUNK = 128  # photos a file: about 5 MB
SMALL_SIDE = 14  # pixels: what the colour part sees, a sixteenth of the input
_MAX_SIDE = 512  # pixels kept of a source photo before a view is made of it


@dataclass(frozen=True)
class ViewFeatures:
    """The backbone's outputs for N photos in one view, in the photos' order."""

    features: np.ndarray  # (N, 1280) float16, pooled
    maps: np.ndarray  # (N, 7, 7, 320) float16
    small: np.ndarray  # (N, 14, 14, 3) uint8, the input scaled down

    def select(self, mask: np.ndarray) -> "ViewFeatures":
        """The photos that a mask (N,) bool lets through."""
        return ViewFeatures(self.features[mask], self.maps[mask], self.small[mask])


def compute_views(
    photos: list[Path], backbone: Path, cache: Path, *, views: tuple[str, ...] = VIEWS, seed: int = 0
) -> dict[str, ViewFeatures]:
    """The features of every photo in every view, from the cache where they are there already.

    Args:
        photos: files, in the order wanted.
        backbone: a LiteRT file with outputs ``map`` and ``features``.
        cache: a directory for the chunks; use another one for other photos or another backbone.
        views: which of ``VIEWS``.
        seed: of the chance in the views.
    """
    cache.mkdir(parents=True, exist_ok=True)
    jobs = [
        (view, start, cache / f"{view}-{start:07d}.npz") for view in views for start in range(0, len(photos), CHUNK)
    ]
    missing = [job for job in jobs if not job[2].exists()]
    with (
        ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _open_backbone, (backbone, photos, seed)) as pool,
        tqdm(total=len(jobs) * CHUNK, initial=(len(jobs) - len(missing)) * CHUNK, unit="view", desc="views") as bar,
    ):
        for done in as_completed(pool.submit(_compute_chunk, *job) for job in missing):
            done.result()
            bar.update(CHUNK)
    return {view: _gather([path for name, _, path in jobs if name == view]) for view in views}


def _gather(paths: list[Path]) -> ViewFeatures:
    chunks = [np.load(path) for path in paths]
    return ViewFeatures(*(np.concatenate([chunk[name] for chunk in chunks]) for name in ("features", "maps", "small")))


_worker: dict = {}  # what each worker process opened once


def _open_backbone(backbone: Path, photos: list[Path], seed: int) -> None:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(backbone), num_threads=1)
    interpreter.allocate_tensors()
    _worker.update(run=interpreter.get_signature_runner(), photos=photos, seed=seed)


def _compute_chunk(view: str, start: int, path: Path) -> None:
    """One file of features, written whole or not at all."""
    features, maps, small = [], [], []
    for index in range(start, min(start + CHUNK, len(_worker["photos"]))):
        pixels = image_to_pixels(_view(view, index), 224)
        outputs = _worker["run"](pixels=pixels[None].astype(np.float32))
        features.append(outputs["features"][0].astype(np.float16))
        maps.append(outputs["map"][0].astype(np.float16))
        small.append(pixels.reshape(SMALL_SIDE, 16, SMALL_SIDE, 16, 3).mean(axis=(1, 3)).astype(np.uint8))
    if not (np.isfinite(features).all() and np.isfinite(maps).all()):
        raise FloatingPointError(f"The backbone gave numbers that aren't finite for photos {start} and following.")
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("wb") as file:
        np.savez(file, features=np.stack(features), maps=np.stack(maps), small=np.stack(small))
    partial.replace(path)


def _view(view: str, index: int) -> Image.Image:
    photos = _worker["photos"]
    image = open_photo(photos[index], max_side=_MAX_SIDE)
    rng = np.random.default_rng([_worker["seed"], index, VIEWS.index(view)])
    if view == "plain":
        return image
    if view == "studio":
        return studio_view(image, rng)
    clutter = open_photo(photos[int(rng.integers(len(photos)))], max_side=_MAX_SIDE)
    return street_view(image, clutter, rng)

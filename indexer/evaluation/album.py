"""The photos of a report: chosen so that every kind of mistake is seen, scaled down and held as JPEG."""

import base64
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm

from indexer.evaluation.result import HeadEvaluation
from search.errors import PhotoError
from search.photo import open_photo

SIDE = 160  # pixels, the longer side: sharp in a 150 px tile, and 5 kB a photo
ALWAYS = 18  # of the surest mistakes and of the most doubtful hits
_QUALITY = 72
_PER_TURN = 6  # photos of one cell of the confusion matrix before the next has its turn
_HITS_SHARE = 1 / 3  # of the photos, for hits


class Album:
    """Thumbnails by number; the same photo is kept once."""

    def __init__(self, paths: list[Path]) -> None:
        """An empty album of photos that are named by their position among ``paths``."""
        self._paths = paths
        self._number_of: dict[int, int] = {}

    def add(self, row: int) -> int:
        """The number of a photo's thumbnail."""
        return self._number_of.setdefault(int(row), len(self._number_of))

    def develop(self, *, progress: bool = True) -> list[str]:
        """All thumbnails in the order of their numbers: JPEG in base64, empty where the photo can't be read."""
        paths = [self._paths[row] for row in self._number_of]
        with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="album") as pool:
            return list(
                tqdm(
                    pool.map(encode_thumbnail, paths),
                    total=len(paths),
                    unit="photo",
                    desc="report",
                    disable=not progress,
                )
            )


def encode_thumbnail(path: Path) -> str:
    """A photo at most ``SIDE`` pixels wide and high as a JPEG in base64; empty where it can't be read."""
    try:
        image = open_photo(path, max_side=SIDE)
    except PhotoError:
        return ""
    content = io.BytesIO()
    image.save(content, "JPEG", quality=_QUALITY, optimize=True)
    return base64.b64encode(content.getvalue()).decode("ascii")


def choose_photos(head: HeadEvaluation, limit: int) -> np.ndarray:
    """Positions among the judged photos, at most ``limit``, in the order in which they matter: mistakes, then hits.

    A third is kept for hits where there are so many. The surest mistakes and the most doubtful hits of all are in; then
    each cell of the confusion matrix in turn gives its six most telling photos, the fullest cells first, so that as
    many as possible have something to show.
    """
    predicted = head.predicted
    hit = predicted == head.targets
    tellingness = np.where(hit, head.confidences, -head.confidences)  # smaller comes first
    _, cells, sizes = np.unique(
        head.targets.astype(np.int64) * len(head.labels) + predicted, return_inverse=True, return_counts=True
    )
    order = np.lexsort((tellingness, cells))
    turn = np.empty(len(order), np.int64)
    turn[order] = (np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)) // _PER_TURN
    for kind in (np.flatnonzero(~hit), np.flatnonzero(hit)):
        turn[kind[np.argsort(tellingness[kind], kind="stable")[:ALWAYS]]] = -1
    ranking = np.lexsort((tellingness, -sizes[cells], turn))
    mistakes, hits = ranking[~hit[ranking]], ranking[hit[ranking]]
    room = max(limit - len(hits), limit - int(limit * _HITS_SHARE))
    return np.r_[mistakes[:room], hits[: limit - min(room, len(mistakes))]]

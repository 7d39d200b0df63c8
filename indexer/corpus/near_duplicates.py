"""Photos that are the same picture: copied, saved anew, scaled, a little brighter, or mirrored.

Two steps. A difference hash (Neal Krawetz, "Kind of Like That", 2013) of every photo is compared with every other's
by FAISS, exactly; that is quick, but sunglasses on white all hash alike. So the few pairs that are left are laid upon
each other, and what differs is measured in grey levels. 10,000 photos take seconds, 100,000 some minutes.

Two photos of one product from different sides, and one design in two colours, are no near-duplicates. Nor is, here,
the same picture with other margins.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from catalog.importing.photo_inspection import count_threads
from indexer.corpus.photo_cache import PhotoCache

# Grey levels of 255. Of photos saved anew at JPEG quality 30, or at a third of their size, 99% are below; of pairs of
# the boutique's training photos, those from 20 on are one design in two colours, and there are none between.
MAX_DISTANCE = 18

_FILE_SIDE = 64  # pixels: photo files are decoded to thumbnails of this size
_SIDE = 16  # pixels of the thumbnails that are compared
_MARGIN = 3  # grey levels by which a neighbour must be brighter to count: flat white stays flat through any JPEG
_HASH_BYTES = 64  # 480 bits of hash and 32 that are always 0: FAISS is fastest at this length
_MAX_HASH_DISTANCE = 40  # bits of 480, likewise
_MIN_CORRELATION = 0.985  # of the thumbnails: on a white shirt before white few grey levels make another shirt
_MAX_GAIN = 1.2  # how much more contrast or light one of the two may have
_QUERIES = 1024  # photos a block
_PAIRS = 256  # pairs laid upon each other at once: 800 kB, which a core's cache holds


def find_near_duplicates(
    pixels: np.ndarray, *, max_distance: int = MAX_DISTANCE, progress: bool = True
) -> pd.DataFrame:
    """Pairs of photos that show the same picture.

    Of photos that are equal at 16x16 pixels, each is paired with the first only, so that a thousand copies of a
    "no photo" picture are a thousand pairs and not a million.

    Args:
        pixels: (N, S, S, 3) uint8, an array or a memory map; leave out photos that couldn't be decoded.
        max_distance: the largest difference allowed anywhere, in grey levels (0 to 255), between the two photos scaled
            to 16x16 pixels, after brightness and contrast are evened out.
        progress: show bars.

    Returns:
        Rows ``first`` < ``second`` and their ``distance`` (int), nearest first.

    Raises:
        ValueError: pixels of another shape or type.
    """
    if pixels.ndim != 4 or pixels.shape[3] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"Pixels of shape {pixels.shape} and type {pixels.dtype} came; (N, S, S, 3) uint8 is needed.")
    thumbnails = _scale_down(pixels, progress=progress)
    different, first_like = _find_different(thumbnails)
    copies = np.flatnonzero(first_like != np.arange(len(pixels)))
    found = [np.stack([first_like[copies], copies, np.zeros(len(copies), np.int64)], axis=1)]
    for first, second, mirrored in _find_candidates(thumbnails[different], progress=progress):
        ours, theirs = thumbnails[different[first]], thumbnails[different[second]]
        distances = _measure(ours[:, :, ::-1] if mirrored else ours, theirs)
        near = distances <= max_distance
        if near.any():
            found.append(np.stack([different[first], different[second], distances], axis=1)[near])
    pairs = pd.DataFrame(np.concatenate(found), columns=["first", "second", "distance"])
    pairs = pairs.sort_values(["distance", "first", "second"])
    return pairs.drop_duplicates(["first", "second"]).reset_index(drop=True)  # a symmetric one was found mirrored too


def find_near_duplicate_files(
    paths: Sequence[Path | str], cache: Path, *, progress: bool = True
) -> tuple[pd.DataFrame, np.ndarray]:
    """Pairs of photo files that show the same picture.

    Args:
        paths: N photo files.
        cache: where their thumbnails are kept.
        progress: show bars.

    Returns:
        The pairs as from ``find_near_duplicates``, ``first`` and ``second`` being places among the paths; and the
        places, ascending, of the photos that could be decoded.

    Raises:
        TrainingDataError: not one can be decoded. StorageError: the cache can't be written.
    """
    photos = PhotoCache.fill(paths, cache, _FILE_SIDE, progress=progress)
    sound = np.setdiff1d(np.arange(len(paths)), list(photos.faults))
    pairs = find_near_duplicates(photos.pixels[sound], progress=progress)
    return pairs.assign(first=sound[pairs["first"]], second=sound[pairs["second"]]), sound


def _scale_down(pixels: np.ndarray, *, progress: bool = False) -> np.ndarray:
    """(N, 16, 16, 3) uint8: each pixel the mean of its area."""
    thumbnails = np.empty((len(pixels), _SIDE, _SIDE, 3), np.uint8)

    def scale(row: int) -> None:
        thumbnails[row] = np.asarray(Image.fromarray(pixels[row]).resize((_SIDE, _SIDE), Image.Resampling.BOX))

    with ThreadPoolExecutor(count_threads()) as pool:
        for start in _blocks(len(pixels), "scaling", progress=progress):
            list(pool.map(scale, range(start, min(start + _QUERIES, len(pixels)))))
    return thumbnails


def _blocks(count: int, name: str, *, progress: bool) -> Iterator[int]:
    """Where each block of photos begins, with a bar."""
    with tqdm(total=count, unit="photo", desc=name, disable=not progress) as bar:
        for start in range(0, count, _QUERIES):
            yield start
            bar.update(min(_QUERIES, count - start))


def _find_different(thumbnails: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each different thumbnail, ascending; and (N,) for every row the first one that equals it."""
    if not len(thumbnails):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    as_bytes = thumbnails.reshape(len(thumbnails), -1).view(np.dtype((np.void, thumbnails[0].nbytes)))[:, 0]
    _, firsts, which = np.unique(as_bytes, return_index=True, return_inverse=True)
    return np.sort(firsts), firsts[which]


def _hash(thumbnails: np.ndarray) -> np.ndarray:
    """(N, 64) uint8: whether each pixel's right neighbour is brighter, and whether its lower one is."""
    light = thumbnails @ np.array([0.299, 0.587, 0.114], np.float32)
    right = np.diff(light, axis=2) > _MARGIN  # (N, 16, 15)
    below = np.diff(light, axis=1) > _MARGIN  # (N, 15, 16)
    bits = np.packbits(np.concatenate([right.reshape(-1, 240), below.reshape(-1, 240)], axis=1), axis=1)
    return np.pad(bits, ((0, 0), (0, _HASH_BYTES - bits.shape[1])))


def _find_candidates(thumbnails: np.ndarray, *, progress: bool) -> Iterator[tuple[np.ndarray, np.ndarray, bool]]:
    """Rows of pairs, first < second, whose hashes are close, and whether they are with the first mirrored; in parts."""
    hashes, mirrored = _hash(thumbnails), _hash(thumbnails[:, :, ::-1])
    for start in _blocks(len(hashes), "comparing", progress=progress):
        index = faiss.IndexBinaryFlat(8 * _HASH_BYTES)
        index.add(hashes[start:])  # what comes before was compared with these already
        for is_mirrored, all_queries in enumerate((hashes, mirrored)):
            queries = all_queries[start : start + _QUERIES]
            limits, _, second = index.range_search(
                queries, _MAX_HASH_DISTANCE + 1
            )  # FAISS leaves the radius itself out
            first = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
            later = second > first
            first, second = start + first[later], start + second[later]
            for part in range(0, len(first), _PAIRS):
                yield first[part : part + _PAIRS], second[part : part + _PAIRS], bool(is_mirrored)


def _measure(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(P,) int: the largest difference in grey levels; 256 for another picture."""
    ours, theirs = (part.reshape(len(part), -1).astype(np.float32) for part in (first, second))
    counted = np.minimum(ours, theirs) < 255  # not what both are padded with
    counts = np.maximum(counted.sum(axis=1, keepdims=True), 1)
    ours = (ours - (ours * counted).sum(axis=1, keepdims=True) / counts) * counted
    theirs = (theirs - (theirs * counted).sum(axis=1, keepdims=True) / counts) * counted
    products = np.einsum("ij,ij->i", ours, theirs)
    ours_squared, theirs_squared = np.einsum("ij,ij->i", ours, ours), np.einsum("ij,ij->i", theirs, theirs)
    gains = np.maximum(products / np.maximum(ours_squared, 1e-6), 1e-6)  # least squares: theirs = gain * ours
    largest = np.abs(gains[:, None] * ours - theirs).max(axis=1)
    is_same = products >= _MIN_CORRELATION * np.sqrt(ours_squared * theirs_squared)
    is_same &= np.abs(np.log(gains)) <= np.log(_MAX_GAIN)
    return np.where(is_same, np.rint(largest), 256).astype(np.int64)

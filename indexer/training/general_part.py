"""The general part's directions, where a training starts from a network that has none yet."""

import os
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
from tqdm import tqdm

from indexer.corpus.photo_cache import resize_squares
from indexer.corpus.sampling import spread_evenly
from indexer.network.lite0 import POOLED
from indexer.network.projection_heads import GENERAL_DIM
from indexer.training.batches import FrozenLayers, TrainingPhotos

_MOST = 6_000  # photos looked at; more change the directions no further
_AT_ONCE = 32


def general_projection(
    backbone: keras.Model, photos: TrainingPhotos, image_size: int, *, progress: bool = True
) -> list[np.ndarray]:
    """The weights (F, GENERAL_DIM) of the projection: the directions in which pooled features of photos are largest.

    They are not centred, so that a cosine of projected features is nearly the cosine of the features themselves.

    Args:
        backbone: whose pooled features are projected.
        photos: to look at.
        image_size: side of the network's input (pixels).
        progress: show a bar.
    """
    pooled = FrozenLayers(keras.Model(backbone.input, backbone.get_layer(POOLED).output))
    places = spread_evenly(len(photos), _MOST)

    def look(start: int) -> np.ndarray:
        pixels = photos.pixels[photos.rows[places[start : start + _AT_ONCE]]]
        features = pooled(resize_squares(pixels, image_size).astype(np.float32))[0]
        return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)

    starts = range(0, len(places), _AT_ONCE)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        looked = tqdm(pool.map(look, starts), total=len(starts), desc="looking", unit="batch", disable=not progress)
        features = np.concatenate(list(looked)).astype(np.float64)
    _, directions = np.linalg.eigh(features.T @ features)  # ascending
    found = directions[:, ::-1][:, :GENERAL_DIM]
    missing = GENERAL_DIM - found.shape[1]  # of a backbone of fewer features
    return [np.pad(found, ((0, 0), (0, max(0, missing)))).astype(np.float32)]

"""Cross-view retrieval: how often a photo finds another side of its product first, in shops that no training saw.

Each photo of a shop asks; all its other photos are the gallery. Photos that are nearly the same picture are left out
of the asking one's gallery, and photos that then have no other photo of their product don't ask. Products are ranked
as a search ranks them, by their photos together.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from indexer.errors import TrainingDataError
from search.model.embedder import Embedder
from search.model.preprocessing import query_views, stored_views
from search.photo import open_photo
from search.ranking.product_scores import score_products

SHOPS = ("abantecart", "kickstart", "opencart", "bagisto")  # folders below ``shops`` of the development photos
_SAME_PICTURE = 0.004  # mean squared difference of two 32x32 thumbnails, colours from 0 to 1


@dataclass(frozen=True)
class Shop:
    """The photos of one shop."""

    name: str
    paths: list[str]
    products: np.ndarray  # (N,) int
    right: np.ndarray  # (N, N) bool: another photo of the same product
    left_out: np.ndarray  # (N, N) bool: nearly the same picture, itself included

    @property
    def asking(self) -> np.ndarray:
        """(N,) bool, the photos that ask."""
        return np.asarray(self.right.any(axis=1))


def read_shops(data: Path) -> list[Shop]:
    """The development shops, in the order of ``SHOPS``; raises TrainingDataError where they aren't there."""
    return [read_shop(data / "shops" / name) for name in SHOPS]


def read_shop(folder: Path) -> Shop:
    """One shop's photos and which of them show the same product, or nearly the same picture.

    Raises:
        TrainingDataError: they aren't there.
    """
    if not (folder / "views.csv").is_file():
        raise TrainingDataError(f"There is no {folder}; these photos are not part of the project.")
    views = pd.read_csv(folder / "views.csv", dtype=str)
    paths = [str(folder / image) for image in views["image"]]
    products = pd.factorize(views["product_id"])[0]
    small = (32, 32)
    pictures = [open_photo(Path(path)).resize(small, Image.Resampling.BICUBIC) for path in paths]
    thumbnails = np.stack([np.asarray(picture, np.float32) / 255 for picture in pictures]).reshape(len(paths), -1)
    squares = (thumbnails**2).sum(axis=1)
    distances = (squares[:, None] + squares[None] - 2 * thumbnails @ thumbnails.T) / thumbnails.shape[1]
    left_out = distances < _SAME_PICTURE
    np.fill_diagonal(left_out, True)
    return Shop(folder.name, paths, products, (products[:, None] == products[None]) & ~left_out, left_out)


def embed_photos_of(shop: Shop, embedder: Embedder, views: Callable[[Image.Image], list[Image.Image]]) -> np.ndarray:
    """(N, D) the vectors of a shop's photos, averaged over views of each."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        each = pool.map(lambda path: embedder.embed_views(views(open_photo(Path(path)))).vectors, shop.paths)
        return np.concatenate(list(each))


def score_galleries(shop: Shop, queries: np.ndarray, stored: np.ndarray, parts: Sequence[int]) -> np.ndarray:
    """(N, N) for each asking photo what the product of each gallery photo scores, by its photos in that gallery.

    Args:
        shop: the photos.
        queries: (N, D) their vectors as they ask, weighed.
        stored: (N, D) their vectors as an index stores them.
        parts: how many numbers each part of a vector has.
    """
    scores = np.full((len(queries), len(stored)), -np.inf, np.float32)
    in_order = np.argsort(shop.products, kind="stable")
    for asking, query in enumerate(queries):
        gallery = in_order[~shop.left_out[asking, in_order]]
        _, starts, counts = np.unique(shop.products[gallery], return_index=True, return_counts=True)
        scores[asking, gallery] = np.repeat(score_products(stored[gallery], starts, query, parts), counts)
    return scores


def found_within(shop: Shop, scores: np.ndarray, first: int) -> np.ndarray:
    """(asking,) bool: whether the asking photo's product is among the first so many products.

    Args:
        shop: the photos.
        scores: (N, N) of each gallery photo for each asking photo; a product counts with its best one.
        first: how many products.
    """
    order = np.argsort(-np.where(shop.left_out, -np.inf, scores), axis=1, kind="stable")
    found = []
    for asking in np.flatnonzero(shop.asking):
        ranked = shop.products[order[asking][~shop.left_out[asking, order[asking]]]]
        places = np.sort(np.unique(ranked, return_index=True)[1])
        found.append(shop.products[asking] in ranked[places[:first]])
    return np.array(found, bool)


def mean_found_first(shops: Sequence[Shop], embedder: Embedder) -> float:
    """R@1, the mean of the shops, as a search of an index without a balance of its own finds it."""
    found = []
    for shop in shops:
        asked, stored = (embed_photos_of(shop, embedder, views) for views in (query_views, stored_views))
        balance = embedder.bundle.balance.for_catalog(stored)
        scores = score_galleries(shop, balance.weigh(asked), stored, balance.dims)
        found.append(found_within(shop, scores, 1).mean())
    return float(np.mean(found))

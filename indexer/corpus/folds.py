"""Leakage groups, and folds that never divide one.

Photos leak when a classifier is judged by a photo whose content it learned from another photo: another view of the same
product, a colour variant, the same file under another product, a near-duplicate. Such photos form a leakage group. A
group stays whole wherever photos are divided: into training, validation and test photos, and into the folds of a
cross-validation.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Links = Sequence[tuple[int, int]]  # pairs of rows that show the same


def key_group(product_id: str, group_id: str | None) -> str:
    """A text that is equal for all colour variants of one product; a product without a group has one of its own.

    The ids of groups and of products never meet: a group "7" is not the product "7".
    """
    return f"g{group_id}" if group_id else f"p{product_id}"


def number_in_order(keys: Iterable[str]) -> np.ndarray:
    """(N,) int: equal for equal keys, numbered from 0 in the order in which the keys first appear."""
    codes: dict[str, int] = {}
    return np.array([codes.setdefault(key, len(codes)) for key in keys], np.int64)


def find_leakage_groups(photos: "pd.DataFrame", links: Links = ()) -> np.ndarray:
    """The leakage group of each photo: photos of one product, photos of one group and linked photos share a number.

    Args:
        photos: N rows, one a photo, with the columns ``product_id`` and ``group_id``.
        links: pairs of rows that show the same, from ``link_equal`` or of near-duplicates.

    Returns:
        (N,) int, from 0.

    Raises:
        ValueError: a link to a row that isn't there.
    """
    count = len(photos)
    products = number_in_order(photos["product_id"]) + count
    groups = number_in_order(photos["group_id"]) + products.max(initial=count) + 1
    pairs = np.asarray(links, np.int64).reshape(-1, 2)
    if pairs.size and (pairs.min() < 0 or pairs.max() >= count):
        raise ValueError(f"Links between rows {pairs.min()} and {pairs.max()} came; there are rows 0 to {count - 1}.")
    rows = np.arange(count)
    starts = np.concatenate([rows, rows, pairs[:, 0]])
    ends = np.concatenate([products, groups, pairs[:, 1]])
    return _connect(starts, ends, int(groups.max(initial=count)) + 1)[:count]


def find_connected(links: Links, count: int) -> np.ndarray:
    """(count,) int: equal for rows that are linked, directly or through other rows."""
    pairs = np.asarray(links, np.int64).reshape(-1, 2)
    return _connect(pairs[:, 0], pairs[:, 1], count)


def link_equal(fingerprints: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of rows (first, later) that together connect all rows of each fingerprint."""
    first: dict[str, int] = {}
    pairs = [(first.setdefault(fingerprint, row), row) for row, fingerprint in enumerate(fingerprints)]
    return [pair for pair in pairs if pair[0] != pair[1]]


def deal_group_folds(
    groups: np.ndarray, folds: int, rng: np.random.Generator, targets: np.ndarray | None = None
) -> np.ndarray:
    """The fold of each photo (N,), from 0: groups are dealt out evenly, and a group never to two folds.

    Args:
        groups: (N,) int, the leakage group of each photo.
        folds: how many there are.
        rng: shuffles the groups.
        targets: (N,) int; where given, the groups of each class are dealt out evenly as well. A group counts for the
            class of its first photo.
    """
    _, first, group_of = np.unique(groups, return_index=True, return_inverse=True)
    chance = rng.permutation(len(first))
    order = chance if targets is None else np.lexsort((chance, targets[first]))
    fold_of_group = np.empty(len(first), np.int64)
    fold_of_group[order] = np.arange(len(first)) % folds
    return fold_of_group[group_of]


def _connect(starts: np.ndarray, ends: np.ndarray, nodes: int) -> np.ndarray:
    """(nodes,) int: the component of each node of a graph, numbered in the order of their first nodes."""
    from scipy.sparse import coo_array  # here, because builds need this module for less, and SciPy takes its time
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(starts), np.int8), (starts, ends)), (nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1])

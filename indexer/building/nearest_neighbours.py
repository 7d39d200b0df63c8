"""How near each product's nearest neighbour is, measured while an index is built: some have nothing like them."""

import faiss
import numpy as np

from search.model.balance import Balance

COMPARE_ALL_UP_TO = 40_000  # photos: until here comparing with every one takes seconds
NEIGHBOURS = 16  # photos looked at; a product's own and its variants' are passed over
MORE_NEIGHBOURS = 1024  # for products whose nearest are all of their own group
_BLOCK = 4096  # products at a time
_PROBES, _MORE_PROBES = 8, 64  # lists visited; more for the most isolated products, where a missed neighbour would tell
_ISOLATED_SHARE = 0.2  # that are looked at twice
_TRAINING_PER_LIST = 40


def measure_nearest(vectors: np.ndarray, photo_product: np.ndarray, groups: np.ndarray, balance: Balance) -> np.ndarray:
    """(P,) float32: the score of each product's first photo with the best photo of any product of another group.

    -1 where there is no other group. Up to ``COMPARE_ALL_UP_TO`` photos it is exact; beyond, a neighbour may be missed
    now and then.

    Args:
        vectors: (N, D) float32, one row a photo, a product's rows one after the other.
        photo_product: (N,) int, ascending: position of each row's product.
        groups: (P,) int, equal for colour variants of one product.
        balance: the weights of the vectors' parts under which products are searched.
    """
    first_row = np.searchsorted(photo_product, np.arange(len(groups)))
    index = _open_index(vectors)
    row_group = groups[photo_product]

    def search(positions: np.ndarray, k: int, probes: int) -> np.ndarray:
        queries = balance.weigh(vectors[first_row[positions]])
        parameters = faiss.SearchParametersIVF(nprobe=probes) if isinstance(index, faiss.IndexIVF) else None
        scores, rows = index.search(queries, min(k, len(vectors)), params=parameters)
        foreign = (rows >= 0) & (row_group[rows] != groups[positions][:, None])
        return np.where(foreign, scores, -1.0).max(axis=1)

    nearest = np.full(len(groups), -1.0, np.float32)
    everyone = np.arange(len(groups))
    for positions in _blocks(everyone):
        nearest[positions] = search(positions, NEIGHBOURS, _PROBES)
    for positions in _blocks(everyone[nearest <= -1.0]):
        nearest[positions] = search(positions, MORE_NEIGHBOURS, _MORE_PROBES)
    if isinstance(index, faiss.IndexIVF):
        for positions in _blocks(np.argsort(nearest, kind="stable")[: int(len(groups) * _ISOLATED_SHARE)]):
            nearest[positions] = np.maximum(nearest[positions], search(positions, NEIGHBOURS, _MORE_PROBES))
    return nearest


def _blocks(positions: np.ndarray) -> list[np.ndarray]:
    return [positions[start : start + _BLOCK] for start in range(0, len(positions), _BLOCK)]


def _open_index(vectors: np.ndarray) -> faiss.Index:
    dim = vectors.shape[1]
    if len(vectors) <= COMPARE_ALL_UP_TO:
        index = faiss.IndexFlatIP(dim)
    else:
        lists = int(4 * np.sqrt(len(vectors)))
        index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT)
        index.cp.niter = 6  # coarse lists are enough for a question that is asked twice
        chosen = np.random.default_rng(0).choice(
            len(vectors), min(len(vectors), lists * _TRAINING_PER_LIST), replace=False
        )
        index.train(vectors[chosen])
    index.add(vectors)
    return index

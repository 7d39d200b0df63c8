"""The balance of a vector's parts that suits one shop, learned from its own photos while an index is built.

Several photos of one product are free examples of "the same", and all other products, colour variants among them, of
"not the same". Under the best weights, a photo's nearest neighbour is another photo of its product. A shop of
cosmetics wants less colour than others; where a shop has too few such photos to tell, the bundle's weights stay.

A catalogue's photos of one product share the studio's light, which shoppers' photos don't. So they can show that exact
colours, or what ImageNet sees, should count less than usual, and never that they should count more: in drawn boutiques,
weights that were learned freely found a tenth less of the products in shoppers' photos (docs/model.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from indexer.corpus.sampling import spread_evenly
from search.model.balance import Balance, LearnedBalance, split_parts

LEAST_PRODUCTS = 8  # with several photos; fewer can't outvote the default
COLOUR_WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
STYLE_SHARES = (0.15, 0.3, 0.5)  # of the weight of the shape part
MOST_ASKING, MOST_ANSWERING = 1500, 6000  # photos; they bound the cost for any size of catalogue
MOST_OF_PRODUCT = 24  # of a product's photos that ask; a table that names one product in all rows has thousands
MOST_MEASURED = 20_000  # photos that the spreads of scores are measured on
_FOLDS = 5
_SAME_PICTURE = 0.999  # cosine of the shape parts above which two photos of a product are one picture twice


@dataclass(frozen=True)
class _Trial:
    """How well each balance finds the products with several photos."""

    reciprocal_ranks: np.ndarray  # (products, balances) mean over the product's asking photos
    found_first: np.ndarray  # the same, share of asking photos that find their product first


def learn_balance(vectors: np.ndarray, photo_product: np.ndarray, default: Balance) -> LearnedBalance:
    """The weights under which this shop's photos find other photos of their products best. Deterministic.

    A balance is taken instead of the default only if it is better by more than one standard error over products, and
    if weights chosen in the same way are better by as much for products that were left out of the choice (5 folds).

    Args:
        vectors: (N, D) float32, one row a photo, a product's rows one after the other.
        photo_product: (N,) int, ascending: position of each row's product.
        default: the bundle's balance.
    """
    measured = vectors[spread_evenly(len(vectors), MOST_MEASURED)]
    default = default.for_catalog(measured)
    balances = [default, *_candidates(default)]
    trial = _try_balances(vectors, photo_product, balances)
    count = len(trial.found_first)
    if not count:
        return LearnedBalance(default)
    by_default = float(trial.found_first[:, 0].mean())
    kept = LearnedBalance(default, "default", count, round(by_default, 4), round(by_default, 4))
    if count < LEAST_PRODUCTS:
        return kept
    chosen, of_folds = _choose(trial.reciprocal_ranks), _choose_in_folds(trial.reciprocal_ranks)
    products = np.arange(count)
    leads = trial.reciprocal_ranks[products, of_folds] - trial.reciprocal_ranks[:, 0]
    if not chosen or leads.mean() <= leads.std(ddof=1) / np.sqrt(count):
        return kept
    found = float(trial.found_first[products, of_folds].mean())
    return LearnedBalance(balances[chosen], "photos", count, round(by_default, 4), round(found, 4))


def _candidates(default: Balance) -> list[Balance]:
    """Balances with no more colour than the default, and no less style beside the general part."""
    usual = tuple(weight / max(sum(default.weights[:-1]), 1e-9) for weight in default.weights[:-1])
    shapes = [usual]
    if len(usual) == 2:
        shapes += [(1 - share, share) for share in STYLE_SHARES if share > usual[1]]
    return [
        replace(default, weights=(*((1 - colour) * weight for weight in shape), colour))
        for shape, colour in product(shapes, [*COLOUR_WEIGHTS, default.colour_weight])
        if colour <= default.colour_weight
    ]


def _try_balances(vectors: np.ndarray, photo_product: np.ndarray, balances: Sequence[Balance]) -> _Trial:
    photos_of = np.bincount(photo_product)
    place = np.arange(len(photo_product)) - (np.cumsum(photos_of) - photos_of)[photo_product]  # among its product's
    several = np.flatnonzero((photos_of[photo_product] > 1) & (place < MOST_OF_PRODUCT))
    asking = several[_whole_products(photo_product[several], MOST_ASKING)]
    answering = np.union1d(asking, spread_evenly(len(vectors), MOST_ANSWERING))
    same = photo_product[asking][:, None] == photo_product[answering][None]
    shape = vectors[asking][:, : balances[0].shape_dim] @ vectors[answering][:, : balances[0].shape_dim].T
    twice = shape >= _SAME_PICTURE * (len(balances[0].parts) - 1)  # itself included
    right = same & ~twice
    able = right.any(axis=1)
    if not able.any():
        return _Trial(np.empty((0, len(balances))), np.empty((0, len(balances))))
    asking, right, left_out = asking[able], right[able], (same & twice)[able]
    pairs = zip(*(split_parts(vectors[rows], balances[0].parts) for rows in (asking, answering)), strict=True)
    cosines = [one @ other.T for one, other in pairs]
    ranks = np.stack([_ranks(cosines, balance.part_factors(vectors[asking]), right, left_out) for balance in balances])
    _, codes, counts = np.unique(photo_product[asking], return_inverse=True, return_counts=True)

    def by_product(values: np.ndarray) -> np.ndarray:
        return np.stack([np.bincount(codes, row) / counts for row in values], axis=1)

    return _Trial(by_product(1 / ranks), by_product(ranks == 1))


def _ranks(cosines: Sequence[np.ndarray], factors: np.ndarray, right: np.ndarray, left_out: np.ndarray) -> np.ndarray:
    """(A,) at which place, from 1, each asking photo's product comes."""
    scores = sum(factors[:, place, None] * cosine for place, cosine in enumerate(cosines))
    best = np.where(right, scores, -np.inf).max(axis=1)
    return 1 + ((scores >= best[:, None]) & ~right & ~left_out).sum(axis=1)


def _choose(quality: np.ndarray) -> int:
    """Which balance surely beats the first one, by the lower end of what its lead may be; 0 if none does."""
    leads = quality - quality[:, :1]
    errors = leads.std(axis=0, ddof=1) / np.sqrt(len(leads)) if len(leads) > 1 else np.full(leads.shape[1], np.inf)
    surely = leads.mean(axis=0) - errors
    surely[0] = 0.0
    return int(surely.argmax())


def _choose_in_folds(quality: np.ndarray) -> np.ndarray:
    """(products,) for each product the balance that is chosen by the products of other folds."""
    folds = np.arange(len(quality)) % _FOLDS
    return np.array([_choose(quality[folds != fold]) for fold in range(_FOLDS)])[folds]


def _whole_products(products: np.ndarray, most: int) -> np.ndarray:
    """Places of about ``most`` photos of evenly chosen products, all of each that are among ``products``."""
    names = np.unique(products)
    wanted = max(1, round(most * len(names) / max(len(products), 1)))
    return np.flatnonzero(np.isin(products, names[spread_evenly(len(names), wanted)]))

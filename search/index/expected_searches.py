"""What searches of a shop will be like before any was made: its own vectors, blurred and weighed as queries are."""

import numpy as np

from search.index.vector_store import ExpectedSearches
from search.model.balance import Balance, normalise_parts

_QUERIES = 200
_BLUR = 0.1  # of a query's squared length: what a shopper's photo has of something else than the product


def expect_searches(vectors: np.ndarray, balance: Balance) -> ExpectedSearches:
    """Searches for products of a shop, as shoppers' photos of them would be.

    Args:
        vectors: (N, D) float32 that are to be stored, N >= 1.
        balance: under which the shop is searched.
    """
    rng = np.random.default_rng(1)
    count = min(len(vectors), _QUERIES)
    products, others = (vectors[rng.choice(len(vectors), count, replace=False)] for _ in range(2))
    queries = normalise_parts(np.sqrt(1 - _BLUR) * products + np.sqrt(_BLUR) * others, balance.parts)
    factors = balance.part_factors(queries).mean(axis=0)
    return ExpectedSearches(np.repeat(factors, balance.dims), balance.weigh(queries))

"""Sampling how alike products are, against comparing all of them."""

import numpy as np
import pytest

from indexer.building.match_grades import CANDIDATES, measure_similarity
from search.index.match_grades import LEVELS, SimilarityCalibration
from search.model.balance import Balance, VectorPart

STYLE_DIM, COLOUR_DIM, WEIGHT = 6, 3, 0.4
BALANCE = Balance((VectorPart("style", STYLE_DIM), VectorPart("palette", COLOUR_DIM)), (1 - WEIGHT, WEIGHT))


def draw(products: int, categories: list[str], seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors of two unit parts, the row's product, and groups of two products each."""
    rng = np.random.default_rng(seed)
    product_of = np.repeat(np.arange(products), rng.integers(1, 4, products))
    vectors = rng.normal(size=(len(product_of), STYLE_DIM + COLOUR_DIM)).astype(np.float32)
    vectors[:, 0] += np.array([2.0 * (categories[product] == "Suits") for product in product_of])
    for part in (slice(STYLE_DIM), slice(STYLE_DIM, None)):
        vectors[:, part] /= np.linalg.norm(vectors[:, part], axis=1, keepdims=True)
    return vectors, product_of, np.arange(products) // 2


def test_a_small_category_is_compared_in_full() -> None:
    """First photo against best photo, weighed as searches are, colour variants left out."""
    categories = ["Suits", "Bags", "Bags"] * 16
    vectors, product_of, groups = draw(48, categories)
    found = measure_similarity(vectors, product_of, categories, groups, BALANCE)
    for name in ("Suits", "Bags"):
        members = [product for product in range(48) if categories[product] == name]
        scores = []
        for one in members:
            asked = vectors[np.flatnonzero(product_of == one)[0]]
            for other in members:
                if groups[one] != groups[other]:
                    theirs = vectors[product_of == other]
                    style, colour = theirs[:, :STYLE_DIM] @ asked[:STYLE_DIM], theirs[:, STYLE_DIM:] @ asked[STYLE_DIM:]
                    scores.append(((1 - WEIGHT) * style + WEIGHT * colour).max())
        assert found.categories[name] == pytest.approx(np.quantile(scores, LEVELS), abs=2e-4)
    assert found.categories["Suits"][0] > found.categories["Bags"][0]


def test_a_large_category_is_sampled_alike_every_time() -> None:
    """Near enough to the whole, at a bounded cost."""
    categories = ["Bags"] * (4 * CANDIDATES)
    vectors, product_of, groups = draw(len(categories), categories)
    ask = (vectors, product_of, categories, groups, BALANCE)
    found = measure_similarity(*ask)
    assert found == measure_similarity(*ask)
    rows = np.searchsorted(product_of, np.arange(len(categories) + 1))
    weighed = vectors.copy()
    weighed[:, :STYLE_DIM] *= 1 - WEIGHT
    weighed[:, STYLE_DIM:] *= WEIGHT
    everything = np.maximum.reduceat(weighed[rows[:-1]] @ vectors.T, rows[:-1], axis=1)
    everything = everything[groups[:, None] != groups[None]]
    assert found.categories["Bags"] == pytest.approx(np.quantile(everything, LEVELS), abs=0.02)


def test_too_few_pairs_have_no_distribution_of_their_own() -> None:
    """Three bags say nothing about bags; a shop of three products nothing about anything."""
    categories = ["Suits"] * 30 + ["Bags"] * 3
    vectors, product_of, groups = draw(33, categories)
    assert set(measure_similarity(vectors, product_of, categories, groups, BALANCE).categories) == {"Suits"}
    vectors, product_of, groups = draw(3, ["Bags"] * 3)
    assert measure_similarity(vectors, product_of, ["Bags"] * 3, groups, BALANCE) == SimilarityCalibration()

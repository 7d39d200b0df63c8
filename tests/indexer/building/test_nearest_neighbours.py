import numpy as np
import pytest

from indexer.building import nearest_neighbours as nearest
from indexer.building.nearest_neighbours import measure_nearest
from search.model.balance import Balance, VectorPart

STYLE, COLOUR, WEIGHT = 24, 8, 0.4
BALANCE = Balance((VectorPart("style", STYLE), VectorPart("palette", COLOUR)), (1 - WEIGHT, WEIGHT))


def draw_shop(products: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors, their products and groups: one to three photos each, every third product a variant of the one before."""
    rng = np.random.default_rng(seed)
    photo_product = np.repeat(np.arange(products), rng.integers(1, 4, products))
    groups = np.arange(products) - (np.arange(products) % 3 == 2)
    vectors = rng.normal(size=(len(photo_product), STYLE + COLOUR)).astype(np.float32)
    vectors += 2 * rng.normal(size=(products, STYLE + COLOUR)).astype(np.float32)[photo_product]
    for part in (slice(STYLE), slice(STYLE, None)):
        vectors[:, part] /= np.linalg.norm(vectors[:, part], axis=1, keepdims=True)
    return vectors, photo_product, groups


def compare_all(vectors: np.ndarray, photo_product: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The oracle: every first photo with every photo of another group."""
    factors = np.repeat([1 - WEIGHT, WEIGHT], [STYLE, COLOUR])
    first = np.searchsorted(photo_product, np.arange(len(groups)))
    scores = (vectors[first] * factors) @ vectors.T
    scores[groups[:, None] == groups[photo_product][None]] = -1
    return scores.max(axis=1)


def test_the_nearest_is_of_another_group() -> None:
    """Neither the product itself nor one of its colours."""
    shop = draw_shop(300)
    np.testing.assert_allclose(measure_nearest(*shop, BALANCE), compare_all(*shop), atol=1e-5)


def test_a_large_group_hides_nobody() -> None:
    """Where the nearest photos are all variants, it looks further; a shop of one group has no neighbours."""
    vectors, photo_product, groups = draw_shop(300)
    groups[:150] = 0
    vectors[: np.searchsorted(photo_product, 150)] = vectors[0]
    found = measure_nearest(vectors, photo_product, groups, BALANCE)
    np.testing.assert_allclose(found, compare_all(vectors, photo_product, groups), atol=1e-5)
    alone = measure_nearest(vectors, photo_product, np.zeros_like(groups), BALANCE)
    assert set(alone) == {-1.0}


@pytest.mark.slow
def test_a_large_shop_misses_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """With inverted lists, hardly any neighbour is overlooked, and none is made up."""
    monkeypatch.setattr(nearest, "COMPARE_ALL_UP_TO", 1000)
    shop = draw_shop(6000)
    found, true = measure_nearest(*shop, BALANCE), compare_all(*shop)
    assert (found <= true + 1e-5).all()
    lonely = np.argsort(true)[:300]
    assert np.mean(found[lonely] >= true[lonely] - 1e-5) > 0.9

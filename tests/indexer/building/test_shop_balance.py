"""The balance that a shop's own photos teach, in shops of which it is known what tells their products apart."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from indexer.building import shop_balance
from indexer.building.shop_balance import LEAST_PRODUCTS, learn_balance
from search.model.balance import Balance, LearnedBalance, ScoreSpreads, VectorPart, normalise_parts

PARTS = (VectorPart("general", 12, 0.3), VectorPart("style", 6, 0.4), VectorPart("palette", 8, 0.35))
DEFAULT = Balance(PARTS, (0.5, 0.1, 0.4))
TWO_PARTS = (VectorPart("style", 12), VectorPart("colour_part", 8))
LOUD = 3.0  # noise in which a product's own direction is lost


def draw_shop(
    products: int, noise: tuple[float, ...], parts: tuple[VectorPart, ...] = PARTS, *, photos: int = 3, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Photos of products that have a direction of their own in each part, blurred by so much noise in each."""
    rng = np.random.default_rng(seed)
    photo_product = np.repeat(np.arange(products), photos)
    pieces = [
        rng.normal(size=(products, part.dim))[photo_product] + loud * rng.normal(size=(len(photo_product), part.dim))
        for part, loud in zip(parts, noise, strict=True)
    ]
    return normalise_parts(np.concatenate(pieces, axis=1), parts), photo_product


def found_first(vectors: np.ndarray, photo_product: np.ndarray, balance: Balance) -> float:
    """The oracle: share of photos whose nearest other photo is of their product, mean over products."""
    scores = balance.weigh(vectors) @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    hits = photo_product[scores.argmax(axis=1)] == photo_product
    return float(np.mean([hits[photo_product == product].mean() for product in np.unique(photo_product)]))


def with_spreads(vectors: np.ndarray, balance: Balance) -> Balance:
    return replace(balance, spreads=ScoreSpreads.measure(vectors, balance.parts))


def test_where_colour_misleads_it_counts_less() -> None:
    """And products that taught nothing are found better, too."""
    noise = (0.6, 0.6, LOUD)
    vectors, photo_product = draw_shop(60, noise)
    learned = learn_balance(vectors, photo_product, DEFAULT)
    assert (learned.learned_from, learned.products) == ("photos", 60)
    assert learned.balance.colour_weight < DEFAULT.colour_weight
    assert learned.found > learned.found_by_default + 0.03
    others = draw_shop(60, noise, seed=1)
    default, own = (with_spreads(others[0], one) for one in (DEFAULT, learned.balance))
    assert found_first(*others, own) > found_first(*others, default) + 0.03


def test_a_studios_light_makes_colour_count_no_more_than_usual() -> None:
    """Though its photos would be found better so, shoppers' photos would not; nor may the style part count less."""
    learned = learn_balance(*draw_shop(60, (LOUD, LOUD, 0.3)), DEFAULT)
    assert learned.balance.colour_weight <= DEFAULT.colour_weight
    general, style, _ = learned.balance.weights
    assert style / (general + style) >= DEFAULT.weights[1] / sum(DEFAULT.weights[:2]) - 1e-9


def test_style_counts_more_where_it_knows_better() -> None:
    """Within the shape part, from a tenth of it to half."""
    learned = learn_balance(*draw_shop(60, (LOUD, 0.2, LOUD)), DEFAULT)
    general, style, colour = learned.balance.weights
    assert style / (general + style) == pytest.approx(0.5)
    assert colour < DEFAULT.colour_weight


def test_what_was_found_is_what_brute_force_finds() -> None:
    """Under the default, by each photo's nearest other one."""
    vectors, photo_product = draw_shop(40, (0.8, 0.8, 0.8))
    learned = learn_balance(vectors, photo_product, DEFAULT)
    expected = found_first(vectors, photo_product, with_spreads(vectors, DEFAULT))
    assert 0.3 < expected < 0.99, "there is something to find"
    assert learned.found_by_default == pytest.approx(expected, abs=1e-4)


def test_the_default_stays_where_everything_is_found_anyway() -> None:
    """Nothing can be better than it."""
    vectors, photo_product = draw_shop(60, (0.05, 0.05, 0.05))
    learned = learn_balance(vectors, photo_product, DEFAULT)
    assert learned == LearnedBalance(DEFAULT, "default", 60, 1.0, 1.0)


@pytest.mark.parametrize(
    ("leads", "chosen"), [([0.2, 0.0, 0.2, 0.0], 1), ([0.4, 0.0, 0.0, 0.0], 0), ([0.1, -0.1, 0.1, -0.2], 0)]
)
def test_a_lead_must_be_larger_than_its_error(leads: list[float], chosen: int) -> None:
    """Worked by hand: 0.1 +- 0.058 is one, 0.1 +- 0.1 is none, for one product may have made it; nor is a loss."""
    quality = np.stack([np.full(4, 0.5), 0.5 + np.array(leads), np.full(4, 0.5)], axis=1)
    assert shop_balance._choose(quality) == chosen


def test_few_products_cannot_outvote_the_default() -> None:
    """One more can, where colour is all that they have in common."""
    for products, learned_from in ((LEAST_PRODUCTS - 1, "default"), (60, "photos")):
        shop = draw_shop(products, (LOUD, LOUD, 0.1))
        assert learn_balance(*shop, DEFAULT).learned_from == learned_from


@pytest.mark.parametrize(
    ("products", "photos"), [(1, 1), (1, 3), (5, 1), (2, 2)], ids=["one photo", "one product", "no pairs", "two pairs"]
)
def test_tiny_shops_have_the_default(products: int, photos: int) -> None:
    """With their own spreads; whatever is searched for in them, scores are numbers."""
    vectors, photo_product = draw_shop(products, (1.0, 1.0, 1.0), photos=photos)
    learned = learn_balance(vectors, photo_product, DEFAULT)
    assert (learned.balance, learned.learned_from) == (DEFAULT, "default")
    assert learned.products == (products if photos > 1 else 0)
    assert learned.balance.spreads is not None
    assert learned.balance.spreads.photos == len(vectors)
    scores = learned.balance.weigh(vectors) @ vectors.T
    assert np.diag(scores) == pytest.approx(np.ones(len(vectors)), abs=1e-5)


def test_one_picture_twice_teaches_nothing() -> None:
    """Copies find each other under any weights, and in a product of copies there is no other side to find."""
    vectors, photo_product = draw_shop(60, (1.0, 1.0, 1.0), photos=1)
    copied, products = np.repeat(vectors, 2, axis=0), np.repeat(photo_product, 2)
    learned = learn_balance(copied, products, DEFAULT)
    assert learned == LearnedBalance(DEFAULT)
    # Beside true other sides, copies neither answer nor stand in the way.
    sides, of_product = draw_shop(60, (0.6, 0.6, LOUD))
    plain = learn_balance(sides, of_product, DEFAULT)
    doubled = learn_balance(np.repeat(sides, 2, axis=0), np.repeat(of_product, 2), DEFAULT)
    assert doubled.found_by_default == pytest.approx(plain.found_by_default, abs=0.02)
    assert doubled.balance.colour_weight < DEFAULT.colour_weight


def test_a_bundle_of_two_parts_learns_how_much_colour_counts() -> None:
    """There is nothing to weigh within its shape part."""
    default = Balance(TWO_PARTS, (0.6, 0.4))
    learned = learn_balance(*draw_shop(60, (0.6, LOUD), TWO_PARTS), default)
    assert learned.learned_from == "photos"
    assert learned.balance.colour_weight < 0.4
    assert sum(learned.balance.weights) == pytest.approx(1)
    assert learn_balance(*draw_shop(1, (1.0, 1.0), TWO_PARTS, photos=1), default) == LearnedBalance(default)


def test_equal_shops_teach_equal_balances(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where only some of their photos are looked at, whole products of those that ask."""
    shop = draw_shop(200, (0.6, 0.6, LOUD))
    assert learn_balance(*shop, DEFAULT) == learn_balance(*shop, DEFAULT)
    for name, most in (("MOST_ASKING", 90), ("MOST_ANSWERING", 300), ("MOST_MEASURED", 100)):
        monkeypatch.setattr(shop_balance, name, most)
    some = learn_balance(*shop, DEFAULT)
    assert some == learn_balance(*shop, DEFAULT)
    assert some.products == 30
    assert some.balance.colour_weight < DEFAULT.colour_weight
    assert some.balance.spreads is not None
    assert some.balance.spreads.photos == 100


def test_the_manifest_has_the_weights_as_they_are() -> None:
    """Those that can be chosen have no more than four decimals."""
    learned = learn_balance(*draw_shop(60, (LOUD, 0.2, LOUD)), DEFAULT)
    assert tuple(learned.describe()["weights"].values()) == pytest.approx(learned.balance.weights, abs=1e-12)


def test_a_product_with_thousands_of_photos_takes_no_more_memory_than_others() -> None:
    """As of a table whose rows all name one product: comparing each of its photos with each took gigabytes."""
    rng = np.random.default_rng(0)
    vectors = normalise_parts(rng.normal(size=(3_000, sum(part.dim for part in PARTS))).astype(np.float32), PARTS)
    tracemalloc.start()
    try:
        learned = learn_balance(vectors, np.r_[np.zeros(2_998, int), 1, 2], DEFAULT)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (learned.learned_from, learned.products) == ("default", 1)
    assert peak_bytes < 50e6

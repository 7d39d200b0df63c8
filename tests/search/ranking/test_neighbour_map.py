import numpy as np
import pytest

from search.index.match_grades import LEVELS, SimilarityCalibration
from search.index.product_columns import MISSING, CodedColumn
from search.ranking.neighbour_map import draw_map, find_isolated, move_apart


def test_what_is_alike_lies_together() -> None:
    """Two clusters far from each other stay apart on the map, and a plane is told whole."""
    rng = np.random.default_rng(3)
    vectors = np.zeros((8, 16), np.float32)
    vectors[:4, 0], vectors[4:, 0] = 1, -1
    vectors[:, 1] = rng.normal(size=8) * 0.1
    drawn = draw_map([f"p{number}" for number in range(8)], vectors, gap=(0.0, 0.0))
    assert [place.product_id for place in drawn.places] == [f"p{number}" for number in range(8)]
    assert drawn.told == pytest.approx(1.0)
    assert max(place.x for place in drawn.places[:4]) < min(place.x for place in drawn.places[4:])
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in drawn.places)


def test_a_map_comes_out_the_same_each_time() -> None:
    """Also when the products' vectors are mirrored, as a new build of the same shop may bring them."""
    vectors = np.random.default_rng(5).normal(size=(12, 8)).astype(np.float32)
    ids = [str(number) for number in range(12)]
    assert draw_map(ids, vectors) == draw_map(ids, vectors)
    mirrored = [(place.x, place.y) for place in draw_map(ids, -vectors).places]
    np.testing.assert_allclose(mirrored, [(place.x, place.y) for place in draw_map(ids, vectors).places], atol=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_products_and_equal_ones_have_a_map(count: int) -> None:
    """Nothing is divided by nothing."""
    drawn = draw_map([str(number) for number in range(count)], np.ones((count, 4), np.float32))
    assert len(drawn.places) == count
    assert all(np.isfinite([place.x, place.y]).all() for place in drawn.places)


def test_photos_move_apart_where_there_is_room() -> None:
    """Also those in one place."""
    plane = np.vstack([np.full((9, 2), 0.5), np.random.default_rng(1).random((12, 2))])
    moved = move_apart(plane, (0.1, 0.14))
    apart = (np.abs(moved[:, None] - moved[None]) / (0.1, 0.14)).max(axis=2)
    assert apart[~np.eye(len(moved), dtype=bool)].min() > 0.85
    assert moved.min() >= 0
    assert moved.max() <= 1


def test_isolated_products_are_told_by_their_category() -> None:
    """A score that is common among shirts is rare among bags."""
    shirts = tuple(np.linspace(0.5, 0.99, len(LEVELS)))
    bags = tuple(np.linspace(0.1, 0.5, len(LEVELS)))
    similarity = SimilarityCalibration(categories={"Shirts": shirts, "Bags": bags})
    nearest = np.array([0.55, 0.55, 0.15, 0.95, -1.0], np.float32)
    categories = CodedColumn(["Shirts", "Bags"], np.array([0, 1, 1, 0, MISSING], np.int32))
    assert find_isolated(nearest, categories, similarity).tolist() == [4, 0, 2]
    assert [similarity.grade(*one) for one in (("Shirts", 0.55), ("Bags", 0.55), ("Bags", 0.15))] == [
        "somewhat",
        "nearly_same",
        "somewhat",
    ]  # so no product is said to have no similar ones whose page calls one of them similar
    assert similarity.grade("Shirts", similarity.least("Shirts", "very_alike") + 1e-6) == "very_alike"
    assert similarity.grade("Shirts", similarity.least("Shirts", "very_alike") - 1e-6) == "alike"

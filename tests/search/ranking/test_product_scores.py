"""What products score by their photos together."""

import numpy as np
import pyarrow as pa
import pytest

from search.index.faiss_store import FaissStore
from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.ranking.product_scores import GAIN, ROWS_LOOKED_BETWEEN, score_products
from search.ranking.ranker import Ranker

PARTS = (2, 2)


def direction(first: float, second: float) -> np.ndarray:
    """A vector of two parts that point into two directions, in degrees."""
    angles = np.radians([first, second])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).ravel().astype(np.float32)


def products_of(count: int) -> ProductColumns:
    """Products of which nothing is known."""
    columns = {name: [None] * count for name in PRODUCT_SCHEMA.names}
    ids = {"product_id": [f"p{number}" for number in range(count)]}
    return ProductColumns(pa.table(columns | ids, schema=PRODUCT_SCHEMA))


def test_a_view_between_two_photos_gains_a_share_of_what_it_would_score_itself() -> None:
    query = direction(20, 45)
    vectors = np.stack([direction(0, 45), direction(40, 45)])
    best = (vectors @ query).max()
    scores = score_products(vectors, np.array([0]), query, PARTS)
    assert scores == pytest.approx([best + GAIN * (2.0 - best)], abs=1e-5)
    assert scores[0] > best + 0.01


def test_the_better_photo_counts_where_nothing_better_lies_between() -> None:
    query = direction(0, 0)
    vectors = np.stack([direction(0, 5), direction(90, 80)])
    assert score_products(vectors, np.array([0]), query, PARTS) == pytest.approx([(vectors @ query).max()])


def test_only_the_two_best_photos_of_a_product_count() -> None:
    query = direction(20, 20)
    pair = np.stack([direction(0, 20), direction(40, 20)])
    more = np.stack([direction(180, 180), pair[0], direction(200, 100), pair[1]])
    assert score_products(more, np.array([0]), query, PARTS) == pytest.approx(
        score_products(pair, np.array([0]), query, PARTS)
    )


def test_two_copies_of_a_photo_add_nothing() -> None:
    query = direction(10, 30)
    photo = direction(50, 60)
    twice = score_products(np.stack([photo, photo]), np.array([0]), query, PARTS)
    assert twice == pytest.approx([photo @ query])


def test_each_product_counts_by_its_own_photos() -> None:
    rng = np.random.default_rng(3)
    vectors = np.stack([direction(*rng.uniform(0, 180, 2)) for _ in range(9)])
    query, starts = direction(70, 20), np.array([0, 1, 4, 6])
    together = score_products(vectors, starts, query, PARTS)
    alone = [score_products(rows, np.array([0]), query, PARTS)[0] for rows in np.split(vectors, starts[1:])]
    assert together == pytest.approx(alone)
    assert together[0] == pytest.approx(vectors[0] @ query)


def test_without_parts_photos_count_one_by_one() -> None:
    query = direction(20, 45)
    vectors = np.stack([direction(0, 45), direction(40, 45)])
    assert score_products(vectors, np.array([0]), query, ()) == pytest.approx([(vectors @ query).max()])


def test_a_product_seen_from_both_sides_comes_before_one_that_a_single_photo_shows_better() -> None:
    vectors = np.stack([direction(0, 45), direction(40, 45), direction(35, 45)])
    product_of = np.array([0, 0, 1])
    columns = products_of(2)
    query = direction(20, 45)
    rankers = [Ranker(FaissStore.build(vectors), columns, product_of, parts=parts) for parts in ((), PARTS)]
    alone, together = (
        [card.position for card in ranker.rank(query, first=0, limit=2, close_from=0.0).cards] for ranker in rankers
    )
    assert alone == [1, 0]
    assert together == [0, 1]


def test_close_matches_are_counted_by_the_scores_that_products_rank_by() -> None:
    vectors = np.stack([direction(0, 45), direction(40, 45), direction(35, 45)])
    ranker = Ranker(FaissStore.build(vectors), products_of(2), np.array([0, 0, 1]), parts=PARTS)
    page = ranker.rank(direction(20, 45), first=0, limit=5, close_from=1.968, least=0)
    assert page.close == 1
    assert [card.position for card in page.cards] == [0]


def test_pages_stay_one_ranking_where_only_the_first_products_count_with_what_lies_between() -> None:
    rng = np.random.default_rng(5)
    products = 3 * ROWS_LOOKED_BETWEEN
    vectors = np.stack([direction(*rng.uniform(0, 360, 2)) for _ in range(2 * products)])
    product_of = np.repeat(np.arange(products), 2)
    ranker = Ranker(FaissStore.build(vectors), products_of(products), product_of, parts=PARTS)
    query = direction(100, 200)
    whole = [card.position for card in ranker.rank(query, first=0, limit=products).cards]
    pages = [
        card.position for first in range(0, products, 10) for card in ranker.rank(query, first=first, limit=10).cards
    ]
    assert pages == whole
    assert sorted(whole) == list(range(products))

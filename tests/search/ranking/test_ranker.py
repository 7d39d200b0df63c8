"""Rankings against brute force: pages that fit together, whatever the bonus, the filters and the variants."""

import numpy as np
import pyarrow as pa
import pytest

from search.index.coded_column import CodedColumn
from search.index.faiss_store import FaissStore
from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.index.vector_store import ProductFilter
from search.ranking.bonus import Bonus, ValueGains
from search.ranking.ranker import Ranker

PRODUCTS, DIM = 1_500, 12


@pytest.fixture(scope="module")
def shop() -> tuple[Ranker, ProductColumns, np.ndarray, np.ndarray]:
    """Products of one to three photos whose rows lie anywhere, two in three of them variants of a group."""
    rng = np.random.default_rng(5)
    product_of = rng.permutation(np.repeat(np.arange(PRODUCTS), rng.integers(1, 4, PRODUCTS)).astype(np.int32))
    vectors = rng.normal(size=(len(product_of), DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    empty = {name: [None] * PRODUCTS for name in PRODUCT_SCHEMA.names}
    groups = [f"g{number // 4}" if number % 3 else None for number in range(PRODUCTS)]
    ids = {"product_id": [f"p{number}" for number in range(PRODUCTS)], "group_id": groups}
    columns = ProductColumns(pa.table(empty | ids, schema=PRODUCT_SCHEMA))
    return Ranker(FaissStore.build(vectors), columns, product_of), columns, product_of, vectors


def only(allowed: np.ndarray | None, ranker: Ranker) -> ProductFilter | None:
    return None if allowed is None else ProductFilter(allowed, ranker._product_of)


def gains(each: np.ndarray) -> Bonus:
    """A bonus of each product's own, as if each had a category of its own."""
    column = CodedColumn([str(number) for number in range(PRODUCTS)], np.arange(PRODUCTS, dtype=np.int32))
    return Bonus((ValueGains(column, np.append(each, np.float32(0))),))


@pytest.mark.parametrize("collapse", [True, False])
@pytest.mark.parametrize("narrow", [True, False])
@pytest.mark.parametrize("strength", [0.0, 0.4])
@pytest.mark.parametrize("exclude", [None, 10])
def test_pages_are_the_whole_ranking_in_pieces(
    shop: tuple, collapse: bool, narrow: bool, strength: float, exclude: int | None
) -> None:
    """No product twice, none left out, none before a better one: also where a large bonus lifts far ones."""
    ranker, columns, product_of, vectors = shop
    rng = np.random.default_rng(6)
    query = vectors[0] + 0.3 * rng.normal(size=DIM).astype(np.float32)
    allowed = rng.random(PRODUCTS) < 0.4 if narrow else None
    bonus = (strength * (rng.random(PRODUCTS) < 0.1)).astype(np.float32)

    scores = np.full(PRODUCTS, -np.inf, np.float32)
    np.maximum.at(scores, product_of, vectors @ query)
    scores += bonus
    group = columns.group if collapse else np.arange(PRODUCTS)
    expected: dict[int, list[int]] = {}
    for position in np.argsort(-scores):
        if (allowed is None or allowed[position]) and (exclude is None or group[position] != group[exclude]):
            expected.setdefault(int(group[position]), []).append(int(position))
    ranking = list(expected.values())

    for first in (0, 24, 240):
        page = ranker.rank(
            query,
            first=first,
            limit=24,
            only=only(allowed, ranker),
            bonus=gains(bonus),
            collapse=collapse,
            exclude=exclude,
        ).cards
        wanted = ranking[first : first + 24]
        assert [one.position for one in page] == [members[0] for members in wanted]
        assert [list(one.variants) for one in page] == [members[1:] for members in wanted]
        assert [one.score for one in page] == pytest.approx([float(scores[members[0]]) for members in wanted], abs=1e-5)


def test_a_page_past_the_end_is_empty(shop: tuple) -> None:
    """And one that the end cuts is short."""
    ranker, _, _, vectors = shop
    allowed = np.zeros(PRODUCTS, bool)
    allowed[[0, 3, 6]] = True
    assert len(ranker.rank(vectors[0], first=0, limit=2, only=only(allowed, ranker)).cards) == 2
    assert len(ranker.rank(vectors[0], first=2, limit=2, only=only(allowed, ranker)).cards) == 1
    assert ranker.rank(vectors[0], first=4, limit=2, only=only(allowed, ranker)).cards == []
    assert ranker.rank(vectors[0], first=0, limit=2, only=only(np.zeros(PRODUCTS, bool), ranker)).cards == []


@pytest.mark.parametrize("limit", [24, 100])
def test_pages_over_an_approximate_index_end_only_where_the_products_end(shop: tuple, limit: int) -> None:
    """The last page is short, every other one is full, and all products are there."""
    _, columns, product_of, vectors = shop
    ranker = Ranker(FaissStore.build(vectors, exact_up_to=100), columns, product_of)
    allowed = np.arange(PRODUCTS) % 3 > 0
    pages = [
        ranker.rank(vectors[0], first=first, limit=limit, only=only(allowed, ranker), collapse=False).cards
        for first in range(0, PRODUCTS, limit)
    ]
    there_are = int(allowed.sum())
    assert [len(page) for page in pages] == [
        max(0, min(limit, there_are - first)) for first in range(0, PRODUCTS, limit)
    ]


def test_close_matches_counted_by_estimates_are_as_many_on_each_page_and_move_no_card(shop: tuple) -> None:
    """Cards and their scores are those of a search that compares all; filters and a bonus change nothing about that."""
    _, columns, product_of, _ = shop
    rng = np.random.default_rng(8)
    centres = rng.normal(size=(40, DIM))
    vectors = (centres[rng.integers(0, 40, len(product_of))] + 0.6 * rng.normal(size=(len(product_of), DIM))).astype(
        np.float32
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    by_codes = FaissStore.build(vectors, exact_up_to=100, codes_from=0)
    assert by_codes.estimates
    rankers = [Ranker(store, columns, product_of) for store in (FaissStore.build(vectors), by_codes)]
    bonus = gains((0.1 * (rng.random(PRODUCTS) < 0.2)).astype(np.float32))
    allowed = rng.random(PRODUCTS) < 0.6
    counts = []
    for query in vectors[::300]:
        for mask in (None, allowed):
            close_from = float(np.sort(vectors @ query)[-400])
            asked = [
                [
                    ranker.rank(
                        query, first=first, limit=24, only=only(mask, ranker), bonus=bonus, close_from=close_from
                    )
                    for first in (0, 24, 96)
                ]
                for ranker in rankers
            ]
            exact, estimated = ([[one.position for one in page.cards] for page in pages] for pages in asked)
            assert np.mean([np.isin(some, others).mean() for some, others in zip(exact, estimated, strict=True)]) > 0.9
            assert len({page.close for page in asked[1]}) == 1
            for card in asked[1][0].cards:
                own = vectors[product_of == card.position] @ query
                assert card.score == pytest.approx(own.max() + bonus.of([card.position])[0], abs=2e-3)
            counts.append(asked[1][0].close / asked[0][0].close)
    assert 0.85 < np.mean(counts) < 1.1


def test_photos_of_products_are_fetched_together_in_their_order(shop: tuple) -> None:
    """The first row of a product is its first photo."""
    ranker, _, product_of, vectors = shop
    found, starts = ranker.photo_vectors([7, 3])
    rows = [np.flatnonzero(product_of == position) for position in (7, 3)]
    assert found == pytest.approx(vectors[np.concatenate(rows)])
    assert starts.tolist() == [0, len(rows[0])]
    assert ranker.first_vectors([7, 3]) == pytest.approx(vectors[[rows[0][0], rows[1][0]]])

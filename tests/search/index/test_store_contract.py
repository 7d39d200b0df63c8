"""What every engine must do, asked of each in the same words and compared with brute force."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from search.index.stores import check_store, open_store, remove_store, write_store
from search.index.vector_store import Conditions, ProductFilter, VectorStore
from search.query import Filters
from tests.milvus_server import MilvusServer
from tests.search.index.stored_catalogue import DIM, NASTY, StoredCatalogue, best_rows, draw_catalogue

pytestmark = pytest.mark.xdist_group("milvus")

FILTERS = (
    Filters(categories=("Coats",)),
    Filters(categories=("Skirts", *NASTY)),
    Filters(categories=("no such thing",)),
    Filters(brands=(NASTY[4],)),
    Filters(genders=("women",), colours=("Red",)),
    Filters(colours=("Red", "blue")),
    Filters(sizes=("M", "W32/L34")),
    Filters(materials=("Wool",), min_price_cents=5_000),
    Filters(max_price_cents=0),
    Filters(min_price_cents=3_700, max_price_cents=3_700),
    Filters(in_stock=True),
    Filters(in_stock=False, categories=("Coats",)),
    Filters(without=(("colour", "Red"),), genders=("Men",)),
    Filters(without=(("colour", "red"), ("brand", NASTY[0]))),
)


@pytest.fixture(scope="module")
def catalogue() -> StoredCatalogue:
    return draw_catalogue()


@pytest.fixture(scope="module", params=["faiss", "milvus"])
def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, catalogue: StoredCatalogue
) -> Iterator[tuple[str, Path, VectorStore]]:
    """Address, the directory of an index, and its store as it was written."""
    directory = tmp_path_factory.mktemp("index")
    address = "faiss:vectors.faiss"
    if request.param == "milvus":
        server: MilvusServer = request.getfixturevalue("milvus_server")
        address = f"{server.address}/contract"
    check_store(address)
    yield address, directory, write_store(address, catalogue.vectors, directory, catalogue.products)
    remove_store(directory)


@pytest.fixture
def store(stored: tuple[str, Path, VectorStore]) -> VectorStore:
    return stored[2]


def test_the_best_rows_come_first(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """Same rows and scores as by comparing with each vector."""
    assert (store.count, store.dim, store.probes) == (*catalogue.vectors.shape, 0)
    store.check()
    for query in catalogue.vectors[::150]:
        rows, scores = store.search(query, 30)
        assert rows.tolist() == best_rows(catalogue.vectors, query, 30).tolist()
        assert scores == pytest.approx(catalogue.vectors[rows] @ query, abs=1e-5)


def test_the_first_scores_are_exact_where_no_others_have_to_be(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """The first rows are those of a search for so many; the others come behind them."""
    for query in catalogue.vectors[::150]:
        rows, scores = store.search(query, 90, exact=30)
        assert len(set(rows.tolist())) == 90
        assert rows[:30].tolist() == best_rows(catalogue.vectors, query, 30).tolist()
        assert scores[:30] == pytest.approx(catalogue.vectors[rows[:30]] @ query, abs=1e-5)
        assert (np.diff(scores) <= 0).all()


def test_the_query_carries_the_weights(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """Parts of a vector count by what the query multiplies them with, also by nothing."""
    weights = np.repeat(np.array([0.0, 3.0, 0.5], np.float32), DIM // 3)
    query = catalogue.vectors[11] * weights
    rows, scores = store.search(query, 30)
    assert rows.tolist() == best_rows(catalogue.vectors, query, 30).tolist()
    assert scores == pytest.approx(catalogue.vectors[rows] @ query, abs=1e-5)


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_hold_exactly(store: VectorStore, catalogue: StoredCatalogue, filters: Filters, words: bool) -> None:
    """With the words for them or without, however few products pass, and whatever the values contain."""
    only = catalogue.filter(filters, words=words)
    query = catalogue.vectors[3]
    rows, _ = store.search(query, 40, only)
    assert rows.tolist() == best_rows(catalogue.vectors, query, 40, only.rows).tolist()


def test_hidden_products_and_categories_answer_nothing(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """As the shop's rules say it."""
    query = catalogue.vectors[3]
    nearest = catalogue.products.product_of[best_rows(catalogue.vectors, query, 10)]
    hidden = frozenset(catalogue.columns.product_ids[position] for position in nearest)
    only = catalogue.filter(Filters(), hidden=hidden)
    assert store.search(query, 40, only)[0].tolist() == best_rows(catalogue.vectors, query, 40, only.rows).tolist()
    column = catalogue.columns.category
    allowed = column.codes != column.code(NASTY[0])
    words = Conditions(Filters(), hidden_categories=frozenset([NASTY[0]]))
    only = ProductFilter(allowed, catalogue.products.product_of, words)
    assert store.search(query, 40, only)[0].tolist() == best_rows(catalogue.vectors, query, 40, only.rows).tolist()


@pytest.mark.parametrize("words", [True, False])
def test_the_mask_decides_where_the_words_say_less(store: VectorStore, catalogue: StoredCatalogue, words: bool) -> None:
    """Words may let through more than may answer; a mask of any shape holds."""
    allowed = np.random.default_rng(2).random(len(catalogue.columns)) < 0.1
    known = Conditions(Filters()) if words else None
    only = ProductFilter(allowed, catalogue.products.product_of, known)
    query = catalogue.vectors[3]
    for k in (5, 100, 5_000):
        assert store.search(query, k, only)[0].tolist() == best_rows(catalogue.vectors, query, k, only.rows).tolist()


@pytest.mark.parametrize("k", [1, 1_000, 100_000])
def test_an_answer_ends_only_where_the_rows_end(store: VectorStore, catalogue: StoredCatalogue, k: int) -> None:
    """A deep page, or all of it; and nothing where nothing may answer."""
    query = catalogue.vectors[8]
    assert store.search(query, k)[0].tolist() == best_rows(catalogue.vectors, query, k).tolist()
    nothing = ProductFilter(np.zeros(len(catalogue.columns), bool), catalogue.products.product_of)
    assert store.search(query, k, nothing)[0].size == 0


def test_vectors_come_in_the_order_that_was_asked_for(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """One row twice, many rows, and none."""
    rows = np.array([7, 3, 7, 1_200, 0])
    assert store.vectors(rows) == pytest.approx(catalogue.vectors[rows])
    everything = np.arange(store.count)[::-1]
    assert store.vectors(everything) == pytest.approx(catalogue.vectors[everything])
    assert store.vectors(np.array([], np.int64)).shape == (0, DIM)


def test_a_reopened_store_answers_the_same(stored: tuple[str, Path, VectorStore], catalogue: StoredCatalogue) -> None:
    """From its address and the index's directory alone."""
    address, directory, written = stored
    opened = open_store(address, directory, written.probes)
    only = catalogue.filter(FILTERS[1])
    assert (opened.count, opened.dim) == catalogue.vectors.shape
    query = catalogue.vectors[5]
    assert opened.search(query, 20, only)[0].tolist() == best_rows(catalogue.vectors, query, 20, only.rows).tolist()


@pytest.mark.parametrize(
    ("query", "k", "rows"),
    [
        (np.zeros(DIM + 1, np.float32), 5, None),
        (np.full(DIM, np.nan, np.float32), 5, None),
        (np.zeros(DIM, np.float32), 0, None),
        (np.zeros(DIM, np.float32), 5, 3),
    ],
)
def test_what_makes_no_sense_is_refused(store: VectorStore, query: np.ndarray, k: int, rows: int | None) -> None:
    """A wrong length, NaN, no k, a filter of another index."""
    only = None if rows is None else ProductFilter(np.ones(rows, bool), np.arange(rows))
    with pytest.raises(ValueError, match="came"):
        store.search(query, k, only)


@pytest.mark.parametrize("bad", [np.zeros((0, 8), np.float32), np.zeros((3, 8)), np.full((3, 8), np.inf, np.float32)])
def test_unusable_vectors_are_refused(stored: tuple[str, Path, VectorStore], tmp_path: Path, bad: np.ndarray) -> None:
    """No rows, another type, or not finite; nothing is left on the way."""
    with pytest.raises(ValueError, match=r"[vV]ectors"):
        write_store(stored[0], bad, tmp_path)
    assert not list(tmp_path.iterdir())


def test_random_changes_answer_as_brute_force_does(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """Products that are new, changed, gone: rows move to other products, some answer no more, some are added."""
    rng = np.random.default_rng(9)
    product_of, first = catalogue.products.product_of.astype(np.int64), len(catalogue.columns)
    dead = np.zeros(first, bool)
    added, owners, removed = np.empty((0, DIM), np.float32), np.empty(0, np.int64), np.empty(0, np.int64)
    women = catalogue.columns.gender.codes == catalogue.columns.gender.code("Women")
    passes = list(women)
    conditions = Conditions(Filters(genders=("Women",)))
    for _ in range(60):
        position = int(rng.choice(np.flatnonzero(~dead)))
        dead[position] = True
        own = np.flatnonzero(catalogue.products.product_of == position)
        passes.append(bool(rng.random() < 0.5))  # the product as it is now may be for others
        new = first + len(passes) - len(women) - 1
        if rng.random() < 0.3:
            removed = np.concatenate([removed, own])
        else:
            product_of[own] = new
        vector = rng.normal(size=(1, DIM)).astype(np.float32)
        added, owners = np.concatenate([added, vector]), np.append(owners, new)
        changed = store.changed(added, removed)
        allowed = np.array(passes) & ~np.append(dead, np.zeros(len(passes) - len(dead), bool))
        vectors, of = np.concatenate([catalogue.vectors, added]), np.concatenate([product_of, owners])
        only = ProductFilter(allowed, of, conditions)
        query = catalogue.vectors[own[0]]
        assert changed.search(query, 25, only)[0].tolist() == best_rows(vectors, query, 25, only.rows).tolist()
        alive = ~np.isin(np.arange(len(of)), removed)
        assert changed.search(query, 25)[0].tolist() == best_rows(vectors, query, 25, alive).tolist()
        assert changed.vectors(np.array([len(of) - 1, own[0]])) == pytest.approx(vectors[[len(of) - 1, own[0]]])


def test_threads_may_share_a_store(store: VectorStore, catalogue: StoredCatalogue) -> None:
    """Eight at once, with and without filters."""
    only = catalogue.filter(FILTERS[5])

    def ask(row: int) -> bool:
        query = catalogue.vectors[row]
        asked = only if row % 2 else None
        rows, _ = store.search(query, 20, asked)
        return rows.tolist() == best_rows(catalogue.vectors, query, 20, asked.rows if asked else None).tolist()

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(0, 600, 5)))

"""What goes with a product, against a plain implementation that looks at every product of the catalogue."""

import numpy as np
import pyarrow as pa
import pytest

from search.index.faiss_store import FaissStore
from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.ranking.category_names import kind_in_name
from search.ranking.colour_harmony import colour_harmony
from search.ranking.complementary import HARMONIOUS, Anchor, find_complementary
from search.ranking.curation import AppliedCuration, Curation
from search.ranking.ranker import Ranker
from search.ranking.style_search import StyleSearch

PRODUCTS, DIM, LIMIT = 300, 8, 12
KINDS = {"Coats": "Top", "Hoods": "Top", "Skirts": "Bottom", "Trousers": "Bottom", "Shoes": "Shoes"}
COLOURS = ["Red", "Green", "Black", "Yellow", None]


@pytest.mark.parametrize("seed", range(8))
def test_the_best_of_each_kind_take_turns(seed: int) -> None:
    """Those that fit, none of the anchor's group, harmonious ones where there are any, each group once."""
    rng = np.random.default_rng(seed)
    product_of = np.repeat(np.arange(PRODUCTS, dtype=np.int32), rng.integers(1, 3, PRODUCTS))
    vectors = rng.normal(size=(len(product_of), DIM)).astype(np.float32)
    columns = ProductColumns(draw_products(rng))
    ranker = Ranker(FaissStore.build(vectors), columns, product_of)
    query = vectors[0]
    anchor = Anchor("Coats", "Red", int(columns.group[0]))
    hidden = frozenset(rng.choice(columns.product_ids, 20, replace=False).tolist())
    boosts = {str(one): 0.5 for one in rng.choice(columns.product_ids, 5, replace=False)}
    curation = Curation(boosts=boosts, hidden=hidden)
    fits = rng.random(PRODUCTS) < 0.6

    found = find_complementary(
        anchor,
        ranker.filters,
        ranker.filters.kept("fits", lambda: fits),
        KINDS,
        lambda left_out: StyleSearch(query, ranker._store, product_of, ranker, left_out),
        LIMIT,
        curation=AppliedCuration(curation, ranker.filters),
        weights={},
    )

    closeness = np.full(PRODUCTS, -np.inf, np.float32)
    np.maximum.at(closeness, product_of, vectors @ query)
    by_kind: dict[str, list[tuple[float, int]]] = {}
    for position in range(PRODUCTS):
        name = columns.category.value(position) or ""
        product_id = columns.product_ids[position]
        if KINDS[name] == "Top" or kind_in_name(name) == "coats" or not fits[position] or product_id in hidden:
            continue
        if columns.group[position] == anchor.group:
            continue
        harmony = colour_harmony("Red", columns.seen_colour.value(position))
        if harmony < HARMONIOUS and product_id not in boosts:
            continue
        score = 0.7 * harmony + 0.3 * closeness[position] - 0.5 * columns.sold_out[position]
        by_kind.setdefault(KINDS[name], []).append((-score - boosts.get(product_id, 0.0), position))
    lists = []
    for _, scored in sorted(by_kind.items()):
        best: dict[int, int] = {}
        for _, position in sorted(scored):
            best.setdefault(int(columns.group[position]), position)
        lists.append(list(best.values()))
    expected = [members[turn] for turn in range(LIMIT) for members in lists if turn < len(members)][:LIMIT]
    assert [one.position for one in found] == expected


def draw_products(rng: np.random.Generator) -> pa.Table:
    def choose(values: list) -> list:
        return [values[one] for one in rng.integers(0, len(values), PRODUCTS)]

    empty = {name: [None] * PRODUCTS for name in PRODUCT_SCHEMA.names}
    drawn = {
        "product_id": [f"p{number}" for number in range(PRODUCTS)],
        "category": ["Coats", *choose(list(KINDS))[1:]],
        "group_id": [f"g{number // 3}" if number % 2 else None for number in range(PRODUCTS)],
        "seen_colour": choose(COLOURS),
        "in_stock": [bool(one) for one in rng.random(PRODUCTS) < 0.8],
    }
    return pa.table(empty | drawn, schema=PRODUCT_SCHEMA)

"""A catalogue of random products and photos, and what a search of it must find."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.index.vector_store import Conditions, ProductFilter, RowProducts
from search.query import Filters

DIM = 24
NASTY = ('say "hi"', "it's", "back\\slash", "new\nline", '"] or row >= 0 or category in ["', "外套", "🧥", "Zoë")


@dataclass(frozen=True)
class StoredCatalogue:
    """Products with photos, and the vectors of these."""

    vectors: np.ndarray  # (N, DIM)
    products: RowProducts
    columns: ProductColumns

    def filter(self, filters: Filters, *, hidden: frozenset[str] = frozenset(), words: bool = True) -> ProductFilter:
        """The products that pass, with the words for it or as a mask alone."""
        allowed = self.columns.matching(filters)
        allowed = np.ones(len(self.columns), bool) if allowed is None else allowed.copy()
        allowed[[self.columns.position_of[one] for one in hidden]] = False
        conditions = Conditions(self.columns.spelled(filters), hidden) if words else None
        return ProductFilter(allowed, self.products.product_of, conditions)


def draw_catalogue(products: int = 600, seed: int = 5) -> StoredCatalogue:
    """One to four photos a product, clustered by product as embeddings are; every field may be empty."""
    rng = np.random.default_rng(seed)
    product_of = np.repeat(np.arange(products), rng.integers(1, 5, products)).astype(np.int32)
    centres = rng.normal(size=(products, DIM))
    vectors = centres[product_of] + 0.4 * rng.normal(size=(len(product_of), DIM))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def draw(values: tuple, empty: float = 0.2) -> list:
        return [
            None if rng.random() < empty else values[int(chosen)] for chosen in rng.integers(0, len(values), products)
        ]

    sizes = [list(rng.choice(["S", "M", "L", "W32/L34"], rng.integers(0, 4), replace=False)) for _ in range(products)]
    columns: dict[str, list] = {
        "product_id": [f"p-{number}-{NASTY[number % len(NASTY)]}" for number in range(products)],
        "category": draw(("Coats", "Skirts", *NASTY), 0.0),
        "title": ["a title"] * products,
        "group_id": [None] * products,
        "gender": draw(("Women", "Men")),
        "colour": draw(("Red", "Blue", "Green")),
        "brand": draw(NASTY),
        "sizes": sizes,
        "material": draw(("Wool", "Cotton")),
        "price_cents": draw(tuple(range(0, 20_000, 37))),
        "in_stock": draw((True, False)),
        "seen_gender": [None] * products,
        "seen_colour": [None] * products,
    }
    table = pa.table(columns, schema=PRODUCT_SCHEMA)
    return StoredCatalogue(vectors, RowProducts(product_of, columns), ProductColumns(table))


def best_rows(vectors: np.ndarray, query: np.ndarray, k: int, rows: np.ndarray | None = None) -> np.ndarray:
    """What a search must find: the best of some rows, by comparing with each."""
    rows = np.arange(len(vectors)) if rows is None else np.flatnonzero(rows)
    return rows[np.argsort(-(vectors[rows] @ query), kind="stable")[:k]]

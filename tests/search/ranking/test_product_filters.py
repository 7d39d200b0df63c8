"""Filters of a catalogue that changes."""

import numpy as np
import pyarrow as pa
import pytest

from search.fields import FIELD_NAMES
from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.index.vector_store import Sections
from search.ranking.photo_rows import PhotoRows
from search.ranking.product_filters import ProductFilters

PRODUCTS, ROWS = 300, 900
CATEGORIES = ["Coats", "Skirts", "Shoes"]


def fields(product_id: str, category: str) -> dict:
    return dict.fromkeys((*FIELD_NAMES, "seen_gender", "seen_colour")) | {
        "product_id": product_id,
        "category": category,
    }


@pytest.mark.parametrize("seed", range(5))
def test_bits_that_are_taken_over_are_those_that_a_filter_makes_itself(seed: int) -> None:
    """Through a row of states: products change their categories and go, rows move between them and come."""
    rng = np.random.default_rng(seed)
    owner = np.sort(np.concatenate([np.arange(PRODUCTS), rng.integers(0, PRODUCTS, ROWS - PRODUCTS)]))
    chosen = [str(rng.choice(CATEGORIES)) for _ in range(PRODUCTS)]
    rows = [fields(f"p{one}", category) for one, category in enumerate(chosen)]
    base = ProductColumns(pa.Table.from_pylist(rows, schema=PRODUCT_SCHEMA))
    base_rows = PhotoRows.of_index(owner, PRODUCTS)
    section_of = rng.integers(0, 200, ROWS)
    sections = Sections(section_of, np.bincount(section_of, minlength=200))
    latest = ProductFilters(base, owner)
    changes: dict[int, str | None] = {}
    for _ in range(12):
        for code in range(len(CATEGORIES)):
            known = latest.of_categories([code])
            assert known is not None
            known.first(ROWS).shares(sections)
            known.first(ROWS).bitmap  # noqa: B018
        product = int(rng.integers(0, PRODUCTS))
        changes.pop(product, None)
        changes[product] = None if rng.random() < 0.3 else str(rng.choice(CATEGORIES))
        living = [one for one, category in changes.items() if category is not None]
        columns = base.changed(
            [fields(f"p{one}", str(changes[one])) for one in living],
            [f"p{one}" for one, category in changes.items() if category is None],
        )
        product_of, own = owner.copy(), []
        for place, one in enumerate(living):
            kept = np.flatnonzero(owner == one)
            product_of[kept] = PRODUCTS + place
            own.append([*kept.tolist(), ROWS + place])
        product_of = np.concatenate([product_of, PRODUCTS + np.arange(len(living))])
        latest = latest.changed(columns, product_of, base_rows.changed(own), ROWS)
        for code in range(len(CATEGORIES)):
            taken, made = (one.of_categories([code]) for one in (latest, ProductFilters(columns, product_of)))
            assert taken is not None
            assert made is not None
            assert np.array_equal(taken.first(ROWS).bitmap, made.first(ROWS).bitmap)
            assert taken.first(ROWS).count == made.first(ROWS).count
            shares = taken.first(ROWS).shares(sections)
            assert (shares[made.first(ROWS).shares(sections) > 0] > 0).all()  # no list that may answer is left out

"""Fields of which a product may have several values: filters and facets of sizes."""

import numpy as np
import pyarrow as pa

from search.fields import FIELD_NAMES
from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.query import Filters
from search.ranking.facets import FacetCounter

SIZES = [["S", "M"], ["M", "XL"], None, []]


def make_columns() -> ProductColumns:
    count = len(SIZES)
    values: dict[str, list] = {name: [None] * count for name in (*FIELD_NAMES, "seen_gender", "seen_colour")}
    values |= {"product_id": list("abcd"), "category": ["Coats"] * count, "sizes": SIZES}
    return ProductColumns(pa.table(values, schema=PRODUCT_SCHEMA))


def test_a_product_passes_by_any_of_its_sizes() -> None:
    """Whatever the case of the letters; a size that nothing has lets nothing through."""
    columns = make_columns()
    for sizes, passing in (
        (("M",), [1, 1, 0, 0]),
        (("xl", "S"), [1, 1, 0, 0]),
        (("XL",), [0, 1, 0, 0]),
        (("9",), [0] * 4),
    ):
        mask = columns.matching(Filters(sizes=sizes))
        assert mask is not None
        assert np.array_equal(mask, np.array(passing, bool))


def test_each_size_is_counted_under_the_other_filters() -> None:
    """The chosen size doesn't narrow the counts of sizes."""
    facets = FacetCounter(make_columns()).count(Filters(sizes=("XL",)))
    assert {value.value: value.count for value in facets.values["size"]} == {"M": 2, "S": 1, "XL": 1}
    assert facets.total == 1
    assert facets.values["brand"] == ()

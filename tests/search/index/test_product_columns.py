"""Filters over product columns."""

import numpy as np
import pyarrow as pa
import pytest

from search.errors import QueryError
from search.index.product_columns import MISSING, CodedColumn, ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.query import Filters

PRODUCTS = [
    # id, category, group, gender, colour, cents, in stock
    ("coat-red", "Coats", "coat", "Women", "Red", 9_900, True),
    ("coat-blue", "Coats", "coat", "Women", "Blue", 8_900, False),
    ("hood", "Hoods", None, "Men", "Blue", None, None),
    ("suit", "Suits", None, None, None, 20_000, True),
]


def table() -> pa.Table:
    names = ("product_id", "category", "group_id", "gender", "colour", "price_cents", "in_stock")
    columns = dict(zip(names, map(list, zip(*PRODUCTS, strict=True)), strict=True))
    columns |= dict.fromkeys(("brand", "sizes", "material"), [None] * 4)
    columns |= {"title": [None] * 4, "seen_gender": ["Women", "Men", "Men", "Men"], "seen_colour": ["Red"] * 4}
    return pa.table(columns, schema=PRODUCT_SCHEMA)


def matching(filters: Filters) -> list[str]:
    columns = ProductColumns(table())
    allowed = columns.matching(filters)
    assert allowed is not None
    return [product_id for product_id, ok in zip(columns.product_ids, allowed, strict=True) if ok]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(categories=("Coats",)), ["coat-red", "coat-blue"]),
        (Filters(categories=("Hoods", "Suits")), ["hood", "suit"]),
        (Filters(categories=("No such",)), []),
        (Filters(genders=("women",)), ["coat-red", "coat-blue"]),
        (Filters(colours=("Blue",)), ["coat-blue", "hood"]),
        (Filters(colours=("red", "Blue")), ["coat-red", "coat-blue", "hood"]),
        (Filters(colours=("Blue",), genders=("Men",)), ["hood"]),
        (Filters(min_price_cents=9_000), ["coat-red", "suit"]),
        (Filters(max_price_cents=9_000), ["coat-blue"]),
        (Filters(min_price_cents=0), ["coat-red", "coat-blue", "suit"]),
        (Filters(in_stock=True), ["coat-red", "hood", "suit"]),
        (Filters(in_stock=False), ["coat-blue"]),
    ],
)
def test_each_filter_lets_through_what_it_says(filters: Filters, expected: list[str]) -> None:
    """No price passes no price filter; no word about stock counts as in stock."""
    assert matching(filters) == expected


def test_no_filter_is_no_mask() -> None:
    """An unfiltered search needn't look at any column."""
    assert ProductColumns(table()).matching(Filters()) is None


def test_price_range_the_wrong_way_round_is_refused() -> None:
    """Nothing could match; say so instead of an empty page."""
    with pytest.raises(QueryError, match=r"20\.00.*10\.00"):
        Filters(min_price_cents=2_000, max_price_cents=1_000)


def test_products_without_group_stand_alone() -> None:
    """Only variants share a group code."""
    group = ProductColumns(table()).group
    assert group[0] == group[1]
    assert len({*group.tolist()}) == 3


def test_codes_ignore_case_only_where_that_is_unambiguous() -> None:
    """A shop may have both "navy" and "Navy"."""
    column = CodedColumn.of(pa.chunked_array([["navy", "Navy", "Red", None]]))
    assert column.value(column.code("red")) == "Red"
    assert column.value(column.code("Navy")) == "Navy"
    assert column.code("NAVY") == MISSING
    assert column.value(3) is None


@pytest.mark.parametrize("count", [126, 127, 128, 32_767, 32_768])
def test_a_column_of_many_values_keeps_each(count: int) -> None:
    """Codes take as few bytes as the values need, also when changes bring one more than these bytes hold."""
    values = [f"v{one}" for one in range(count)]
    column = CodedColumn.of(pa.chunked_array([[*values, None]]))
    assert [column.value(place) for place in range(count + 1)] == [*values, None]
    changed = column.changed(["new", None, "v0"], np.array([0]), count + 1)
    assert [changed.value(place) for place in range(count + 4)] == [None, *values[1:], None, "new", None, "v0"]
    assert np.flatnonzero(changed.having([changed.code("new")], count + 4)).tolist() == [count + 1]
    filled = column.filled_from(CodedColumn.of(pa.chunked_array([[None] * count + ["other"]])))
    assert [filled.value(place) for place in (0, count - 1, count)] == ["v0", values[-1], "other"]

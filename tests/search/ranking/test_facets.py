"""Facets against counting by hand, product by product."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.query import Facets, Filters, PriceSpan
from search.ranking.facets import FacetCounter

COUNT = 400
FILTERS = [
    Filters(),
    Filters(categories=("Coats",)),
    Filters(categories=("Coats", "Hoods"), colours=("Red",)),
    Filters(genders=("Women",), in_stock=True),
    Filters(genders=("women",), colours=("Blue",), min_price_cents=2_000, max_price_cents=6_000, in_stock=True),
    Filters(in_stock=False),
    Filters(colours=("No such",)),
    Filters(max_price_cents=1),
]


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """Products with variants that differ in everything, and gaps."""
    rng = np.random.default_rng(11)

    def pick(*values: object) -> object:
        return values[rng.integers(len(values))]

    return [
        {
            "product_id": f"p{number}",
            "category": pick("Coats", "Hoods", "Suits"),
            "title": None,
            "group_id": pick(None, f"g{number // 5}", f"g{number // 5}"),
            "gender": pick("Women", "Men", None),
            "colour": pick("Red", "Blue", "Green", None),
            "price_cents": pick(None, int(rng.integers(1_000, 9_000))),
            "in_stock": pick(True, False, None),
            "seen_gender": None,
            "seen_colour": None,
        }
        for number in range(COUNT)
    ]


def table(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=PRODUCT_SCHEMA)


def passes(row: dict, filters: Filters) -> bool:
    price, buyable = row["price_cents"], row["in_stock"] is not False
    return (
        (not filters.categories or row["category"] in filters.categories)
        and (not filters.genders or (row["gender"] or "").casefold() in map(str.casefold, filters.genders))
        and (not filters.colours or row["colour"] in filters.colours)
        and (filters.min_price_cents is None or (price is not None and price >= filters.min_price_cents))
        and (filters.max_price_cents is None or (price is not None and price <= filters.max_price_cents))
        and (filters.in_stock is None or buyable == filters.in_stock)
    )


def cards(rows: list[dict], filters: Filters, excluded: str | None) -> int:
    return len({row["group_id"] or row["product_id"] for row in rows if passes(row, filters)} - {excluded})


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("exclude", [None, 7])
def test_counts_are_the_totals_that_choosing_would_give(
    rows: list[dict], filters: Filters, exclude: int | None
) -> None:
    """For every value of every facet, and without the product that is asked about."""
    facets = FacetCounter(ProductColumns(table(rows))).count(filters, exclude=exclude)
    left_out = None if exclude is None else rows[exclude]["group_id"] or rows[exclude]["product_id"]

    def total(**changes: Any) -> int:
        return cards(rows, replace(filters, **changes), left_out)

    assert facets.total == total()
    assert facets.in_stock == total(in_stock=True)
    for values, field in (
        (facets.values["category"], "categories"),
        (facets.values["gender"], "genders"),
        (facets.values["colour"], "colours"),
    ):
        known = {
            "categories": ("Coats", "Hoods", "Suits"),
            "genders": ("Women", "Men"),
            "colours": ("Red", "Blue", "Green"),
        }
        counts = {value.value: value.count for value in values if value.value != "No such"}
        expected = {value: total(**{field: (value,)}) for value in known[field]}
        chosen = {value.value for value in values if value.chosen}
        assert counts == {value: count for value, count in expected.items() if count or value in chosen}
        assert [value.count for value in values] == sorted((value.count for value in values), reverse=True)
    open_price = replace(filters, min_price_cents=None, max_price_cents=None)
    group_of = [row["group_id"] or row["product_id"] for row in rows]
    prices = [
        row["price_cents"]
        for row, group in zip(rows, group_of, strict=True)
        if row["price_cents"] is not None and passes(row, open_price) and group != left_out
    ]
    assert facets.price == (PriceSpan(min(prices), max(prices)) if prices else None)


def test_uncollapsed_facets_count_products(rows: list[dict]) -> None:
    """Each variant stands for itself."""
    facets = FacetCounter(ProductColumns(table(rows)), collapse=False).count(Filters(colours=("Red",)))
    assert facets.total == sum(row["colour"] == "Red" for row in rows)


def test_what_is_chosen_stays_on_offer(rows: list[dict]) -> None:
    """Also where nothing is left of it or never was, else it couldn't be taken off."""
    facets = FacetCounter(ProductColumns(table(rows))).count(Filters(colours=("No such",), genders=("WOMEN",)))
    assert [(value.value, value.count) for value in facets.values["colour"] if value.chosen] == [("No such", 0)]
    assert [value.value for value in facets.values["gender"] if value.chosen] == ["Women"]
    assert facets.total == 0


def test_no_products_are_no_facets() -> None:
    """An index is never empty, but a table may be."""
    assert FacetCounter(ProductColumns(table([]))).count(Filters()) == Facets(
        0, dict.fromkeys(("category", "gender", "colour", "brand", "size", "material"), ())
    )

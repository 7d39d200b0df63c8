"""A category's products with all colours of one counted once, against what can be counted by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from catalog import Catalog
from catalog.browsing.shelf import CHEAPEST, DEAREST, NEWEST, USUAL, Shelf, ShelfQuery
from catalog.importing.product_writer import ProductWriter
from catalog.products import Product
from catalog.storage.tables.products import products

OURS = (
    Product("coat-blue", "Coats", group_id="coat", gender="Men", colour="Blue", price_cents=900, in_stock=False),
    Product("coat-red", "Coats", group_id="coat", gender="Men", colour="Red", price_cents=950),
    Product("coat-tan", "Coats", group_id="coat", gender="Men", colour="Tan", price_cents=700),
    Product("parka", "Coats", gender="Women", colour="Red", price_cents=800, in_stock=False),
    Product("ulster", "Coats", gender="Women"),
    Product("coat", "Coats", gender="Women", price_cents=100),  # an id that is another product's group
    Product("cap", "Hats", group_id="coat", colour="Red", price_cents=10),  # a group across categories
)


@pytest.fixture
def shelf(catalog: Catalog) -> Shelf:
    """Over products that were added one after the other."""
    for product in OURS:
        with catalog.database.writing() as connection:
            ProductWriter(connection, "/shop/products.csv").apply([(product, [])])
    return Shelf(catalog.database)


@pytest.fixture
def look(shelf: Shelf) -> Callable[..., list[list[str]]]:
    """The ids of the looks of each product that a query over the coats finds."""

    def look(limit: int = 10, offset: int = 0, **query: Any) -> list[list[str]]:
        found = shelf.page(ShelfQuery("Coats", **query), limit, offset)
        return [[product.product_id for product in looks] for looks in found]

    return look


def test_colours_share_a_place_and_what_is_sold_out_isnt_shown_first(look: Callable[..., list[list[str]]]) -> None:
    assert look() == [["coat"], ["coat-red", "coat-tan", "coat-blue"], ["parka"], ["ulster"]]


def test_drafts_are_neither_shown_nor_counted(
    look: Callable[..., list[list[str]]], shelf: Shelf, catalog: Catalog
) -> None:
    """A product may be withdrawn while its category is browsed."""
    with catalog.database.writing() as connection:
        connection.execute(
            update(products).where(products.c.product_id.in_(["coat-tan", "ulster"])).values(published=False)
        )
    assert look() == [["coat"], ["coat-red", "coat-blue"], ["parka"]]
    counts = shelf.counts(ShelfQuery("Coats"))
    assert (counts.total, dict(counts.values["colour"]), counts.prices) == (3, {"Red": 2, "Blue": 1}, (100, 950))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (USUAL, ["coat", "coat-red", "parka", "ulster"]),
        (CHEAPEST, ["coat", "coat-tan", "parka", "ulster"]),  # without a price: last in either direction
        (DEAREST, ["coat-red", "parka", "coat", "ulster"]),
    ],
)
def test_the_look_that_decides_the_place_is_shown(
    look: Callable[..., list[list[str]]], order: str, expected: list[str]
) -> None:
    assert [looks[0] for looks in look(order=order)] == expected


def test_newest_comes_first(catalog: Catalog, shelf: Shelf) -> None:
    """By the time of the import, which the test moves apart."""
    with catalog.database.writing() as connection:
        connection.exec_driver_sql("UPDATE catalog_products SET added_at = '2020-01-01T00:00:00+00:00'")
        connection.exec_driver_sql(
            "UPDATE catalog_products SET added_at = '2021-01-01T00:00:00+00:00' WHERE product_id = 'coat-tan'"
        )
    found = shelf.page(ShelfQuery("Coats", order=NEWEST), 10)
    assert [looks[0].product_id for looks in found] == ["coat-tan", "coat", "parka", "ulster"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"colours": ("Red",)}, [["coat-red"], ["parka"]]),
        ({"colours": ("Red", "Tan")}, [["coat-red", "coat-tan"], ["parka"]]),
        ({"colours": ("Red",), "in_stock": True}, [["coat-red"]]),
        ({"in_stock": False}, [["coat-blue"], ["parka"]]),
        ({"min_price_cents": 701, "max_price_cents": 900}, [["coat-blue"], ["parka"]]),
        ({"genders": ("Nobody",)}, []),
    ],
)
def test_only_looks_that_pass_all_filters_are_shown(
    look: Callable[..., list[list[str]]], query: dict[str, object], expected: list[list[str]]
) -> None:
    assert look(**query) == expected


def test_pages_join_without_gaps(look: Callable[..., list[list[str]]]) -> None:
    assert [looks for offset in range(5) for looks in look(limit=1, offset=offset)] == look()


def test_counts_are_of_products_not_of_colours(shelf: Shelf) -> None:
    counts = shelf.counts(ShelfQuery("Coats"))
    assert counts.total == 4
    assert counts.values["gender"] == (("Women", 3), ("Men", 1))
    assert counts.values["colour"] == (("Red", 2), ("Blue", 1), ("Tan", 1))
    assert (counts.in_stock, counts.prices) == (3, (100, 950))


def test_a_filter_doesnt_hide_what_it_could_be_changed_to(shelf: Shelf) -> None:
    counts = shelf.counts(ShelfQuery("Coats", genders=("Men",), colours=("Red",), max_price_cents=1))
    assert counts.total == 0
    assert counts.prices == (950, 950)
    counts = shelf.counts(ShelfQuery("Coats", genders=("Men",), colours=("Red",)))
    assert counts.values == {"gender": (("Men", 1), ("Women", 1)), "colour": (("Blue", 1), ("Red", 1), ("Tan", 1))}
    assert shelf.counts(ShelfQuery("Nothing")).prices is None

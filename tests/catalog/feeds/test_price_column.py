"""What a point and a comma mean, by the whole column and by the currency."""

import pytest

from catalog.feeds.price_column import PriceColumn


def read(cells, cell, currency=None):
    """The cents of a cell in a column of cells, and whether they are in doubt."""
    column = PriceColumn()
    for one in [*cells, cell]:
        column.note(one)
    price = column.read(cell, currency)
    return price.cents, bool(price.doubt)


@pytest.mark.parametrize(
    ("cells", "cell", "cents"),
    [
        (["9.99", "24.5"], "12.195", 1220),
        (["9,99", "24,5"], "12,195", 1220),
        (["1,299.00"], "12.195", 1220),
        (["0.999"], "1.299", 130),
        (["9.99"], "1,299", 129900),
        (["9,99"], "1.299", 129900),
        (["1.299,00"], "1.299", 129900),
        (["1.299.000"], "1.299", 129900),
        (["€ 9.99"], "€ 12.195", 1220),
        (["9.99"], "12.195 €", 1220),
    ],
)
def test_other_cells_tell_the_decimal_separator(cells, cell, cents):
    """A price isn't a thousand times too high because it has three decimals, nor too low because it has thousands."""
    assert read(cells, cell) == (cents, False)


@pytest.mark.parametrize(
    ("cell", "currency", "cents"),
    [
        ("12.500 KWD", None, 1250),
        ("12.500", "KWD", 1250),
        ("12.500", "bhd", 1250),
        ("12.500 CLP", None, 1250000),
        ("12.500", "CLP", 1250000),
        ("12.500", "JPY", 1250000),
    ],
)
def test_currency_tells_how_many_decimals_there_are(cell, currency, cents):
    """Dinars have three decimals, pesos and yen have none."""
    assert read([], cell, currency) == (cents, False)


@pytest.mark.parametrize(
    "cells", [[], ["20", "35"], ["12.500", "24.900"], ["9.99", "1.299,00"], [None, "", "free", 12.195]]
)
def test_lone_unclear_price_is_read_as_thousands_and_said(cells):
    """Where nothing tells, or the column contradicts itself, the meaning is a guess, and a guess is told."""
    assert read(cells, "1.299") == (129900, True)


def test_numbers_are_what_they_are():
    """JSON and Parquet have numbers, which need no reading."""
    assert read(["1.299,00"], 1.299) == (130, False)


def test_table_says_which_prices_are_in_doubt(draw, write_table, load, catalog):
    """The warning names the row and both ways to write it."""
    draw("1.jpg")
    row = {"product_id": "A", "category": "Coats", "image": "1.jpg", "price": "1.299", "currency": ""}
    report = load(write_table("products.csv", [row, row | {"product_id": "B", "currency": "KWD"}]))
    assert [product.price_cents for product in catalog.iter_products()] == [129900, 130]
    (warning,) = report.first_warnings
    assert (warning.row, warning.product_id) == (2, "A")
    assert warning.reason == (
        "price '1.299' was read as 1299; write 1299.00 if that is meant, or 1.29 for a decimal price."
    )

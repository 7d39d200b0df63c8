"""What shops write in their tables, understood or refused."""

from decimal import Decimal

import pytest

from catalog.feeds.values import (
    ShortenedNumber,
    parse_category,
    parse_currency,
    parse_group_id,
    parse_in_stock,
    parse_name,
    parse_photos,
    parse_plain,
    parse_price,
    parse_product_id,
    parse_split,
    parse_text,
)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("49.90", 4990),
        ("49,90", 4990),
        ("49", 4900),
        ("0", 0),
        (".5", 50),
        ("12.5", 1250),
        ("49,-", 4900),
        ("49,–", 4900),
        ("49.—", 4900),
        ("1.299,00", 129900),
        ("1,299.00", 129900),
        ("1 299,00", 129900),
        ("1\u202f299,00", 129900),
        ("1'299.00", 129900),
        ("1.299", 129900),
        ("0.999", 100),
        ("1.299.000", 129900000),
        ("1,23,456.50", 12345650),
        (49.9, 4990),
        (1.299, 130),
        (1299, 129900),
        (Decimal("0.29"), 29),
    ],
)
def test_prices_become_cents(written, cents):
    """Points and commas mean what shops on either side of the Atlantic mean by them; numbers mean what they are."""
    assert parse_price(written) == (cents, None)


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        ("€49.90", "EUR"),
        ("49,90 €", "EUR"),
        ("EUR 49,90", "EUR"),
        ("49.90usd", "USD"),
        ("US$ 49.90", "USD"),
        ("$49.90", "$"),
        ("kr. 49,90", "kr."),
        ("49,90\u00a0zł", "PLN"),
    ],
)
def test_currency_beside_a_price_is_kept(written, currency):
    """A currency written with the price isn't lost."""
    assert parse_price(written) == (4990, currency)


@pytest.mark.parametrize("written", ["", "  ", None, float("nan"), Decimal("NaN")])
def test_no_price_is_no_error(written):
    """A product may come without a price."""
    assert parse_price(written) == (None, None)


@pytest.mark.parametrize("written", ["-5", "€-5", "-€5", "−5,00", -5, -0.01])
def test_negative_prices_are_refused(written):
    """Nobody pays the customer."""
    with pytest.raises(ValueError, match="is negative"):
        parse_price(written)


@pytest.mark.parametrize(
    "written", ["NaN", "free", "from 5", "5 / 4", "1.2.3", "12..5", "1e5", "50%", "€ 5 EUR", "1,5,0", True, "10-20"]
)
def test_unclear_prices_are_refused(written):
    """A price is never guessed."""
    with pytest.raises(ValueError, match="is not a number"):
        parse_price(written)


@pytest.mark.parametrize("written", ["9" * 30, float("inf"), 1e300])
def test_absurd_prices_are_refused(written):
    """What wouldn't fit the database is caught before it."""
    with pytest.raises(ValueError, match="too large"):
        parse_price(written)


@pytest.mark.parametrize(("written", "code"), [("eur", "EUR"), ("€", "EUR"), ("$", "$"), ("", None), (None, None)])
def test_currencies_are_codes(written, code):
    """Symbols that mean one currency become its code."""
    assert parse_currency(written) == code


@pytest.mark.parametrize(
    ("written", "in_stock"),
    [
        ("true", True),
        ("TRUE", True),
        (True, True),
        ("Yes", True),
        ("sí", True),
        ("SÍ", True),
        ("si", True),
        ("1", True),
        (12, True),
        ("12.0", True),
        ("in stock", True),
        ("false", False),
        (False, False),
        ("no", False),
        ("0", False),
        (0.0, False),
        ("-2", False),
        ("Agotado", False),
        ("instock", True),
        ("outofstock", False),
        ("onbackorder", False),
        ("out-of-stock", False),
        ("https://schema.org/InStock", True),
        ("http://schema.org/OutOfStock", False),
        ("limited", True),
        ("10+", True),
        (">10", True),
        ("5 pcs", True),
        ("0 units", False),
        ("in\u00a0stock", True),
        ("out_of_stock", False),
        ("", None),
        (None, None),
    ],
)
def test_stock_is_yes_no_or_pieces(written, in_stock):
    """The words of several shop systems and languages, and the number of pieces."""
    assert parse_in_stock(written) is in_stock


@pytest.mark.parametrize("written", ["perhaps", "nan", "2 or 3"])
def test_unclear_stock_is_refused(written):
    """Stock is never guessed."""
    with pytest.raises(ValueError, match="write yes, no or the number of pieces"):
        parse_in_stock(written)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  a b ", "a b"),
        (None, ""),
        (float("nan"), ""),
        (15970.0, "15970"),
        (15970, "15970"),
        (0.5, "0.5"),
        (True, "true"),
        ("NA", "NA"),
        ("None", "None"),
        ("nan", "nan"),
        ("a\0b", "ab"),
        ("a\ud800b", "a?b"),
        (["é", 1], '["é", 1]'),
        (b"bytes", "bytes"),
    ],
)
def test_every_value_has_a_text(value, text):
    """Whatever a format delivers can be stored; words that pandas takes for nothing stay words."""
    assert parse_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        *("8.41234E+12", "8,41234E+12", "8.4e+12", "8E+12", ShortenedNumber("8.41234E+12"), float(2**60)),
        *("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "N/A", "null", "None", "nan", "-"),
    ],
)
def test_ids_that_a_spreadsheet_damaged_are_refused(value):
    """Two products whose long ids were cut to the same text, or that have none, would become one."""
    with pytest.raises(ValueError, match=r"product_id .*(scientific notation|names no product)"):
        parse_product_id(value)


@pytest.mark.parametrize("value", ["1E5", "E+12", "12E-3", "8.5", "NA", "0", "1e", 15970.0, 8412340000000])
def test_ids_that_only_look_odd_are_ids(value):
    """Article numbers have letters and points."""
    assert parse_product_id(value) == parse_text(value)


@pytest.mark.parametrize("value", [0, "0", "0.0", 0.0, "-", "N/A", "null", "None", "", None, "#REF!", "\u200b"])
def test_group_that_is_none_folds_nothing_together(value):
    """Some shops write 0 where a product has no variants."""
    assert parse_group_id(value) is None


def test_group_in_scientific_notation_is_unknown():
    """It may stand for many groups."""
    with pytest.raises(ValueError, match="scientific notation"):
        parse_group_id("8.41234E+12")


@pytest.mark.parametrize("value", ["-", "N/A", "n/a", "null", "#N/A", "", None])
def test_marks_for_nothing_are_nothing(value):
    """In texts and in names."""
    assert parse_plain(value) is None
    assert parse_name(value) is None


@pytest.mark.parametrize("value", ["[" * 100_000, "[" * 900 + "]" * 900, '{"a":' * 100_000])
def test_cells_of_brackets_are_text(value):
    """No nesting ends an import."""
    assert parse_photos(value)
    assert parse_text(value) == value


def test_values_that_are_nested_too_deeply_have_no_text():
    """JSON Lines can hold them; nobody can read them."""
    value: list = []
    for _ in range(100_000):
        value = [value]
    assert parse_text(value) == ""


@pytest.mark.parametrize("value", ["A\ud800", "A\0", "A" * 501])
def test_ids_that_no_database_holds_as_they_are_are_refused(value):
    """Left out characters would make one product of two, and an overlong id would end the import on PostgreSQL."""
    with pytest.raises(ValueError, match=r"product_id .*(can't be stored|501 characters; at most 500)"):
        parse_product_id(value)


@pytest.mark.parametrize("parse", [parse_name, parse_category, parse_group_id])
def test_overlong_names_are_refused(parse):
    """For the same reason."""
    assert parse("n" * 500) == "n" * 500
    with pytest.raises(ValueError, match="501 characters; at most 500"):
        parse("n" * 501)


@pytest.mark.parametrize("value", ["", "  ", None, "a\nb", "a\tb"])
def test_unusable_ids_are_refused(value):
    """An id is one line of text."""
    with pytest.raises(ValueError, match="product_id"):
        parse_product_id(value)


@pytest.mark.parametrize(
    ("written", "split"), [("train", "train"), ("VAL", "validation"), ("valid", "validation"), ("q3", "q3"), ("", None)]
)
def test_splits_have_one_name(written, split):
    """The usual ways to say train, validation and test become these; others stay."""
    assert parse_split(written) == split


@pytest.mark.parametrize(
    ("written", "files"),
    [
        ("a.jpg", ["a.jpg"]),
        ("a.jpg| b.jpg |", ["a.jpg", "b.jpg"]),
        ('["a.jpg", "b.jpg"]', ["a.jpg", "b.jpg"]),
        (["a.jpg", None, "b|c.jpg"], ["a.jpg", "b|c.jpg"]),
        ("[draft] a.jpg", ["[draft] a.jpg"]),
        ("", []),
        (None, []),
    ],
)
def test_several_photos_in_one_cell(written, files):
    """Lists, JSON lists and bars all list photos."""
    assert parse_photos(written) == files

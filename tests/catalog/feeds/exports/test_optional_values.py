"""Dates and availability in the words and notations of exports."""

from datetime import UTC, datetime

import pytest

from catalog.feeds.exports.optional_values import OptionalValues, parse_moment
from catalog.feeds.rows import FieldWarning


@pytest.mark.parametrize(
    ("written", "moment", "end"),
    [
        ("2026-11-27", (2026, 11, 27), (2026, 11, 28)),
        ("2026-11-27 13:00:00", (2026, 11, 27, 13), (2026, 11, 27, 13)),
        ("11/27/26", (2026, 11, 27), (2026, 11, 28)),
        ("1/23/2016 19:45", (2016, 1, 23), (2016, 1, 24)),
        ("12/31/26, 12:00 AM", (2026, 12, 31), (2027, 1, 1)),
        ("31/12/2026", (2026, 12, 31), (2027, 1, 1)),
        ("27.11.26", (2026, 11, 27), (2026, 11, 28)),
        ("5.4.2026, 19:45", (2026, 4, 5), (2026, 4, 6)),
        ("9999-12-31", (9999, 12, 31), (9999, 12, 31, 23, 59)),
    ],
)
def test_dates_are_read_as_they_are_written(written, moment, end):
    """With slashes the month comes first, unless it can't be a month; with points the day does."""
    assert parse_moment(written) == datetime(*moment).replace(tzinfo=UTC)
    assert parse_moment(written, is_end=True) == datetime(*end).replace(tzinfo=UTC)


def test_a_price_that_is_reduced_without_an_end_is_reduced():
    """Programs write the last day that there is; the reduced price got lost with it."""
    values = OptionalValues()
    assert values.is_within("2020-01-01", "9999-12-31", datetime(2026, 11, 27, tzinfo=UTC))
    assert values.window("2020-01-01", "9999-12-31", sale_holds=True)[1].startswith("9999-12-31")
    assert not values.warnings


def test_a_warning_names_the_field_that_the_export_has():
    """Not the one that it would have filled."""
    values = OptionalValues()
    assert values.availability("whenever") == ""
    sentence = "availability 'whenever' is not understood; it counts as not given."
    assert values.warnings == [FieldWarning("availability", sentence)]


@pytest.mark.parametrize("written", ["nan", "NaN", "inf", "-inf", "1e400", "1e308", "9" * 400])
def test_what_is_no_number_of_pieces_counts_as_not_given(written):
    """Programs write nan where nothing is known; it doesn't mean that nothing is left."""
    values = OptionalValues()
    assert values.quantity(written) is None
    assert "counts as not given" in values.warnings[0].text


@pytest.mark.parametrize(
    ("written", "number", "said"),
    [
        ("036000291452", "036000291452", ""),
        ("36000291452", "036000291452", "lost zeros in a spreadsheet"),  # a UPC that begins with 0
        ("'36000291452", "036000291452", "lost zeros in a spreadsheet"),
        ("36000291452.0", "036000291452", "lost zeros in a spreadsheet"),
        ("4006381333931.0", "4006381333931", ""),  # as programs write whole numbers among fractions
        ("1234567895", "001234567895", "lost zeros in a spreadsheet"),
        ("36000291453", "", "no valid number"),
        ("0306406152", "", "no valid number"),  # an ISBN of 10 digits
        ("123456784", "", "no valid number"),  # so short a number may be anything
    ],
)
def test_numbers_that_lost_their_first_zeros_get_them_back(written, number, said):
    """Where the check digit agrees; the zeros don't change it."""
    values = OptionalValues()
    assert values.gtin(written) == number
    assert [said in warning.text for warning in values.warnings] == [True] * bool(said)

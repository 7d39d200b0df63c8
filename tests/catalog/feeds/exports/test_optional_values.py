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
    ],
)
def test_dates_are_read_as_they_are_written(written, moment, end):
    """With slashes the month comes first, unless it can't be a month."""
    assert parse_moment(written) == datetime(*moment, tzinfo=UTC)
    assert parse_moment(written, is_end=True) == datetime(*end, tzinfo=UTC)


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

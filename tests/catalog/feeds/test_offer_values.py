"""Sizes and availability in shops' tables."""

import pytest

from catalog.feeds.offer_values import parse_sizes


@pytest.mark.parametrize(
    ("written", "sizes"),
    [
        ("S,M,L", ["S", "M", "L"]),
        ("L | S", ["S", "L"]),
        ("36; 37,5; 38", ["36", "37,5", "38"]),
        ("36, 37,5, 38", ["36", "37,5", "38"]),
        ("36,37,5,38", ["36", "37,5", "38"]),
        ("4;4,5;5", ["4", "4,5", "5"]),
        ("3,4,5,6", ["3", "4", "5", "6"]),
        ("3, 4, 5", ["3", "4", "5"]),
        ("36,38,40", ["36", "38", "40"]),
        ("10,50", ["10", "50"]),
        ("7,5", ["7,5"]),
        ("37.5,38", ["37.5", "38"]),
        (["37,5", "36"], ["36", "37,5"]),
        ("-", None),
        ("", None),
    ],
)
def test_a_half_size_with_a_comma_is_one_size(written, sizes):
    """Shoes of 37,5 aren't sold in 37 and in 5; ages of 4 and 5 are two."""
    assert parse_sizes(written) == sizes

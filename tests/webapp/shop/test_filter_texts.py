"""The texts of the filters: one for whatever can be chosen."""

import pytest
from flask import Flask

from search.fields import FIELD_NAMES, FILTERED_FIELDS, TEXT_FACETS, FieldType
from search.query import FacetValue
from webapp.shop.filter_texts import FACET_LABELS, FLAG_TEXTS, format_filter_value, tells_apart
from webapp.studio.index.texts import FIELDS


def test_every_indexed_field_has_its_texts() -> None:
    """A field that is added to the list, and forgotten here, would break the page that shows it."""
    assert {one.parameter for one in TEXT_FACETS} <= FACET_LABELS.keys()
    flags = [one.parameter for one in FILTERED_FIELDS if one.type is FieldType.FLAG]
    assert {(name, value) for name in flags for value in (True, False)} <= FLAG_TEXTS.keys()
    assert set(FIELD_NAMES) <= FIELDS.keys()


@pytest.mark.parametrize(
    ("parameter", "value", "text"), [("category", "MEN_Coats", "Men's coats"), ("colour", "navy blue", "Navy blue")]
)
def test_values_read_as_people_write_them(app: Flask, parameter: str, value: str, text: str) -> None:
    """Categories by their parts."""
    with app.test_request_context():
        assert format_filter_value(parameter, value) == text


@pytest.mark.parametrize(
    ("counts", "chosen", "shown"),
    [((14,), False, False), ((13,), False, True), ((14,), True, True), ((9, 5), False, True), ((), False, True)],
)
def test_a_filter_that_would_leave_everything_is_not_offered(
    counts: tuple[int, ...], chosen: bool, shown: bool
) -> None:
    """The only value, if all 14 products have it; one that is chosen can always be taken back."""
    values = [FacetValue(str(place), count, chosen) for place, count in enumerate(counts)]
    assert tells_apart(values, 14) is shown

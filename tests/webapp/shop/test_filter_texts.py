"""The texts of the filters: one for whatever can be chosen."""

import pytest
from flask import Flask

from search.fields import FIELD_NAMES, FILTERED_FIELDS, TEXT_FACETS, FieldType
from webapp.shop.filter_texts import FACET_LABELS, FLAG_TEXTS, format_filter_value
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

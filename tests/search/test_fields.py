"""The one list of indexed fields, and that whoever follows it knows all of it."""

from dataclasses import fields
from pathlib import Path

from search.fields import FIELD_NAMES, FILTER_PARAMETERS, FILTERED_FIELDS, INDEXED_FIELDS, FilterKind, IndexedField
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.query import Filters


def attributes(field: IndexedField) -> tuple[str, ...]:
    ends = ("min_", "max_") if field.filter is FilterKind.RANGE else ("",)
    return tuple(end + field.attribute for end in ends)


def test_the_filters_are_those_of_the_list() -> None:
    """None is missing, and none is of no field but the one that turns any of them round."""
    listed = {name for field in FILTERED_FIELDS for name in attributes(field)}
    assert {one.name for one in fields(Filters)} == listed | {"without"}


def test_names_are_used_once() -> None:
    """Of columns, and of parameters."""
    assert len(set(FIELD_NAMES)) == len(INDEXED_FIELDS)
    assert len(set(FILTER_PARAMETERS)) == len(FILTER_PARAMETERS)


def test_a_snapshot_has_a_column_for_each_field() -> None:
    """Beside the product's id and what the network sees."""
    assert PRODUCT_SCHEMA.names == ["product_id", *FIELD_NAMES, "seen_gender", "seen_colour"]


def test_the_api_s_document_names_every_filter() -> None:
    """So that nobody has to read this code."""
    document = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in FILTER_PARAMETERS if f"`{name}`" not in document] == []

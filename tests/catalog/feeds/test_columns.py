"""Matching a table's columns to fields."""

import pytest

from catalog.errors import MappingError, MissingColumnError, SourceError
from catalog.feeds.columns import match_columns, parse_mapping

NEEDED = ["product_id", "category", "image"]


def test_pairs_become_a_mapping():
    """Space around names is nobody's intention; an equals sign in a column's name is."""
    assert parse_mapping(["product_id=sku", " price = a=b "]) == {"product_id": "sku", "price": "a=b"}


@pytest.mark.parametrize("pair", ["sku", "=sku", "product_id=", ""])
def test_half_pairs_are_refused(pair):
    """A mapping has two sides."""
    with pytest.raises(MappingError, match="is not field=column"):
        parse_mapping([pair])


def test_unknown_field_is_refused_with_the_known_ones():
    """A slip in a field's name shows every name there is."""
    with pytest.raises(MappingError, match=r"'color'. The fields are product_id, .*colour"):
        parse_mapping(["color=farbe"])


def test_same_pair_twice_is_no_conflict():
    """Repeating oneself is fine; contradicting oneself isn't."""
    assert parse_mapping(["title=a", "title=a"]) == {"title": "a"}
    with pytest.raises(MappingError, match="two columns, 'a' and 'b'"):
        parse_mapping(["title=a", "title=b"])


def test_fields_find_their_columns():
    """Known names match themselves, mapped ones their columns, others nothing."""
    columns = ["sku", "category", "image", "price", "season"]
    assert match_columns("t.csv", columns, {"product_id": "sku"}) == {
        "product_id": "sku",
        "category": "category",
        "image": "image",
        "price": "price",
    }


def test_missing_columns_are_named_with_those_that_are_there():
    """The message has everything to write the right --map."""
    with pytest.raises(MissingColumnError) as caught:
        match_columns("t.csv", ["id", "Category", "photo", "titel"], {"title": "title"})
    message = str(caught.value)
    assert "t.csv has no columns 'product_id', 'category', 'image', 'title' (mapped to title)" in message
    assert "Its columns are: id, Category, photo, titel." in message
    assert "--map product_id=id --map category=Category --map image=photo --map title=titel?" in message


def test_missing_column_without_likeness_says_how_to_map():
    """Nothing is suggested that resembles nothing."""
    with pytest.raises(MissingColumnError, match=r"'image'.* Name the right one with --map field=column"):
        match_columns("t.csv", ["product_id", "category", "x", "y"], {})


def test_column_that_occurs_twice_is_refused_if_it_is_used():
    """Which of two prices holds can't be known; a second unused column doesn't matter."""
    with pytest.raises(SourceError, match="2 columns named 'price'"):
        match_columns("t.csv", [*NEEDED, "price", "price"], {})
    assert match_columns("t.csv", [*NEEDED, "x", "x"], {}).keys() == set(NEEDED)

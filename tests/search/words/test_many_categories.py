"""Sentences about a kind of thing of which a marketplace has hundreds of categories."""

from search.words.understanding import understand
from search.words.vocabulary import Vocabulary

HUNDREDS = [f"{first}{second}ish dresses" for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrst"]


def build(categories: list[str]) -> Vocabulary:
    return Vocabulary.build({"category": categories, "colour": ["Red"], "gender": ["Women", "Men"]})


def test_hundreds_of_categories_become_words() -> None:
    """Their names would make an address that no server takes."""
    understood = understand("red dress for women", build(HUNDREDS))
    assert "category" not in understood.filters
    assert understood.filters["gender"] == ("Women",)
    assert (understood.colour, understood.text) == ("Red", "dress")


def test_some_dozens_stay_a_filter() -> None:
    understood = understand("dress", build(HUNDREDS[:60]))
    assert understood.filters["category"] == tuple(HUNDREDS[:60])
    assert understood.text == ""


def test_hundreds_of_categories_cannot_be_left_out() -> None:
    understood = understand("red, not dresses", build(HUNDREDS))
    assert understood.without == ()
    assert understood.ignored == ("not dresses",)
    assert understand("not dresses", build(HUNDREDS[:3])).without == tuple(("category", one) for one in HUNDREDS[:3])


def test_what_is_not_sold_is_not_called_nearest_to_hundreds_of_categories() -> None:
    """Its word is searched for as well, and nothing is claimed."""
    understood = understand("red skirt", build(HUNDREDS))
    assert (understood.filters, understood.nearest, understood.colour) == ({}, (), "Red")
    assert understood.text == "skirt"
    assert understand("red skirt", build(HUNDREDS[:3])).nearest == ("skirt",)

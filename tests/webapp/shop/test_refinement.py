"""Addresses of results pages: short, in one order, and each a change of the one before."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from webapp.errors import BadParameterError
from webapp.http.parameters import MOST_VALUES, read_search
from webapp.shop.refinement import Refinement, format_colour_weight


def refinement(app: Flask, *pairs: tuple[str, str]) -> Refinement:
    return Refinement("shop.sample", {"number": 1}, MultiDict(pairs))


def test_an_address_holds_what_was_given_in_one_order(app: Flask) -> None:
    """Blank fields of a form and unknown names are left out, so equal pages have equal addresses."""
    with app.test_request_context():
        asked = refinement(
            app, ("page", "2"), ("gender", ""), ("as", "Bags"), ("category", "B"), ("category", "A"), ("x", "1")
        )
        assert asked.address(page=3) == "/samples/1?category=B&category=A&as=Bags&page=3"
        assert asked.values["category"] == ["B", "A"]
        assert asked.values["gender"] == []


def test_a_change_begins_at_the_first_page(app: Flask) -> None:
    """Page 7 of another ranking would be a surprise; another language is no other ranking."""
    with app.test_request_context():
        asked = refinement(app, ("colour", "Red"), ("page", "7"), ("lang", "es"))
        assert asked.address(colour=None) == "/samples/1?lang=es"
        assert asked.address(in_stock=True) == "/samples/1?colour=Red&in_stock=true&lang=es"
        assert asked.address(lang="en") == "/samples/1?colour=Red&page=7&lang=en"
        assert asked.address(page=1) == "/samples/1?colour=Red&lang=es"
        assert asked.unfiltered() == "/samples/1?lang=es"


def test_values_can_hold_anything(app: Flask) -> None:
    """They are the shop's own words."""
    with app.test_request_context():
        assert (
            refinement(app).address(category=["A&b=c", "ñ/?#"]) == "/samples/1?category=A%26b%3Dc&category=%C3%B1/?%23"
        )


SHOP = {"Blue": 2, "Navy Blue": 5, "Teal": 1, "Red": 9}


def chips(app: Flask, *pairs: tuple[str, str]) -> list[tuple[str, str, bool]]:
    """What each chip says, where it leads, and whether it narrows."""
    asked = read_search(MultiDict(pairs), tuple)
    return [(chip.label, chip.address, chip.narrows) for chip in refinement(app, *pairs).chips(asked, None, SHOP)]


def test_a_colour_and_all_its_shades_are_one_chip(app: Flask) -> None:
    """With a way to the colour alone; colours that were chosen one by one, or without a shade, stand by themselves."""
    family = (("colour", "Blue"), ("colour", "Navy Blue"), ("colour", "Teal"))
    with app.test_request_context():
        assert chips(app, ("in_stock", "true"), *family) == [
            ("Blue and its shades", "/samples/1?in_stock=true", False),
            ("Only blue", "/samples/1?colour=Blue&in_stock=true", True),
            ("In stock", "/samples/1?colour=Blue&colour=Navy+Blue&colour=Teal", False),
        ]
        assert [label for label, _, _ in chips(app, *family[:2])] == ["Blue", "Navy blue"]
        assert chips(app, ("colour", "Red"), *family) == [
            ("Red", "/samples/1?colour=Blue&colour=Navy+Blue&colour=Teal", False),
            ("Blue and its shades", "/samples/1?colour=Red", False),
        ]


def test_what_must_not_be_of_a_colour_is_one_chip(app: Flask) -> None:
    """Beside others, which stay."""
    unwanted = [("without", f"{one}") for one in ("colour:Blue", "gender:Men", "colour:Navy Blue")]
    with app.test_request_context():
        assert chips(app, *unwanted) == [
            ("Not: Blue and its shades", "/samples/1?without=gender:Men", False),
            ("Not: Men", "/samples/1?without=colour:Blue&without=colour:Navy+Blue", False),
        ]


@pytest.mark.parametrize(
    ("weight", "word"),
    [
        (0.0, "Shape"),
        (0.2, "Shape"),
        (0.3, "Balanced"),
        (0.4, "Balanced"),
        (0.5, "Balanced"),
        (0.6, "Colour"),
        (1.0, "Colour"),
    ],
)
def test_the_slider_is_said_in_a_word(app: Flask, weight: float, word: str) -> None:
    """Around the model's own balance, which is where it stands untouched."""
    with app.test_request_context():
        assert format_colour_weight(weight, 0.4) == word


@pytest.mark.parametrize("name", ["colour", "category", "without"])
def test_hundreds_of_values_are_refused(name: str) -> None:
    """Each would become a link that names all others: a page of megabytes for an address of a few kilobytes."""
    values = MultiDict([(name, f"colour:{number}") for number in range(MOST_VALUES + 1)])
    with pytest.raises(BadParameterError, match=f"{name} was given {MOST_VALUES + 1} times; {MOST_VALUES} values"):
        read_search(values, lambda: ())
    assert read_search(MultiDict([("size", f"{number}") for number in range(MOST_VALUES)]), tuple).filters.sizes

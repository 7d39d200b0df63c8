"""Supercategories by the names of categories."""

import pytest

from search.words.supercategory_names import supercategory_in_name


@pytest.mark.parametrize(
    ("category", "supercategory"),
    [
        ("MEN_Suits", "Apparel Set"),
        ("WOMEN_Coats", "Topwear"),
        ("Men's T-Shirts", "Topwear"),
        ("Shorts", "Bottomwear"),
        ("Pantalones de mujer", "Bottomwear"),
        ("VESTIDOS", "Dress"),
        ("Sandalias", "Shoes"),
        ("Gafas de sol", "Eyewear"),
        ("Dress shoes", None),
        ("Shoe Accessories", None),
        ("Laptops", None),
        ("Gifts", None),
        ("", None),
    ],
)
def test_a_name_says_what_kind_of_thing_it_is(category: str, supercategory: str | None) -> None:
    """In both languages, singular or plural; a name of two kinds says neither."""
    assert supercategory_in_name(category) == supercategory

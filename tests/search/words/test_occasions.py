"""Words that ask for what is new or reduced."""

import pytest

from search.words.occasions import NEW, SALE, take_occasions


@pytest.mark.parametrize(
    ("text", "occasions", "rest"),
    [
        ("on sale", {SALE}, ""),
        ("Rebajas", {SALE}, ""),
        ("de oferta", {SALE}, ""),
        ("new in", {NEW}, ""),
        ("lo nuevo", {NEW}, ""),
        ("NUEVA COLECCION", {NEW}, ""),
        ("quilted new arrivals", {NEW}, "quilted"),
        ("tweed sale, new in", {SALE, NEW}, "tweed in"),
        ("long sleeves", set(), "long sleeves"),
        ("", set(), ""),
    ],
)
def test_occasions_are_told_from_other_words(text: str, occasions: set[str], rest: str) -> None:
    """In both languages; what only joins words is none of the rest where nothing else is left."""
    assert take_occasions(text) == (occasions, rest)

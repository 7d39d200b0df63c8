"""Words that ask for what is reduced."""

import pytest

from search.words.sales import take_sale


@pytest.mark.parametrize(
    ("text", "reduced", "rest"),
    [
        ("on sale", True, ""),
        ("Rebajas", True, ""),
        ("de oferta", True, ""),
        ("tweed sale, new in", True, "tweed new in"),
        ("long sleeves", False, "long sleeves"),
        ("", False, ""),
    ],
)
def test_what_is_reduced_is_told_from_other_words(text: str, reduced: bool, rest: str) -> None:
    """In both languages; what only joins words is none of the rest where nothing else is left."""
    assert take_sale(text) == (reduced, rest)

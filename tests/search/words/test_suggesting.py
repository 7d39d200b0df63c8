import pytest

from search.words.suggesting import complete

NAMES = [
    ("category", "W", "Women's coats"),
    ("category", "W", "Women Coats"),
    ("category", "M", "Men's coats"),
    ("category", "M", "Men Coats"),
    ("colour", "Red", "Red"),
]


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("re", ["red"]),
        ("red co", ["red women's coats", "red men's coats"]),
        ("red women's co", ["red women's coats"]),
        ("men co", ["men's coats"]),
        ("zz", []),
        ("", []),
    ],
)
def test_the_last_words_are_completed(typed: str, suggested: list[str]) -> None:
    """By a value's first name, by whichever it is found; what was completed whole isn't completed in part again."""
    assert [one.text for one in complete(typed, NAMES, 8)] == suggested

"""What the pages call colours, against what sentences understand."""

import pytest
from flask import Flask

from search.words.shades import own_entry
from search.words.understanding import understand
from search.words.vocabulary import Vocabulary
from webapp.http.vocabulary import WORDS, translate_word

COLOURS = [word for word in WORDS if own_entry(word) is not None]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_colour_is_understood_by_the_name_that_pages_give_it(app: Flask, language: str) -> None:
    """Who reads "Azul turquesa" beside a filter, and searches for it, finds that colour."""
    shop = Vocabulary.build({"colour": COLOURS})
    assert len(COLOURS) > 30
    with app.test_request_context(f"/?lang={language}"):
        for colour in COLOURS:
            understood = understand(translate_word(colour), shop)
            assert colour in understood.colours, colour
            assert own_entry(understood.colour or "") is own_entry(colour), colour
            assert not understood.text, colour

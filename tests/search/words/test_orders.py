"""Words that ask for an order."""

import pytest

from search.words.understanding import understand
from search.words.vocabulary import Vocabulary

SHOP = Vocabulary.build({"category": ["Coats"], "brand": ["New Look"], "colour": ["Red"]})


@pytest.mark.parametrize(
    ("sentence", "order"),
    [
        *(("cheap coat", "cheapest"), ("the cheapest", "cheapest"), ("abrigo barato", "cheapest")),
        *(("lo más barato", "cheapest"), ("coats, very cheap", "cheapest"), ("not too expensive", "cheapest")),
        *(("no muy caro", "cheapest"), ("chaep coat", "cheapest")),
        *(("most expensive coat", "dearest"), ("el abrigo más caro", "dearest"), ("not cheap", "dearest")),
        *(("newest", "newest"), ("lo último", "newest"), ("new coats", "newest"), ("novedades", "newest")),
        *(("new in", "newest"), ("NUEVA COLECCIÓN", "newest"), ("coats cheaper than 50", None)),
        *(("price low to high", "cheapest"), ("ordenar por precio de mayor a menor", "dearest")),
        *(("New Look coat", None), ("new york coat", None), ("card holder", None), ("red coat", None)),
    ],
)
def test_words_for_an_order_are_understood(sentence: str, order: str | None) -> None:
    """In both languages; a price, a brand and a title are none."""
    assert understand(sentence, SHOP, lambda words: words == "new york").order == order


def test_nothing_else_comes_of_them() -> None:
    """No text to look for, and what isn't new can't be asked for."""
    assert understand("cheap red coats", SHOP).text == ""
    assert understand("not new", SHOP).ignored == ("not new",)
    assert understand("new york coat", SHOP, lambda words: words == "new york").text == "new york"

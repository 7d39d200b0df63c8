"""Mistyped words and what they were meant to be."""

import itertools
import random
import string

import pytest

from search.words.typos import LEAST, Spelling

WORDS = ("coat", "blue", "grey", "green", "skirt", "shirt", "bolso", "bolsa", "red", "burgundy")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("coatt", "coat"), ("cot", None), ("caot", "coat"), ("coas", None), ("boat", None), ("ocat", None)),
        *(
            ("bleu", "blue"),
            ("greey", "grey"),
            ("skrit", "skirt"),
            ("shrit", "shirt"),
            ("bols", "bolso"),
            ("rde", None),
        ),
        *(("burgandy", "burgundy"), ("bergandy", None), ("coat", None), ("", None), ("qwerty", None)),
    ],
)
def test_one_slip_is_mended(written: str, meant: str | None) -> None:
    """None in the first letter or of short words, nor another letter in one of four: "ropa" isn't "rosa"."""
    assert Spelling(WORDS).find_meant(written) == meant


def test_every_slip_finds_a_word_that_it_is_one_slip_from() -> None:
    """Drawn at random: letters added, left out and replaced, and neighbours that change places."""
    draw, spelling = random.Random(5), Spelling(WORDS)
    long_enough = [word for word in WORDS if len(word) > LEAST]
    for word, _ in itertools.product(long_enough, range(40)):
        place, letter = draw.randrange(1, len(word) - 1), draw.choice(string.ascii_lowercase)
        ends = (word[place:], word[place + 1 :], letter + word[place:], letter + word[place + 1 :])
        slips = [word[:place] + end for end in ends[1:]] + [
            word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        ]
        for slip in slips:
            assert slip in WORDS or spelling.find_meant(slip) is not None

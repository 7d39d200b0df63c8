"""Texts that look the same."""

import pytest

from catalog.spelling import fold, tidy, tidy_name


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Pantalo\u0301n", "Pantal\u00f3n"),
        ("Running\u00a0Shoes", "Running Shoes"),
        ("Running\u202fShoes", "Running Shoes"),
        ("Bags\u200b", "Bags"),
        ("\ufeffBags", "Bags"),
        ("Ba\u00adgs", "Bags"),
        ("\u200eBags\u200f", "Bags"),
        ("\u2060Bags\u2064", "Bags"),
        ("Bags\u200d", "Bags"),
        (" Bags ", "Bags"),
    ],
)
def test_unseen_differences_go(written, seen):
    """Accents apart, spaces of other widths, characters of no width."""
    assert tidy(written) == tidy_name(written) == seen


def test_what_is_seen_stays():
    """Letter case, line breaks of texts, and joiners inside words and emoji."""
    for text in ("Coats", "a\nb\tc", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f469\u200d\U0001f52c"):
        assert tidy(text) == text
    assert tidy_name("a\nb\tc  d") == "a b c d"


def test_folded_names_ignore_letter_case():
    """In every script that has one."""
    assert fold("COATS") == fold("Coats\u200b") == fold("coats")
    assert fold("\u00c1RBOL") == fold("a\u0301rbol")
    assert fold("Coats") != fold("Coat")

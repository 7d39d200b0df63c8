"""Texts that look the same are the same: one spelling for accents, spaces and characters that nobody sees."""

import re
import unicodedata

# Characters that show nothing: soft hyphen, zero-width space, word joiner, byte-order mark, marks of direction. The two
# joiners (U+200C, U+200D) change how Persian words and emoji look, so they stay inside a text.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[^\S\r\n\t ]")
_JOINERS = "\u200c\u200d"


def tidy(text: str) -> str:
    """The text with accents in one character, plain spaces and nothing unseen; line breaks and tabs stay.

    Texts that print alike come out equal: an accent as a character of its own or not, a no-break space or a plain one,
    with or without a zero-width space.
    """
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return _SPACES.sub(" ", text).strip().strip(_JOINERS).strip()


def tidy_name(text: str) -> str:
    """``tidy`` for names on one line, such as categories: each run of spaces, tabs and line breaks is one space."""
    return " ".join(tidy(text).split())


def fold(name: str) -> str:
    """The same text for all names that differ only in letter case or in what ``tidy_name`` evens out."""
    return unicodedata.normalize("NFC", tidy_name(name).casefold())

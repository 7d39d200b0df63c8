"""What a sentence asks for: filters, a colour, what must not be, and words to look for in titles and descriptions."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from search.words.folding import clean, split_tokens
from search.words.lexicon import EMOJI, FILLER_STEMS
from search.words.reading import SentenceReader
from search.words.vocabulary import Vocabulary

MOST_CHARACTERS = 200  # of a sentence
_SIGNS = (  # and what is said for them
    (re.compile(r"\d+\s*%"), ""),  # "100% wool" is wool
    (re.compile(r"(?<=\d)\s?\+(?=\s|$)"), " or more"),
)


@dataclass(frozen=True)
class WordsUnderstood:
    """What a vocabulary makes of a sentence. Values are texts, as the parameters of an address hold them."""

    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by parameter: category, gender, max_price, ...
    colour: str | None = None  # a photo's colour is to become this one; of several any will do, and they are a filter
    colours: tuple[str, ...] = ()  # it and its shades, which without a photo are a filter
    without: tuple[tuple[str, str], ...] = ()  # parameter and value that products must not have
    text: str = ""  # what isn't in the vocabulary, to be searched for in titles and descriptions
    ignored: tuple[str, ...] = ()  # what can't be asked for: a negation of something unknown, "best selling"
    nearest: tuple[str, ...] = ()  # what the shop doesn't have, so that the nearest to it is asked for instead
    meant: tuple[tuple[str, str], ...] = ()  # words that were mistyped, and what they are taken for
    order: str | None = None  # "cheapest", "dearest" or "newest" first

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == WordsUnderstood(ignored=self.ignored)


def asks_for_anything(sentence: str) -> bool:
    """Whether a sentence says nothing about what is looked for: "clothes", "show me something"."""
    tokens = split_tokens(sentence)
    return bool(tokens) and all(token.stem in FILLER_STEMS for token in tokens)


def understand(
    sentence: str, vocabulary: Vocabulary, is_written: Callable[[str], bool] = lambda _: False
) -> WordsUnderstood:
    """What a sentence in English or Spanish asks for; whatever it is, something is made of it or nothing is asked for.

    Args:
        sentence: as it was written; ``MOST_CHARACTERS`` is for whoever takes it from strangers to check.
        vocabulary: the shop's.
        is_written: whether a product's texts have some words. Those aren't taken for others.
    """
    named = "".join(EMOJI.get(sign, sign) for sign in clean(sentence))
    for signs, words in _SIGNS:
        named = signs.sub(words, named)
    reader = SentenceReader(clean(named), vocabulary, is_written)
    reader.read()
    return WordsUnderstood(
        reader.filters,
        reader.colour,
        reader.colours,
        tuple(reader.without),
        reader.text,
        tuple(reader.ignored),
        tuple(reader.nearest),
        tuple(reader.meant.items()),
        reader.order,
    )

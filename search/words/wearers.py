"""For whom a category is, by its name, and which categories are meant where a sentence says for whom."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from search.words.folding import stems
from search.words.lexicon import WEARERS, Entry


@lru_cache(maxsize=4096)
def wearers_in(text: str) -> frozenset[Entry]:
    """The wearers that a text names, in English or Spanish."""
    words = stems(text.replace("_", " "))
    return frozenset(entry for phrase, entry in _PHRASES.items() if _holds(words, phrase))


def narrow_to_wearers(categories: Sequence[str], said: Iterable[str]) -> tuple[str, ...]:
    """Of several categories those that are for the wearers of a sentence, or for nobody by name; all if none is.

    Args:
        categories: that a word for a kind of thing means: "MEN_Coats" and "WOMEN_Coats" for "abrigos".
        said: what names a wearer: "Women", "mujer".
    """
    wanted = frozenset().union(*map(wearers_in, said))
    meant = tuple(category for category in categories if not (named := wearers_in(category)) or named & wanted)
    return meant if wanted and meant else tuple(categories)


def fitting_values(entry: Entry, genders: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a shop's genders those that are a wearer's, and the same with those that are for everyone behind them."""
    own = tuple(gender for gender in genders if _PHRASES.get(stems(gender)) is entry)
    wider = _WIDER.get(entry.english[0], ())
    for_all = (gender for gender in genders if (found := _PHRASES.get(stems(gender))) and found.english[0] in wider)
    return own, tuple(dict.fromkeys((*own, *for_all)))


def _holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(words[start : start + len(phrase)] == phrase for start in range(len(words)))


# What is also for a wearer, by the first English words of the lexicon's entries.
_WIDER = {
    "men": ("unisex",),
    "women": ("unisex",),
    "boy": ("kid",),
    "girl": ("kid",),
    "kid": ("boy", "girl"),
}
_PHRASES = {stems(word): entry for entry in WEARERS for word in entry.said}

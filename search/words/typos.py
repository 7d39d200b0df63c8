"""Words with a letter too many, too few, wrong or in its neighbour's place, and what they were meant to be."""

from collections import defaultdict
from collections.abc import Iterable

LEAST = 4  # letters of a word that may be mistyped; shorter ones are near to too much


class Spelling:
    """Finds the known word that a mistyped one was meant to be; never changes, so threads may share it.

    Args:
        words: in lower case without accents; of two that are equally near the first one is meant.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._order = {word: place for place, word in enumerate(dict.fromkeys(words))}
        self._by_rest: dict[str, list[str]] = defaultdict(list)  # by what is left with up to one letter left out
        for word in self._order:
            for rest in _with_a_letter_less(word) if len(word) >= LEAST else ():
                self._by_rest[rest].append(word)

    def find_meant(self, word: str) -> str | None:
        """The known word that begins alike and differs in one letter, or two neighbours' order; None if none does."""
        if len(word) < LEAST or word in self._order:
            return None
        found = {one for rest in _with_a_letter_less(word) for one in self._by_rest.get(rest, ())}
        near = [one for one in found if one[0] == word[0] and _is_one_slip(word, one) and not _is_other(word, one)]
        return min(near, key=self._order.__getitem__, default=None)


def _with_a_letter_less(word: str) -> list[str]:
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def _is_other(one: str, other: str) -> bool:
    """Whether two words of ``LEAST`` letters differ in one of these: they mostly are two words, "ropa" and "rosa"."""
    differ = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) == LEAST and len(differ) == 1


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one letter was added, left out or replaced, or two neighbours have changed places."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    place = next((n for n in range(len(short)) if short[n] != long[n]), len(short))
    if len(long) > len(short):
        return short[place:] == long[place + 1 :]
    swapped = short[:place] + short[place : place + 2][::-1] + short[place + 2 :]
    return short[place + 1 :] == long[place + 1 :] or swapped == long

"""The colours that one sentence names: a single one with its shades, or several, of which any will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from search.words.folding import Token
from search.words.lexicon import ALTERNATIVES
from search.words.vocabulary import Meaning


@dataclass(frozen=True)
class ColourSaid:
    """A colour of a sentence."""

    meaning: Meaning
    words: str  # as they were written
    place: int  # of its first word in the sentence
    either: bool  # whether "or" or a comma parts it from the colour before it


class ColoursSaid:
    """The colours of a sentence, in its order; each once: "blue, azul" is one."""

    def __init__(self) -> None:
        self._said: dict[str, ColourSaid] = {}
        self._end = 0  # the place behind the last of them

    def __len__(self) -> int:
        return len(self._said)

    @property
    def all(self) -> tuple[ColourSaid, ...]:
        """All of them."""
        return tuple(self._said.values())

    @property
    def names_one_thing(self) -> bool:
        """Whether they may be those of one thing, "red and blue", rather than a choice: "red or blue"."""
        return len(self) > 1 and not any(one.either for one in self.all[1:])

    def add(self, meaning: Meaning, words: str, tokens: Sequence[Token], start: int, end: int) -> None:
        """Note the colour that stands at a place of a sentence's tokens."""
        between = tokens[self._end : start]
        listed = any(token.listed for token in (*between, tokens[start]))
        either = listed or not ALTERNATIVES.isdisjoint(token.folded for token in between)
        self._said.setdefault(meaning.name, ColourSaid(meaning, words, start, either))
        self._end = end

    def any_of(self, unwanted: Sequence[str]) -> tuple[str, ...]:
        """The values that aren't unwanted: the colours themselves first, then the nearest shade of each, and so on."""
        rounds = zip_longest(*(one.meaning.values for one in self.all))
        wanted = dict.fromkeys(value for values in rounds for value in values if value is not None)
        return tuple(value for value in wanted if value not in unwanted)

"""The words that one shop understands: its own values, and what English and Spanish say for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from search.words import amounts, orders
from search.words.colours import COLOURS
from search.words.folding import Token, singular, split_tokens, stems
from search.words.lexicon import ALTERNATIVES, AVAILABLE, KINDS, SIZES, SOLD_OUT, TRAITS, WEARERS
from search.words.nearest import nearest_categories, nearest_colours
from search.words.shades import LARGEST, families, family_of
from search.words.typos import Spelling
from search.words.wearers import fitting_values

CATEGORY, COLOUR, GENDER, IN_STOCK, SIZE = "category", "colour", "gender", "in_stock", "size"
LONGEST = 4  # words of a phrase that the lexicon has

# What may stand in a category's name for whom it is: no "my mother".
_WEARER_STEMS = frozenset(
    found for entry in WEARERS for word in entry.said if not word.startswith(("my ", "mi ")) for found in stems(word)
)

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """What a phrase stands for: values of a field that can be filtered by."""

    parameter: str  # of the filter, as ``search.fields`` names it
    values: tuple[str, ...]  # as the index spells them; what the phrase names itself comes first
    name: str = ""  # of all of them, where that is none of the values: a colour of which the shop has only shades
    # What a negation of the phrase leaves out; None: all values; none: it means nothing.
    unwanted: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Vocabulary:
    """Phrases and their meanings; never changes, so threads may share it."""

    meanings: Mapping[Stems, Meaning] = field(default_factory=dict)
    nearest: Mapping[Stems, Meaning] = field(default_factory=dict)  # of things and colours that the shop doesn't have

    @classmethod
    def build(
        cls,
        values: Mapping[str, Sequence[str]],
        synonyms: Mapping[str, Sequence[str]] | None = None,
        names: Mapping[str, Sequence[str]] | None = None,
    ) -> "Vocabulary":
        """The vocabulary of a shop.

        Args:
            values: parameter of a text filter -> the values that products have. A colour takes in its shades, and a
                wearer what is for everyone; of several brands or materials with one name the first counts.
            synonyms: category -> what else shoppers call it; these words mean this category and no other.
            names: category -> what the shop calls it in other languages; several categories may share a name.
        """
        found: dict[Stems, Meaning] = {stems(phrase): Meaning(IN_STOCK, ("true",)) for phrase in AVAILABLE}
        found |= {stems(phrase): Meaning(IN_STOCK, ("false",)) for phrase in SOLD_OUT}
        for parameter, known in values.items():
            if parameter != CATEGORY:
                for phrase, meaning in _MEANINGS.get(parameter, _own_names)(parameter, known):
                    found.setdefault(phrase, meaning)
        categories: dict[Stems, list[str]] = {}
        for category in values.get(CATEGORY, ()):
            for name in (category, *(names or {}).get(category, ())):
                for phrase in _category_names(name):
                    categories.setdefault(phrase, []).append(category)
        found |= {phrase: Meaning(CATEGORY, tuple(dict.fromkeys(of))) for phrase, of in categories.items()}
        for category, phrases in (synonyms or {}).items():
            if category in values.get(CATEGORY, ()):
                found |= {stems(phrase): Meaning(CATEGORY, (category,)) for phrase in phrases}
        found = {phrase: meaning for phrase, meaning in found.items() if phrase}
        return cls(found, {phrase: meaning for phrase, meaning in _nearest(values, found) if phrase not in found})

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.meanings), default=0)

    def match(self, tokens: Sequence[Token], start: int) -> tuple[Meaning, int] | None:
        """The longest phrase that begins at a token, and the place after it; None if none is known."""
        return _longest_match(self.meanings, min(self._longest, len(tokens) - start), tokens, start)

    def match_size(self, tokens: Sequence[Token], start: int) -> tuple[Meaning, int] | None:
        """The same of a size without a word for it."""
        found = self.match((*_SIZE, *tokens[start:]), 0)
        if found is None or found[0].parameter != SIZE or found[1] <= len(_SIZE):
            return None
        return found[0], start + found[1] - len(_SIZE)

    def match_nearest(self, tokens: Sequence[Token], start: int) -> tuple[Meaning, int] | None:
        """The same of phrases for what the shop doesn't have: what is nearest to it."""
        return _longest_match(self.nearest, min(LONGEST, len(tokens) - start), tokens, start)

    def find_meant(self, word: Token) -> str | None:
        """The word that was meant by one that nobody knows, as it is written; None where none is near."""
        if word.stem in self._stems or word.folded in amounts.KNOWN:
            return None
        return self._spelling.find_meant(word.folded) or self._spelling.find_meant(singular(word.folded))

    @cached_property
    def _spelling(self) -> Spelling:
        """The words of the vocabulary, the shop's own first."""
        own = [
            value for meaning in self.meanings.values() for value in meaning.values if value not in ("true", "false")
        ]
        said = [word for entry in (*KINDS, *COLOURS, *WEARERS, *TRAITS) for word in entry.said]
        every = (*own, *said, *orders.SPELLED, *sorted(amounts.KNOWN))
        return Spelling(token.folded for phrase in every for token in split_tokens(phrase.replace("_", " ")))

    @cached_property
    def _stems(self) -> frozenset[str]:
        """The words of all phrases as they are compared."""
        return frozenset(stem for phrase in (*self.meanings, *_TRAITS, orders.WORDS) for stem in phrase)


def _longest_match(
    meanings: Mapping[Stems, Meaning], most: int, tokens: Sequence[Token], start: int
) -> tuple[Meaning, int] | None:
    for length in range(most, 0, -1):
        meaning = meanings.get(tuple(token.stem for token in tokens[start : start + length]))
        if meaning:
            return meaning, start + length
    return None


def _nearest(values: Mapping[str, Sequence[str]], found: Mapping[Stems, Meaning]) -> Iterable[tuple[Stems, Meaning]]:
    """What is nearest to the colours and kinds of things that a shop doesn't have."""
    for said, family in nearest_colours(values.get(COLOUR, ())):
        yield from ((stems(word), Meaning(COLOUR, family.values[:LARGEST], family.name)) for word in said)
    sold = {phrase: meaning.values for phrase, meaning in found.items() if meaning.parameter == CATEGORY}
    for entry, categories in nearest_categories(sold):
        yield from ((stems(word), Meaning(CATEGORY, categories)) for word in entry.said)


def expand_terms(text: str) -> list[list[list[str]]]:
    """The words of a text with what the other language says for them, for a full-text search.

    Of words with "or" between them either will do.

    Returns:
        A list of ideas that are all wanted; for each its alternatives; for each of these the beginnings of its words.
    """
    tokens, place, joined = split_tokens(text), 0, False
    terms: list[list[list[str]]] = []
    while place < len(tokens):
        if terms and not joined and place + 1 < len(tokens) and tokens[place].folded in ALTERNATIVES:
            place, joined = place + 1, True
            continue
        said, place = _said_for(tokens, place)
        alternatives = [[singular(token.folded) for token in split_tokens(phrase)] for phrase in said]
        if joined:
            terms[-1] += alternatives
        else:
            terms.append(alternatives)
        joined = False
    return terms


def _said_for(tokens: Sequence[Token], start: int) -> tuple[tuple[str, ...], int]:
    """What is said in both languages for the longest known phrase from a token on, and the place after it."""
    for length in range(min(LONGEST, len(tokens) - start), 0, -1):
        entry = _TRAITS.get(tuple(token.stem for token in tokens[start : start + length]))
        if entry:
            return entry.said, start + length
    return (tokens[start].text,), start + 1


def is_trait(tokens: Sequence[Token]) -> bool:
    """Whether words say how a thing is made rather than what it is: "hood"."""
    return tuple(token.stem for token in tokens) in _MADE


def kinds_in(text: str) -> str:
    """The words of a text that name kinds of things."""
    tokens, found, place = split_tokens(text), [], 0
    while place < len(tokens):
        for length in range(min(LONGEST, len(tokens) - place), 0, -1):
            if tuple(token.stem for token in tokens[place : place + length]) in _KINDS or length == 1:
                break
        words = tokens[place : place + length]
        if tuple(token.stem for token in words) in _KINDS:
            found += [token.text for token in words]
        place += length
    return " ".join(found)


def _own_names(parameter: str, known: Sequence[str]) -> Iterable[tuple[Stems, Meaning]]:
    """Each value by its own name."""
    for value in known:
        yield stems(value), Meaning(parameter, (value,))


def _colours(parameter: str, known: Sequence[str]) -> Iterable[tuple[Stems, Meaning]]:
    """Each colour by its own name and by what is said for it in either language, with its shades."""
    own = [((value,), family_of(value, known)) for value in known]
    for said, family in (*own, *((entry.said, family) for entry, family in families(known).items())):
        values, unwanted = family.values[:LARGEST], (*family.exact, *family.near)[:LARGEST]
        yield from ((stems(word), Meaning(parameter, values, family.name, unwanted)) for word in said)


def _sizes(parameter: str, known: Sequence[str]) -> Iterable[tuple[Stems, Meaning]]:
    """Each size behind a word for it; XS, XL and their like by themselves too, as no other word is like them."""
    spellings: dict[Stems, list[str]] = {}
    for value in known:
        for spelling in dict.fromkeys((value, value.replace(".", ","), value.replace(",", "."))):
            spellings.setdefault(stems(spelling), []).append(value)
    for size, values in spellings.items():
        meaning = Meaning(parameter, tuple(values), unwanted=())  # a product has several sizes
        yield from (((*stems(word), *size), meaning) for word in SIZES)
        if re.fullmatch("[0-9]?x+[sl]", "".join(size)):
            yield size, meaning


def _wearers(parameter: str, known: Sequence[str]) -> Iterable[tuple[Stems, Meaning]]:
    """Each wearer by its own name and by what is said for it in either language, with what is for everyone."""
    for entry in WEARERS:
        own, fitting = fitting_values(entry, known)
        if own:
            yield from ((stems(word), Meaning(parameter, fitting, unwanted=own)) for word in entry.said)
    yield from _own_names(parameter, known)


def _category_names(category: str) -> Iterable[Stems]:
    """``MEN_Casual Shoes`` is known as "men casual shoes", "casual shoes", and with all other shoes as "shoes"."""
    whole = tuple(one for one in stems(category) if one.isalnum())
    kind = tuple(one for one in whole if one not in _WEARER_STEMS) or whole
    yield whole
    yield kind
    for entry in KINDS:
        if any(_is_head(stems(word), kind, last=True) for word in (*entry.english, *entry.names)) or any(
            _is_head(stems(word), kind, last=False) for word in entry.spanish
        ):
            yield from (stems(word) for word in entry.said)


def _is_head(word: Stems, kind: Stems, *, last: bool) -> bool:
    """Whether a word names a kind of thing: the last one does in English, the first one in Spanish."""
    return word == (kind[-len(word) :] if last else kind[: len(word)])


_SIZE = tuple(split_tokens(SIZES[0]))
_TRAITS = {stems(word): entry for entry in (*KINDS, *COLOURS, *TRAITS) for word in (*entry.said, *entry.names)}
_MADE = frozenset(stems(word) for entry in TRAITS for word in entry.said)
_KINDS = frozenset(stems(word) for entry in KINDS for word in entry.said)
_MEANINGS = {COLOUR: _colours, GENDER: _wearers, SIZE: _sizes}

"""Which of a shop's colours a colour's name takes in: itself, and then its shades, by their names in the shop.

A shade is known by ``search.words.colours``, or by its name: what has a colour's word in it ("Ice blue", "azul noche")
is a shade of that colour, though nobody has listed it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.words.colours import BASES, COLOURS
from search.words.folding import stems
from search.words.lexicon import Entry

_SEVERAL = re.compile(r"\s*(?:[/,;+&|]|\band\b|\by\b)\s*", re.IGNORECASE)  # between the colours of one product
# Colours of one family that a sentence may mean, and that are recognised as a family: each stands in the address. Few
# shops have more; of theirs, the colours that few products have are left out.
LARGEST = 50
_MOST_SEVERAL = 3 * LARGEST  # colours among which families are looked for
_KEPT = 20_000  # names, of all shops that a process has seen


@dataclass(frozen=True)
class Family:
    """The colours of a shop that one name takes in, as the shop spells them."""

    name: str  # what it is called: as the shop spells the colour, or where it has only shades of it in English
    exact: tuple[str, ...]  # the colour itself; several where the shop spells it in several ways
    near: tuple[str, ...] = ()  # shades of it
    far: tuple[str, ...] = ()  # shades that are nearer to another colour, as teal is nearer to blue than to green

    @property
    def shades(self) -> tuple[str, ...]:
        """All shades, the nearer ones first."""
        return (*self.near, *self.far)

    @property
    def values(self) -> tuple[str, ...]:
        """All of them, the colour itself first."""
        return (*self.exact, *self.shades)

    @property
    def tiers(self) -> tuple[tuple[str, ...], ...]:
        """The colour itself, near shades, far shades."""
        return self.exact, self.near, self.far


def family_of(colour: str, known: Iterable[str]) -> Family:
    """The colours that a colour's name takes in.

    Args:
        colour: one of the shop's, or a word for a colour in English or Spanish.
        known: the shop's colours, the most frequent first; of shades that are equally near the first ones come first.
    """
    values = list(dict.fromkeys(known))
    own = own_entry(colour)
    if own is not None:
        return _family(own, values)
    exact = tuple(value for value in values if value.casefold() == colour.casefold())
    return Family(exact[0] if exact else colour, exact)


def families(known: Sequence[str]) -> dict[Entry, Family]:
    """The families of all colours of the vocabulary that a shop has, or has shades of."""
    found = {entry: _family(entry, known) for entry in COLOURS}
    return {entry: family for entry, family in found.items() if family.values}


def whole_families(colours: Collection[str], known: Collection[str]) -> dict[str, Family]:
    """Of several colours those of which all shades that a shop has are there, and these shades.

    ``LARGEST`` of a colour's shades count as all. A colour that is itself a shade of another one stands with that.

    Args:
        colours: that were chosen.
        known: the shop's colours.
    """
    found = {}
    for colour in colours if 1 < len(colours) <= _MOST_SEVERAL else ():
        family = family_of(colour, colours)
        every = len(family.values) >= LARGEST or set(family_of(colour, known).values) <= set(colours)
        if len(family.values) > 1 and every:
            found[colour] = family
    shades = {shade for family in found.values() for shade in family.shades}
    return {colour: family for colour, family in found.items() if colour not in shades}


@lru_cache(_KEPT)
def own_entry(colour: str) -> Entry | None:
    """What a colour's whole name means in the vocabulary; None where it has no entry."""
    return _PHRASES.get(stems(colour))


def _family(entry: Entry, values: Sequence[str]) -> Family:
    exact = tuple(value for value in values if own_entry(value) is entry)
    places = {value: _bases(value)[entry] for value in values if value not in exact and entry in _bases(value)}
    near, far = (tuple(value for value, place in places.items() if (place > 0) is is_far) for is_far in (False, True))
    return Family(exact[0] if exact else entry.english[0].capitalize(), exact, near, far)


@lru_cache(_KEPT)
def _bases(colour: str) -> dict[Entry, int]:
    """The colours that a colour is a shade of, and how near it is to them: 0 nearest."""
    own = own_entry(colour)
    if own is not None:
        return {base: place for place, base in enumerate(BASES[own])}
    found: dict[Entry, int] = {}
    for part in _SEVERAL.split(colour):
        for entry in _named_in(stems(part)):
            found.setdefault(entry, 0)
            for place, base in enumerate(BASES[entry]):
                found.setdefault(base, place)
    return found


def _named_in(words: Sequence[str]) -> list[Entry]:
    """The colours that a name names; beside a plain one only its own shades, so that "steel blue" is no grey."""
    found: list[Entry] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            entry = _PHRASES.get(tuple(words[place : place + length]))
            if entry is not None:
                found.append(entry)
                break
        place += length
    plain = [entry for entry in found if not BASES[entry]]
    return [entry for entry in found if not plain or entry in plain or set(BASES[entry]) & set(plain)]


_PHRASES = {stems(word): entry for entry in COLOURS for word in (*entry.said, *entry.names)}
_LONGEST = max(map(len, _PHRASES))

"""What comes nearest to a thing or a colour that a shop doesn't have."""

from collections.abc import Iterable, Mapping, Sequence

from search.words.colours import BASES, COLOURS
from search.words.folding import stems
from search.words.lexicon import KINDS, Entry
from search.words.shades import Family, families

# A kind of thing, by the first of its English words in the lexicon, and what is nearest to it, the nearest first.
_LINES = """
    coat: jacket, hoodie
    jacket: coat, hoodie, suit
    hoodie: sweatshirt, jacket, sweater
    sweatshirt: hoodie, sweater
    sweater: sweatshirt, hoodie
    shirt: blouse, tshirt, top
    tshirt: top, shirt, blouse
    blouse: shirt, top
    top: tshirt, blouse, shirt
    dress: skirt
    skirt: dress
    trouser: jeans, legging
    jeans: trouser
    short pants: trouser, skirt
    legging: trouser
    suit: jacket
    waistcoat: suit, jacket
    boot: shoe
    sandal: shoe
    heels: shoe
    trainer: shoe
    flip flops: sandal, shoe
    hat: cap
    cap: hat
    handbag: bag
    backpack: bag
    bag: handbag, backpack
    wallet: bag
"""
_BY_NAME = {entry.english[0]: entry for entry in KINDS}
_KINDS = {
    _BY_NAME[name.strip()]: tuple(_BY_NAME[one.strip()] for one in nearest.split(","))
    for name, _, nearest in (line.partition(":") for line in _LINES.strip().splitlines())
}


def nearest_colours(known: Sequence[str]) -> Iterable[tuple[tuple[str, ...], Family]]:
    """For each shade that a shop hasn't, the words for it, and the colour nearest to it that the shop has."""
    sold = families(known)
    for entry in COLOURS:
        bases = [sold[base] for base in BASES[entry] if base in sold]
        if entry not in sold and bases:
            yield entry.said, bases[0]


def nearest_categories(sold: Mapping[tuple[str, ...], tuple[str, ...]]) -> Iterable[tuple[Entry, tuple[str, ...]]]:
    """For each kind of thing that a shop hasn't the categories that are nearest to it.

    Args:
        sold: the stems of a phrase -> the categories that it means.
    """
    for kind, nearest in _KINDS.items():
        if not any(stems(word) in sold for word in kind.said):
            found = next((sold[stems(one.english[0])] for one in nearest if stems(one.english[0]) in sold), ())
            if found:
                yield kind, found

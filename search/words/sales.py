"""Words that ask for what is reduced, whatever it is: "on sale", "rebajas"."""

from search.words.folding import split_tokens, stems
from search.words.lexicon import FILLER_STEMS

_SAID = (
    "sale, on sale, sales, discount, discounted, reduced, offer, special offer, outlet, "
    "rebaja, rebajado, rebajada, oferta, descuento"
)
_PHRASES = frozenset(map(stems, _SAID.split(", ")))
_LONGEST = max(map(len, _PHRASES))


def take_sale(text: str) -> tuple[bool, str]:
    """Whether a text asks for what is reduced, and the text without the words for it."""
    tokens, rest, place = split_tokens(text), [], 0
    while place < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
            if tuple(token.stem for token in tokens[place : place + length]) in _PHRASES:
                place += length
                break
        else:
            rest.append(tokens[place])
            place += 1
    if all(token.stem in FILLER_STEMS for token in rest):
        return len(rest) < len(tokens), ""
    return len(rest) < len(tokens), " ".join(token.text for token in rest)

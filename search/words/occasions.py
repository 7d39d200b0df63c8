"""Words that ask for what is reduced or new, whatever it is: "on sale", "novedades"."""

from search.words.folding import split_tokens, stems
from search.words.lexicon import FILLERS

SALE, NEW = "sale", "new"
_SAID = {
    SALE: "sale, on sale, sales, discount, discounted, reduced, offer, special offer, outlet, "
    "rebaja, rebajado, rebajada, oferta, descuento",
    NEW: "new, newest, latest, new arrival, new collection, just arrived, "
    "novedad, nuevo, nueva, nueva colección, recién llegado",
}
_PHRASES = {stems(phrase): occasion for occasion, phrases in _SAID.items() for phrase in phrases.split(", ")}
_LONGEST = max(map(len, _PHRASES))


def take_occasions(text: str) -> tuple[frozenset[str], str]:
    """What a text asks for of ``SALE`` and ``NEW``, and the text without the words for it."""
    tokens, found, rest, place = split_tokens(text), set(), [], 0
    while place < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
            occasion = _PHRASES.get(tuple(token.stem for token in tokens[place : place + length]))
            if occasion:
                found.add(occasion)
                place += length
                break
        else:
            rest.append(tokens[place])
            place += 1
    if all(token.folded in FILLERS for token in rest):
        rest = []
    return frozenset(found), " ".join(token.text for token in rest)

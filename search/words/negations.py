"""Words that say that something is unwanted: "not", "sin", "anything but", "todo menos"."""

from collections.abc import Sequence

from search.words.folding import Token

_WORDS = frozenset(
    {
        *(
            "not",
            "no",
            "without",
            "except",
            "neither",
            "nor",
            "excluding",
            "dont",
            "doesnt",
            "isnt",
            "arent",
            "nothing",
        ),
        *("sin", "excepto", "salvo", "ni", "tampoco", "nada"),
    }
)
_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in (
        *("anything but", "everything but", "all but", "any colour but", "any color but", "other than", "apart from"),
        *("todo menos", "todos menos", "todas menos", "cualquiera menos", "cualquier color menos", "menos en"),
    )
)


def negation_end(tokens: Sequence[Token], start: int) -> int | None:
    """The place after a negation that begins at a token; None if none does."""
    for phrase in _PHRASES:
        if tuple(token.folded for token in tokens[start : start + len(phrase)]) == phrase:
            return start + len(phrase)
    return start + 1 if tokens[start].folded in _WORDS else None

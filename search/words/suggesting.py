"""Suggestions while somebody types: values of the shop whose names begin as the last words do."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.words.folding import clean, fold


@dataclass(frozen=True)
class Suggestion:
    """What the search field may be filled with."""

    text: str  # the whole field: what was typed before, and the completion
    kind: str  # parameter of the value: category, colour, brand, ...; or "product"
    value: str  # the value, or the product's id


def complete(typed: str, names: Iterable[tuple[str, str, str]], limit: int) -> list[Suggestion]:
    """The values that complete what was typed, best first: the more of its end they take up, the better.

    Args:
        typed: what the field holds.
        names: (kind, value, name) of what may be suggested; a value may be found by several names, and its first is
            the one that is suggested.
        limit: how many at most.
    """
    words = clean(typed).split(" ")
    listed = [(kind, value, name, fold(name)) for kind, value, name in names]
    shown = {(kind, value): name for kind, value, name, _ in reversed(listed)}
    found: dict[tuple[str, str], Suggestion] = {}
    done: set[str] = set()  # kinds that more words were completed with: no "women's women's coats"
    for start in range(len(words)):
        wanted, before = fold(" ".join(words[start:])), " ".join(words[:start])
        if not wanted:
            continue
        for kind, value, _, folded in listed:
            if kind not in done and _begins(folded, wanted):
                text = f"{before} {shown[kind, value].lower()}".strip()
                found.setdefault((kind, text), Suggestion(text, kind, value))
        done = {one.kind for one in found.values()}
    return list(found.values())[:limit]


def _begins(name: str, wanted: str) -> bool:
    """Whether a name, or a later word of it, begins so."""
    return name.startswith(wanted) or f" {wanted}" in name

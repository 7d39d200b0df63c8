"""Words as they are compared: without case, accents and endings of the plural, in English and Spanish alike."""

import re
import unicodedata
from dataclasses import dataclass

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories of Unicode: controls, marks of direction, lone surrogates
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’`][^\W\d_]+)*|[€$£<>]")
_LISTING = frozenset(",;、，；")
_DASHES = frozenset("-–—")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SHORT = 3  # letters: endings of shorter words belong to them ("gas")


@dataclass(frozen=True)
class Token:
    """A word, number or sign of a sentence."""

    text: str  # as it was written
    folded: str  # lower case, without accents and apostrophes
    stem: str  # what it is compared by
    listed: bool = False  # whether a comma or a semicolon stands before it
    dashed: bool = False  # whether a dash stands before it
    minus: bool = False  # whether the dash belongs to it alone: "coat -red"


def clean(text: str) -> str:
    """The text in one line, without characters that nobody sees."""
    seen = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def split_tokens(text: str) -> list[Token]:
    """The tokens of a text; whatever is no word, number or sign of a currency is dropped."""
    text = unicodedata.normalize("NFC", text)
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(text):
        between = text[end : found.start()] if tokens else ""
        minus = text[: found.start()].rpartition(" ")[2] == "-"
        listed, dashed = not _LISTING.isdisjoint(between), not _DASHES.isdisjoint(between)
        tokens.append(Token(found[0], fold(found[0]), stem(found[0]), listed, dashed, minus))
        end = found.end()
    return tokens


def fold(word: str) -> str:
    """A word in lower case, without accents and apostrophes: ``Women's`` becomes ``womens``."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", word.casefold()))
    return re.sub("['’`]", "", bare)


def stem(word: str) -> str:
    """The same for singular and plural: ``watches`` and ``watch``, ``azules`` and ``azul``, ``ties`` and ``tie``."""
    root = fold(word)
    if len(root) > _SHORT and root.endswith("s") and not root.endswith("ss"):
        root = root[:-1]
    if len(root) > _SHORT and root.endswith("e"):
        root = root[:-1]
    return root[:-1] + "i" if root.endswith("y") and len(root) > _SHORT else root


def stems(phrase: str) -> tuple[str, ...]:
    """The stems of all words of a phrase."""
    return tuple(token.stem for token in split_tokens(phrase))


def singular(folded: str) -> str:
    """A beginning that singular and plural share, for the full text: ``shoes`` becomes ``shoe``."""
    if len(folded) <= _SHORT or not folded.endswith("s") or folded.endswith("ss"):
        return folded
    if folded.endswith("es") and folded[-3] not in "aeiou" and len(folded) - 2 >= _SHORT:
        return folded[:-2]
    return folded[:-1]

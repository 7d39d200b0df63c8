"""The values of the lists in a JSON document, one at a time, so that no document has to fit into memory.

Python's own decoder reads each value, so a value means what it means in a document that is read as a whole: bytes that
make no sense, NaN and numbers with exponents included, which streaming parsers such as ijson refuse or change.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from catalog.feeds.jsonlines import parse_float
from catalog.feeds.text import is_damaged, open_text

_PIECE = 2**20  # characters
_LONGEST = 64 * _PIECE  # of one value
_OF_NUMBERS = frozenset("0123456789.eE+-")  # where one follows a value, this is a number that goes on
_SPACE = " \t\n\r"


@dataclass
class FoundList:
    """A list of a document."""

    key: str | None  # under which it stands in the document's object; None: it is the document
    count: int = 0
    objects: int = 0  # how many of its values are objects
    columns: dict[str, None] = field(default_factory=dict)  # the objects' keys, in the order in which they come


class JsonItems:
    """The values of one list of a document; they are read anew each time.

    Args:
        path: the document.
        encoding: of the document.
        place: which of its lists.
    """

    def __init__(self, path: Path, encoding: str, place: int) -> None:
        self._path = path
        self._encoding = encoding
        self._place = place

    def __iter__(self) -> Iterator[Any]:
        with open_text(self._path, self._encoding) as file:
            for place, value in _Walk(file).values():
                if place == self._place:
                    yield value


def survey_lists(path: Path, encoding: str) -> tuple[list[FoundList], bool]:
    """The lists of a document that is a list, or an object whose values are lists; whether bytes of it make no sense.

    Raises:
        ValueError, RecursionError: it is no JSON, is of another kind, or one of its values is very long.
        SourceError: it can't be read.
    """
    with open_text(path, encoding) as file:
        walk = _Walk(file)
        for place, value in walk.values():
            found = walk.found[place]
            found.count += 1
            if isinstance(value, dict):
                found.objects += 1
                found.columns |= dict.fromkeys(value)
        return walk.found, walk.is_damaged


class _Walk:
    """One reading of a document."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._decoder = json.JSONDecoder(parse_float=parse_float)
        self._text, self._at, self._is_over = "", 0, False
        self.found: list[FoundList] = []
        self.is_damaged = False

    def values(self) -> Iterator[tuple[int, Any]]:
        """Every value of every list, with the list's place among ``found``."""
        start = self._next()
        if start == "[":
            yield from self._list(None)
        elif start == "{":
            yield from self._object()
        else:
            raise ValueError("the document is neither a list nor an object")
        if self._next():
            raise ValueError("something follows the document")

    def _object(self) -> Iterator[tuple[int, Any]]:
        self._at += 1
        if self._next() == "}":
            self._at += 1
            return
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise ValueError("a name is no text")
            self._take(":")
            if self._next() == "[":
                yield from self._list(key)
            else:
                self._value()
            if self._take(",}") == "}":
                return

    def _list(self, key: str | None) -> Iterator[tuple[int, Any]]:
        place = len(self.found)
        self.found.append(FoundList(key))
        self._at += 1
        if self._next() == "]":
            self._at += 1
            return
        while True:
            yield place, self._value()
            if self._take(",]") == "]":
                return

    def _take(self, wanted: str) -> str:
        found = self._next()
        if not found or found not in wanted:
            raise ValueError(f"{found!r} stands where {' or '.join(wanted)} is needed")
        self._at += 1
        return found

    def _next(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text) or self._is_over:
                return self._text[self._at : self._at + 1]
            self._read_on()

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError:
                if self._is_over or len(self._text) - self._at > _LONGEST:
                    raise
            else:
                if self._is_over or (end < len(self._text) and self._text[end] not in _OF_NUMBERS):
                    self._at = end
                    return value
            self._read_on()

    def _read_on(self) -> None:
        """Read as much more as waits already, so that a long value isn't decoded again and again."""
        kept = self._text[self._at :]
        more = self._file.read(max(_PIECE, len(kept)))
        self.is_damaged = self.is_damaged or is_damaged(more)
        self._text, self._at, self._is_over = kept + more, 0, not more

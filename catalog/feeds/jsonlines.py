"""JSON Lines: a table with one JSON object per line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.errors import NothingUsableError
from catalog.feeds.rows import Record
from catalog.feeds.text import describe_damage, detect_encoding, is_damaged, open_text
from catalog.feeds.values import ShortenedNumber


class JsonLinesReader:
    """A reader of one JSON Lines file; its columns are the keys that occur in any line."""

    notes: list[str]
    incomplete = ""  # a line that is cut off is no JSON

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = detect_encoding(path)
        self.notes = []
        self.columns = list(dict.fromkeys(key for record in self.records() for key in record.values))
        if not self.columns:
            raise NothingUsableError(f"{path} holds no JSON objects; one object a line is needed.")

    def records(self) -> Iterator[Record]:
        """Every line that isn't blank; a line that is no JSON object comes with its fault."""
        with open_text(self._path, self._encoding) as file:
            for row, line in enumerate(file, start=1):
                if is_damaged(line):
                    yield Record(row, {}, describe_damage(self._encoding, "file"))
                elif line.strip():
                    yield _parse(row, line)


def parse_float(text: str) -> float:
    """A number of JSON that isn't whole, or is written with an exponent and may have lost digits."""
    return ShortenedNumber(text) if "e" in text.lower() else float(text)


def _parse(row: int, line: str) -> Record:
    try:
        values: Any = json.loads(line, parse_float=parse_float)
    except RecursionError:
        return Record(row, {}, "the line is not JSON that can be read: it is nested too deeply")
    except ValueError as error:
        return Record(row, {}, f"the line is not JSON: {error}")
    if not isinstance(values, dict):
        return Record(row, {}, "the line is JSON, but not an object in braces")
    return Record(row, values)

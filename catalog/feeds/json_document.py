"""JSON documents. Lists of objects are read object by object; what refers to itself has to fit into memory."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import NothingUsableError, SourceError
from catalog.feeds.json_items import JsonItems, survey_lists
from catalog.feeds.jsonlines import parse_float
from catalog.feeds.rows import Record
from catalog.feeds.text import describe_damage, detect_encoding, is_damaged, open_text

_MAX_BYTES = 512 * 2**20


@dataclass(frozen=True)
class JsonDocument:
    """The content of a JSON file, or the values of one of its lists."""

    content: Any
    encoding: str
    is_damaged: bool  # whether some bytes are invalid in the encoding

    def find_fault(self, value: Any) -> str:
        """Why a part of the content can't be used, as some of its bytes are invalid; empty if it can."""
        if not self.is_damaged:
            return ""
        with suppress(RecursionError):
            return describe_damage(self.encoding, "file") if is_damaged(json.dumps(value, ensure_ascii=False)) else ""
        return "the value is nested too deeply"


def load_document(path: Path) -> JsonDocument:
    """The content of a JSON file; of one with a value a line, the list of them.

    Raises:
        SourceError: the file is too large, can't be read, or is no JSON.
    """
    size = path.stat().st_size
    if size > _MAX_BYTES:
        raise SourceError(
            f"{path} has {size / 2**20:,.0f} MiB, and a JSON document may have {_MAX_BYTES / 2**20:,.0f}. "
            "Write it as JSON Lines, one object a line, which may be any size."
        )
    encoding = detect_encoding(path)
    with open_text(path, encoding) as file:
        text = file.read()
    return JsonDocument(_parse(path, text), encoding, is_damaged(text))


def _parse(path: Path, text: str) -> Any:
    try:
        return json.loads(text, parse_float=parse_float)
    except (ValueError, RecursionError) as error:
        with suppress(ValueError, RecursionError):
            # Not splitlines: what else it takes for the end of a line may stand inside of a text of JSON.
            return [json.loads(line, parse_float=parse_float) for line in text.split("\n") if line.strip()]
        raise SourceError(f"{path} is not JSON: {error}.") from error


def open_list(path: Path, key: str | None = None) -> tuple[JsonDocument, list[str]]:
    """A list of objects in a document, which is read object by object, and the objects' keys.

    Args:
        path: the document.
        key: under which the list stands; None: the document is the list, or an object whose longest list is meant.

    Raises:
        NothingUsableError: it holds no such list. SourceError: the file can't be read, or is no JSON.
    """
    encoding = detect_encoding(path)
    try:
        found, is_broken = survey_lists(path, encoding)
    except (ValueError, RecursionError):
        # As a whole it may be several documents, a line each; or it is told why it is none.
        document = load_document(path)
        rows = document.content if key is None and isinstance(document.content, list) else []
        columns = dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row)
        if not columns:
            raise NothingUsableError(_describe_no_list(path, key)) from None
        return document, list(columns)
    named = [place for place, one in enumerate(found) if key is None or one.key == key]
    # Of equal names the last one counts, as everywhere in JSON; of lists the first of the longest.
    chosen = named[-1:] if key is not None else sorted(named, key=lambda place: -found[place].count)[:1]
    if not chosen or (key is None and not found[chosen[0]].objects):
        raise NothingUsableError(_describe_no_list(path, key))
    return JsonDocument(JsonItems(path, encoding, chosen[0]), encoding, is_broken), list(found[chosen[0]].columns)


def _describe_no_list(path: Path, key: str | None) -> str:
    if key is not None:
        return f'{path} holds no list of "{key}".'
    return f"{path} is no list of JSON objects, and no export that Vitrina recognises."


class JsonDocumentReader:
    """A reader of a JSON list of objects, which may stand under a name of its own, as {"products": [...]}.

    Its columns are the keys that occur in any of the objects.

    Raises:
        SourceError: the file is no JSON, or no list of objects.
    """

    incomplete = ""  # a document that is cut off is no JSON

    def __init__(self, path: Path) -> None:
        self._document, self.columns = open_list(path)
        self.notes: list[str] = []

    def records(self) -> Iterator[Record]:
        """Every object, counted from 1; anything else in the list comes with its fault."""
        for row, values in enumerate(self._document.content, start=1):
            is_object = isinstance(values, dict)
            fault = self._document.find_fault(values) if is_object else "the value is no object in braces"
            yield Record(row, values if is_object else {}, fault)

"""Text files in whatever encoding a shop's spreadsheet wrote them."""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from catalog.errors import SourceError

_CHUNK_BYTES = 2**20
_ESCAPED = re.compile("[\udc80-\udcff]")  # how Python carries a byte that the encoding doesn't know
_NOT_ASCII = re.compile("[^\x00-\x7f]")


def detect_encoding(path: Path) -> str:
    """UTF-8 or UTF-16 by their marks, UTF-8 by its content, otherwise Windows-1252, which Excel writes in the West.

    A file that is UTF-8 but for a few bytes stays UTF-8: the rows with those bytes are at fault, not the whole file.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            file.seek(0)
            decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
            proper = escaped = 0
            while chunk := file.read(_CHUNK_BYTES):
                text = decoder.decode(chunk)
                if not text.isascii():
                    bad = len(_ESCAPED.findall(text))
                    escaped += bad
                    proper += len(_NOT_ASCII.findall(text)) - bad
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror or error}.") from error
    return "cp1252" if escaped > proper else "utf-8-sig"


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file for reading, line ends untouched; bytes outside the encoding are left for ``is_damaged`` to find."""
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            yield file
    except (OSError, UnicodeError) as error:
        raise SourceError(f"{path} can't be read: {error}.") from error


def is_damaged(text: str) -> bool:
    """Whether the text holds bytes that its file's encoding doesn't know."""
    return not text.isascii() and _ESCAPED.search(text) is not None

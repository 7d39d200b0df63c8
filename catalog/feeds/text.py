"""Text files in the encodings that shops' spreadsheets write."""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from catalog.errors import SourceError

_CHUNK_BYTES = 2**20
_ESCAPED = re.compile("[\udc80-\udcff]")  # stands for a byte that is invalid in the file's encoding
_NOT_ASCII = re.compile("[^\x00-\x7f]")


def detect_encoding(path: Path) -> str:
    """The encoding of a text file: by its byte-order mark UTF-8 or UTF-16, else by its content UTF-8 or Windows-1252.

    Excel writes Windows-1252 in Western countries. A file that is UTF-8 but for a few bytes counts as UTF-8: then the
    rows with those bytes are at fault, not the whole file.

    Raises:
        SourceError: the file can't be read.
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
    """The file opened for reading, with its line ends unchanged; ``is_damaged`` finds bytes that are invalid in it."""
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            yield file
    except (OSError, UnicodeError) as error:
        raise SourceError(f"{path} can't be read: {error}.") from error


def is_damaged(text: str) -> bool:
    """Whether the text holds bytes that are invalid in the encoding of its file."""
    return not text.isascii() and _ESCAPED.search(text) is not None

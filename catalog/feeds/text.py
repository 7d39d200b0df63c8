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
_EXPLANATION = re.compile(r'"?# (?:Required|Optional|Recommended) \|', re.IGNORECASE)
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


def is_explanation(line: str) -> bool:
    """Whether a line above the names of the columns explains each, as in the templates of Meta's catalogues."""
    return _EXPLANATION.match(line) is not None


def describe_damage(encoding: str, whole: str = "table") -> str:
    """What is wrong with a text that ``is_damaged`` finds, in a file of an encoding.

    Args:
        encoding: as ``detect_encoding`` returns it.
        whole: what the text is a part of.
    """
    if encoding == "utf-8-sig":
        return f"a character is not valid UTF-8, though the rest of the {whole} is; save the {whole} as UTF-8"
    read_as = "Windows-1252, since it is not UTF-8" if encoding == "cp1252" else "UTF-16, as its first bytes say"
    return f"a character makes no sense: the {whole} was read as {read_as}; save it as UTF-8"


def is_damaged(text: str) -> bool:
    """Whether the text holds bytes that are invalid in the encoding of its file."""
    return not text.isascii() and _ESCAPED.search(text) is not None

"""What the first bytes of a source say of it, for those who recognise formats by content."""

import codecs
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.errors import CatalogError, SourceError
from catalog.feeds.columns import UNDERSTOOD
from catalog.feeds.delimited import DelimitedReader
from catalog.feeds.rows import TableReader
from catalog.feeds.workbook import WorkbookReader, is_workbook
from catalog.spelling import fold

XML, JSON, TABLE, OTHER = "XML", "JSON", "table", "other"

_START_BYTES = 64 * 1024
_RECORDS = 50
_ROOT = re.compile(r"<(?![?!])([^\s/>]+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BINARY = re.compile(r"[\0-\x08\x0e-\x1f]")
_FEW_STRAY, _STRAY = 2, 0.005  # number or share of them in a text, by mistake


@dataclass(frozen=True)
class SourceHead:
    """The beginning of a source."""

    kind: str  # XML, JSON, TABLE or OTHER
    root: str = ""  # of XML: the root element's name without its prefix, folded
    start: str = ""  # of XML and JSON: the first characters
    columns: frozenset[str] = frozenset()  # of a table: the names of its columns, folded by fold_header
    names: tuple[str, ...] = ()  # of a table: its columns in their order, as they are written
    records: list[dict[str, Any]] = field(default_factory=list)  # of a table: its first records, by written names

    def has(self, *names: str) -> bool:
        """Whether a table has all of these columns."""
        return self.columns.issuperset(names)

    def has_any(self, *names: str) -> bool:
        """Whether a table has one of these columns."""
        return not self.columns.isdisjoint(names)


def fold_header(name: str) -> str:
    """A column's name without case, marks of byte order, surrounding space and the asterisk of required columns."""
    return fold(name.replace("\ufeff", "")).rstrip("*").strip()


def read_head(path: Path) -> SourceHead:
    """The beginning of a file.

    Raises:
        SourceError: the file can't be read, or is text of blanks, or without a line break where a header should end.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_START_BYTES)
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror or error}.") from error
    if is_workbook(path):
        return _read_table(path)
    start = _decode(raw)
    stripped = start.lstrip("\ufeff \t\r\n")
    if stripped.startswith("<"):
        root = _ROOT.search(_COMMENT.sub("", stripped))
        return SourceHead(XML, fold(root[1].rpartition(":")[2]) if root else "", stripped)
    if stripped.startswith(("{", "[")):
        return SourceHead(JSON, start=stripped)
    if len(_BINARY.findall(start)) > max(_FEW_STRAY, len(start) * _STRAY):
        return SourceHead(OTHER)
    if len(raw) == _START_BYTES and not ("\n" in stripped or "\r" in stripped):
        raise SourceError(
            f"{path} has no line with the names of columns in its first {_START_BYTES // 1024} KiB, so it is no table."
        )
    return _read_table(path)


def open_text_table(path: Path, known: Collection[str] = UNDERSTOOD) -> TableReader:
    """The reader of a table by its content: a spreadsheet's workbook, or delimited text.

    Raises:
        SourceError: the table can't be read, or is empty.
    """
    return WorkbookReader(path) if is_workbook(path) else DelimitedReader(path, known)


def _read_table(path: Path) -> SourceHead:
    try:
        reader = open_text_table(path)
        records = [record.values for record in islice(reader.records(), _RECORDS) if not record.fault]
    except CatalogError:
        return SourceHead(OTHER)
    folded = frozenset(map(fold_header, reader.columns))
    return SourceHead(TABLE, columns=folded, names=tuple(reader.columns), records=records)


def _decode(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    return raw.decode("utf-8", errors="replace")

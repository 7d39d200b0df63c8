"""CSV, TSV and similar text tables with semicolons or bars, as spreadsheets write them.

They are read with Python's ``csv`` and not with pandas, because it knows the line of every row, keeps no table in
memory, and can continue after a malformed row.
"""

import csv
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from catalog.errors import NothingUsableError
from catalog.feeds.rows import Record
from catalog.feeds.text import detect_encoding, is_damaged, open_text

_DELIMITERS = ",;\t|"


class DelimitedReader:
    """A reader of one text table; the first line that isn't blank names the columns.

    Args:
        path: the file.
        known: names of columns that have a meaning; the delimiter that finds most of them in the header is taken.
    """

    def __init__(self, path: Path, known: Collection[str]) -> None:
        self._path = path
        self._encoding = detect_encoding(path)
        with open_text(path, self._encoding) as file:
            header = next((line for line in file if line.strip()), "")
        if not header:
            raise NothingUsableError(f"{path} is empty; a line with the names of the columns is needed first.")
        self._delimiter = _tell_delimiter(header, known)
        self.columns = _split(header, self._delimiter)
        self.notes = ["The table is not UTF-8; it was read as Windows-1252."] if self._encoding == "cp1252" else []

    def records(self) -> Iterator[Record]:
        """Every row that isn't empty. A malformed row comes with its fault, and the next line is read as usual."""
        with open_text(self._path, self._encoding) as file:
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True, strict=True)
            header_seen = False
            while True:
                lines.begin_record()
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield self._malformed(lines, error)
                    continue
                if not any(value.strip() for value in values):
                    continue
                if header_seen:
                    yield self._record(lines.first, values)
                header_seen = True

    def _record(self, row: int, values: list[str]) -> Record:
        surplus = [value for value in values[len(self.columns) :] if value.strip()]
        fault = ""
        if surplus:
            fault = (
                f"{len(values)} values for {len(self.columns)} columns; "
                f"put a value that contains {self._delimiter!r} between quotation marks"
            )
        elif any(map(is_damaged, values)):
            fault = "a character is not valid UTF-8, though the rest of the table is; save the table as UTF-8"
        return Record(row, self._by_column(values), fault)

    def _malformed(self, lines: "_Lines", error: csv.Error) -> Record:
        row, text = lines.first, lines.take_back_all_but_first()
        values = text.rstrip("\r\n").split(self._delimiter)
        return Record(
            row, self._by_column([value.strip(' "') for value in values]), f"quotation marks don't match ({error})"
        )

    def _by_column(self, values: list[str]) -> dict[str, str]:
        # Reversed, so that of two columns with the same name the first one is taken.
        return dict(reversed(list(zip(self.columns, values, strict=False))))


class _Lines:
    """A file's lines for ``csv.reader``. Lines can be read again after a stray quotation mark has swallowed them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = enumerate(lines, start=1)
        self._again: deque[tuple[int, str]] = deque()
        self._taken: list[tuple[int, str]] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self._taken.append(self._again.popleft() if self._again else next(self._lines))
        return self._taken[-1][1]

    def begin_record(self) -> None:
        self._taken.clear()

    @property
    def first(self) -> int:
        """The number of the line in which the present record begins."""
        return self._taken[0][0]

    def take_back_all_but_first(self) -> str:
        """Return the record's first line, and have ``csv.reader`` read the record's other lines again."""
        self._again.extendleft(reversed(self._taken[1:]))
        return self._taken[0][1]


def _tell_delimiter(header: str, known: Collection[str]) -> str:
    """The delimiter that finds most of the known columns in the header, and among equal ones most columns."""

    def count(delimiter: str) -> tuple[int, int]:
        columns = _split(header, delimiter)
        return len(set(columns) & set(known)), len(columns)

    return max(_DELIMITERS, key=count)


def _split(header: str, delimiter: str) -> list[str]:
    columns = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True), [])
    return [column.strip() for column in columns]

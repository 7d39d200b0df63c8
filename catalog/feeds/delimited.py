"""CSV, TSV and similar text tables with semicolons or bars, as spreadsheets write them.

They are read with Python's ``csv`` and not with pandas, because it knows the line of every row, keeps no table in
memory, and can continue after a malformed row.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from catalog.errors import NothingUsableError
from catalog.feeds.rows import Record
from catalog.feeds.text import describe_damage, detect_encoding, is_damaged, is_explanation, open_text
from catalog.spelling import tidy_name
from catalog.spreadsheets import MAX_CELL_CHARACTERS

_DELIMITERS = ",;\t|"
_MAX_HEADER_LINES = 50  # below the first
_DECLARED = re.compile(
    r'"?sep=(.)"?', re.IGNORECASE
)  # a first line by which spreadsheets tell each other the delimiter


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
            lines = (line for line in file if line.strip())
            header = next(lines, "")
            declared = _DECLARED.fullmatch(header.strip(" \r\n"))
            if declared:
                header = next(lines, "")
            explained = is_explanation(header)
            if explained:
                header = next(lines, "")
            self._delimiter = declared[1] if declared else _tell_delimiter(header, known)
            self.columns = _split(_complete(header, lines, self._delimiter), self._delimiter)
        if not header:
            raise NothingUsableError(f"{path} is empty; a line with the names of the columns is needed first.")
        self._records_before_rows = 1 + bool(declared) + explained
        self.incomplete = ""
        self.notes = ["The table is not UTF-8; it was read as Windows-1252."] if self._encoding == "cp1252" else []

    def records(self) -> Iterator[Record]:
        """Every row that isn't empty. A malformed row comes with its fault, and the next line is read as usual."""
        self.incomplete = ""
        with open_text(self._path, self._encoding) as file:
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True, strict=True)
            to_skip = self._records_before_rows
            while True:
                lines.begin_record()
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    malformed = self._malformed(lines, error)
                    if to_skip:
                        to_skip -= 1  # the names of columns are read less strictly
                    else:
                        yield malformed
                    continue
                if not any(value.strip() for value in values):
                    continue
                if to_skip:
                    to_skip -= 1
                    continue
                if len(values) < len(self.columns) and lines.ends_abruptly:
                    self.incomplete = f"The table ends in the middle of row {lines.first}."
                yield self._record(lines, values)

    def _record(self, lines: "_Lines", values: list[str]) -> Record:
        surplus = [value for value in values[len(self.columns) :] if value.strip()]
        fault = ""
        if surplus:
            fault = (
                f"{len(values)} values for {len(self.columns)} columns; "
                f"put a value that contains {self._delimiter!r} between quotation marks"
            )
        elif any(map(is_damaged, values)):
            fault = describe_damage(self._encoding)
        shifted = bool(surplus) or len(values) < len(self.columns)
        return Record(lines.first, self._by_column(values), fault, shifted, tuple(self._rows_within(lines)))

    def _malformed(self, lines: "_Lines", error: csv.Error) -> Record:
        fault = f"quotation marks don't match ({error})"
        if "field limit" in str(error):
            fault = f"a value has over {MAX_CELL_CHARACTERS:,} characters, or a quotation mark isn't closed"
        row, text = lines.first, lines.take_back_all_but_first()
        return Record(row, self._by_column(self._split_roughly(text)), fault, shifted=True)

    def _rows_within(self, lines: "_Lines") -> Iterator[dict[str, str]]:
        """The lines of a record of several lines that have enough values to be rows.

        An opening quotation mark too many joins a row with those below it, up to the next such mark. As a value with a
        table in it looks the same, this is no fault; but nobody may take the products of these rows for gone.
        """
        for line in lines.taken if len(lines.taken) > 1 else ():
            values = self._split_roughly(line)
            if len(values) >= len(self.columns):
                yield self._by_column(values)
                yield self._by_column(values[-len(self.columns) :])

    def _split_roughly(self, line: str) -> list[str]:
        return [value.strip(' "') for value in line.rstrip("\r\n").split(self._delimiter)]

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

    @property
    def taken(self) -> list[str]:
        """The lines of the present record."""
        return [line for _, line in self._taken]

    @property
    def ends_abruptly(self) -> bool:
        """Whether the present record ends without a line end, which only the last one of a file may do."""
        return not self._taken[-1][1].endswith(("\n", "\r"))

    def take_back_all_but_first(self) -> str:
        """Return the record's first line, and have ``csv.reader`` read the record's other lines again."""
        self._again.extendleft(reversed(self._taken[1:]))
        return self._taken[0][1]


def _tell_delimiter(header: str, known: Collection[str]) -> str:
    """The delimiter that finds most of the known columns in the header, and among equal ones most columns.

    A column's name may hold other delimiters in brackets, as "Categories (x,y,z...)"; so none is cut off in brackets.
    """

    def count(delimiter: str) -> tuple[int, int, int]:
        columns = _split(header, delimiter)
        cut_off = sum(column.count("(") != column.count(")") for column in columns)
        return len(set(columns) & set(known)), -cut_off, len(columns)

    return max(_DELIMITERS, key=count)


def _complete(header: str, lines: Iterator[str], delimiter: str) -> str:
    """The line with the names of the columns, with the next ones if a name between quotation marks has several."""
    if header.count('"') % 2 == 0:
        return header
    whole = header
    for line in islice(lines, _MAX_HEADER_LINES):
        whole += line
        if line.count('"') % 2:
            text = io.StringIO(whole, newline="")
            with suppress(csv.Error):  # otherwise the quotation mark is a stray one, as that of inches
                next(csv.reader(text, delimiter=delimiter, skipinitialspace=True, strict=True))
                return whole
            break
    return header


def _split(header: str, delimiter: str) -> list[str]:
    columns = next(csv.reader(io.StringIO(header, newline=""), delimiter=delimiter, skipinitialspace=True), [])
    return [tidy_name(column) for column in columns]

"""Tab-separated text in which a quotation mark is a character like any other, as Google's feeds are."""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from catalog.errors import NothingUsableError
from catalog.feeds.rows import Record
from catalog.feeds.text import describe_damage, detect_encoding, is_damaged, is_explanation, open_text
from catalog.spelling import tidy_name

_MOST_LINES = 200  # of a cell, below its first
# A cell that a program has quoted as a whole: every quotation mark inside is doubled.
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


def is_tab_separated(path: Path) -> bool:
    """Whether the first line that isn't blank holds a tab."""
    with open_text(path, detect_encoding(path)) as file:
        return "\t" in next((line for line in file if line.strip()), "")


class TabSeparatedReader:
    """A reader of one tab-separated file; the first line that isn't blank names the columns.

    Raises:
        NothingUsableError: the file is empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = detect_encoding(path)
        self.incomplete = ""
        self.notes: list[str] = []
        self.columns: list[str] = []
        self.columns = [tidy_name(cell) for cell in next(self._lines(), (0, [], True))[1]]
        if not self.columns:
            raise NothingUsableError(f"{path} is empty; a line with the names of the columns is needed first.")

    def records(self) -> Iterator[Record]:
        """Every line that isn't blank; a line with more cells than columns comes with its fault."""
        self.incomplete = ""
        lines = self._lines()
        next(lines, None)
        for row, cells, ends in lines:
            is_short = len(cells) < len(self.columns)
            if is_short and not ends:
                self.incomplete = f"The table ends in the middle of row {row}."
            surplus = any(cell for cell in cells[len(self.columns) :])
            fault = ""
            if surplus:
                fault = f"{len(cells)} values for {len(self.columns)} columns; a value can't contain a tab"
            elif any(map(is_damaged, cells)):
                fault = describe_damage(self._encoding)
            # Reversed, so that of two columns with the same name the first one is taken.
            values = dict(reversed(list(zip(self.columns, cells, strict=False))))
            yield Record(row, values, fault, shifted=surplus or is_short)

    def _lines(self) -> Iterator[tuple[int, list[str], bool]]:
        """The number and the cells of each line that isn't blank, and whether the line has an end.

        A cell that is quoted as a whole may go on in the next lines, as spreadsheets write it.
        """
        with open_text(self._path, self._encoding) as file:
            again: deque[tuple[int, str]] = deque()
            lines = _drain(again, enumerate(file, start=1))
            for row, line in lines:
                if not line.strip() or is_explanation(line):
                    continue
                whole, more = line, list[tuple[int, str]]()
                while self._is_open(whole) and len(more) < _MOST_LINES and (following := next(lines, None)):
                    more.append(following)
                    whole += following[1]
                if more and not self._is_whole(whole):  # the quotation mark was one like any other
                    again.extendleft(reversed(more))
                    whole = line
                yield row, [_unquote(cell.strip()) for cell in _split(whole)], whole.endswith(("\n", "\r"))

    def _is_open(self, text: str) -> bool:
        """Whether the last cell of a text begins with a quotation mark that isn't closed."""
        cells = _split(text)
        last = cells[-1].strip()
        return len(cells) <= len(self.columns) and last.startswith('"') and last.count('"') % 2 == 1

    def _is_whole(self, text: str) -> bool:
        """Whether several lines are one row: it has all cells, and those of several lines are quoted."""
        cells = _split(text)
        return len(cells) == len(self.columns) and all(
            _QUOTED.fullmatch(cell.strip()) for cell in cells if "\n" in cell or "\r" in cell
        )


def _drain(first: "deque[tuple[int, str]]", then: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """What ``first`` holds whenever it holds something, and else what comes from ``then``."""
    while True:
        line = first.popleft() if first else next(then, None)
        if line is None:
            return
        yield line


def _split(line: str) -> list[str]:
    return line.rstrip("\r\n").split("\t")


def _unquote(cell: str) -> str:
    quoted = _QUOTED.fullmatch(cell)
    return quoted[1].replace('""', '"').strip() if quoted else cell

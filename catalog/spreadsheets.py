"""CSV with long cells, and CSV that spreadsheets open without taking anybody's text for a formula.

A product id, a title or a note may begin with ``=``. A spreadsheet takes such a cell for a formula and computes it, and
a formula can send other cells to somebody's server. An apostrophe before the cell makes it text.

Source: OWASP, "CSV Injection", which names the characters that begin a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

MAX_CELL_CHARACTERS = 8 * 2**20  # Python's own limit of 131,072 is less than a description with a picture in it has
csv.field_size_limit(MAX_CELL_CHARACTERS)  # a setting of the whole process: importing this module makes it

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def read_cells(file: Iterable[str]) -> Iterator[list[str]]:
    """The rows of a CSV table of ours, as they were before their cells were guarded, up to one that can't be read."""
    try:
        for row in csv.reader(file):
            yield [unguard_cell(cell) for cell in row]
    except csv.Error:
        return


def read_table(file: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV table below its header, as column -> cell; rows that end early have empty cells."""
    rows = (row for row in read_cells(file) if row)
    columns = next(rows, [])
    for row in rows:
        yield dict(zip(columns, row + [""] * (len(columns) - len(row)), strict=False))


def guard_cell(cell: object) -> object:
    """The cell as it may be written: with an apostrophe before it if it would be a formula, otherwise unchanged."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguard_cell(cell: str) -> str:
    """The text that ``guard_cell`` was given, from the text that it returned."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_line(cells: Iterable[object], *, end: str = "\r\n") -> str:
    """A line of CSV with guarded cells, ending with CR LF as RFC 4180 asks for, or as told."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerow([guard_cell(cell) for cell in cells])
    return text.getvalue()

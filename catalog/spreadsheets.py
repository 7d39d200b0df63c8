"""CSV that spreadsheets open without taking anybody's text for a formula.

A product id, a title or a note may begin with ``=``; a spreadsheet would compute it, and can be made to send what
stands around it elsewhere. An apostrophe before it makes it text.

Source: OWASP, "CSV Injection"; the signs are those it names.
"""

import csv
import io
import re
from collections.abc import Iterable

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guard_cell(cell: object) -> object:
    """A cell as it may be written: a text that would be a formula with an apostrophe before it, all else as it is."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguard_cell(cell: str) -> str:
    """What ``guard_cell`` was given, where its result was a text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_line(cells: Iterable[object]) -> str:
    """A line of CSV with guarded cells, ended as the standard (RFC 4180) wants it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow([guard_cell(cell) for cell in cells])
    return text.getvalue()

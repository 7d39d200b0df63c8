"""Texts that spreadsheets would compute."""

import csv
import io
import re
from pathlib import Path

import pytest

from catalog.spreadsheets import csv_line, guard_cell, read_cells, read_table, unguard_cell


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''-x"]
)
def test_formulas_become_text_and_come_back(text: str) -> None:
    """Behind an apostrophe nothing is computed, and reading takes off just what writing put there."""
    guarded = guard_cell(text)
    assert guarded == f"'{text}"
    assert unguard_cell(str(guarded)) == text


@pytest.mark.parametrize("cell", ["", "coat", "it's = 1", "'90s coat", "5-7", " =1", "ñ", -5, -0.25, None, True])
def test_everything_else_stays(cell: object) -> None:
    """Numbers too: a negative one is no formula."""
    assert guard_cell(cell) is cell
    if isinstance(cell, str):
        assert unguard_cell(cell) == cell


def test_lines_are_csv() -> None:
    """Quoted as CSV wants it, after guarding."""
    line = csv_line(['=1,"2"', "a\nb", -1])
    assert line == '"\'=1,""2""","a\nb",-1\r\n'
    assert next(csv.reader([line])) == ['\'=1,"2"', "a\nb", "-1"]


def test_a_guarded_table_is_read_as_it_was() -> None:
    """Cells that a source wrote like formulas included; a short row lacks its last columns."""
    written = csv_line(["product_id", "file", "reason"]) + csv_line(["=1+1", "a\nb.jpg", "-"]) + csv_line(["x"])
    assert list(read_table(io.StringIO(written, newline=""))) == [
        {"product_id": "=1+1", "file": "a\nb.jpg", "reason": "-"},
        {"product_id": "x", "file": "", "reason": ""},
    ]
    assert list(read_cells(io.StringIO("", newline=""))) == []


def test_every_table_is_written_by_the_one_function_that_guards_its_cells() -> None:
    """A new table can't forget it: whatever writes CSV in another way is named here."""
    root = Path(__file__).parents[2]
    writers = re.compile(r"csv\.writer\(|DictWriter\(|\.to_csv\(")
    modules = (
        path for package in ("catalog", "indexer", "search", "webapp") for path in (root / package).rglob("*.py")
    )
    writing = {str(path.relative_to(root)) for path in modules if writers.search(path.read_text(encoding="utf-8"))}
    assert writing == {"catalog/spreadsheets.py"}

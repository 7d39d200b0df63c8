"""Workbooks of spreadsheet programs (.xlsx): the first sheet that holds a table."""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from catalog.errors import NothingUsableError, SourceError
from catalog.feeds.rows import Record
from catalog.feeds.text import is_explanation
from catalog.feeds.workbook_reach import MAX_CELLS, find_far_sheets
from catalog.spelling import tidy_name

_ZIP = b"PK\x03\x04"
_MAX_UNPACKED_BYTES = 1024 * 2**20  # a workbook is a ZIP archive, and is read as a whole


def is_workbook(path: Path) -> bool:
    """Whether a file's first bytes are those of a workbook; False for a file that can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(4) == _ZIP
    except OSError:
        return False


class WorkbookReader:
    """A reader of one workbook. The first row that isn't empty names the columns, and rows are counted as shown.

    Raises:
        SourceError: the file is no workbook, is damaged, or would be too large when unpacked.
        NothingUsableError: its sheets are empty.
    """

    incomplete = ""  # an archive that is cut off can't be opened

    def __init__(self, path: Path) -> None:
        from python_calamine import CalamineError, CalamineWorkbook  # needed by workbooks only

        far = _look_into(path)
        try:
            book = CalamineWorkbook.from_path(path)
            sheets = ((name, book.get_sheet_by_name(_near(path, name, far))) for name in book.sheet_names)
            name, sheet = next(((name, sheet) for name, sheet in sheets if sheet.height and sheet.width), ("", None))
        except (CalamineError, OSError, ValueError) as error:
            raise SourceError(f"{path} can't be read as a workbook: {error}. Save it again as .xlsx or CSV.") from error
        self._rows = sheet.to_python(skip_empty_area=False) if sheet else []
        self._header = next((number for number, row in enumerate(self._rows) if _names_columns(row)), -1)
        if self._header < 0:
            raise NothingUsableError(f"{path} is empty; a row with the names of the columns is needed first.")
        self.columns = [tidy_name(str(_cell(value))) for value in self._rows[self._header]]
        others = [other for other in book.sheet_names if other != name]
        self.notes = [f"Only the sheet {name!r} was read, not {', '.join(map(repr, others))}."] if others else []

    def records(self) -> Iterator[Record]:
        """Every row that isn't empty."""
        for number, row in enumerate(self._rows[self._header + 1 :], start=self._header + 2):
            values = [_cell(value) for value in row]
            if any(value != "" for value in values):
                # Reversed, so that of two columns with the same name the first one is taken.
                yield Record(number, dict(reversed(list(zip(self.columns, values, strict=False)))))


def _names_columns(row: list[Any]) -> bool:
    cells = list(map(_cell, row))
    return any(cells) and not is_explanation(str(cells[0]))


def _look_into(path: Path) -> dict[str, str]:
    """The sheets that are too large to be loaded, as ``find_far_sheets`` has them; refuses what unpacks to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size <= _MAX_UNPACKED_BYTES:
                return find_far_sheets(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise SourceError(f"{path} can't be read as a workbook: {error}. Save it again as .xlsx or CSV.") from error
    raise SourceError(f"{path} unpacks to {size / 2**20:,.0f} MiB; save the sheet as CSV, which can be any size.")


def _near(path: Path, sheet: str, far: dict[str, str]) -> str:
    if sheet in far:
        raise SourceError(
            f"{path} has cells as far as {far[sheet]} in its sheet {sheet!r}; {MAX_CELLS:,} can be loaded. "
            "Delete the rows below the table and the columns beside it, or save the sheet as CSV."
        )
    return sheet


def _cell(value: Any) -> Any:
    """A cell as text or number; whole numbers without a decimal point, dates as ISO 8601 writes them."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value

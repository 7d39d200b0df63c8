"""How far the cells of a workbook's sheets reach, read before the sheets are loaded.

Loading a sheet makes a grid from its first to its last cell. One stray cell at the far end, which nobody sees, makes
17 billion cells of it, and no memory holds them.
"""

import posixpath
import re
import zipfile

from lxml import etree

MAX_CELLS = 30_000_000  # so that a sheet of 26 columns may have all the rows that there are
_LETTERS = 26
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ROW = re.compile(rb"""row[^<>]*?\sr=["']([0-9]{1,7})""")
_FAR_CELL = re.compile(rb"""r=["']([A-Z]{2,3})[0-9]""")  # most sheets have few columns with such names
_CHUNK_BYTES = 2**20
_LONGEST = 200  # bytes of the beginning of a row or a cell


def find_far_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet -> its last corner, such as XFD1048576, for the sheets whose grids would have more than ``MAX_CELLS``.

    Empty for a workbook that isn't an Excel workbook of XML.

    Raises:
        zipfile.BadZipFile: the archive is damaged.
        OSError: it can't be read.
    """
    try:
        parts = _list_parts(archive)
    except (KeyError, etree.XMLSyntaxError):
        return {}
    known = set(archive.namelist())
    corners = {sheet: _measure(archive, part) for sheet, part in parts.items() if part in known}
    return {sheet: f"{_name(column)}{row}" for sheet, (column, row) in corners.items() if column * row > MAX_CELLS}


def _list_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet -> the file in the archive that holds it."""
    targets = {one.get("Id"): one.get("Target", "") for one in _parse(archive, _RELATIONS)}
    sheets = [one for one in _parse(archive, _BOOK).iter() if etree.QName(one).localname == "sheet"]
    parts = {}
    for sheet in sheets:
        relation = next((text for name, text in sheet.items() if str(name).endswith("}id")), None)
        target = targets.get(str(relation), "")
        parts[str(sheet.get("name"))] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    return parts


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(archive.read(name), parser)


def _measure(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """The numbers of the last column and of the last row that a sheet names; at least 26 columns."""
    column, row = _LETTERS, 0
    waiting = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK_BYTES):
            waiting += chunk
            column = max([column, *map(_number, set(_FAR_CELL.findall(waiting)))])
            row = max([row, *map(int, _ROW.findall(waiting))])
            waiting = waiting[-_LONGEST:]
    return column, row


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _name(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name

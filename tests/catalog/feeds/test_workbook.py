"""Workbooks of spreadsheet programs, drawn cell by cell."""

import zipfile

import pytest

from catalog.errors import NothingUsableError, SourceError
from catalog.feeds import open_feed
from catalog.feeds.workbook import WorkbookReader
from tests.catalog.feeds.sound_rows import sound_rows

_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
</Types>"""
_RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
{}</Relationships>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _cell(value):
    if isinstance(value, (int, float)):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


@pytest.fixture
def write_workbook(shop):
    """``write_workbook("a.xlsx", Sheet=[[...], ...])`` writes sheets of rows of cells."""

    def write(name, **sheets):
        path = shop / name
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("[Content_Types].xml", _TYPES)
            first = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            archive.writestr("_rels/.rels", _RELATIONS.format(first))
            listed, related = "", ""
            for number, (title, rows) in enumerate(sheets.items(), start=1):
                listed += f'<sheet name="{title}" sheetId="{number}" r:id="s{number}"/>'
                target = f"worksheets/sheet{number}.xml"
                related += f'<Relationship Id="s{number}" Type="{_OFFICE}/worksheet" Target="{target}"/>'
                cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
                sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'
                archive.writestr(f"xl/{target}", sheet)
            book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
            archive.writestr("xl/workbook.xml", book)
            archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(related))
        return path

    return write


def test_a_sheet_is_a_table(write_workbook):
    """Numbers stay numbers, whole ones without a decimal point; rows are counted as the program shows them."""
    rows = [
        ["product_id", "category", "image", "price"],
        [15970, "Coats", "1.jpg", 49.9],
        ["", "", "", ""],
        ["B", "Coats", "2.jpg", 5],
    ]
    path = write_workbook("products.xlsx", Empty=[], Products=rows, Notes=[["x"]])
    reader = WorkbookReader(path)
    assert reader.columns == ["product_id", "category", "image", "price"]
    assert [(record.row, record.values["product_id"], record.values["price"]) for record in reader.records()] == [
        (2, 15970, 49.9),
        (4, "B", 5),
    ]
    assert "'Products'" in reader.notes[0]
    products = [row.product for row in sound_rows(open_feed(path, {}))]
    assert [(product.product_id, product.price_cents) for product in products] == [("15970", 4990), ("B", 500)]


def test_an_export_in_a_workbook_is_recognised(write_workbook):
    """By its header, whatever the file's name."""
    header = ["Handle", "Title", "Type", "Option1 Name", "Option1 Value", "Variant Price", "Image Src"]
    path = write_workbook("shop.bin", Sheet1=[header, ["mug", "Mug", "Mugs", "Title", "Default Title", 9.5, "mug.jpg"]])
    (row,) = sound_rows(open_feed(path, {}))
    assert (row.product.product_id, row.product.price_cents, row.files[0].name) == ("mug", 950, "mug.jpg")


def test_the_explanations_of_metas_template_are_no_header(write_workbook):
    """They stand above the names of the columns."""
    explained = ["# Required | A unique content ID", "# Required | The URL", "# Required | x", "# Optional | y"]
    rows = [explained, ["id", "image_link", "title", "price"], ["7", "lamp.jpg", "Lamp", "5 EUR"]]
    (row,) = sound_rows(open_feed(write_workbook("catalog.xlsx", Sheet1=rows), {}))
    assert (row.row, row.product.product_id, row.product.title) == (3, "7", "Lamp")


def test_damaged_and_empty_workbooks_are_refused(write_workbook, shop):
    """With what to do."""
    with pytest.raises(NothingUsableError, match="is empty"):
        WorkbookReader(write_workbook("empty.xlsx", Sheet1=[]))
    damaged = shop / "damaged.xlsx"
    damaged.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(SourceError, match=r"can't be read as a workbook.*Save it again"):
        open_feed(damaged, {})
    with zipfile.ZipFile(shop / "other.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(SourceError, match="can't be read as a workbook"):
        open_feed(shop / "other.xlsx", {})


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(write_workbook, monkeypatch):
    """Before it is unpacked."""
    monkeypatch.setattr("catalog.feeds.workbook._MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(SourceError, match="unpacks to"):
        WorkbookReader(write_workbook("bomb.xlsx", Sheet1=[["x" * 2000]]))


def test_a_stray_cell_at_the_far_end_is_refused(write_workbook):
    """The grid from the first cell to the last has 17 billion cells, and making it ended the process."""
    rows = [["product_id", "category", "image"], ["A", "Coats", "1.jpg"]]
    path = write_workbook("far.xlsx", Products=rows, Notes=[["x"]])
    _add_cell(path, "xl/worksheets/sheet1.xml", "XFD1048576")
    with pytest.raises(SourceError, match=r"as far as XFD1048576 in its sheet 'Products'.*Delete the rows"):
        open_feed(path, {})


def test_a_stray_cell_in_a_sheet_that_is_not_read_does_no_harm(write_workbook):
    """Only the first sheet with a table is loaded."""
    rows = [["product_id", "category", "image"], ["A", "Coats", "1.jpg"]]
    path = write_workbook("far.xlsx", Products=rows, Notes=[["x"]])
    _add_cell(path, "xl/worksheets/sheet2.xml", "XFD1048576")
    assert [row.product.product_id for row in sound_rows(open_feed(path, {}))] == ["A"]


def _add_cell(path, part, reference):
    """Write a cell into a sheet of a workbook, below its rows."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = "".join(filter(str.isdigit, reference))
    cell = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'
    parts[part] = parts[part].replace(b"</sheetData>", cell.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

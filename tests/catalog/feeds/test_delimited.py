"""CSV and its relatives, as spreadsheets and hands write them."""

import pytest

from catalog.errors import NothingUsableError, SourceError
from catalog.feeds.columns import UNDERSTOOD
from catalog.feeds.delimited import DelimitedReader


@pytest.fixture
def read(tmp_path):
    """The columns and records of a text or of bytes."""

    def read_content(content, known=UNDERSTOOD):
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reader = DelimitedReader(path, known)
        return reader, list(reader.records())

    return read_content


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_by_the_header(read, delimiter):
    """Excel writes semicolons where the comma is the decimal sign; prices with commas don't mislead."""
    reader, records = read(delimiter.join(("product_id", "price")) + "\n" + delimiter.join(("A", '"1,5;|2"')) + "\n")
    assert reader.columns == ["product_id", "price"]
    assert records[0].values == {"product_id": "A", "price": "1,5;|2"}


def test_delimiter_is_the_one_that_gives_meaning(read):
    """A header with more of another mark is still split where known columns appear."""
    reader, _ = read("product_id;image;notes, remarks, ideas, thoughts\n")
    assert reader.columns == ["product_id", "image", "notes, remarks, ideas, thoughts"]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_first_line_may_declare_the_delimiter(read, line):
    """Excel writes and reads such a line; it is no header, and rows keep the numbers that an editor shows."""
    reader, records = read(f"{line}\nproduct_id;title,subtitle\nA;a,b\n")
    assert reader.columns == ["product_id", "title,subtitle"]
    assert [(record.row, record.values) for record in records] == [(3, {"product_id": "A", "title,subtitle": "a,b"})]


def test_columns_are_found_whatever_cannot_be_seen_in_their_names(read):
    """A byte-order mark in the middle of a joined file, a no-break space."""
    reader, _ = read("\u200bproduct_id,Product\u00a0type\nA,a\n")
    assert reader.columns == ["product_id", "Product type"]


def test_long_values_are_values(read):
    """A description with a picture in it has more characters than Python's csv takes by itself."""
    _, records = read(f'product_id,title\nA,"{"x" * 300_000}"\nB,b\n')
    assert [len(record.values["title"]) for record in records] == [300_000, 1]
    assert not any(record.fault for record in records)


def test_value_over_every_limit_is_one_bad_row(read):
    """With a reason that is true."""
    _, records = read(f"product_id,title\nA,{'x' * 9_000_000}\nB,b\n")
    assert "over 8,388,608 characters" in records[0].fault
    assert records[1].values == {"product_id": "B", "title": "b"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_as_an_editor_does(read, end):
    """The header is line 1; blank lines count, lines inside quotation marks too."""
    _, records = read(end.join(["product_id,title", "A,a", "", ",", f'B,"two{end}lines"', "C,c", ""]))
    assert [(record.row, record.values["product_id"]) for record in records] == [(2, "A"), (5, "B"), (7, "C")]
    assert not any(record.fault for record in records)


def test_blank_lines_before_the_header(read):
    """A header needn't stand in the first line."""
    reader, records = read("\n\nproduct_id,title\nA,a\n")
    assert (reader.columns, records[0].row) == (["product_id", "title"], 4)


def test_too_many_values_are_one_bad_row(read):
    """A forgotten quotation mark around a comma costs its own row only; empty surplus is no fault."""
    _, records = read("product_id,title\nA,a\nB,b, and more\nC,c,,\n")
    assert [bool(record.fault) for record in records] == [False, True, False]
    assert "3 values for 2 columns" in records[1].fault
    assert records[1].values["product_id"] == "B"


def test_missing_last_values_are_empty(read):
    """Spreadsheets leave out empty cells at the end."""
    _, records = read("product_id,title,price\nA\n")
    assert records[0].values == {"product_id": "A"}


@pytest.mark.parametrize(
    "broken", ['B,"never closed', 'B,"closed" too early', 'B,"15" screen"'], ids=["open", "early", "inch"]
)
@pytest.mark.parametrize("tail", ["C,c\n" * 3, 'C,"c"\n' * 3, "C,c\n" * 50_000], ids=["plain", "quoted", "long"])
def test_quotation_mark_that_does_not_match_costs_one_row(read, broken, tail):
    """A quote that is never closed must not swallow the rows below it."""
    _, records = read(f"product_id,title\nA,a\n{broken}\n{tail}")
    faults = [record for record in records if record.fault]
    assert [(record.row, record.values["product_id"]) for record in faults] == [(3, "B")]
    assert "quotation marks" in faults[0].fault
    assert [record.row for record in records] == list(range(2, 4 + tail.count("\n")))
    assert {record.values["title"] for record in records[2:]} == {"c"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_spreadsheet_encodings_are_understood(read, encoding):
    """With or without a mark, in Unicode or in Windows' Western code page."""
    reader, records = read("product_id,title\nA,Año – niño €\n".encode(encoding))
    assert reader.columns == ["product_id", "title"]
    assert records[0].values["title"] == "Año – niño €"
    assert bool(reader.notes) == (encoding == "cp1252")


def test_stray_byte_in_utf8_is_one_bad_row(read):
    """One wrong byte doesn't turn every other accent of the table into nonsense."""
    _, records = read("product_id,title\nA,niño\nB,".encode() + b"ni\xf1o" + "\nC,años\n".encode())
    assert [record.values["product_id"] for record in records if record.fault] == ["B"]
    assert [record.values["title"] for record in records if not record.fault] == ["niño", "años"]


def test_a_byte_without_meaning_in_windows_1252_is_not_said_to_be_utf8(read):
    """The advice would be wrong: nothing of the table is UTF-8."""
    reader, records = read("product_id,title\nA,niño\nB,años\n".encode("cp1252") + b"C,ni\x81o\n")
    assert reader.notes
    assert [record.values["product_id"] for record in records if record.fault] == ["C"]
    assert "Windows-1252" in records[2].fault


@pytest.mark.parametrize("column", ['"size" cm', '"size', '6" size'])
def test_a_header_with_stray_quotation_marks_costs_no_row(read, column):
    """The first product below it was lost, and the header was told as a bad row."""
    reader, records = read(f"product_id,{column}\nA,1\nB,2\n")
    assert [(record.values["product_id"], record.fault) for record in records] == [("A", ""), ("B", "")]
    again, records = read(f'product_id,{column}\nA,1\nB,15" tall\n')
    assert again.columns == reader.columns
    assert [record.values["product_id"] for record in records] == ["A", "B"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_name_of_a_column_may_have_several_lines(read, end):
    """As people write them in spreadsheets; the columns behind it are read too."""
    reader, records = read(end.join(['product_id,"price', '(EUR)",title', "A,5,a", ""]))
    assert reader.columns == ["product_id", "price (EUR)", "title"]
    assert [record.values for record in records] == [{"product_id": "A", "price (EUR)": "5", "title": "a"}]


def test_first_of_two_columns_with_one_name_counts(read):
    """A repeated column doesn't hide the first."""
    _, records = read("product_id,x,x\nA,1,2\n")
    assert records[0].values == {"product_id": "A", "x": "1"}


def test_empty_file_is_an_error(read):
    """A file without a header has no columns to speak of."""
    with pytest.raises(NothingUsableError, match="is empty; a line with the names of the columns"):
        read("\n \n")


def test_unreadable_file_is_an_error(tmp_path):
    """A path that can't be opened is ours to explain."""
    with pytest.raises(SourceError, match="can't be read"):
        DelimitedReader(tmp_path / "nowhere.csv", ())

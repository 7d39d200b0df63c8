"""Tables in which a tab separates the cells and a quotation mark is a character."""

from pathlib import Path

import pytest

from catalog.feeds.tab_separated import TabSeparatedReader


def test_rows_with_too_few_cells_may_be_shifted(tmp_path: Path) -> None:
    """A line break inside a cell makes two such rows, whose cells may stand in wrong columns."""
    table = tmp_path / "feed.txt"
    table.write_text("title\tid\tlink\nBrown coat\t1\tx\nBeige\ncoat\t2\tx\n")
    reader = TabSeparatedReader(table)
    assert [record.shifted for record in reader.records()] == [False, True, False]
    assert reader.incomplete == ""


def test_table_that_ends_in_a_row_is_incomplete(tmp_path: Path) -> None:
    """What an interrupted export lacks isn't gone; a complete last row needs no line end."""
    table = tmp_path / "feed.txt"
    table.write_text("title\tid\tlink\nBrown coat\t1\tx\nBeige coat\t2")
    reader = TabSeparatedReader(table)
    assert len(list(reader.records())) == 2
    assert reader.incomplete == "The table ends in the middle of row 3."
    table.write_text("title\tid\tlink\nBrown coat\t1\tx\nBeige coat\t2\ty")
    reader = TabSeparatedReader(table)
    assert len(list(reader.records())) == 2
    assert reader.incomplete == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quoted_cell_may_have_several_lines(tmp_path: Path, end: str) -> None:
    """As spreadsheets write it; its second line was a product of its own, with an address for a title."""
    rows = ['1\t"Soft', "", 'and ""warm"""\tx', '2\t"a', 'b"\t"c', 'd"', "3\tplain\ty", ""]
    table = tmp_path / "feed.txt"
    table.write_text(end.join(["id\ttitle\tlink", *rows]), newline="")
    records = list(TabSeparatedReader(table).records())
    assert [(record.row, list(record.values.values())[::-1]) for record in records] == [
        (2, ["1", f'Soft{end}{end}and "warm"', "x"]),
        (5, ["2", f"a{end}b", f"c{end}d"]),
        (8, ["3", "plain", "y"]),
    ]


def test_a_quotation_mark_that_opens_nothing_joins_no_lines(tmp_path: Path) -> None:
    """However many lines follow, and wherever another one stands: nicknames and inches are read as they are."""
    table = tmp_path / "feed.txt"
    rows = ['"Retro" lamp 15"', '1\tx\t"Retro', '2\t"y', '3\tz"\tw', '4\t"Big', *(f"{n}\tx\ty" for n in range(5, 400))]
    table.write_text("\n".join(["id\ttitle\tlink", *rows]) + "\n")
    records = list(TabSeparatedReader(table).records())
    assert [record.row for record in records] == list(range(2, len(rows) + 2))
    assert records[1].values == {"id": "1", "title": "x", "link": '"Retro'}

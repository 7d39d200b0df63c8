"""Tables in which a tab separates the cells and a quotation mark is a character."""

from pathlib import Path

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

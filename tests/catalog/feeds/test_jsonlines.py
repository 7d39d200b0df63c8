"""JSON Lines, line by line."""

import pytest

from catalog.errors import NothingUsableError
from catalog.feeds.jsonlines import JsonLinesReader


@pytest.fixture
def read(tmp_path):
    def read_content(content):
        path = tmp_path / "table.jsonl"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reader = JsonLinesReader(path)
        return reader, list(reader.records())

    return read_content


def test_columns_are_the_keys_of_all_lines(read):
    """A key that only a late line has is a column too."""
    reader, records = read('{"product_id": 1}\n\n{"product_id": 2, "images": ["a.jpg"]}\n')
    assert reader.columns == ["product_id", "images"]
    assert [(record.row, record.values["product_id"]) for record in records] == [(1, 1), (3, 2)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ('{"product_id": 1', "not JSON"),
        ('["a"]', "not an object"),
        ("3", "not an object"),
        ("[" * 100_000, "not JSON"),
    ],
    ids=["brace", "cut", "list", "number", "deep"],
)
def test_line_that_is_no_object_is_one_bad_row(read, line, reason):
    """The lines around it are read as usual."""
    _, records = read(f'{{"product_id": 1}}\n{line}\n{{"product_id": 3}}\n')
    assert [record.row for record in records] == [1, 2, 3]
    assert reason in records[1].fault
    assert not records[0].fault
    assert not records[2].fault


def test_accents_with_and_without_mark(read):
    """A byte order mark is no part of the first line; one bad byte is the fault of its line."""
    reader, records = read(b'\xef\xbb\xbf{"t": "a\xc3\xb1o"}\n{"t": "a\xf1o"}\n{"t": "\xc3\xad\xc3\xb3"}\n')
    assert reader.columns == ["t"]
    assert [record.values.get("t") for record in records] == ["año", None, "íó"]
    assert "not valid UTF-8" in records[1].fault


@pytest.mark.parametrize("content", ["", "\n", "[]\n", "not json\n"])
def test_file_without_objects_is_an_error(read, content):
    """There must be something to name columns by."""
    with pytest.raises(NothingUsableError, match="one object a line"):
        read(content)

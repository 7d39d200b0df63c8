"""Reading the tables of an index, against how they were written."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from search.index.parquet import emptied, read_parquet, to_numbers

SCHEMA = pa.schema([("id", pa.string()), ("sizes", pa.list_(pa.string())), ("cents", pa.int64())])
ROWS = {"id": ["a", "b"], "sizes": [["S", "M"], None], "cents": [5, None]}


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """All columns, or some of them in the order that is asked for."""
    pq.write_table(pa.table(ROWS, schema=SCHEMA), tmp_path / "table.parquet")
    assert read_parquet(tmp_path / "table.parquet", SCHEMA).to_pydict() == ROWS
    some = read_parquet(tmp_path / "table.parquet", SCHEMA, ["cents", "sizes"])
    assert some.column_names == ["cents", "sizes"]
    assert some.to_pydict() == {name: ROWS[name] for name in ("cents", "sizes")}


def test_a_column_that_an_earlier_version_did_not_write_is_empty(tmp_path: Path) -> None:
    """And one of another type gets today's."""
    earlier = pa.table({"id": ["a", "b"], "cents": pa.array([5, None], pa.int32()), "more": [1, 2]})
    pq.write_table(earlier, tmp_path / "table.parquet")
    found = read_parquet(tmp_path / "table.parquet", SCHEMA)
    assert found.schema == SCHEMA
    assert found.to_pydict() == ROWS | {"sizes": [None, None]}


@pytest.mark.parametrize("content", [b"", b"PAR1 is how one begins"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    """With an error of Arrow's or the system's."""
    (tmp_path / "table.parquet").write_bytes(content)
    with pytest.raises((OSError, pa.ArrowException)):
        read_parquet(tmp_path / "table.parquet", SCHEMA)


def test_reading_does_not_load_pandas(tmp_path: Path) -> None:
    """Which takes a web worker a quarter of a second and tens of megabytes."""
    pq.write_table(pa.table(ROWS, schema=SCHEMA), tmp_path / "table.parquet")
    program = (
        "import sys; from pathlib import Path; import search.index.snapshot_files as files\n"
        "from search.index.parquet import emptied, read_parquet, to_numbers; import pyarrow as pa\n"
        "table = read_parquet(Path(sys.argv[1]), pa.schema([('cents', pa.int64())]))\n"
        "emptied(table); to_numbers(table['cents'], -1); sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "table.parquet")], check=True)


@pytest.mark.parametrize("chunks", [[[3, 1], [], [2]], [[]], []])
def test_numbers_are_those_of_the_column(chunks: list[list[int]]) -> None:
    """In however many pieces the column lies, also where it has no rows."""
    for kind in (pa.int32(), pa.int64(), pa.float32()):
        found = to_numbers(pa.chunked_array(chunks, kind))
        assert found.tolist() == [number for chunk in chunks for number in chunk]
        assert found.dtype == kind.to_pandas_dtype()
    flags = pa.chunked_array([[number > 1 for number in chunk] for chunk in chunks], pa.bool_())
    assert to_numbers(flags).tolist() == flags.to_pylist()


def test_nulls_become_what_stands_for_them() -> None:
    """Also in a piece of a column."""
    numbers, flags = pa.array([4, None, 6, 7] * 5), pa.array([True, None, False, None] * 5)
    assert to_numbers(numbers.slice(1, 10), -1).tolist() == numbers.slice(1, 10).fill_null(-1).to_pylist()
    assert to_numbers(flags.slice(1, 10), True).tolist() == flags.slice(1, 10).fill_null(True).to_pylist()
    assert to_numbers(flags, True).dtype == bool


def test_an_emptied_table_has_the_same_columns() -> None:
    """And no rows."""
    table = pa.table(ROWS, schema=SCHEMA)
    assert emptied(table) == SCHEMA.empty_table()

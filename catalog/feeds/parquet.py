"""Parquet tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from catalog.errors import SourceError
from catalog.feeds.rows import Record

_ROWS_PER_BATCH = 2000
_DAMAGE = (pyarrow.ArrowException, OSError, UnicodeDecodeError)  # what pyarrow says of a file that makes no sense


class ParquetReader:
    """A reader of one Parquet file; rows are counted from 1, as there is no header line."""

    notes: list[str]
    incomplete = ""  # a file that is cut off can't be read at all

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notes = []
        with self._open() as file:
            self.columns = list(file.schema_arrow.names)

    def records(self) -> Iterator[Record]:
        """Every row, in the order of the file."""
        row = 0
        with self._open() as file:
            try:
                for batch in file.iter_batches(batch_size=_ROWS_PER_BATCH):
                    for values in _list_rows(batch):
                        row += 1
                        yield Record(row, values)
            except _DAMAGE as error:
                raise SourceError(f"{self._path} is damaged after row {row}: {error}. Export it again.") from error

    def _open(self) -> pyarrow.parquet.ParquetFile:
        try:
            file = pyarrow.parquet.ParquetFile(self._path)
            file.schema_arrow  # noqa: B018 - read here, as it may be damaged where the rest isn't
            return file
        except _DAMAGE as error:
            raise SourceError(f"{self._path} can't be read as Parquet: {error}. Export it again.") from error


def _list_rows(batch: pyarrow.RecordBatch) -> list[dict[str, Any]]:
    """The rows of a batch. Of two columns with one name, the first one counts."""
    columns = {
        name: _list_values(column)
        for name, column in reversed(list(zip(batch.schema.names, batch.columns, strict=True)))
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _list_values(column: pyarrow.Array) -> list[Any]:
    """The values of a column; None for those that Python can't hold, such as dates after the year 9999."""
    try:
        return column.to_pylist()
    except (OverflowError, LookupError):  # a time zone that nobody knows is a LookupError
        return [_to_python(value) for value in column]


def _to_python(value: pyarrow.Scalar) -> Any:
    try:
        return value.as_py()
    except (OverflowError, LookupError):
        return None

"""Feeds: a shop's folders of photos and its tables, read row by row."""

from collections.abc import Mapping
from pathlib import Path

from catalog.errors import MappingError, SourceError
from catalog.feeds.columns import UNDERSTOOD
from catalog.feeds.delimited import DelimitedReader
from catalog.feeds.folder import LAYOUT, FolderFeed
from catalog.feeds.jsonlines import JsonLinesReader
from catalog.feeds.rows import Feed, FeedRow, Reject, TableReader
from catalog.feeds.table import TableFeed

__all__ = ["Feed", "FeedRow", "Reject", "open_feed", "open_table"]

_FORMATS = "CSV (.csv), TSV (.tsv), JSON Lines (.jsonl, .ndjson) or Parquet (.parquet)"


def open_feed(source: Path, mapping: Mapping[str, str]) -> Feed:
    """The feed that reads a source.

    Args:
        source: a folder with one folder per class, or a table.
        mapping: field -> column, for a table whose columns have other names than our fields.

    Raises:
        SourceError: the source doesn't exist, is in no format that Vitrina reads, or lacks what its format needs.
    """
    if source.is_dir():
        if mapping:
            raise MappingError(f"{source} is a folder; --map is for tables, which have columns.")
        return FolderFeed(source)
    if not source.exists():
        raise SourceError(f"{source} doesn't exist. Give a folder with {LAYOUT}; or a table: {_FORMATS}.")
    return TableFeed(source, open_table(source, mapping), mapping)


def open_table(source: Path, mapping: Mapping[str, str]) -> TableReader:
    """The reader of a table, which knows columns but no fields; arguments and errors are those of ``open_feed``."""
    suffix = source.suffix.lower()
    if suffix in (".csv", ".tsv", ".tab"):
        return DelimitedReader(source, {*UNDERSTOOD, *mapping.values()})
    if suffix in (".jsonl", ".ndjson"):
        return JsonLinesReader(source)
    if suffix in (".parquet", ".pq"):
        from catalog.feeds.parquet import ParquetReader  # pyarrow takes long to import, and only Parquet needs it

        return ParquetReader(source)
    raise SourceError(
        f"{source} is no table that Vitrina reads: {_FORMATS} is needed. "
        "A spreadsheet program can save its sheet as CSV."
    )

"""Feeds: what a shop hands over (folders of photos, tables), read row by row."""

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
    """A source, ready to be read.

    Args:
        source: a folder with one folder per class, or a table.
        mapping: field to column, for tables whose columns have other names.

    Raises:
        SourceError: it isn't there, is of no known kind, or lacks what every source of its kind needs.
    """
    if source.is_dir():
        if mapping:
            raise MappingError(f"{source} is a folder; --map is for tables, which have columns.")
        return FolderFeed(source)
    if not source.exists():
        raise SourceError(f"{source} doesn't exist. Give a folder with {LAYOUT}; or a table: {_FORMATS}.")
    return TableFeed(source, open_table(source, mapping), mapping)


def open_table(source: Path, mapping: Mapping[str, str]) -> TableReader:
    """A table whose columns haven't been matched to fields yet; arguments and errors as for ``open_feed``."""
    suffix = source.suffix.lower()
    if suffix in (".csv", ".tsv", ".tab"):
        return DelimitedReader(source, {*UNDERSTOOD, *mapping.values()})
    if suffix in (".jsonl", ".ndjson"):
        return JsonLinesReader(source)
    if suffix in (".parquet", ".pq"):
        from catalog.feeds.parquet import ParquetReader  # pyarrow takes its time; only who needs it waits

        return ParquetReader(source)
    raise SourceError(
        f"{source} is no table that Vitrina reads: {_FORMATS} is needed. "
        "A spreadsheet program can save its sheet as CSV."
    )

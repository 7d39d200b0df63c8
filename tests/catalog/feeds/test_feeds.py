"""Telling what kind of source somebody named."""

import pytest

from catalog.errors import MappingError, SourceError
from catalog.feeds import open_feed
from catalog.feeds.folder import FolderFeed
from catalog.feeds.table import TableFeed


def test_folders_and_tables_are_told_apart(coats, shop):
    """A folder is a folder of classes; a file is a table by its extension, in capitals too."""
    assert isinstance(open_feed(shop, {}), FolderFeed)
    assert isinstance(open_feed(coats, {}), TableFeed)
    shouting = coats.rename(shop / "PRODUCTS.CSV")
    assert isinstance(open_feed(shouting, {}), TableFeed)


@pytest.mark.parametrize("name", ["products.xlsx", "products.json", "products", "1.jpg"])
def test_other_files_are_refused_with_the_kinds_that_work(shop, name):
    """Unknown kinds get the list of known ones."""
    path = shop / name
    path.write_text("x")
    with pytest.raises(SourceError, match=r"CSV \(\.csv\), TSV \(\.tsv\), JSON Lines \(\.jsonl, \.ndjson\) or Parquet"):
        open_feed(path, {})


def test_missing_source_is_named(shop):
    """A path that leads nowhere is repeated in the message."""
    with pytest.raises(SourceError, match=r"nowhere\.csv doesn't exist"):
        open_feed(shop / "nowhere.csv", {})


def test_mapping_is_for_tables(coats, shop):
    """A folder has no columns to map."""
    with pytest.raises(MappingError, match="--map is for tables"):
        open_feed(shop, {"title": "name"})


@pytest.mark.parametrize("character", [" ", "\n", "x"])
def test_a_file_without_a_header_is_refused_before_it_is_read(shop, character):
    """A gigabyte of blanks must not fill the memory."""
    path = shop / "products.csv"
    path.write_text(character * 100_000)
    with pytest.raises(SourceError, match="no line with the names of columns in its first 64 KiB"):
        open_feed(path, {})

"""How a source is opened: what it is, by its content, and the feed that reads it."""

from collections.abc import Mapping
from pathlib import Path

from catalog.errors import MappingError, SourceError
from catalog.feeds.columns import NEEDED, UNDERSTOOD
from catalog.feeds.delimited import DelimitedReader
from catalog.feeds.exports.export_feed import ExportFeed
from catalog.feeds.exports.photo_places import PhotoPlaces
from catalog.feeds.folder import LAYOUT, FolderFeed
from catalog.feeds.folder_listing import readable_name
from catalog.feeds.formats.registry import TABLE_FORMAT, find_format
from catalog.feeds.idx import FASHION_MNIST, IDX, IdxFeed
from catalog.feeds.idx_files import find_pairs
from catalog.feeds.json_document import JsonDocumentReader
from catalog.feeds.jsonlines import JsonLinesReader
from catalog.feeds.options import FeedOptions
from catalog.feeds.rows import Feed, TableReader
from catalog.feeds.source_head import JSON, read_head
from catalog.feeds.table import TableFeed
from catalog.feeds.workbook import WorkbookReader, is_workbook

_FORMATS = (
    "CSV (.csv), TSV (.tsv), JSON Lines (.jsonl, .ndjson) or Parquet (.parquet), "
    "a workbook (.xlsx), or an export that it recognises by its content"
)


def open_feed(source: Path, mapping: Mapping[str, str], options: FeedOptions | None = None) -> Feed:
    """The feed that reads a source.

    Args:
        source: a folder with one folder per class, a table, a platform's export, or IDX files.
        mapping: field -> column, for a table whose columns have other names than our fields.
        options: what the person who imports says of the source; None says nothing.

    Raises:
        SourceError: the source doesn't exist, is in no format that Vitrina reads, or lacks what its format needs.
    """
    options = options or FeedOptions()
    _refuse_unwritable(source)
    if is_idx(source, mapping, options):
        return _open_idx(source, mapping, options)
    if source.is_dir():
        _refuse_table_options(source, mapping, options)
        return FolderFeed(source)
    if not source.exists():
        raise SourceError(f"{source} doesn't exist. Give a folder with {LAYOUT}; or a table: {_FORMATS}.")
    # Whoever maps columns has said that the source is a plain table.
    name = TABLE_FORMAT if mapping and options.format is None else options.format
    export_format = find_format(source, name)
    if export_format is None:
        return TableFeed(
            source, _open_table(source, mapping), mapping, _find_places(source, options), options.web_photos
        )
    if mapping:
        raise MappingError(
            f"--map is for plain tables; the columns of --format {name} are known. Leave one of them out."
        )
    return ExportFeed(source, export_format.title, export_format.open(source, options), options)


def _refuse_unwritable(source: Path) -> None:
    name = readable_name(source.absolute())
    if name != str(source.absolute()):
        raise SourceError(
            f"The path {name} is not valid UTF-8, so the catalogue can't name the source or its photos. "
            "Rename what is marked."
        )


def list_columns(source: Path, mapping: Mapping[str, str]) -> list[str]:
    """The columns of a table; of an export, whose columns have no names of ours, the fields that its products may have.

    Args:
        source: the file.
        mapping: field -> column; whoever maps columns means a plain table.

    Raises:
        SourceError: the file is in no format that Vitrina reads.
    """
    if not mapping and find_pairs(source):
        return [*NEEDED, "split"]
    if not mapping and source.exists() and find_format(source, None):
        return list(UNDERSTOOD)
    return _open_table(source, mapping).columns


def is_idx(source: Path, mapping: Mapping[str, str], options: FeedOptions) -> bool:
    """Whether a source is read as IDX files: somebody says so, or it is or holds some."""
    said = options.format in (IDX, FASHION_MNIST)
    return said or (options.format is None and not mapping and bool(find_pairs(source)))


def _open_idx(source: Path, mapping: Mapping[str, str], options: FeedOptions) -> IdxFeed:
    pairs = find_pairs(source)
    if not pairs:
        raise SourceError(f"{source} neither is an IDX file nor holds any, such as train-images-idx3-ubyte.gz.")
    if mapping or options.images or options.media_base:
        option = "--map" if mapping else "--images"
        raise SourceError(f"{source} has its photos and labels in itself; {option} is for tables and exports.")
    return IdxFeed(source, pairs, options.format)


def _open_table(source: Path, mapping: Mapping[str, str]) -> TableReader:
    """The reader of a table, which knows columns but no fields; arguments and errors are those of ``open_feed``."""
    suffix = source.suffix.lower()
    if is_workbook(source):
        return WorkbookReader(source)
    if suffix in (".csv", ".tsv", ".tab"):
        return DelimitedReader(source, {*UNDERSTOOD, *mapping.values()})
    if suffix in (".jsonl", ".ndjson"):
        return JsonLinesReader(source)
    if suffix == ".json" and read_head(source).kind == JSON:
        return JsonDocumentReader(source)
    if suffix in (".parquet", ".pq"):
        from catalog.feeds.parquet import ParquetReader  # pyarrow takes long to import, and only Parquet needs it

        return ParquetReader(source)
    raise SourceError(
        f"{source} is no table that Vitrina reads: {_FORMATS} is needed. "
        "A spreadsheet program can save its sheet as CSV."
    )


def _find_places(source: Path, options: FeedOptions) -> PhotoPlaces | None:
    """Where the photos of a table lie; None where names are paths from the table's folder, as they usually are."""
    if options.images is None and options.media_base is None and not options.from_web:
        return None
    beside = source.absolute().parent
    return PhotoPlaces(options.images, beside, web=options.web_photos, media_base=options.media_base)


def _refuse_table_options(folder: Path, mapping: Mapping[str, str], options: FeedOptions) -> None:
    if mapping:
        raise MappingError(f"{folder} is a folder; --map is for tables, which have columns.")
    if options.format or options.images or options.media_base:
        option = "--format" if options.format else "--images"
        raise SourceError(f"{folder} is a folder with photos of its own; {option} is for tables and exports.")

"""Google Merchant Center's text feeds: tab-separated, or CSV as Meta's catalogues are."""

from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.offers import Group
from catalog.feeds.formats.google_products import FIELDS, MANY, Fields, GoogleProducts, split_list
from catalog.feeds.options import FeedOptions
from catalog.feeds.rows import TableReader
from catalog.feeds.source_head import TABLE, SourceHead, fold_header, open_text_table
from catalog.feeds.tab_separated import TabSeparatedReader, is_tab_separated
from catalog.feeds.values import parse_text


class GoogleText:
    """The format of Google's text feeds."""

    name = "google-text"
    title = "a Google Merchant text feed"

    def recognises(self, head: SourceHead) -> bool:
        """An id and the link of a photo, beside another field of Google's."""
        columns = {_to_field(name) for name in head.names}
        others = {"link", "availability", "price", "item_group_id", "google_product_category", "product_type"}
        return head.kind == TABLE and {"id", "image_link"} <= columns and not columns.isdisjoint(others)

    def open(self, path: Path, options: FeedOptions) -> "GoogleTextExport":
        """The feed."""
        reader = TabSeparatedReader(path) if is_tab_separated(path) else open_text_table(path)
        return GoogleTextExport(reader, options)


class GoogleTextExport:
    """An opened text feed."""

    def __init__(self, reader: TableReader, options: FeedOptions) -> None:
        self._reader = reader
        self._products = GoogleProducts(options)
        self._fields = [(column, _to_field(column)) for column in reader.columns if _to_field(column) in FIELDS]
        self.notes = reader.notes

    @property
    def incomplete(self) -> str:
        """Why rows may be missing at the end; empty if none seem to be."""
        return self._reader.incomplete

    def entries(self) -> Iterator[Entry]:
        """Every row, by its group."""
        for record in self._reader.records():
            fields: Fields = {}
            for column, name in self._fields:
                text = parse_text(record.values.get(column))
                if text:
                    fields.setdefault(name, []).extend(split_list(text) if name in MANY else [text])
            yield self._products.make_entry(record.row, fields, record.fault)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The offers of a group of rows."""
        return self._products.build(key, entries)


def _to_field(column: str) -> str:
    """The field that a column holds: "Image Link" and "g:image_link" are image_link."""
    return fold_header(column).removeprefix("g:").replace(" ", "_")

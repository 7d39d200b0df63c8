"""Products from a table with one row per product, or with one row per photo of a product."""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from catalog.feeds.columns import PLAIN, match_columns
from catalog.feeds.rows import FeedRow, Record, Reject, TableReader
from catalog.feeds.values import (
    parse_currency,
    parse_in_stock,
    parse_photos,
    parse_price,
    parse_product_id,
    parse_split,
    parse_text,
)
from catalog.products import Product

_URL = re.compile(r"[a-z][a-z0-9+.\-]+://", re.IGNORECASE)


class TableFeed:
    """A table whose columns have been matched to fields.

    Args:
        path: the table's file; the paths of photos are relative to its folder.
        reader: the reader of the table's format.
        mapping: field -> column, where the table's names differ from ours.

    Raises:
        MissingColumnError: the table lacks a needed or a mapped column.
    """

    def __init__(self, path: Path, reader: TableReader, mapping: Mapping[str, str]) -> None:
        self.location = Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow a "current" link)
        self.notes = list(reader.notes)
        self._folder = str(self.location.parent)
        self._reader = reader
        self._columns = match_columns(path.name, reader.columns, mapping)
        used = set(self._columns.values())
        self._others = [column for column in dict.fromkeys(reader.columns) if column and column not in used]

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every row as a product with the paths of its photos, or as a reject."""
        for record in self._reader.records():
            yield from self._parse(record)

    def _parse(self, record: Record) -> Iterator[FeedRow | Reject]:
        if record.fault:
            yield Reject(record.row, parse_text(self._value(record, "product_id")), "", record.fault)
            return
        try:
            product = self._parse_product(record)
            files = self._parse_files(record)
        except ValueError as error:
            yield Reject(record.row, parse_text(self._value(record, "product_id")), "", f"{error}.")
            return
        photos = []
        for file in files:
            if _URL.match(file):
                reason = "This is a web address; photos must be local files. Download it and name the file."
                yield Reject(record.row, product.product_id, file, reason)
            else:
                photos.append(self._locate(file))
        if photos:
            yield FeedRow(record.row, product, tuple(dict.fromkeys(photos)))

    def _value(self, record: Record, field: str) -> Any:
        return record.values.get(self._columns.get(field, ""))

    def _parse_product(self, record: Record) -> Product:
        product_id = parse_product_id(self._value(record, "product_id"))
        category = parse_text(self._value(record, "category"))
        if not category:
            raise ValueError("category is empty")
        price_cents, currency = parse_price(self._value(record, "price"))
        plain: dict[str, Any] = {field: parse_text(self._value(record, field)) or None for field in PLAIN}
        attributes = {column: parse_text(record.values.get(column)) for column in self._others}
        return Product(
            product_id,
            category,
            price_cents=price_cents,
            currency=parse_currency(self._value(record, "currency")) or currency,
            in_stock=parse_in_stock(self._value(record, "in_stock")),
            split=parse_split(self._value(record, "split")),
            attributes={column: text for column, text in attributes.items() if text},
            **plain,
        )

    def _parse_files(self, record: Record) -> list[str]:
        files = parse_photos(self._value(record, "image")) + parse_photos(self._value(record, "images"))
        if not files:
            raise ValueError("image is empty")
        return files

    def _locate(self, file: str) -> Path:
        """The photo's absolute path; of several ways to read a file name, the first that names an existing file."""
        written = self._absolute(file)
        readings = [written]
        if "\\" in file:
            readings.append(self._absolute(file.replace("\\", "/")))
        if not file.isascii():
            # One system writes an accented letter as one character, another one as a letter and an accent.
            readings += [unicodedata.normalize(form, readings[-1]) for form in ("NFC", "NFD")]
        if len(readings) == 1:
            return Path(written)
        return Path(next(filter(os.path.exists, readings), written))

    def _absolute(self, file: str) -> str:
        return os.path.normpath(os.path.join(self._folder, file))  # noqa: PTH118 (called a million times; Path takes ten times as long)

"""Products from a table with one row per product, or with one row per photo of a product."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from catalog.feeds.columns import NAMES, NEEDED, PLAIN, match_columns
from catalog.feeds.exports.photo_places import PhotoPlaces
from catalog.feeds.language_columns import READ_TEXT, find_language_columns, read_language_texts
from catalog.feeds.offer_values import parse_availability, parse_sizes
from catalog.feeds.price_column import PriceColumn
from catalog.feeds.rows import FeedRow, FieldWarning, Record, Reject, TableReader, WebPhoto
from catalog.feeds.text import is_damaged
from catalog.feeds.values import (
    parse_category,
    parse_currency,
    parse_group_id,
    parse_in_stock,
    parse_name,
    parse_photos,
    parse_plain,
    parse_product_id,
    parse_split,
    parse_text,
)
from catalog.money import exact_text
from catalog.product_details import EXACT_PRICE, EXACT_PRICE_BEFORE, IN_STOCK, TEXTS, without_empty
from catalog.products import Product
from catalog.spelling import tidy

T = TypeVar("T")

_URL = re.compile(r"[a-z][a-z0-9+.\-]+://", re.IGNORECASE)


class TableFeed:
    """A table whose columns have been matched to fields.

    Args:
        path: the table's file; the paths of photos are relative to its folder.
        reader: the reader of the table's format.
        mapping: field -> column, where the table's names differ from ours.
        places: finds the photos by their file names in a folder; None takes names for paths from the table's folder.
        web_photos: whether web addresses are photos to download.

    Raises:
        MissingColumnError: the table lacks a needed or a mapped column.
    """

    def __init__(
        self,
        path: Path,
        reader: TableReader,
        mapping: Mapping[str, str],
        places: PhotoPlaces | None = None,
        web_photos: bool = False,
    ) -> None:
        self.location = Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow a "current" link)
        self.notes = list(reader.notes)
        self.left_out: set[str] = set()  # a table's drafts are products that aren't published
        self.empty_classes: list[str] = []  # a table has no classes but those of its products
        self._folder = str(self.location.parent)
        self._places = places
        self._web_photos = web_photos
        self._reader = reader
        self._columns = match_columns(path.name, reader.columns, mapping)
        used = set(self._columns.values())
        unused = [column for column in dict.fromkeys(reader.columns) if column and column not in used]
        self._languages = find_language_columns(unused)
        self._others = [column for column in unused if column not in self._languages]
        self._prices: PriceColumn | None = None

    @property
    def incomplete(self) -> str:
        """Why rows may be missing at the end of the table; empty if none seem to be."""
        return self._reader.incomplete

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every row as a product with the paths of its photos, or as a reject."""
        prices = self._study_prices()
        for record in self._reader.records():
            yield from self._parse(record, prices)

    def _study_prices(self) -> PriceColumn:
        """What all cells of the price column together say of its separators; read once."""
        if self._prices is None:
            self._prices = PriceColumn()
            for record in self._reader.records() if "price" in self._columns else ():
                if not record.fault:
                    self._prices.note(self._value(record, "price"))
        return self._prices

    def _parse(self, record: Record, prices: PriceColumn) -> Iterator[FeedRow | Reject]:
        hidden = tuple(filter(None, (parse_text(self._value_in(values, "product_id")) for values in record.swallowed)))
        if record.fault:
            # What stands in the first column can't have been shifted; any other column may hold another one's value.
            product_id = self._guess_id(record) if self._is_first("product_id") or not record.shifted else ""
            yield Reject(record.row, product_id, "", record.fault, not record.shifted, hidden)
            return
        warnings: list[FieldWarning] = []
        try:
            product = self._parse_product(record, prices, warnings)
            files = self._parse_files(record)
        except ValueError as error:
            named = str(error).partition(" ")[0]  # a needed field, whose parser begins with its name
            field = named if named in NEEDED else ""
            reason = f"{error}."
            yield Reject(record.row, self._guess_id(record), "", reason, not record.shifted, hidden, field)
            return
        photos: list[Path | WebPhoto] = []
        for file in files:
            try:
                photos.append(self._places.find(file) if self._places else self._locate(file))
            except ValueError as error:
                yield Reject(record.row, product.product_id, file, str(error), not record.shifted, hidden)
        if photos:
            found = tuple(dict.fromkeys(photos))
            yield FeedRow(record.row, product, found, tuple(warnings), not record.shifted, hidden)

    def _guess_id(self, record: Record) -> str:
        """The product id of a row that can't be used; empty where it is no id."""
        value = self._value(record, "product_id")
        if isinstance(value, str) and is_damaged(value):
            return ""
        try:
            return parse_product_id(value)
        except ValueError:
            return ""

    def _is_first(self, field: str) -> bool:
        return self._reader.columns[:1] == [self._columns.get(field)]

    def _value(self, record: Record, field: str) -> Any:
        return self._value_in(record.values, field)

    def _value_in(self, values: Mapping[str, Any], field: str) -> Any:
        return values.get(self._columns.get(field, ""))

    def _parse_product(self, record: Record, prices: PriceColumn, warnings: list[FieldWarning]) -> Product:
        """The product of a row.

        Args:
            record: the row.
            prices: what is known of the table's prices.
            warnings: the list to which a sentence is added for each optional value that can't be trusted.

        Raises:
            ValueError: the product has no usable id or no category.
        """
        read = partial(self._read, record, warnings)
        product_id = parse_product_id(self._value(record, "product_id"))
        category = parse_category(self._value(record, "category"))
        priced, exact = self._read_prices(record, prices, warnings)
        availability, in_stock = read("availability", parse_availability), read("in_stock", parse_in_stock)
        details = exact | {TEXTS: read_language_texts(record.values, self._languages, warnings)}
        published = read("published", parse_in_stock)
        plain: dict[str, Any] = {field: read(field, READ_TEXT.get(field, parse_plain)) for field in PLAIN}
        names: dict[str, Any] = {field: read(field, parse_name) for field in NAMES}
        attributes = {column: tidy(parse_text(record.values.get(column))) for column in self._others}
        return Product(
            product_id,
            category,
            group_id=read("group_id", parse_group_id),
            in_stock=availability == IN_STOCK if availability and in_stock is None else in_stock,
            availability=availability,
            sizes=read("sizes", parse_sizes),
            published=published is not False,
            details=without_empty(details),
            split=read("split", parse_split),
            attributes={column: text for column, text in attributes.items() if text},
            **priced,
            **plain,
            **names,
        )

    def _read_prices(
        self, record: Record, prices: PriceColumn, warnings: list[FieldWarning]
    ) -> tuple[dict[str, Any], dict[str, str | None]]:
        """The fields of a row's product that tell its price, and the details that tell it exactly."""
        read = partial(self._read, record, warnings)
        currency = read("currency", parse_currency)
        price = read("price", lambda value: prices.read(value, currency))
        if price is not None and price.doubt:
            warnings.append(FieldWarning("price", f"{price.doubt}."))
        before = read("price_before", lambda value: prices.read(value, currency))
        if not (price and before and price.amount and before.amount and before.amount > price.amount):
            before = None  # the price isn't reduced
        fields = {
            "price_cents": price.cents if price else None,
            "currency": currency or (price.currency if price else None),
            "price_before_cents": before.cents if before else None,
        }
        return fields, {
            EXACT_PRICE: exact_text(price.amount) if price else None,
            EXACT_PRICE_BEFORE: exact_text(before.amount) if before else None,
        }

    def _read(self, record: Record, warnings: list[FieldWarning], field: str, parse: Callable[[Any], T]) -> T | None:
        """An optional value; None, and a warning, where it can't be trusted."""
        value = self._value(record, field)
        if isinstance(value, str) and parse_plain(value) is None:
            return None  # empty, or a mark that stands for nothing
        try:
            return parse(value)
        except ValueError as error:
            warnings.append(FieldWarning(field, f"{error}. It counts as not given."))
            return None

    def _parse_files(self, record: Record) -> list[str]:
        files = parse_photos(self._value(record, "image")) + parse_photos(self._value(record, "images"))
        if not files:
            raise ValueError("image is empty")
        return files

    def _locate(self, file: str) -> Path | WebPhoto:
        """The photo's absolute path, or its address.

        Of several ways to read a file name, the first one that names an existing file counts.

        Raises:
            ValueError: the photo is named by a web address.
        """
        if _URL.match(file):
            if self._web_photos:
                return WebPhoto(file)
            raise ValueError(
                "This is a web address; photos must be local files. Download it and name the file, "
                "or name the folder of the downloaded photos with --images DIR."
            )
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

"""Shopware's product export: that of version 6, and that of version 5's import and export plugin."""

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.exports.category_paths import choose_path, list_further_paths
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import IN_STOCK, OUT_OF_STOCK, Group, Offer
from catalog.feeds.exports.optional_values import OptionalValues, is_true, join_distinct
from catalog.feeds.exports.table_export import TableExport
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import TABLE, SourceHead

_ALIASES = {
    "id": ("id",),
    "parent": ("parent_id", "parentid"),
    "number": ("product_number", "productnumber", "ordernumber"),
    "main_number": ("mainnumber",),
    "active": ("active",),
    "stock": ("stock", "instock"),
    "name": ("name",),
    "description": ("description", "description_long"),
    "price": ("price_gross", "price_ek", "price"),
    "price_before": ("list_price_gross", "pseudoprice_ek", "pseudoprice"),
    "photo": ("cover_media_url", "imageurl", "image"),
    "photo_alt": ("cover_media_alt",),
    "photos": ("media", "images"),
    "brand": ("manufacturer_name", "supplier", "suppliername"),
    "categories": ("categories", "categoriespath", "categoryname"),
    "options": ("configuratoroptions", "options"),
    "gtin": ("ean",),
    "mpn": ("manufacturer_number", "suppliernumber"),
    "tags": ("tags", "keywords"),
}
_NUMBER = "number:"  # before the number of a product, in the keys of entries
_INTERNAL = re.compile(r"[0-9a-f]{32}|\d+")  # ids of categories and options, whose names the export doesn't have
_BELOW = re.compile(r"->|>")


class Shopware:
    """The format of Shopware's CSV."""

    name = "shopware"
    title = "a product export of Shopware"

    def recognises(self, head: SourceHead) -> bool:
        """Products' numbers with what tells to which product a variant belongs."""
        six = head.has_any("product_number", "productnumber") and head.has_any("parent_id", "parentid")
        return head.kind == TABLE and (six or head.has("ordernumber", "mainnumber")) and head.has("name")

    def open(self, path: Path, options: FeedOptions) -> "ShopwareExport":
        """The export; MissingColumnError if it has no numbers or names."""
        return ShopwareExport(ExportTable(path, _ALIASES, needed=("number", "name")), options)


class ShopwareExport(TableExport):
    """An opened export of Shopware."""

    def __init__(self, table: ExportTable, options: FeedOptions) -> None:
        super().__init__(table)
        self._options = options

    def entries(self) -> Iterator[Entry]:
        """Every row, by the id of its product, or by the number of its main variant."""
        for row, cells, fault in self._table.records():
            number, main = cells.get("number", ""), cells.get("main_number", "")
            key = f"{_NUMBER}{main}" if main else cells.get("parent") or cells.get("id") or f"{_NUMBER}{number}"
            yield Entry(key, row, cells, fault or ("" if number else "the product number is empty"), name=number)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a product, or the product itself if it has none."""
        product = next(
            (one for one in entries if not _names_another(one.values)),
            min(entries, key=lambda one: sorted(one.values.items())),
        )
        cells: Cells = product.values
        if "parent" in cells:
            raise ValueError(f"the export has variants of {key!r}, but not the product itself")
        group_id = cells["number"]
        if is_true(cells.get("active", "1")) is False:
            return Group(group_id, left_out="not active")
        # Of version 6, the product of variants is none of them; of version 5, it is the first.
        variants = entries if "main_number" in cells else [one for one in entries if one is not product]
        on_sale = [one for one in variants if is_true(one.values.get("active", "1")) is not False]
        if variants and not on_sale:
            return Group(group_id, left_out="not active")
        offers = [self._build_offer(one.row, one.values, cells) for one in on_sale or [product]]
        return Group(group_id, offers, is_variable=len(entries) > 1)

    def _build_offer(self, row: int, cells: Cells, product: Cells) -> Offer:
        values = OptionalValues()
        merged = {**product, **cells}  # what a variant leaves empty, it has from its product
        photos = _read_photos(cells) or _read_photos(product)
        paths = [" > ".join(_BELOW.split(path)) for path in _split(product.get("categories", ""))]
        path = choose_path(paths, ">")
        quantity = values.quantity(cells.get("stock", ""))
        currency = self._options.currency
        return Offer(
            row=row,
            offer_id=cells["number"],
            title=product.get("name", "") or cells.get("name", ""),
            description=html_to_text(merged.get("description", "")),
            category=path[-1] if path else "",
            further_categories=list_further_paths(paths, ">", path),
            brand=merged.get("brand", ""),
            options=_read_options(cells),
            photos=photos,
            own_photo=photos[0] if photos else "",
            photo_alts={merged["photo"]: merged["photo_alt"]} if {"photo", "photo_alt"} <= merged.keys() else {},
            price=values.price(merged.get("price", ""), currency),
            price_before=values.price(merged.get("price_before", ""), currency),
            availability="" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK,
            facts={
                "sku": cells["number"],
                "gtin": values.gtin(cells.get("gtin", "")),
                "mpn": cells.get("mpn", ""),
                "category_path": " > ".join(path),
                "tags": join_distinct(_split(product.get("tags", ""))),
            },
            warnings=tuple(values.warnings),
        )


def _names_another(cells: Cells) -> bool:
    """Whether a row says that it belongs to another row's product."""
    return "parent" in cells or cells.get("main_number", cells["number"]) != cells["number"]


def _split(text: str) -> list[str]:
    """The values of a list that have a name, and aren't only numbered."""
    return [part for part in (part.strip() for part in text.split("|")) if part and not _INTERNAL.fullmatch(part)]


def _read_photos(cells: Cells) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*_split(cells.get("photo", "")), *_split(cells.get("photos", ""))]))


def _read_options(cells: Cells) -> dict[str, str]:
    """The options of a variant, from "Farbe:Rot|Größe:M"."""
    pairs = (part.partition(":") for part in _split(cells.get("options", "")))
    return {name.strip(): value.strip() for name, separator, value in pairs if separator and value.strip()}

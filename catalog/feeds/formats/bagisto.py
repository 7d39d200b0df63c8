"""Bagisto's product export: variants name their product by its SKU, and each language has a row."""

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.exports.category_paths import choose_path, list_further_paths
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text, plain_name
from catalog.feeds.exports.offers import IN_STOCK, OUT_OF_STOCK, Group, Offer
from catalog.feeds.exports.optional_values import OptionalValues, is_true, join_distinct
from catalog.feeds.exports.sale_prices import PriceFields, read_sale
from catalog.feeds.exports.table_export import TableExport
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import TABLE, SourceHead
from catalog.spelling import fold

_COLUMNS = (
    *("locale", "channel", "type", "sku", "parent_sku", "name", "description", "short_description", "url_key", "price"),
    *("special_price", "special_price_from", "special_price_to", "color", "size", "material", "brand", "gender"),
    *("categories", "images", "qty", "inventories", "status", "related_skus", "cross_sell_skus", "up_sell_skus"),
    *("associated_skus", "visible_individually"),
)
_OPTIONS = {"color": "Color", "size": "Size", "material": "Material"}
_ROOT = re.compile(r"^root\s*(?:/|$)\s*", re.IGNORECASE)  # above all categories
_AMOUNT = re.compile(r"=\s*(-?\d+)")


class Bagisto:
    """The format of Bagisto's CSV."""

    name = "bagisto"
    title = "a product export of Bagisto"

    def recognises(self, head: SourceHead) -> bool:
        """SKUs with those of their products, beside a language or a family of attributes."""
        has_rest = head.has_any("locale", "attribute_family_code", "attribute_family")
        return head.kind == TABLE and head.has("sku", "parent_sku") and has_rest

    def open(self, path: Path, options: FeedOptions) -> "BagistoExport":
        """The export; MissingColumnError if it has no SKUs or names."""
        aliases = {name: (name,) for name in _COLUMNS} | {
            "description": ("description",),
            "qty": ("qty", "quantity"),
            "images": ("images", "image"),
        }
        return BagistoExport(ExportTable(path, aliases, needed=("sku", "name")), options)


class BagistoExport(TableExport):
    """An opened export of Bagisto."""

    def __init__(self, table: ExportTable, options: FeedOptions) -> None:
        super().__init__(table)
        self._options = options

    def entries(self) -> Iterator[Entry]:
        """Every row, by the SKU of its product."""
        for row, cells, fault in self._table.records():
            sku = cells.get("sku", "")
            key = cells.get("parent_sku") or sku
            yield Entry(key, row, cells, fault or ("" if sku else "the sku is empty"))

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a product, or the product itself if it has none."""
        by_sku = _by_sku(entries)
        texts = _read_texts(by_sku.get(key, []))
        products = {sku: _choose_language(rows) for sku, rows in by_sku.items()}
        parent = products.pop(key, None)
        if parent is None:
            raise ValueError(f"the export has variants of {key!r}, but not the product itself")
        if is_true(parent.values.get("status", "1")) is False:
            return Group(key, left_out="not active")
        if fold(parent.values.get("type", "")) in ("virtual", "downloadable"):
            return Group(key, left_out="virtual")
        on_sale = [entry for entry in products.values() if is_true(entry.values.get("status", "1")) is not False]
        if products and not on_sale:
            return Group(key, left_out="not active")
        if not products and is_true(parent.values.get("visible_individually", "")) is False:
            return Group(key, left_out="not visible individually")
        offers = [self._build_offer(entry, parent.values, texts) for entry in on_sale or [parent]]
        return Group(key, offers, is_variable=bool(products) or fold(parent.values.get("type", "")) == "configurable")

    def _build_offer(self, entry: Entry, parent: Cells, texts: dict[str, dict[str, str]]) -> Offer:
        cells: Cells = entry.values
        values = OptionalValues()
        merged = {**parent, **cells}
        prices = self._read_prices(cells, merged, values)
        photos = _split(cells.get("images", "")) or _split(parent.get("images", ""))
        categories = _list_categories(parent)
        path = choose_path(categories, "/")
        return Offer(
            row=entry.row,
            offer_id=cells["sku"],
            title=parent.get("name", ""),
            description=html_to_text(parent.get("description") or parent.get("short_description", "")),
            url=self._options.page_address(parent.get("url_key", "")),
            category=path[-1] if path else "",
            further_categories=list_further_paths(categories, "/", path),
            brand=merged.get("brand", ""),
            options={option: merged[name] for name, option in _OPTIONS.items() if name in merged},
            gender=merged.get("gender", ""),
            photos=tuple(photos),
            texts=texts,
            own_photo=photos[0] if photos else "",
            **prices,
            availability=_tell_availability(cells, values),
            facts={
                "sku": cells["sku"],
                "category_path": " > ".join(path),
                "goes_with": join_distinct(
                    [*_split(parent.get("cross_sell_skus", "")), *_split(parent.get("related_skus", ""))]
                ),
                "alternatives": join_distinct(_split(parent.get("up_sell_skus", ""))),
                "set": join_distinct([part.partition("=")[0] for part in _split(parent.get("associated_skus", ""))]),
            },
            warnings=tuple(values.warnings),
        )

    def _read_prices(self, cells: Cells, merged: Cells, values: OptionalValues) -> PriceFields:
        """What a row costs: its own reduced price, and a regular one that may be its product's."""
        reduced = values.price(cells.get("special_price", ""), self._options.currency)
        regular = values.price(merged.get("price", ""), self._options.currency)
        window = cells.get("special_price_from", ""), cells.get("special_price_to", "")
        return read_sale(regular, reduced, window, self._options.now, values)


def _by_sku(entries: list[Entry]) -> dict[str, list[Entry]]:
    rows: dict[str, list[Entry]] = {}
    for entry in entries:
        rows.setdefault(entry.values["sku"], []).append(entry)
    return rows


def _choose_language(rows: list[Entry]) -> Entry:
    """The row of one language: English if there is one, otherwise the first by the name of the language."""
    by_language: dict[str, Entry] = {}
    for entry in rows:
        language = f"{entry.values.get('locale', '')} {entry.values.get('channel', '')}"
        known = by_language.setdefault(language, entry)
        if known.values != entry.values:
            raise ValueError(f"rows {known.row} and {entry.row} have the same sku and differ")
    return by_language[min(by_language, key=lambda language: (not language.startswith("en"), language))]


def _read_texts(rows: list[Entry]) -> dict[str, dict[str, str]]:
    """Language -> the title, the description and the category that the rows of a product have in it."""
    texts: dict[str, dict[str, str]] = {}
    for cells in sorted((entry.values for entry in rows), key=lambda cells: sorted(cells.items())):
        language = re.split(r"[_\-]", cells.get("locale", ""))[0].lower()
        described = html_to_text(cells.get("description") or cells.get("short_description", ""))
        category = "".join(choose_path(_list_categories(cells), "/")[-1:])
        said = {"title": plain_name(cells.get("name", "")), "description": described, "category": plain_name(category)}
        found = {name: text for name, text in said.items() if text}
        if language and found:
            texts.setdefault(language, found)
    return texts if len(texts) > 1 else {}


def _list_categories(cells: Cells) -> list[str]:
    return [_ROOT.sub("", path, count=1) for path in _split(cells.get("categories", ""))]


def _split(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


def _tell_availability(cells: Cells, values: OptionalValues) -> str:
    """Whether there is stock in any place, from a number or from "default=10,north=0"."""
    amounts = [int(amount) for amount in _AMOUNT.findall(cells.get("inventories", ""))]
    quantity = float(sum(amounts)) if amounts else values.quantity(cells.get("qty", ""))
    return "" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK

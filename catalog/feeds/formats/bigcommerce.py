"""BigCommerce's product export: the rows of variants and photos follow the row of their product."""

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.exports.category_paths import choose_path, list_further_paths
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import IN_STOCK, OUT_OF_STOCK, Group, Offer
from catalog.feeds.exports.optional_values import OptionalValues, choose_price, is_true, join_distinct
from catalog.feeds.exports.table_export import TableExport
from catalog.feeds.formats.bigcommerce_bulk import name_photo_column, to_version_3
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import TABLE, SourceHead
from catalog.spelling import fold

_ALIASES = {
    "item": ("item", "item type"),
    "id": ("id", "product id"),
    "name": ("name", "product name"),
    "type": ("type", "product type"),
    "sku": ("sku", "product code/sku"),
    "options": ("options",),
    "tracking": ("inventory tracking", "track inventory"),
    "stock": ("current stock", "current stock level"),
    "price": ("price",),
    "retail_price": ("retail price",),
    "sale_price": ("sale price",),
    "brand": ("brand", "brand name"),
    "categories": ("categories", "category"),
    "description": ("description", "product description"),
    "url": ("product url",),
    "gtin": ("global trade number", "upc/ean", "product upc/ean"),
    "mpn": ("manufacturer part number",),
    "visible": ("is visible", "product visible?"),
    "for_order": ("allow purchases?",),
    "condition": ("product condition",),
    "variant_photo": ("variant image url",),
    "photo": ("internal image url (export)", "image url (import)", "product image url", "image url"),
    "photo_alt": ("image description",),
    "photo_order": ("image sort order", "sort order"),
    "is_thumbnail": ("image is thumbnail",),
}
_OPTION = re.compile(r"Name=(?P<name>[^|]{1,500})\|Value=(?P<value>.*?)(?=\|?(?:Type=|Name=|$))")
_SWATCH = re.compile(r"\[[^\]]*\]$")


class BigCommerce:
    """The format of BigCommerce's CSV, versions 3 and 2."""

    name = "bigcommerce"
    title = "a product export of BigCommerce"

    def recognises(self, head: SourceHead) -> bool:
        """A column that says whether a row is a product, a variant or a photo."""
        own = ("variant image url", "internal image url (export)", "image url (import)", "inventory tracking")
        earlier = head.has("item type", "product name", "product code/sku")
        return head.kind == TABLE and (earlier or (head.has("item", "name") and head.has_any(*own)))

    def open(self, path: Path, options: FeedOptions) -> "BigCommerceExport":
        """The export; MissingColumnError if it doesn't say what its rows are."""
        return BigCommerceExport(
            ExportTable(path, _ALIASES, name_other=name_photo_column, needed=("item", "name")), options
        )


class BigCommerceExport(TableExport):
    """An opened export of BigCommerce, whose rows belong to the product before them."""

    def __init__(self, table: ExportTable, options: FeedOptions) -> None:
        super().__init__(table)
        self._options = options

    def entries(self) -> Iterator[Entry]:
        """Every row, by the SKU or the id of the product that it follows."""
        product = ""
        for row, cells, fault in self._table.records():
            if fold(cells.get("item", "")) == "product":
                product = cells.get("sku") or (f"id:{cells['id']}" if "id" in cells else "")
                name = product
                if not product:
                    fault = fault or "the product has neither a SKU nor an ID"
            else:
                name = ""
                fault = fault or ("" if product else "the row follows no product")
            yield Entry(product, row, cells, fault, name=name)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a product, or the product itself if it has none."""
        rows: dict[str, list[Entry]] = {"product": [], "variant": [], "image": []}
        entries = to_version_3(entries)
        for entry in entries:
            rows.setdefault(fold(entry.values.get("item", "")), []).append(entry)
        if len(rows["product"]) != 1:
            raise ValueError(f"{len(rows['product'])} products have the same SKU or ID")
        product: Cells = rows["product"][0].values
        if is_true(product.get("visible", "")) is False:
            return Group(key, left_out="not visible")
        if fold(product.get("type", "")) in ("digital", "d"):
            return Group(key, left_out="digital")
        photos = _gather_photos(rows["image"] + rows["product"])
        variants = rows["variant"] or rows["product"]
        alts = {
            one.values["photo"]: one.values["photo_alt"]
            for one in entries
            if {"photo", "photo_alt"} <= one.values.keys()
        }
        offers = [self._build_offer(key, entry, product, photos, alts) for entry in variants]
        return Group(key, offers, is_variable=bool(rows["variant"]))

    def _build_offer(
        self, key: str, entry: Entry, product: Cells, photos: tuple[str, ...], alts: dict[str, str]
    ) -> Offer:
        cells: Cells = entry.values
        values = OptionalValues()
        merged = {**product, **cells}
        options = {
            m["name"].strip(): _SWATCH.sub("", m["value"].strip("|")).strip()
            for m in _OPTION.finditer(cells.get("options", ""))
        }
        currency = self._options.currency
        regular = values.price(merged.get("price", ""), currency)
        reduced = values.price(merged.get("sale_price", ""), currency)
        price, before = choose_price(regular, reduced, sale_holds=True)
        categories = [one for one in re.split(r"[;,]", product.get("categories", "")) if not one.strip().isdecimal()]
        path = choose_path(categories, "/")
        url = product.get("url", "")
        return Offer(
            row=entry.row,
            offer_id=" ".join([key, *options.values()]),
            title=product.get("name", ""),
            description=html_to_text(product.get("description", "")),
            url=self._options.page_address(url) if url.startswith("/") else url if "://" in url else "",
            category=path[-1] if path else "",
            further_categories=list_further_paths(categories, "/", path),
            brand=product.get("brand", ""),
            options=options,
            photos=photos,
            photo_alts=alts,
            own_photo=cells.get("variant_photo", ""),
            price=price,
            price_before=before if before.amount else values.price(merged.get("retail_price", ""), currency),
            availability=_tell_availability(cells, product, values),
            facts={
                "sku": cells.get("sku", ""),
                "gtin": values.gtin(cells.get("gtin", "")),
                "mpn": cells.get("mpn", ""),
                "condition": product.get("condition", ""),
                "category_path": join_distinct([" > ".join(path)]),
            },
            warnings=tuple(values.warnings),
        )


def _gather_photos(entries: list[Entry]) -> tuple[str, ...]:
    """The photos of a product: its thumbnail first, then by their order."""
    photos = []
    for entry in entries:
        cells: Cells = entry.values
        if "photo" in cells:
            order = cells.get("photo_order", "")
            is_first = is_true(cells.get("is_thumbnail", "")) is True
            photos.append((not is_first, int(order) if order.isdecimal() else 10**9, entry.row, cells["photo"]))
    return tuple(dict.fromkeys(photo for *_, photo in sorted(photos)))


def _tell_availability(cells: Cells, product: Cells, values: OptionalValues) -> str:
    """Whether an offer can be bought: always if its stock isn't tracked."""
    tracking = fold(product.get("tracking", ""))
    if is_true(product.get("for_order", "")) is False:
        return OUT_OF_STOCK
    if tracking in ("", "none"):
        return IN_STOCK if tracking else ""
    quantity = values.quantity((cells if tracking == "variant" else product).get("stock", ""))
    return "" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK

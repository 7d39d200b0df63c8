"""Shopify's product export: a row is a variant, a photo, or both, and rows of one handle are one product."""

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.exports.category_paths import split_path
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import IN_STOCK, OUT_OF_STOCK, Group, Offer
from catalog.feeds.exports.option_names import is_colour
from catalog.feeds.exports.optional_values import OptionalValues, is_true
from catalog.feeds.exports.table_export import TableExport
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import TABLE, SourceHead
from catalog.spelling import fold

# The names of the columns before and after the export changed in 2024; a file may mix them.
_ALIASES = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "body": ("body (html)", "body html", "description"),
    "vendor": ("vendor",),
    "type": ("type", "custom product type"),
    "category_path": ("product category", "standardized product type", "standard product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    **{f"option{number}_name": (f"option{number} name",) for number in (1, 2, 3)},
    **{f"option{number}_value": (f"option{number} value",) for number in (1, 2, 3)},
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "price": ("variant price", "price"),
    "price_before": ("variant compare at price", "compare-at price", "compare at price"),
    "image": ("image src", "product image url", "image source"),
    "image_alt": ("image alt text",),
    "image_position": ("image position",),
    "variant_image": ("variant image", "variant image url"),
    "gift_card": ("gift card",),
    "gender": ("google shopping / gender",),
    "age_group": ("google shopping / age group",),
    "mpn": ("google shopping / mpn", "google shopping / manufacturer part number (mpn)"),
    "condition": ("google shopping / condition",),
    "google_category": ("google shopping / google product category",),
}
_METAFIELD = re.compile(r".*\(product\.metafields\.([\w\-]+)\.([\w\-]+)\)")
_METAFIELDS = {
    ("shopify", "color-pattern"): "metafield_colour",
    ("shopify", "target-gender"): "metafield_gender",
    ("shopify", "age-group"): "metafield_age_group",
    ("shopify", "fabric"): "metafield_material",
    ("shopify", "material"): "metafield_material",
    ("shopify--discovery--product_recommendation", "complementary_products"): "goes_with",
    ("shopify--discovery--product_recommendation", "related_products"): "alternatives",
}
_OF_VARIANTS = ("option1_value", "price", "sku", "quantity", "barcode")
_CONTINUE = frozenset({"continue", "true", "yes", "1"})
_PHOTO_NAME = re.compile(r"[./\\]")


class Shopify:
    """The format of Shopify's CSV, with old, new and mixed headers."""

    name = "shopify"
    title = "a product export of Shopify"

    def recognises(self, head: SourceHead) -> bool:
        """A handle and a title, beside columns that only Shopify has."""
        own = ("variant price", "option1 name", "option1 value", "image src", "product image url", "body (html)")
        return head.kind == TABLE and head.has_any("handle", "url handle") and head.has("title") and head.has_any(*own)

    def open(self, path: Path, options: FeedOptions) -> "ShopifyExport":
        """The export; MissingColumnError if it has no handles or titles."""
        table = ExportTable(path, _ALIASES, name_other=_name_metafield, needed=("handle", "title"))
        return ShopifyExport(table, ShopifyProducts(options, tells_tracker="tracker" in table.names))


class ShopifyExport(TableExport):
    """An opened export of Shopify."""

    def __init__(self, table: ExportTable, products: "ShopifyProducts") -> None:
        super().__init__(table)
        self._products = products

    def entries(self) -> Iterator[Entry]:
        """Every row, by its handle."""
        for row, cells, fault in self._table.records():
            handle = cells.get("handle", "")
            yield Entry(handle, row, cells, fault or ("" if handle else "the handle is empty"))

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a handle."""
        return self._products.build(key, entries)


class ShopifyProducts:
    """Builds the offers of Shopify's products from the cells of their rows.

    Args:
        options: what the person who imports says of the source.
        tells_tracker: whether an empty cell "tracker" means that the stock isn't tracked.
    """

    def __init__(self, options: FeedOptions, *, tells_tracker: bool) -> None:
        self._options = options
        self._tells_tracker = tells_tracker

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a handle, from all of its rows in any order."""
        product = _gather_product(entries)
        reason = _find_reason_to_leave_out(product)
        if reason:
            return Group(key, left_out=reason)
        photos = _gather_photos(entries)
        variants = [entry for entry in entries if any(name in entry.values for name in _OF_VARIANTS)]
        names = {number: product.get(f"option{number}_name", f"Option {number}") for number in (1, 2, 3)}
        titled = [entry for entry in entries if "title" in entry.values]
        alts = {
            one.values["image"]: one.values["image_alt"]
            for one in entries
            if {"image", "image_alt"} <= one.values.keys()
        }
        rows = variants or titled or entries[:1]
        offers = [self._build_offer(key, entry, product, names, photos, alts) for entry in rows]
        return Group(key, offers, is_variable=True)

    def _build_offer(
        self,
        handle: str,
        entry: Entry,
        product: Cells,
        names: dict[int, str],
        photos: tuple[str, ...],
        alts: dict[str, str],
    ) -> Offer:
        cells: Cells = entry.values
        values = OptionalValues()
        chosen = {names[number]: cells.get(f"option{number}_value", "") for number in (1, 2, 3)}
        options = {name: value for name, value in chosen.items() if value and fold(value) != "default title"}
        if "metafield_colour" in product and not any(map(is_colour, options)):
            options["Color"] = product["metafield_colour"]
        return Offer(
            row=entry.row,
            offer_id=f"{handle} {' / '.join(value for value in chosen.values() if value)}".strip(),
            title=product.get("title", ""),
            description=html_to_text(product.get("body", "")),
            url=self._options.page_address(f"products/{handle}"),
            category=product.get("type") or _find_category(product),
            brand=product.get("vendor", ""),
            options=options,
            gender=product.get("gender") or product.get("metafield_gender", ""),
            age_group=product.get("age_group") or product.get("metafield_age_group", ""),
            photos=photos,
            photo_alts=alts,
            own_photo=_check_photo(cells.get("variant_image", ""), entry.row),
            price=values.price(cells.get("price", ""), self._options.currency),
            price_before=values.price(cells.get("price_before", ""), self._options.currency),
            availability=self._tell_availability(cells, values),
            facts={
                "sku": cells.get("sku", "").lstrip("'"),
                "gtin": values.gtin(cells.get("barcode", "")),
                "mpn": cells.get("mpn", ""),
                "material": product.get("metafield_material", ""),
                **{name: product.get(name, "") for name in ("tags", "condition", "category_path")},
                **{name: product.get(name, "").replace("; ", ", ") for name in ("goes_with", "alternatives")},
            },
            warnings=tuple(values.warnings),
        )

    def _tell_availability(self, cells: Cells, values: OptionalValues) -> str:
        """Whether a variant can be bought: always if its stock isn't tracked, or if selling goes on without stock."""
        is_untracked = self._tells_tracker and "tracker" not in cells
        if is_untracked or fold(cells.get("policy", "")) in _CONTINUE:
            return IN_STOCK
        quantity = values.quantity(cells.get("quantity", ""))
        return "" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK


def _name_metafield(folded: str) -> str | None:
    match = _METAFIELD.fullmatch(folded)
    return _METAFIELDS.get((match[1], match[2])) if match else None


def _gather_product(entries: list[Entry]) -> Cells:
    """The cells of the whole product, which stand in the row with the title and are empty in the others."""
    titles = {entry.values["title"] for entry in entries if "title" in entry.values}
    if len(titles) > 1:
        rows = ", ".join(str(entry.row) for entry in entries if "title" in entry.values)
        raise ValueError(f"rows {rows} have the same handle and different titles")
    titled_first = sorted(entries, key=lambda entry: ("title" not in entry.values, sorted(entry.values.items())))
    product: Cells = {}
    for entry in titled_first:
        for name, text in entry.values.items():
            product.setdefault(name, text)
    return product


def _find_reason_to_leave_out(product: Cells) -> str:
    if fold(product.get("status", "active")) != "active":
        return "not active"
    if is_true(product.get("published", "")) is False:
        return "not published"
    return "gift cards" if is_true(product.get("gift_card", "")) else ""


def _gather_photos(entries: list[Entry]) -> tuple[str, ...]:
    """The photos of the gallery by their position."""
    photos = []
    for entry in entries:
        photo = _check_photo(entry.values.get("image", ""), entry.row)
        if photo:
            position = entry.values.get("image_position", "")
            photos.append((int(position) if position.isdecimal() else 10**9, photo))
    return tuple(dict.fromkeys(photo for _, photo in sorted(photos)))


def _check_photo(text: str, row: int) -> str:
    if text and not _PHOTO_NAME.search(text):
        raise ValueError(
            f"row {row} has {text!r} where the address of a photo is needed; its cells seem to stand in wrong columns"
        )
    return text


def _find_category(product: Cells) -> str:
    path = split_path(product.get("category_path") or product.get("google_category", ""), ">")
    return path[-1] if path and not path[-1].isdecimal() else ""

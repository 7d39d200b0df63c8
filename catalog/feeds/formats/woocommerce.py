"""WooCommerce's product export: products and their variations, in any language and any order."""

import re
from collections.abc import Iterator
from itertools import product as combine
from pathlib import Path

from catalog.feeds.exports.category_paths import choose_path, list_further_paths
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import BACKORDER, IN_STOCK, OUT_OF_STOCK, Group, Offer
from catalog.feeds.exports.option_names import is_look, is_size
from catalog.feeds.exports.optional_values import OptionalValues, join_distinct
from catalog.feeds.exports.sale_prices import PriceFields, read_sale
from catalog.feeds.exports.table_export import TableExport
from catalog.feeds.formats.woocommerce_columns import (
    find_type_column,
    match_attributes,
    match_woocommerce,
    split_types,
)
from catalog.feeds.options import FeedOptions
from catalog.feeds.price_column import PriceColumn
from catalog.feeds.source_head import TABLE, SourceHead, read_head
from catalog.spelling import fold

_COMMA = re.compile(r"(?<!\\),\s*")
_MARKUP = re.compile(r"<[a-zA-Z/]")
_BRAND = frozenset({"brand", "marca", "marke", "marque", "merk", "pa_brand"})
_GENDER = frozenset({"gender", "género", "genero", "geschlecht", "sexe", "genere", "geslacht", "pa_gender"})
_LINKS = ("goes_with", "alternatives", "set")
_MAX_COMBINATIONS = 200  # of one row whose attributes are left open


class WooCommerce:
    """The format of WooCommerce's CSV."""

    name = "woocommerce"
    title = "a product export of WooCommerce"

    def recognises(self, head: SourceHead) -> bool:
        """A column with WooCommerce's types of products, which no language translates, beside columns of its own."""
        column = find_type_column(head.names, head.records) if head.kind == TABLE else ""
        if not column:
            return False
        matched = match_woocommerce(head.names, head.records)
        return len(matched.keys() & {"id", "sku", "name", "published", "price", "parent", "categories", "images"}) >= 5

    def open(self, path: Path, options: FeedOptions) -> "WooCommerceExport":
        """The export; MissingColumnError if it has no types or names."""
        head = read_head(path)
        aliases = {"type": ("type",), "name": ("name",), **match_woocommerce(head.names, head.records)}
        return WooCommerceExport(
            ExportTable(path, aliases, name_other=match_attributes(head.names).get, needed=("type", "name")), options
        )


class WooCommerceExport(TableExport):
    """An opened export of WooCommerce."""

    def __init__(self, table: ExportTable, options: FeedOptions) -> None:
        super().__init__(table)
        self._options = options
        self._prices = PriceColumn()
        self._skus: dict[str, str] = {}  # "id:44" -> SKU, of products that have one, since links may name either

    def entries(self) -> Iterator[Entry]:
        """Every row, by the id of its product; variations name their product by its SKU or its id."""
        for row, cells, fault in self._table.records():
            for name in ("price", "sale_price"):
                self._prices.note(cells.get(name))
            own_id = f"id:{cells['id']}" if "id" in cells else ""
            own_sku = f"sku:{cells['sku']}" if "sku" in cells else ""
            key, owns = own_id or own_sku, (own_sku,) if own_id and own_sku else ()
            if own_id and own_sku:
                self._skus[own_id] = cells["sku"]
            if "variation" in split_types(cells.get("type", "")):
                parent = cells.get("parent", "")
                key, owns = parent if not parent or parent.startswith("id:") else f"sku:{parent}", ()
                fault = fault or ("" if key else "the variation names no parent")
            fault = fault or ("" if key else "the row has neither an ID nor a SKU")
            yield Entry(key, row, cells, fault, name=cells.get("sku") or own_id, owns=owns)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variations of a product, or the product itself if it has none."""
        products = [entry for entry in entries if "variation" not in split_types(entry.values.get("type", ""))]
        variations = [entry for entry in entries if entry not in products]
        if not products:
            raise ValueError(f"the export has variations of {key.removeprefix('sku:')!r}, but not the product itself")
        if any(other.values != products[0].values for other in products[1:]):
            raise ValueError(f"rows {', '.join(str(one.row) for one in products)} have the same id and differ")
        parent: Cells = products[0].values
        group_id = parent.get("sku") or key
        reason = _find_reason_to_leave_out(parent)
        if reason:
            return Group(group_id, left_out=reason)
        on_sale = [entry for entry in variations if _is_published(entry.values)]
        if variations and not on_sale:
            return Group(group_id, left_out="not published")
        offers = [offer for entry in on_sale or products[:1] for offer in self._build_offers(entry, parent)]
        return Group(
            group_id, offers, is_variable=bool(variations) or "variable" in split_types(parent.get("type", ""))
        )

    def _build_offers(self, entry: Entry, parent: Cells) -> Iterator[Offer]:
        """The offers of a row, one for each value of the attributes that it leaves open."""
        cells: Cells = entry.values
        values = OptionalValues()
        prices = self._read_prices(cells, values)
        photos = tuple(split_list(cells.get("images", ""))) or tuple(split_list(parent.get("images", "")))
        categories = split_list(parent.get("categories", ""))
        path = choose_path(categories, ">")
        attributes = _read_attributes(parent)
        availability = _tell_availability(cells, parent, values)
        facts = {
            "sku": cells.get("sku", ""),
            "gtin": values.gtin(cells.get("gtin", "")),
            "category_path": " > ".join(path),
            "tags": join_distinct(split_list(parent.get("tags", ""))),
            **{name: self._join_links(parent.get(name, "")) for name in _LINKS},
        }
        own_id = cells.get("sku") or f"id:{cells.get('id', '')}"
        combinations = _combine_options(cells, parent)
        for options in combinations:
            yield Offer(
                row=entry.row,
                offer_id=own_id if len(combinations) == 1 else f"{own_id} {' / '.join(options.values())}",
                title=parent.get("name", ""),
                description=_read_text(parent.get("description") or parent.get("short_description", "")),
                url=parent.get("url", ""),
                category=path[-1] if path else "",
                further_categories=list_further_paths(categories, ">", path),
                brand=join_distinct(split_list(parent.get("brands", ""))) or _find_attribute(attributes, _BRAND),
                options=options,
                gender=_find_attribute(attributes, _GENDER),
                photos=photos,
                own_photo=photos[0] if photos else "",
                **prices,
                availability=availability,
                facts=facts,
                warnings=tuple(values.warnings),
            )

    def _join_links(self, text: str) -> str:
        return join_distinct([self._skus.get(name, name) for name in split_list(text)])

    def _read_prices(self, cells: Cells, values: OptionalValues) -> PriceFields:
        regular = values.price(cells.get("price", ""), self._options.currency, self._prices)
        reduced = values.price(cells.get("sale_price", ""), self._options.currency, self._prices)
        window = cells.get("sale_start", ""), cells.get("sale_end", "")
        return read_sale(regular, reduced, window, self._options.now, values)


def split_list(text: str) -> list[str]:
    """The values of a list, whose own commas have a backslash before them."""
    return [part for part in (value.replace("\\,", ",").strip() for value in _COMMA.split(text)) if part]


def _read_text(text: str) -> str:
    """A description, in which line breaks are written as a backslash and an n."""
    lines = text.replace("\\n", "\n")
    return html_to_text(lines.replace("\n", "<br>") if _MARKUP.search(lines) else lines)


def _find_reason_to_leave_out(product: Cells) -> str:
    if not _is_published(product):
        return "not published"
    if fold(product.get("visibility", "")) == "hidden":
        return "hidden"
    return "virtual" if "virtual" in split_types(product.get("type", "")) else ""


def _is_published(cells: Cells) -> bool:
    return cells.get("published", "1") == "1"


def _read_attributes(cells: Cells) -> dict[str, list[str]]:
    """Attribute -> its values."""
    numbers = sorted(name.removesuffix("_name") for name in cells if name.endswith("_name") and name != "name")
    return {cells[f"{number}_name"]: split_list(cells.get(f"{number}_values", "")) for number in numbers}


def _combine_options(cells: Cells, parent: Cells) -> list[dict[str, str]]:
    """The options of a row; an attribute that it leaves empty has any of its product's values."""
    own, of_parent = _read_attributes(cells), _read_attributes(parent)
    names = [
        name for name in {**of_parent, **own} if is_look(name) or is_size(name) or (name in own and cells != parent)
    ]
    choices = {name: own.get(name) or of_parent.get(name, []) for name in names}
    choices = {name: values for name, values in choices.items() if values}
    count = 1
    for values in choices.values():
        count *= len(values)
    if count > _MAX_COMBINATIONS:
        return [{name: ", ".join(values) for name, values in choices.items()}]
    return [dict(zip(choices, chosen, strict=True)) for chosen in combine(*choices.values())]


def _find_attribute(attributes: dict[str, list[str]], names: frozenset[str]) -> str:
    return next((", ".join(values) for name, values in attributes.items() if fold(name) in names), "")


def _tell_availability(cells: Cells, parent: Cells, values: OptionalValues) -> str:
    """What the cell in_stock says; where it is empty, whether there is stock, which may be the product's."""
    said = fold(cells.get("in_stock", "")) or fold(parent.get("in_stock", ""))
    if said in ("1", "0"):
        return IN_STOCK if said == "1" else OUT_OF_STOCK
    if said == "backorder":
        return BACKORDER
    stock = cells.get("stock", "")
    quantity = values.quantity(parent.get("stock", "") if fold(stock) == "parent" else stock)
    return "" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK

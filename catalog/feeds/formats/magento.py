"""Magento 2's and Adobe Commerce's product export: simple products, and the configurable ones that they vary."""

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.feeds.exports.category_paths import choose_path, list_further_paths
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells, ExportTable
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import BACKORDER, IN_STOCK, OUT_OF_STOCK, Group, Offer
from catalog.feeds.exports.option_names import is_look, is_size
from catalog.feeds.exports.optional_values import OptionalValues, is_true, join_distinct
from catalog.feeds.exports.sale_prices import PriceFields, read_sale
from catalog.feeds.exports.table_export import TableExport
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import TABLE, SourceHead
from catalog.spelling import fold

_COLUMNS = (
    *("sku", "store_view_code", "product_type", "categories", "name", "description", "short_description"),
    *("product_online", "visibility", "price", "special_price", "special_price_from_date", "special_price_to_date"),
    *("url_key", "base_image", "base_image_label", "additional_images", "additional_image_labels"),
    *("additional_attributes", "qty", "is_in_stock", "allow_backorders", "related_skus", "crosssell_skus"),
    *("upsell_skus", "associated_skus", "bundle_values", "configurable_variations"),
)
_TEXTS = ("name", "description", "short_description", "url_key")  # what a row of a store view translates
_TRANSLATED = {"name": "title", "description": "description"}
_LANGUAGE = re.compile(r"([a-z]{2})(?:[_\-][a-z]{2})?", re.IGNORECASE)  # in the code of a store view
_ROOT = re.compile(r'"?([^/,"]+)')
_BUNDLED = re.compile(r"(?:^|,)sku=([^,|]+)")
_VIRTUAL = frozenset({"virtual", "downloadable"})
_NAME = r'"?\w{1,100}"?='  # Magento's names have 60 characters at most; without a bound, a long word takes hours
_PAIR = re.compile(  # name=value or "name"="value", up to the next of its kind
    rf'(?<!\w)"?(?P<name>\w{{1,100}})"?=(?:"(?P<quoted>(?:[^"]|"")*)"(?=,{_NAME}|$)|(?P<value>.*?)(?=,{_NAME}|$))(?:,|$)',
    re.DOTALL,
)
_HIDDEN = "not visible individually"
_BRAND = ("brand", "manufacturer")
_GTIN = ("gtin", "ean", "upc", "barcode", "isbn")


class Magento:
    """The format of Magento 2's CSV."""

    name = "magento"
    title = "a product export of Magento or Adobe Commerce"

    def recognises(self, head: SourceHead) -> bool:
        """SKUs and types of products, beside columns that only Magento has."""
        own = ("attribute_set_code", "product_websites", "configurable_variations", "additional_attributes")
        return head.kind == TABLE and head.has("sku", "product_type") and head.has_any(*own)

    def open(self, path: Path, options: FeedOptions) -> "MagentoExport":
        """The export; MissingColumnError if it has no SKUs or names."""
        aliases = {name: (name,) for name in _COLUMNS}
        return MagentoExport(ExportTable(path, aliases, needed=("sku", "name")), options)


class MagentoExport(TableExport):
    """An opened export of Magento."""

    def __init__(self, table: ExportTable, options: FeedOptions) -> None:
        super().__init__(table)
        self._options = options
        self._roots: set[str] = set()  # of the trees of categories, one a shop

    def entries(self) -> Iterator[Entry]:
        """Every row by its SKU; a configurable product owns the rows of its variations."""
        for row, cells, fault in self._table.records():
            if root := _ROOT.match(cells.get("categories", "")):
                self._roots.add(root[1])
            sku = cells.get("sku", "")
            variations = _read_variations(cells.get("configurable_variations", ""))
            yield Entry(sku, row, cells, fault or ("" if sku else "the sku is empty"), owns=tuple(variations))

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variations of a configurable product, or a product of its own."""
        by_sku = _by_sku(entries)
        texts = _read_texts(by_sku[key])
        products = {sku: _overlay(rows) for sku, rows in by_sku.items()}
        parent = products.pop(key).values
        is_configurable = "configurable_variations" in parent
        if not _is_online(parent):
            return Group(key, left_out="not online")
        if not is_configurable and fold(parent.get("visibility", "")) == _HIDDEN:
            return Group(key, left_out="not visible individually")
        if fold(parent.get("product_type", "")) in _VIRTUAL:
            return Group(key, left_out="virtual")
        variations = _read_variations(parent.get("configurable_variations", ""))
        on_sale = {sku: entry for sku, entry in products.items() if _is_online(entry.values)}
        if products and not on_sale:
            return Group(key, left_out="not online")
        row = min(entry.row for entry in entries)
        offers = [
            self._build_offer(entry.row, entry.values, parent, variations.get(sku, {}), texts)
            for sku, entry in on_sale.items()
        ]
        if not offers:  # simple, or configurable and exported without its variations
            offers = [
                self._build_offer(row, {**parent, "sku": sku}, parent, options, texts)
                for sku, options in (variations or {key: {}}).items()
            ]
        return Group(key, offers, is_variable=is_configurable)

    def _build_offer(
        self, row: int, cells: Cells, parent: Cells, options: dict[str, str], texts: dict[str, dict[str, str]]
    ) -> Offer:
        values = OptionalValues()
        prices = self._read_prices(cells, values)
        attributes = _read_attributes(parent) | _read_attributes(cells)
        looks = {name: value for name, value in attributes.items() if is_look(name) or is_size(name)}
        categories = _split_categories(parent.get("categories", ""), self._roots)
        path = choose_path(categories, "/", roots=1)
        photos = _read_photos(cells) or _read_photos(parent)
        return Offer(
            row=row,
            offer_id=cells["sku"],
            title=parent.get("name", ""),
            description=html_to_text(parent.get("description") or parent.get("short_description", "")),
            url=self._options.page_address(parent.get("url_key", "")),
            category=path[-1] if path else "",
            further_categories=list_further_paths(categories, "/", path, roots=1),
            brand=_first(attributes, _BRAND),
            options=looks | options,
            gender=attributes.get("gender", ""),
            age_group=attributes.get("age_group", ""),
            photos=photos,
            photo_alts={**_read_alts(parent), **_read_alts(cells)},
            texts=texts,
            own_photo=photos[0] if photos else "",
            **prices,
            availability=_tell_availability(cells, values),
            facts={
                "sku": cells["sku"],
                "gtin": values.gtin(_first(attributes, _GTIN)),
                "mpn": attributes.get("mpn", ""),
                "category_path": " > ".join(path),
                "goes_with": _join_skus(parent, "crosssell_skus", "related_skus"),
                "alternatives": _join_skus(parent, "upsell_skus"),
                "set": _join_skus(parent, "associated_skus") or ", ".join(_read_bundle(parent)),
            },
            warnings=tuple(values.warnings),
        )

    def _read_prices(self, cells: Cells, values: OptionalValues) -> PriceFields:
        reduced = values.price(cells.get("special_price", ""), self._options.currency)
        regular = values.price(cells.get("price", ""), self._options.currency)
        window = cells.get("special_price_from_date", ""), cells.get("special_price_to_date", "")
        return read_sale(regular, reduced, window, self._options.now, values)


def _by_sku(entries: list[Entry]) -> dict[str, list[Entry]]:
    rows: dict[str, list[Entry]] = {}
    for entry in entries:
        rows.setdefault(entry.values["sku"], []).append(entry)
    return rows


def _overlay(rows: list[Entry]) -> Entry:
    """One entry of a product, from its own row and from those that translate its texts for a store view.

    The product's own texts go before their translations, of which each fills in what is missing.
    """
    own = [entry for entry in rows if "store_view_code" not in entry.values]
    if any(other.values != own[0].values for other in own[1:]):
        raise ValueError(f"rows {', '.join(str(entry.row) for entry in own)} have the same sku and differ")
    translations = sorted((entry for entry in rows if entry not in own), key=lambda entry: sorted(entry.values.items()))
    first = (own or translations)[0]
    cells = dict(first.values)
    for translation in translations:
        for name in _TEXTS if own else translation.values:
            if name in translation.values:
                cells.setdefault(name, translation.values[name])
    return Entry(first.key, min(entry.row for entry in rows), cells)


def _is_online(cells: Cells) -> bool:
    return is_true(cells.get("product_online", "1")) is True


def _read_pairs(text: str) -> dict[str, str]:
    """The pairs of ``color=Red, Dark,size=M``; a value may hold commas and equals signs, but no comma before a pair.

    Exports with "Fields enclosure" have values between quotation marks, which may hold everything.
    """
    pairs: dict[str, str] = {}
    for pair in _PAIR.finditer(text):
        quoted = pair["quoted"]
        value = (pair["value"].strip() if quoted is None else quoted.replace('""', '"')).strip()
        if value and "</" not in value:  # the end of some markup, which a comma has cut in two
            pairs[pair["name"]] = value
    return pairs


def _read_variations(text: str) -> dict[str, dict[str, str]]:
    """SKU -> the options of the variation."""
    pairs = [_read_pairs(variation) for variation in text.split("|")]
    return {options.pop("sku"): options for options in pairs if "sku" in options}


def _read_attributes(cells: Cells) -> dict[str, str]:
    """The attributes of a product; of one with several values, these stand between bars."""
    pairs = _read_pairs(cells.get("additional_attributes", ""))
    return {name: value.replace("|", ", ") for name, value in pairs.items()}


def _read_photos(cells: Cells) -> tuple[str, ...]:
    photos = [cells.get("base_image", ""), *cells.get("additional_images", "").split(",")]
    return tuple(dict.fromkeys(photo.strip() for photo in photos if photo.strip() not in ("", "no_selection")))


def _read_alts(cells: Cells) -> dict[str, str]:
    """Photo -> its label; labels of further photos stand in the order of the photos, if there are as many."""
    further, labels = cells.get("additional_images", "").split(","), cells.get("additional_image_labels", "").split(",")
    pairs = [*zip(further, labels, strict=True)] if len(further) == len(labels) else []
    pairs.append((cells.get("base_image", ""), cells.get("base_image_label", "")))
    return {photo.strip(): label.strip() for photo, label in pairs if photo.strip() and label.strip()}


def _read_bundle(cells: Cells) -> list[str]:
    """The SKUs of the parts of a bundle."""
    return list(dict.fromkeys(_BUNDLED.findall(cells.get("bundle_values", "").replace("|", ","))))


def _read_texts(rows: list[Entry]) -> dict[str, dict[str, str]]:
    """Language -> the texts of the rows for the store views whose codes name a language, such as es or es_MX."""
    texts: dict[str, dict[str, str]] = {}
    for cells in sorted((entry.values for entry in rows), key=lambda cells: sorted(cells.items())):
        language = _LANGUAGE.fullmatch(cells.get("store_view_code", ""))
        found = {ours: html_to_text(cells[theirs]) for theirs, ours in _TRANSLATED.items() if theirs in cells}
        if language and found:
            texts[language[1].lower()] = found | texts.get(language[1].lower(), {})
    return texts


def _split_categories(text: str, roots: set[str]) -> list[str]:
    """The paths of a list of categories, each of which begins with one of the roots; their names may hold commas."""
    starts = "|".join(map(re.escape, sorted(roots, key=len, reverse=True)))
    paths = re.split(rf'"?,"?(?=(?:{starts})(?:["/,]|$))', text)
    return [path.strip('"') for path in paths if path] if roots else []


def _tell_availability(cells: Cells, values: OptionalValues) -> str:
    in_stock = is_true(cells.get("is_in_stock", ""))
    quantity = values.quantity(cells.get("qty", ""))
    if in_stock is None:
        return "" if quantity is None else IN_STOCK if quantity > 0 else OUT_OF_STOCK
    if not in_stock:
        return OUT_OF_STOCK
    allows_backorders = cells.get("allow_backorders", "0").rstrip("0.") != ""
    return BACKORDER if quantity is not None and quantity <= 0 and allows_backorders else IN_STOCK


def _first(attributes: dict[str, str], names: tuple[str, ...]) -> str:
    return next((attributes[name] for name in names if name in attributes), "")


def _join_skus(cells: Cells, *columns: str) -> str:
    return join_distinct([sku.partition("=")[0] for column in columns for sku in cells.get(column, "").split(",")])

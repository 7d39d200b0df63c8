"""Shopify's products as JSON, as a shop serves them at /products.json."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.offers import Group
from catalog.feeds.formats.shopify import ShopifyProducts
from catalog.feeds.json_document import JsonDocument, open_list
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import JSON, SourceHead
from catalog.feeds.values import parse_text

_HANDLE, _SIGNS = '"handle"', ('"variants"', '"body_html"')  # a description may be longer than what is looked at
_AVAILABLE = {"true": "1", "false": "0"}  # pieces that say as much
_PRODUCTS = re.compile(r'^\{\s*"products"\s*:\s*\[')


class ShopifyJson:
    """The format of /products.json."""

    name = "shopify-json"
    title = "Shopify's products as JSON"

    def recognises(self, head: SourceHead) -> bool:
        """A list of products with handles and variants."""
        starts = head.kind == JSON and _PRODUCTS.search(head.start) is not None
        return starts and _HANDLE in head.start and any(sign in head.start for sign in _SIGNS)

    def open(self, path: Path, options: FeedOptions) -> "ShopifyJsonExport":
        """The products; SourceError if the document holds none."""
        return ShopifyJsonExport(open_list(path, "products")[0], ShopifyProducts(options, tells_tracker=False))


class ShopifyJsonExport:
    """Opened products of Shopify."""

    incomplete = ""  # a document that is cut off is no JSON

    def __init__(self, document: JsonDocument, builder: ShopifyProducts) -> None:
        self._document = document
        self._builder = builder
        self.notes: list[str] = []

    def entries(self) -> Iterator[Entry]:
        """The variants and the photos of every product, by its handle."""
        for row, product in enumerate(self._document.content, start=1):
            handle = parse_text(product.get("handle")) if isinstance(product, dict) else ""
            fault = self._document.find_fault(product) or ("" if handle else "the product has no handle")
            if fault:
                yield Entry("", row, fault=fault)
                continue
            for cells in _list_cells(product):
                yield Entry(handle, row, {name: text for name, value in cells.items() if (text := parse_text(value))})

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a handle."""
        return self._builder.build(key, entries)


def _list_cells(product: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The product in the cells of Shopify's table: a row for what it says itself, and for each variant and photo."""
    tags = product.get("tags")
    yield {
        "title": product.get("title"),
        "body": product.get("body_html"),
        "vendor": product.get("vendor"),
        "type": product.get("product_type"),
        "tags": ", ".join(map(parse_text, tags)) if isinstance(tags, list) else tags,
        **{
            f"option{number}_name": option.get("name") if isinstance(option, dict) else option
            for number, option in enumerate(_list(product.get("options"))[:3], start=1)
        },
    }
    for variant in _list(product.get("variants")):
        photo = variant.get("featured_image")
        yield {
            **{f"option{number}_value": variant.get(f"option{number}") for number in (1, 2, 3)},
            "sku": variant.get("sku"),
            "barcode": variant.get("barcode"),
            "price": variant.get("price"),
            "price_before": variant.get("compare_at_price"),
            "quantity": _AVAILABLE.get(parse_text(variant.get("available")), ""),
            "variant_image": photo.get("src") if isinstance(photo, dict) else None,
        }
    for photo in _list(product.get("images")):
        yield {"image": photo.get("src"), "image_position": photo.get("position")}


def _list(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

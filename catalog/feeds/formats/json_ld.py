"""Products in the words of schema.org, as JSON-LD."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.feeds.exports.category_paths import choose_path
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.html_text import html_to_text
from catalog.feeds.exports.offers import Group, Money, Offer
from catalog.feeds.exports.optional_values import OptionalValues, join_distinct
from catalog.feeds.json_document import JsonDocument, load_document
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import JSON, SourceHead
from catalog.feeds.values import parse_text

Node = dict[str, Any]

_SIGN = re.compile(r'"@(?:graph|type|context)"\s*:')
_TYPES = frozenset({"Product", "ProductGroup", "ProductModel", "IndividualProduct"})
_OPTIONS = {"color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern"}
_GTIN = ("gtin", "gtin13", "gtin14", "gtin12", "gtin8")
_LIST_PRICE = re.compile(r"ListPrice|StrikethroughPrice|MSRP")
_MAX_DEPTH = 20


class JsonLd:
    """The format of schema.org's products as JSON-LD."""

    name = "json-ld"
    title = "products of schema.org as JSON-LD"

    def recognises(self, head: SourceHead) -> bool:
        """Keys of JSON-LD, and a product among the first of them."""
        return head.kind == JSON and _SIGN.search(head.start) is not None and "Product" in head.start

    def open(self, path: Path, options: FeedOptions) -> "JsonLdExport":
        """The products; SourceError if the file is no JSON."""
        return JsonLdExport(load_document(path), options)


class JsonLdExport:
    """An opened document of JSON-LD."""

    incomplete = ""  # a document that is cut off is no JSON

    def __init__(self, document: JsonDocument, options: FeedOptions) -> None:
        self._document = document
        self._nodes = list(_walk(document.content, 0))
        self._by_id = _index([node for node in self._nodes if set(node) - {"@id", "@type"}])
        self._options = options
        self.notes: list[str] = []

    def entries(self) -> Iterator[Entry]:
        """Every product by its group, whether it stands in the group, is named by it, or names it."""
        groups = [node for node in self._nodes if "hasVariant" in node or "ProductGroup" in _types(node)]
        keys: dict[int, str] = {}  # id() of a variant's node -> the key of its group
        for group in groups:
            for variant in map(self._resolve, _list(group.get("hasVariant"))):
                keys[id(variant)] = _key(group)
        for row, node in enumerate(self._nodes, start=1):
            if not _TYPES & _types(node) or not set(node) - {"@id", "@type", "hasVariant"}:
                continue
            group = self._resolve(node.get("isVariantOf"))
            key = keys.get(id(node)) or _text(node.get("inProductGroupWithID")) or (_key(group) or _key(node))
            content = {name: value for name, value in node.items() if name not in ("hasVariant", "isVariantOf")}
            is_group = any(node is one for one in groups)
            fault = self._document.find_fault(content)
            fault = fault or ("" if key else "the product has no sku, @id, productID or url")
            yield Entry(key, row, {**content, "is_group": is_group}, fault)

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The variants of a group, or the product itself if it has none."""
        groups = [entry.values for entry in entries if entry.values["is_group"]]
        variants = [entry for entry in entries if not entry.values["is_group"]]
        group = min(groups, key=repr, default={})
        is_variable = bool(groups) or len(variants) > 1
        offers = [self._build_offer(key, entry, group) for entry in variants or entries[:1]]
        return Group(key, offers, is_variable=is_variable)

    def _resolve(self, value: Any) -> Node:
        """The node itself, or the one that an @id names."""
        node = value if isinstance(value, dict) else {"@id": value} if isinstance(value, str) else {}
        return self._by_id.get(_text(node.get("@id")), node)

    def _build_offer(self, key: str, entry: Entry, group: Node) -> Offer:
        node: Node = {**group, **entry.values}
        values = OptionalValues()
        price, before, availability = self._read_offers(node, values)
        photos = tuple(dict.fromkeys(_read_photos(entry.values) or _read_photos(group)))
        path = choose_path(_read_names(node.get("category")), ">") or choose_path(
            _read_names(node.get("category")), "/"
        )
        audience = node.get("audience")
        options = {
            option: value for name, option in _OPTIONS.items() if (value := ", ".join(_read_names(node.get(name))))
        }
        return Offer(
            row=entry.row,
            offer_id=_key(entry.values) or key,
            title=_text(group.get("name")) or _text(node.get("name")),
            description=html_to_text(_text(node.get("description"))),
            url=_text(node.get("url")),
            category=path[-1] if path else "",
            brand=", ".join(_read_names(node.get("brand"))),
            options=options,
            gender=_text(audience.get("suggestedGender")).rpartition("/")[2] if isinstance(audience, dict) else "",
            photos=photos,
            own_photo=photos[0] if photos else "",
            price=price,
            price_before=before,
            availability=values.availability(availability),
            facts={
                "sku": _text(entry.values.get("sku")),
                "gtin": values.gtin(next((text for name in _GTIN if (text := _text(node.get(name)))), "")),
                "mpn": _text(node.get("mpn")),
                "category_path": " > ".join(path),
                "condition": _read_condition(node),
                "goes_with": join_distinct(self._read_links(node, "isRelatedTo", "isAccessoryOrSparePartFor")),
                "alternatives": join_distinct(self._read_links(node, "isSimilarTo")),
            },
            warnings=tuple(values.warnings),
        )

    def _read_links(self, node: Node, *names: str) -> list[str]:
        """The keys of the products that a product names."""
        named = [one for name in names for one in _list(node.get(name))]
        return [_key(self._resolve(one)) for one in named]

    def _read_offers(self, node: Node, values: OptionalValues) -> tuple[Money, Money, str]:
        """The lowest price, the price before it, and the availability; an AggregateOffer has offers of its own."""
        offers = [offer for offer in _list(node.get("offers")) if isinstance(offer, dict)]
        offers += [inner for offer in offers for inner in _list(offer.get("offers")) if isinstance(inner, dict)]
        before = Money()
        prices = []
        for offer in offers:
            currency = _text(offer.get("priceCurrency")) or self._options.currency
            prices.append(values.price(_text(offer.get("price") or offer.get("lowPrice")), currency))
            for part in _list(offer.get("priceSpecification")):
                if isinstance(part, dict):
                    money = values.price(_text(part.get("price")), _text(part.get("priceCurrency")) or currency)
                    if _LIST_PRICE.search(_text(part.get("priceType"))):
                        before = money
                    else:
                        prices.append(money)
        known = [price for price in prices if price.amount is not None]
        said = [text for offer in offers if (text := _text(offer.get("availability")))]
        in_stock = next((text for text in said if text.endswith("InStock")), "")
        return (
            min(known, key=lambda price: price.amount or 0, default=Money()),
            before,
            in_stock or next(iter(said), ""),
        )


def _walk(value: Any, depth: int) -> Iterator[Node]:
    """Every product of a document, in lists, graphs and lists of items, and within its group."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, depth + 1)
    elif isinstance(value, dict):
        if _TYPES & _types(value):
            yield value
        for name in ("@graph", "itemListElement", "item", "hasVariant", "mainEntity", "isVariantOf"):
            yield from _walk(value.get(name), depth + 1)


def _index(nodes: list[Node]) -> dict[str, Node]:
    return {node_id: node for node in reversed(nodes) if (node_id := _text(node.get("@id")))}


def _types(node: Node) -> set[str]:
    """The types of a node without the address of schema.org."""
    return {_text(one).rpartition("/")[2].rpartition(":")[2] for one in _list(node.get("@type"))}


def _key(node: Node) -> str:
    names = ("productGroupID", "sku", "productID", "@id", "url")
    return next((text for name in names if (text := _text(node.get(name)))), "")


def _read_condition(node: Node) -> str:
    """New, used or refurbished, as the product or its first offer says it."""
    offers = [offer for offer in _list(node.get("offers")) if isinstance(offer, dict)]
    said = (_text(one.get("itemCondition")) for one in (node, *offers))
    return next((text for text in said if text), "").rpartition("/")[2].removesuffix("Condition").lower()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """A text or a number; of a value with a language, the value."""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("value") or value.get("@id")
    return parse_text(value) if not isinstance(value, (dict, list)) else ""


def _read_names(value: Any) -> list[str]:
    return [text for text in map(_text, _list(value)) if text]


def _read_photos(node: Node) -> list[str]:
    """The addresses of photos, which are texts or objects, one or several."""
    photos = []
    for photo in _list(node.get("image")):
        photos.append(
            _text(photo.get("contentUrl") or photo.get("url") or photo.get("@id"))
            if isinstance(photo, dict)
            else _text(photo)
        )
    return [photo for photo in photos if photo]

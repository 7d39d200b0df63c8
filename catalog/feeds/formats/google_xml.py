"""Google Merchant Center's XML feeds, as RSS 2.0 or Atom."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from catalog.errors import SourceError
from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.offers import Group
from catalog.feeds.formats.google_products import DAMAGED, FIELDS, LOST, MANY, Fields, GoogleProducts, split_list
from catalog.feeds.formats.xml_mending import STRAY, MendedXml
from catalog.feeds.options import FeedOptions
from catalog.feeds.source_head import XML, SourceHead

_SIGNS = re.compile(r"base\.google\.com/(?:ns|cns)/1\.0|<g:|<image_link|<item_group_id")
_ITEMS = frozenset({"item", "entry", "product"})
_ATOM = "{http://www.w3.org/2005/Atom}"
_ATOMS_NAMES: dict[Any, str] = {f"{_ATOM}summary": "description", f"{_ATOM}content": "description"}
_GOOGLE = "{http://base.google.com/ns/1.0}"
_NOT_READ_TO_THE_END = frozenset({"ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_END", "ERR_GT_REQUIRED", "ERR_RESOURCE_LIMIT"})


class GoogleXml:
    """The format of Google's XML feeds."""

    name = "google-xml"
    title = "a Google Merchant XML feed"

    def recognises(self, head: SourceHead) -> bool:
        """Fields of Google's namespace, declared or not, in RSS, Atom or lists of products."""
        return head.kind == XML and head.root != "html" and _SIGNS.search(head.start) is not None

    def open(self, path: Path, options: FeedOptions) -> "GoogleXmlExport":
        """The feed; it is read later, item by item."""
        return GoogleXmlExport(path, options)


class GoogleXmlExport:
    """An opened XML feed. Entities are never resolved, and nothing that it names is ever loaded."""

    def __init__(self, path: Path, options: FeedOptions) -> None:
        self._path = path
        self._products = GoogleProducts(options)
        self.notes: list[str] = []
        self.incomplete = ""

    def entries(self) -> Iterator[Entry]:
        """Every item, by its group; SourceError if the file is no XML at all."""
        self.incomplete = ""
        found = 0
        try:
            with MendedXml(self._path) as file:
                # recover: real feeds have prefixes that they don't declare, and worse
                walk = etree.iterparse(
                    file, events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False
                )
                for _, element in walk:
                    if _local_name(element) in _ITEMS:
                        found += 1
                        yield self._products.make_entry(element.sourceline or 0, _read_fields(element))
                        _forget(element)
        except (etree.XMLSyntaxError, OSError) as error:
            raise SourceError(f"{self._path} can't be read as XML: {error}.") from error
        if any(error.type_name in _NOT_READ_TO_THE_END for error in walk.error_log):
            self.incomplete = f"The feed is damaged or ends in the middle; {found:,} items could be read."

    def build(self, key: str, entries: list[Entry]) -> Group:
        """The offers of a group of items."""
        return self._products.build(key, entries)


def _read_fields(item: etree._Element) -> Fields:
    """The fields of an item; those of Google's namespace go before RSS's and Atom's of the same name."""
    plain: Fields = {}
    google: Fields = {}
    for child in item:
        name = _ATOMS_NAMES.get(child.tag, _local_name(child))
        if name not in FIELDS or any(isinstance(inner.tag, str) for inner in child):
            continue  # shipping, tax and installment have a price of their own
        text = _text(child) or (str(child.get("href", "")) if name == "link" else "")
        if text:
            chosen = google if _is_google(child) else plain
            if STRAY in text or LOST in text:
                chosen.setdefault(DAMAGED, []).append(name)
                text = text.replace(STRAY, "")
            if name in MANY:
                chosen.setdefault(name, []).extend(split_list(text))
            else:
                chosen.setdefault(name, [text])
    damaged = [name for name in plain.pop(DAMAGED, []) if name not in google] + google.pop(DAMAGED, [])
    return {**plain, **google} | ({DAMAGED: damaged} if damaged else {})


def _local_name(element: Any) -> str:
    """The element's name without namespace and prefix, declared or not; empty for a comment."""
    if not isinstance(element.tag, str):
        return ""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower()


def _is_google(element: etree._Element) -> bool:
    tag = str(element.tag)
    return tag.startswith((_GOOGLE, "g:")) or element.prefix == "g"


def _text(element: etree._Element) -> str:
    """The element's text without comments and without entities, which stay unresolved."""
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()


def _forget(element: etree._Element) -> None:
    """Free the memory of an item that has been read, and of what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]

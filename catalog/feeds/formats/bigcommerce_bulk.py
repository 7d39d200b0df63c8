"""BigCommerce's earlier export (version 2) in the rows of version 3, which ``bigcommerce`` builds products from.

There, rows of SKUs and of rules follow the row of their product. A rule changes the price or the photo of a SKU, and
the photos of a product stand in numbered columns of its row.
"""

import re
from dataclasses import replace

from catalog.feeds.exports.entries import Entry
from catalog.feeds.exports.export_table import Cells
from catalog.spelling import fold

_PHOTO = re.compile(r"product image (file|url|description|is thumbnail|sort) - (\d+)")
_PARTS = {"file": "photo", "url": "photo", "description": "photo_alt", "is thumbnail": "is_thumbnail"}
_OPTION = re.compile(r"\[[A-Z]+\](?P<name>[^=,]{1,500})=(?P<value>.*?)(?=,\[[A-Z]+\]|$)")
_SWATCH = re.compile(r":(?:#[0-9A-Fa-f]{3,8}|https?:.*|[^:]*\.(?:png|jpe?g|gif))$")
_FIXED = re.compile(r"\[FIXED\]\s*(\d.*)")
_TRACKED = {"by option": "variant", "by product": "product"}


def name_photo_column(folded: str) -> str | None:
    """The name of a numbered column of photos; None for any other column."""
    match = _PHOTO.fullmatch(folded)
    return f"{_PARTS.get(match[1], 'photo_order')}:{match[2]}" if match else None


def to_version_3(entries: list[Entry]) -> list[Entry]:
    """The rows of one product as version 3 has them; those that are of version 3 stay as they are."""
    rules = [one.values for one in entries if fold(one.values.get("item", "")) == "rule"]
    found = []
    for entry in entries:
        item, cells = fold(entry.values.get("item", "")), entry.values
        if item == "product":
            tracking = cells.get("tracking", "")
            tracked = {"tracking": _TRACKED.get(fold(tracking), tracking)} if tracking else {}
            found.append(replace(entry, values={**cells, **tracked}))
            found += [replace(entry, values=photo) for photo in _read_photos(cells)]
        elif item == "sku":
            found.append(replace(entry, values=_to_variant(cells, rules)))
        elif item != "rule":
            found.append(entry)
    return found


def _to_variant(cells: Cells, rules: list[Cells]) -> Cells:
    options = [(m["name"].strip(), _SWATCH.sub("", m["value"])) for m in _OPTION.finditer(cells.get("name", ""))]
    variant = {"item": "Variant", "options": "".join(f"Type=|Name={name}|Value={value}" for name, value in options)}
    variant |= {name: cells[name] for name in ("sku", "stock", "gtin", "mpn") if name in cells}
    for rule in rules:
        if "sku" in cells and cells["sku"] in map(str.strip, rule.get("sku", "").split(",")):
            fixed = _FIXED.fullmatch(rule.get("price", ""))
            photo = next((one["photo"] for one in _read_photos(rule)), "")
            variant |= ({"price": fixed[1]} if fixed else {}) | ({"variant_photo": photo} if photo else {})
    return variant


def _read_photos(cells: Cells) -> list[Cells]:
    """The photos in numbered columns, each as a row of version 3."""
    numbers = sorted({int(name.partition(":")[2]) for name in cells if ":" in name})
    rows = [
        {
            name: cells[f"{name}:{number}"]
            for name in ("photo", "photo_alt", "photo_order", "is_thumbnail")
            if f"{name}:{number}" in cells
        }
        for number in numbers
    ]
    return [{"item": "Image", **row} for row in rows if "photo" in row]

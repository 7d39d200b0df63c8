"""Texts for snapshots and their differences."""

from flask_babel import LazyString, format_decimal, gettext, lazy_gettext

from webapp.http.languages import format_price
from webapp.http.vocabulary import name_category

FIELDS: dict[str, LazyString] = {
    "category": lazy_gettext("Category"),
    "title": lazy_gettext("Title"),
    "group_id": lazy_gettext("Colour group"),
    "gender": lazy_gettext("Gender"),
    "colour": lazy_gettext("Colour"),
    "brand": lazy_gettext("Brand"),
    "sizes": lazy_gettext("Sizes"),
    "material": lazy_gettext("Material"),
    "price_cents": lazy_gettext("Price"),
    "in_stock": lazy_gettext("Stock"),
    "photos": lazy_gettext("Photos"),
}


def format_field(field: str) -> str:
    """The name of a field of a product."""
    return str(FIELDS.get(field, field))


def format_value(value: object, field: str) -> str:
    """The value of a field; a dash if there is none."""
    if value is None:
        return "–"
    if field == "in_stock":
        return gettext("in stock") if value else gettext("sold out")
    if field == "price_cents":
        return format_price(int(str(value)), None)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field == "category":
        return name_category(str(value))
    return str(value)


def format_size(size_bytes: int) -> str:
    """A size in bytes as people read it, "12.3 MB"."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if size_bytes >= size:
            return f"{format_decimal(size_bytes / size, format='#,##0.0')} {unit}"
    return f"{format_decimal(max(1, round(size_bytes / 1000)))} KB"

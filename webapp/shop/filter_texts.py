"""The texts of the filters: what each field is called, and how a value of it reads."""

from collections.abc import Sequence

from flask_babel import LazyString, gettext, lazy_gettext

from search.query import FacetValue
from webapp.http.vocabulary import name_category, translate_word

FACET_LABELS: dict[str, LazyString] = {
    "category": lazy_gettext("Category"),
    "gender": lazy_gettext("Gender"),
    "colour": lazy_gettext("Colour"),
    "brand": lazy_gettext("Brand"),
    "size": lazy_gettext("Size"),
    "material": lazy_gettext("Material"),
}
_AS_WRITTEN = ("brand", "size")  # names and marks that are the same in each language
FLAG_TEXTS: dict[tuple[str, bool], LazyString] = {
    ("in_stock", True): lazy_gettext("In stock"),
    ("in_stock", False): lazy_gettext("Sold out"),
}


def format_filter_value(parameter: str, value: str) -> str:
    """A value of a text field as people read it."""
    if parameter in _AS_WRITTEN:
        return value
    return name_category(value) if parameter == "category" else translate_word(value)


def format_colour_family(colour: str) -> str:
    """What a filter by a colour and its shades says."""
    return gettext("%(colour)s and its shades", colour=translate_word(colour))


def format_facet_label(parameter: str) -> str:
    """What a text field is called."""
    return str(FACET_LABELS[parameter])


def format_lowest(price: str) -> str:
    """What a filter with a lowest price says."""
    return gettext("From %(price)s", price=price)


def format_highest(price: str) -> str:
    """What a filter with a highest price says."""
    return gettext("Up to %(price)s", price=price)


def tells_apart(values: Sequence[FacetValue], total: int) -> bool:
    """Whether a text field is worth a filter: its only value, if all products have it, would leave them all."""
    return len(values) != 1 or values[0].chosen or values[0].count < total

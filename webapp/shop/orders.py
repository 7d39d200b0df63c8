"""The orders that a shopper can choose for a list."""

from flask_babel import LazyString, lazy_gettext
from werkzeug.datastructures import MultiDict

from webapp.errors import BadParameterError

PARAMETER = "sort"
USUAL, NEWEST, CHEAPEST, DEAREST = ORDERS = ("usual", "newest", "cheapest", "dearest")
SHELF_TEXTS: dict[str, LazyString] = {
    USUAL: lazy_gettext("Our order"),
    NEWEST: lazy_gettext("Newest"),
    CHEAPEST: lazy_gettext("Price: low to high"),
    DEAREST: lazy_gettext("Price: high to low"),
}
ANSWER_TEXTS: dict[str, LazyString] = SHELF_TEXTS | {USUAL: lazy_gettext("Most similar")}


def read_order(values: MultiDict[str, str]) -> str:
    """The order that an address asks for; the usual one if it asks for none.

    Raises:
        BadParameterError: there is no such order.
    """
    asked = values.get(PARAMETER, "").strip() or USUAL
    if asked not in ORDERS:
        raise BadParameterError(f"{PARAMETER} is {asked[:80]!r}; one of {', '.join(ORDERS)} is needed.")
    return asked

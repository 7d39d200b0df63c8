"""The orders in which pages and the API list products."""

from werkzeug.datastructures import MultiDict

from search.words.orders import CHEAPEST, DEAREST, NEWEST
from webapp.errors import BadParameterError

PARAMETER = "sort"
USUAL = "usual"
ORDERS = (USUAL, NEWEST, CHEAPEST, DEAREST)


def read_order(values: MultiDict[str, str]) -> str:
    """The order that an address asks for; the usual one if it asks for none.

    Raises:
        BadParameterError: there is no such order.
    """
    asked = values.get(PARAMETER, "").strip() or USUAL
    if asked not in ORDERS:
        raise BadParameterError(f"{PARAMETER} is {asked[:80]!r}; one of {', '.join(ORDERS)} is needed.")
    return asked

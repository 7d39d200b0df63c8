"""The orders that a shopper can choose for a list, in words."""

from flask_babel import LazyString, lazy_gettext

from search.words.orders import CHEAPEST, DEAREST, NEWEST
from webapp.http.orders import USUAL

SHELF_TEXTS: dict[str, LazyString] = {
    USUAL: lazy_gettext("Our order"),
    NEWEST: lazy_gettext("Newest"),
    CHEAPEST: lazy_gettext("Price: low to high"),
    DEAREST: lazy_gettext("Price: high to low"),
}
ANSWER_TEXTS: dict[str, LazyString] = SHELF_TEXTS | {USUAL: lazy_gettext("Most similar")}
WORDED_TEXTS: dict[str, LazyString] = SHELF_TEXTS | {USUAL: lazy_gettext("Best match")}

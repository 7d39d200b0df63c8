"""What the lists that shoppers open products from are called."""

from flask_babel import LazyString, lazy_gettext

from catalog.result_lists import GOES_WITH, SIMILAR

LIST_TITLES: dict[str, LazyString] = {
    SIMILAR: lazy_gettext("What looks like it"),
    GOES_WITH: lazy_gettext("What goes with it"),
    "category": lazy_gettext("Category pages"),
    "variants": lazy_gettext("Further colours"),
    "recent": lazy_gettext("Recently viewed"),
}

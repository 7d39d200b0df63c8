"""What a product's page says of its availability and its sizes, in the reader's language."""

from datetime import datetime

from flask import Flask
from flask_babel import LazyString, format_date, gettext, lazy_gettext

from catalog import Product
from catalog.product_details import AVAILABLE_FROM, BACKORDER, IN_STOCK, OUT_OF_STOCK, PREORDER

_AVAILABILITIES: dict[str, LazyString] = {
    IN_STOCK: lazy_gettext("In stock"),
    PREORDER: lazy_gettext("Can be ordered before it comes out"),
    BACKORDER: lazy_gettext("Can be ordered; it takes longer"),
    OUT_OF_STOCK: lazy_gettext("Sold out"),
}


def init_app(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.add_template_filter(format_availability, "availability")
    app.add_template_filter(find_sold_out_sizes, "sold_out_sizes")


def format_availability(product: Product) -> str:
    """Whether a product can be bought, and from when on if the source says; empty if nothing is known."""
    said = product.availability or {True: IN_STOCK, False: OUT_OF_STOCK, None: ""}[product.in_stock]
    text = str(_AVAILABILITIES.get(said, ""))
    moment = product.details.get(AVAILABLE_FROM)
    if said not in (PREORDER, BACKORDER) or not moment:
        return text
    return gettext(
        "%(availability)s, from %(date)s", availability=text, date=format_date(datetime.fromisoformat(moment))
    )


def find_sold_out_sizes(product: Product) -> set[str]:
    """The sizes of which no offer can be ordered."""
    offers = [offer for offer in product.offers if offer.size]
    return {offer.size for offer in offers if offer.size} - {
        offer.size for offer in offers if offer.availability != OUT_OF_STOCK and offer.size
    }

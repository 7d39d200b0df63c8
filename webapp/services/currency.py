"""The currency of prices that no product on a page tells."""

from catalog import Catalog
from catalog.browsing.arrivals import newest_products


def latest_currency(catalog: Catalog) -> str | None:
    """The currency of the product that came last; None if it has none."""
    found = catalog.products(newest_products(catalog.database, 1))
    return next((product.currency for product in found.values()), None)

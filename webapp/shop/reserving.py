"""The link by which a shopper reserves a product in the shop: an address with a place for the product's id."""

import os
from urllib.parse import quote

from catalog import Product
from catalog.errors import SettingError
from webapp.http.address_parts import split_address

SETTING = "VITRINA_RESERVE_URL"
PLACE = "{product_id}"
_SCHEMES = ("https", "http", "mailto", "tel")


def reserve_address() -> str | None:
    """The address of the settings, with ``PLACE`` in it or not; None where nothing can be reserved.

    Raises:
        SettingError: the value is no address that a page may link.
    """
    configured = os.environ.get(SETTING, "").strip()
    if not configured:
        return None
    parts = split_address(configured)
    if parts.scheme not in _SCHEMES or not (parts.netloc or parts.path):
        raise SettingError(
            f"{SETTING} is {configured!r}; an address is needed that begins with https:, mailto: or tel:, with {PLACE} "
            "where the product's id belongs, for example https://shop.example/reserve?product={product_id}."
        )
    return configured


def reserve_link(address: str | None, product: Product) -> str | None:
    """Where a product is reserved; None where that can't be done, or the product is sold out."""
    if address is None or product.in_stock is False:
        return None
    return address.replace(PLACE, quote(product.product_id, safe=""))

"""The addresses of the shop's product pages, for lists that hold dozens of them."""

from urllib.parse import quote

from flask import g, url_for

_ANY = "any-product"  # stands for an id
_SAFE = "!$&'()*+,/:;=@"  # what Werkzeug's converters leave as it is in a path


def product_path(product_id: str) -> str:
    """What ``url_for`` gives for a product's page, which is asked only once a request."""
    if "product_address" not in g:
        g.product_address = url_for("shop.product", product_id=_ANY).split(_ANY)
    return quote(product_id, safe=_SAFE).join(g.product_address)

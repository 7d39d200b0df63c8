"""The addresses of the shop's pages about a product, for lists that hold dozens of them."""

from urllib.parse import quote

from flask import url_for

from webapp.services.address_patterns import ANY_PART, pattern_of

_SAFE = "!$&'()*+,/:;=@"  # what Werkzeug's converters leave as it is in a path


def product_path(product_id: str, endpoint: str = "shop.product") -> str:
    """What ``url_for`` gives for a product's page, which is asked only once a request."""
    pattern = pattern_of((endpoint,), lambda: url_for(endpoint, product_id=ANY_PART))
    return quote(product_id, safe=_SAFE).join(pattern)

"""The addresses of the shop's pages about a product, for lists that hold dozens of them."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import url_for

from webapp.services.address_patterns import ANY_PART, pattern_of

_SAFE = "!$&'()*+,/:;=@"  # what Werkzeug's converters leave as it is in a path


def product_path(product_id: str, endpoint: str = "shop.product") -> str:
    """What ``url_for`` gives for a product's page, which is asked only once a request."""
    return fill_path(path_pattern(endpoint), product_id)


def path_pattern(endpoint: str = "shop.product") -> Sequence[str]:
    """What stands around the product's id in such an address, for ``fill_path``."""
    return pattern_of((endpoint,), lambda: url_for(endpoint, product_id=ANY_PART))


def fill_path(pattern: Sequence[str], product_id: str) -> str:
    """The address of one product."""
    return quote(product_id, safe=_SAFE).join(pattern)

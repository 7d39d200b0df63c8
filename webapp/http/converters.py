"""How product ids stand in addresses."""

from werkzeug.routing import BaseConverter


class ProductIdConverter(BaseConverter):
    """Any product id. Ids of a folder import contain slashes, spaces and accents, and may begin or end with them."""

    regex = ".+?"
    part_isolating = False
    weight = 200  # matched after fixed routes, like Werkzeug's own path converter

"""Product ids in addresses."""

from werkzeug.routing import BaseConverter


class ProductIdConverter(BaseConverter):
    """Any product id at all: a folder import's ids hold slashes, spaces and accents, and may begin or end with them."""

    regex = ".+?"
    part_isolating = False
    weight = 200  # after the fixed routes, as Werkzeug's own path converter

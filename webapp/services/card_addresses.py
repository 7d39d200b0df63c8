"""The addresses on the cards of one answer, of which it has dozens: what they have in common is looked up once."""

from catalog import Photo
from webapp.services.photo_addresses import photo_pattern
from webapp.services.product_addresses import fill_path, path_pattern


class CardAddresses:
    """Gives what ``photo_url`` and ``product_path`` give, within one request."""

    def __init__(self) -> None:
        self._photo = photo_pattern()
        self._product = path_pattern()

    def of_photo(self, photo: Photo) -> str:
        """Of a product's image."""
        return photo.sha256.join(self._photo)

    def of_product(self, product_id: str) -> str:
        """Of a product's page."""
        return fill_path(self._product, product_id)

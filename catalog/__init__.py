"""What the shop sells: products, photos and categories in a database, the feeds that fill it, what people decide."""

from catalog.errors import (
    CatalogError,
    DatabaseError,
    DatabaseLockedError,
    SourceError,
    UnknownProductError,
)
from catalog.products import CatalogCounts, Photo, Product, Source
from catalog.repository import Catalog

__all__ = [
    "Catalog",
    "CatalogCounts",
    "CatalogError",
    "DatabaseError",
    "DatabaseLockedError",
    "Photo",
    "Product",
    "Source",
    "SourceError",
    "UnknownProductError",
]

"""Products and photos as plain values, and what the catalogue says of their sources."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath

_JPEG_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}
PHOTO_SUFFIXES = _JPEG_SUFFIXES | {".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"}


@dataclass(frozen=True)
class Photo:
    """One photo file of a product, with the facts that show whether the file has changed."""

    photo_id: int
    position: int  # 0 is the photo to show first
    path: Path  # absolute
    sha256: str  # of the file's bytes, hexadecimal
    size_bytes: int
    mtime_ns: int
    width: int  # pixels, upright
    height: int


@dataclass(frozen=True)
class Product:
    """One article that can be bought, with its photos in the order in which they are shown."""

    product_id: str
    category: str
    title: str | None = None
    group_id: str | None = None  # shared by the colour variants of one article
    gender: str | None = None
    colour: str | None = None
    price_cents: int | None = None
    currency: str | None = None  # a code such as EUR, or what the source says
    in_stock: bool | None = None  # None: the source doesn't say
    description: str | None = None
    url: str | None = None
    split: str | None = None  # "train", "validation", "test" or the source's own word
    attributes: dict[str, str] = field(default_factory=dict)  # the source's other columns, without empty ones
    photos: tuple[Photo, ...] = ()

    @property
    def name(self) -> str:
        """The title; without a title, a readable name made of the category and the product id."""
        if self.title:
            return self.title
        path = PurePosixPath(self.product_id)
        own = path.stem if path.suffix.lower() in PHOTO_SUFFIXES else path.name
        return f"{self.category} {own}".replace("_", " ")


# The fields of a product that its source fills, besides the product id and the photos.
DETAIL_FIELDS = tuple(one.name for one in fields(Product) if one.name not in ("product_id", "photos"))


@dataclass(frozen=True)
class CatalogCounts:
    """How much the catalogue holds."""

    products: int
    photos: int
    categories: int


@dataclass(frozen=True)
class Source:
    """A folder, a table or a feed that was imported."""

    location: str  # absolute path, or web address
    imported_at: str  # ISO 8601, UTC
    products: int  # products that belong to this source now
    rejected_rows: int  # in the last import
    rejected_photos: int  # in the last import
    source_id: int

    @property
    def exists(self) -> bool:
        """Whether the folder or table is still there, so that it can be imported again."""
        return source_exists(self.location)


def is_web_source(location: str) -> bool:
    """Whether a source is a feed on the web."""
    return location.strip().lower().startswith(("https://", "http://"))


def source_exists(location: str) -> bool:
    """Whether a source is still there, as far as can be told without asking the web for it."""
    return is_web_source(location) or os.path.exists(location)  # noqa: PTH110 (may be no path that Path takes)

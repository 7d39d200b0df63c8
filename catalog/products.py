"""Products and photos as plain values, and what the catalogue says of their sources."""

import os
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from pathlib import Path, PurePosixPath

from catalog.money import Money
from catalog.product_details import (
    EXACT_PRICE,
    EXACT_PRICE_BEFORE,
    LINKS,
    PHOTO_ALTS,
    TEXT_KEYS,
    TEXTS,
    Details,
    SizeOffer,
    unpack_offers,
)

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
    brand: str | None = None
    material: str | None = None
    sizes: list[str] | None = None  # as the source writes them, smallest first
    price_cents: int | None = None  # hundredths of the currency's unit, the lowest of the sizes; ``price`` is exact
    price_before_cents: int | None = None  # what it cost before it was reduced
    currency: str | None = None  # a code such as EUR, or what the source says
    in_stock: bool | None = None  # None: the source doesn't say
    availability: str | None = None  # one of product_details.AVAILABILITIES, which tells more than ``in_stock``
    sku: str | None = None  # of several sizes, all that differ, with commas between them; so are gtin and mpn
    gtin: str | None = None
    mpn: str | None = None
    description: str | None = None
    url: str | None = None
    split: str | None = None  # "train", "validation", "test" or the source's own word
    published: bool = True  # False: a draft, which shoppers don't see
    attributes: dict[str, str] = field(default_factory=dict)  # the source's other columns, without empty ones
    details: Details = field(default_factory=dict)  # what product_details names
    photos: tuple[Photo, ...] = ()

    @cached_property
    def name(self) -> str:
        """The title; without a title, a readable name made of the category and the product id."""
        if self.title:
            return self.title
        path = PurePosixPath(self.product_id)
        own = path.stem if path.suffix.lower() in PHOTO_SUFFIXES else path.name
        return f"{self.category} {own}".replace("_", " ")

    @cached_property
    def price(self) -> Money | None:
        """The price, exact; None if it isn't known."""
        return self._money(self.price_cents, EXACT_PRICE)

    @cached_property
    def price_before(self) -> Money | None:
        """The price before it was reduced, exact; None if it isn't reduced."""
        return self._money(self.price_before_cents, EXACT_PRICE_BEFORE)

    @cached_property
    def price_highest(self) -> Money | None:
        """The price of the dearest size; None if all sizes cost the same."""
        prices = [offer.price for offer in self.offers if offer.price is not None]
        lowest = self.price if prices else None
        if not prices or lowest is None or lowest.amount is None or max(prices) <= lowest.amount:
            return None
        return Money(max(prices), self.currency)

    @property
    def offers(self) -> tuple[SizeOffer, ...]:
        """The sizes as they can be ordered, smallest first; empty where there is one size only."""
        return unpack_offers(self.details)

    def value_of(self, name: str) -> object:
        """What the source says under a name, wherever it is kept; None if it says nothing."""
        if name in VALUE_FIELDS:
            return getattr(self, name)
        return self.details.get(name) or self.attributes.get(name) if name in TEXT_KEYS else self.attributes.get(name)

    def links(self, kind: str) -> list[str]:
        """What the source links a product with, as it names it, by one of ``product_details.LINK_KINDS``."""
        return list(self.details.get(LINKS, {}).get(kind, ()))

    def text(self, name: str, language: str) -> str | None:
        """The title, description or category in a language; the product's own where there is no translation."""
        translated = self.details.get(TEXTS, {}).get(language, {}).get(name)
        return translated or getattr(self, name)

    def photo_alt(self, photo: Photo) -> str | None:
        """What the source says that a photo shows."""
        return self.details.get(PHOTO_ALTS, {}).get(photo.path.name)

    def _money(self, cents: int | None, exact: str) -> Money | None:
        if cents is None:
            return None
        written = self.details.get(exact)
        return Money(Decimal(written) if written else Decimal(cents) / 100, self.currency)


# The fields of a product that its source fills, besides the product id and the photos.
DETAIL_FIELDS = tuple(one.name for one in fields(Product) if one.name not in ("product_id", "photos"))


VALUE_FIELDS = frozenset(DETAIL_FIELDS) - {"attributes", "details"}  # of one value each


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

"""What a product's page tells machines: schema.org's Product, and what other sites show in a preview of the page."""

from flask import url_for

from catalog import Photo, Product
from webapp.http.public_address import absolute
from webapp.http.vocabulary import name_category, translate_word
from webapp.services.photo_addresses import link_photo_url, photo_url
from webapp.services.thumbnails import LINK_WIDTH
from webapp.shop.descriptions import plain_description

RECENT_WIDTH = 320  # pixels; a small card
_AVAILABILITY = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def describe_product(product: Product) -> dict[str, object]:
    """A product as schema.org describes it, for ``application/ld+json``. Unknown fields are absent."""
    address = absolute(product_path(product))
    facts: dict[str, object | None] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": product.name,
        "sku": product.product_id,
        "description": plain_description(product.description),
        "image": [absolute(link_photo_url(photo)) for photo in product.photos],
        "category": name_category(product.category),
        "color": translate_word(product.colour) if product.colour else None,
        "inProductGroupWithID": product.group_id,
        "offers": _describe_offer(product, address),
    }
    return {name: value for name, value in facts.items() if value}


def describe_recent(product: Product) -> dict[str, str]:
    """What the browser keeps of a product that was looked at; it is stored nowhere else."""
    image = photo_url(product.photos[0], RECENT_WIDTH) if product.photos else ""
    return {"id": product.product_id, "title": product.name, "url": product_path(product), "image": image}


def link_photo_size(photo: Photo) -> tuple[int, int]:
    """Width and height in pixels of the photo that ``link_photo_url`` leads to."""
    width = min(LINK_WIDTH, photo.width)
    return width, max(1, round(photo.height * width / photo.width))


def product_path(product: Product) -> str:
    """The path of a product's page."""
    return url_for("shop.product", product_id=product.product_id)


def _describe_offer(product: Product, address: str) -> dict[str, str] | None:
    """The price and the availability; None if the price or its currency isn't known, as an offer needs both."""
    if product.price_cents is None or not product.currency:
        return None
    offer = {
        "@type": "Offer",
        "price": f"{product.price_cents // 100}.{product.price_cents % 100:02}",
        "priceCurrency": product.currency,
        "url": address,
    }
    if product.in_stock is not None:
        offer["availability"] = _AVAILABILITY[product.in_stock]
    return offer

"""What a product's page tells machines: schema.org's Product, and what other sites show in a preview of the page."""

from catalog import Photo, Product
from catalog.money import plain_text
from catalog.product_details import BACKORDER, IN_STOCK, OUT_OF_STOCK, PREORDER
from webapp.http.public_address import absolute
from webapp.http.vocabulary import name_category, translate_word
from webapp.services.photo_addresses import link_photo_url, photo_url
from webapp.services.product_addresses import product_path
from webapp.services.thumbnails import LINK_WIDTH
from webapp.shop.descriptions import plain_description
from webapp.shop.product_texts import read_description, read_title

RECENT_WIDTH = 320  # pixels; a small card
_AVAILABILITY = {
    IN_STOCK: "https://schema.org/InStock",
    PREORDER: "https://schema.org/PreOrder",
    BACKORDER: "https://schema.org/BackOrder",
    OUT_OF_STOCK: "https://schema.org/OutOfStock",
}


def describe_product(product: Product) -> dict[str, object]:
    """A product as schema.org describes it, for ``application/ld+json``. Unknown fields are absent."""
    address = absolute(product_path(product.product_id))
    facts: dict[str, object | None] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": read_title(product),
        "sku": product.product_id,
        "description": plain_description(read_description(product)),
        "image": [absolute(link_photo_url(photo)) for photo in product.photos],
        "category": name_category(product.category),
        "color": translate_word(product.colour) if product.colour else None,
        "brand": {"@type": "Brand", "name": product.brand} if product.brand else None,
        "material": product.material,
        "size": ", ".join(product.sizes) if product.sizes else None,
        "gtin": product.gtin if product.gtin and "," not in product.gtin else None,
        "mpn": product.mpn if product.mpn and "," not in product.mpn else None,
        "inProductGroupWithID": product.group_id,
        "offers": _describe_offer(product, address),
    }
    return {name: value for name, value in facts.items() if value}


def describe_recent(product: Product) -> dict[str, str]:
    """What the browser keeps of a product that was looked at; it is stored nowhere else."""
    image = photo_url(product.photos[0], RECENT_WIDTH) if product.photos else ""
    return {
        "id": product.product_id,
        "title": read_title(product),
        "url": product_path(product.product_id),
        "image": image,
    }


def link_photo_size(photo: Photo) -> tuple[int, int]:
    """Width and height in pixels of the photo that ``link_photo_url`` leads to."""
    width = min(LINK_WIDTH, photo.width)
    return width, max(1, round(photo.height * width / photo.width))


def _describe_offer(product: Product, address: str) -> dict[str, object] | None:
    """The price and the availability; None if the price or its currency isn't known, as an offer needs both."""
    price, highest, before = product.price, product.price_highest, product.price_before
    if price is None or price.amount is None or not product.currency:
        return None
    offer: dict[str, object] = {"@type": "Offer", "priceCurrency": product.currency, "url": address}
    if highest and highest.amount is not None:
        range_of = {"lowPrice": plain_text(price.amount), "highPrice": plain_text(highest.amount)}
        offer |= {"@type": "AggregateOffer", **range_of, "offerCount": len(product.offers)}
    else:
        offer["price"] = plain_text(price.amount)
    if before and before.amount is not None and not highest:
        was = {"price": plain_text(before.amount), "priceCurrency": product.currency}
        kind = {"@type": "UnitPriceSpecification", "priceType": "https://schema.org/StrikethroughPrice"}
        offer["priceSpecification"] = kind | was
    said = product.availability or {True: IN_STOCK, False: OUT_OF_STOCK, None: None}[product.in_stock]
    if said in _AVAILABILITY:
        offer["availability"] = _AVAILABILITY[said]
    return offer

"""A product's page: its photos, its other colours, what looks like it and what goes with it."""

from flask import render_template

from catalog import Product
from search.errors import BundleError, IndexUnavailableError, UnknownProductError
from search.query import SearchRequest
from webapp.services.access import services
from webapp.services.photo_addresses import link_photo_url
from webapp.services.result_items import ResultItem
from webapp.shop.descriptions import plain_description, read_description
from webapp.shop.product_markup import describe_product, describe_recent, link_photo_size
from webapp.shop.reserving import reserve_link

SIMILAR_LIMIT = 12
GOES_WITH_LIMIT = 12


def product(product_id: str) -> str:
    """The page of a product."""
    found = services().storefront.catalog.product(product_id)
    similar, goes_with, unavailable = _neighbours(found)
    return render_template(
        "shop/product.html",
        product=found,
        attributes=services().public_attributes.of(found),
        variants=services().storefront.variants(found),
        similar=similar,
        goes_with=goes_with,
        unavailable=unavailable,
        read_description=read_description,
        plain_description=plain_description,
        reserve=reserve_link(services().reserve_address, found),
        describe_product=describe_product,
        describe_recent=describe_recent,
        link_photo_url=link_photo_url,
        link_photo_size=link_photo_size,
    )


def _neighbours(product: Product) -> tuple[tuple[ResultItem, ...], tuple[ResultItem, ...], bool]:
    """What looks like a product, what goes with it, and True if no index can tell: the page works without one too."""
    try:
        similar = services().storefront.similar(product, SearchRequest(limit=SIMILAR_LIMIT))
        return similar, services().storefront.goes_with(product, GOES_WITH_LIMIT), False
    except (IndexUnavailableError, BundleError, UnknownProductError):
        return (), (), True

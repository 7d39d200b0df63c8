"""Texts of the area of imports."""

from flask_babel import LazyString, lazy_gettext

# Levels of findings, as ``catalog.checking.results`` names them.
LEVELS: dict[str, LazyString] = {
    "rejected": lazy_gettext("Rejected"),
    "doubtful": lazy_gettext("Doubtful"),
    "missing": lazy_gettext("Would make results better"),
}
# Formats, as ``catalog.feeds.formats.registry`` names them.
FORMATS: dict[str, LazyString] = {
    "table": lazy_gettext("a plain table"),
    "shopify": lazy_gettext("Shopify’s product export"),
    "shopify-json": lazy_gettext("Shopify’s products as JSON"),
    "woocommerce": lazy_gettext("WooCommerce’s product export"),
    "magento": lazy_gettext("the product export of Magento or Adobe Commerce"),
    "prestashop": lazy_gettext("PrestaShop’s product export"),
    "bigcommerce": lazy_gettext("BigCommerce’s product export"),
    "bagisto": lazy_gettext("Bagisto’s product export"),
    "shopware": lazy_gettext("Shopware’s product export"),
    "google-xml": lazy_gettext("a Google Merchant feed in XML"),
    "google-text": lazy_gettext("a Google Merchant feed as text, or Meta’s as CSV"),
    "json-ld": lazy_gettext("products of schema.org as JSON-LD"),
    "idx": lazy_gettext("photos with labels in IDX files"),
    "fashion-mnist": lazy_gettext("Fashion-MNIST’s IDX files"),
}

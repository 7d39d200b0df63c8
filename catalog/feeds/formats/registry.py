"""The formats of exports that Vitrina knows. A new format is a file beside this one, and a line in the list here."""

from pathlib import Path

from catalog.errors import SourceError
from catalog.feeds.columns import NEEDED
from catalog.feeds.exports.entries import ExportFormat
from catalog.feeds.formats.bagisto import Bagisto
from catalog.feeds.formats.bigcommerce import BigCommerce
from catalog.feeds.formats.google_text import GoogleText
from catalog.feeds.formats.google_xml import GoogleXml
from catalog.feeds.formats.json_ld import JsonLd
from catalog.feeds.formats.magento import Magento
from catalog.feeds.formats.prestashop import PrestaShop
from catalog.feeds.formats.shopify import Shopify
from catalog.feeds.formats.shopify_json import ShopifyJson
from catalog.feeds.formats.shopware import Shopware
from catalog.feeds.formats.woocommerce import WooCommerce
from catalog.feeds.idx import FASHION_MNIST, IDX
from catalog.feeds.source_head import OTHER, SourceHead, read_head

TABLE_FORMAT = "table"  # the name of the plain table, which needs product_id, category and image

FORMATS: tuple[ExportFormat, ...] = (
    Shopify(),
    ShopifyJson(),
    Magento(),
    PrestaShop(),
    BigCommerce(),
    Bagisto(),
    Shopware(),
    GoogleXml(),
    GoogleText(),
    JsonLd(),
    WooCommerce(),  # last: it is told by the types of products, which other platforms' exports have as well
)


def format_names() -> list[str]:
    """The names that --format takes."""
    return [TABLE_FORMAT, *(known.name for known in FORMATS), IDX, FASHION_MNIST]


def find_format(path: Path, name: str | None) -> ExportFormat | None:
    """The format of an export; None for a plain table, whose columns have our names or are mapped to them.

    Args:
        path: the export's file.
        name: the format's name if the person who imports has said it; otherwise the content tells.

    Raises:
        SourceError: the name is unknown, or the file can't be read.
    """
    head = read_head(path)
    if name is not None:
        if name not in format_names():
            raise SourceError(f"--format {name!r} is unknown; the formats are {', '.join(format_names())}.")
        return next((known for known in FORMATS if known.name == name), None)
    if head.kind == OTHER or _is_plain_table(head):
        return None
    return next((known for known in FORMATS if known.recognises(head)), None)


def _is_plain_table(head: SourceHead) -> bool:
    return set(NEEDED) <= set(head.names)

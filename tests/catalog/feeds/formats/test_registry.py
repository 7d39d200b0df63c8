"""Formats are recognised by content, and each is documented."""

from pathlib import Path

import pytest

from catalog.errors import MappingError, SourceError
from catalog.feeds import FeedOptions, Reject, open_feed
from catalog.feeds.formats.registry import FORMATS, TABLE_FORMAT, find_format, format_names
from catalog.feeds.idx import FASHION_MNIST, IDX
from tests.catalog.feeds.sound_rows import sound_rows

DOCS = Path(__file__).parents[4] / "docs" / "feeds.md"
SHOPIFY = "Handle,Title,Option1 Name,Variant Price,Image Src\nmug,Mug,,9,mug.jpg\n"


def test_each_format_has_a_name_of_its_own_and_is_documented():
    """So that people find it, with an example."""
    assert len(set(format_names())) == len(FORMATS) + len((TABLE_FORMAT, IDX, FASHION_MNIST))
    for name in format_names():
        assert f"`{name}`" in DOCS.read_text(encoding="utf-8"), name


@pytest.mark.parametrize("name", ["export.csv", "export.txt", "export", "products.xml"])
def test_the_name_of_the_file_does_not_matter(shop, name):
    """Platforms name their files as they like."""
    (shop / name).write_text(SHOPIFY)
    found = find_format(shop / name, None)
    assert found is not None
    assert found.name == "shopify"


def test_a_stray_control_character_makes_no_text_binary(shop):
    """As some programs leave one at the end of a text."""
    (shop / "export.csv").write_text(SHOPIFY.replace("Mug", "Mug\0"))
    found = find_format(shop / "export.csv", None)
    assert found is not None
    assert found.name == "shopify"
    (shop / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1")
    assert find_format(shop / "photo.csv", None) is None


def test_a_table_with_our_columns_is_a_plain_table(shop):
    """Though it may have a platform's columns as well."""
    path = shop / "products.csv"
    path.write_text("product_id,category,image,Handle,Title,Option1 Name\n1,Mugs,mug.jpg,mug,Mug,\n")
    (row,) = sound_rows(open_feed(path, {}))
    assert row.product.attributes["Handle"] == "mug"


def test_whoever_maps_columns_means_a_plain_table(shop):
    """A known export can be read as one, but not both at once."""
    path = shop / "export.csv"
    path.write_text(SHOPIFY)
    mapping = {"product_id": "Handle", "category": "Title", "image": "Image Src"}
    (row,) = sound_rows(open_feed(path, mapping))
    assert (row.product.product_id, row.product.category) == ("mug", "Mug")
    with pytest.raises(MappingError, match="--map is for plain tables"):
        open_feed(path, mapping, FeedOptions(format="shopify"))


def test_a_format_can_be_named(shop):
    """Where the content doesn't tell, and a wrong name lists the right ones."""
    path = shop / "export.csv"
    path.write_text("Handle,Title,Price,Vendor\nmug,Mug,9,Nimbus\n")
    assert find_format(path, None) is None
    (reject,) = open_feed(path, {}, FeedOptions(format="shopify")).rows()
    assert isinstance(reject, Reject)
    assert (reject.product_id, reject.reason) == ("mug", "The export names no photo of the product.")
    with pytest.raises(SourceError, match=r"--format 'shopfy' is unknown; the formats are table, shopify, "):
        open_feed(path, {}, FeedOptions(format="shopfy"))
    with pytest.raises(SourceError, match="has no column for sku"):
        open_feed(path, {}, FeedOptions(format="magento"))


def test_folders_take_no_options_of_tables(shop):
    """A folder holds its photos."""
    with pytest.raises(SourceError, match="--images is for tables and exports"):
        open_feed(shop, {}, FeedOptions(images=shop))

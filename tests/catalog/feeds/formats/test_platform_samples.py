"""Rows as the platforms' own sample files have them, in any order of products, under the headers that they document."""

import csv
import io
from typing import Any

import pytest

from catalog.feeds.formats.registry import find_format
from tests.catalog.feeds.formats.samples.bagisto import BAGISTO
from tests.catalog.feeds.formats.samples.bigcommerce import BIGCOMMERCE
from tests.catalog.feeds.formats.samples.magento import MAGENTO
from tests.catalog.feeds.formats.samples.prestashop import PRESTASHOP
from tests.catalog.feeds.formats.samples.sample import Sample
from tests.catalog.feeds.formats.samples.shopify import SHOPIFY
from tests.catalog.feeds.formats.samples.shopware import SHOPWARE
from tests.catalog.feeds.formats.samples.woocommerce import WOOCOMMERCE

SAMPLES = (SHOPIFY, WOOCOMMERCE, MAGENTO, PRESTASHOP, BIGCOMMERCE, BAGISTO, SHOPWARE)


def write(columns: list[str], rows: list[dict[str, str]], separator: str) -> str:
    """The rows as a table; a row with a column that the header lacks is a mistake in the sample."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


@pytest.fixture(params=SAMPLES, ids=lambda sample: sample.format)
def sample(request: pytest.FixtureRequest) -> Sample:
    """One platform's sample."""
    return request.param


def read_sample(read: Any, shop: Any, sample: Sample, rows: list[dict[str, str]]) -> Any:
    """The sample's products, with the file beside it where there is one."""
    if sample.beside:
        name, columns, others = sample.beside
        (shop / name).write_text(write(columns, others, sample.separator))
    text = write(sample.columns, rows, sample.separator)
    photos = " ".join(sample.photos)
    return read(sample.file, text, photos, currency="EUR", shop_url="https://shop.example")


def test_a_sample_is_recognised_and_becomes_what_it_says(read, shop, sample):
    """Ids, values, links, other languages and the words for photos."""
    found = read_sample(read, shop, sample, sample.rows)
    recognised = find_format(shop / sample.file, None)
    assert recognised is not None
    assert recognised.name == sample.format
    assert sorted(found.products) == sorted(sample.products)
    for product_id, expected in sample.products.items():
        product = found.products[product_id]
        assert {name: getattr(product, name) for name in expected.fields} == expected.fields
        assert {name: product.details.get(name) for name in expected.details} == expected.details
        assert found.photos[product_id] == expected.photos
    assert not found.rejects
    assert all(note in found.notes for note in sample.notes)


def test_no_secret_of_the_shop_is_read(read, shop, sample):
    """Costs and what the shop notes for itself are marked as 6.66 in the samples."""
    assert "6.66" in repr(sample.rows) + repr(sample.beside)
    assert "6.66" not in repr(read_sample(read, shop, sample, sample.rows).products)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(read, shop, sample, seed):
    """Where rows belong to the product before them, products are shuffled, and otherwise rows."""
    expected = read_sample(read, shop, sample, sample.rows)
    assert read_sample(read, shop, sample, sample.shuffled(seed)) == expected

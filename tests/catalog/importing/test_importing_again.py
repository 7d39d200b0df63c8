"""Importing a source again changes nothing, whatever its format and whatever the order of its rows."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.curation.source_links import SourceLinkStore
from catalog.feeds import FeedOptions
from catalog.feeds.formats.registry import FORMATS
from tests.catalog.feeds.formats.test_platform_samples import SAMPLES
from tests.catalog.feeds.formats.test_platform_samples import write as write_table

# Of formats without a sample: file, beginning, pieces that may stand in any order, what joins them, end, and photos.
PIECES = {
    "google-xml": (
        "feed.xml",
        '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>',
        [
            f"<item><g:id>{n}</g:id><title>Tee {colour} {size}</title><g:item_group_id>tee</g:item_group_id>"
            f"<g:image_link>https://x/{colour}.jpg</g:image_link><g:price>{9 + n}.90 EUR</g:price>"
            f"<g:color>{colour}</g:color><g:size>{size}</g:size><g:product_type>Men &gt; Tees</g:product_type></item>"
            for n, (colour, size) in enumerate([("red", "S"), ("red", "M"), ("blue", "S"), ("blue", "XL")])
        ],
        "\n",
        "</channel></rss>",
    ),
    "google-text": (
        "feed.txt",
        "id\ttitle\timage link\titem group id\tprice\tcolor\tsize\tproduct type\n",
        [f"{n}\tTee\thttps://x/red.jpg\ttee\t{9 + n}.90 EUR\tred\t{size}\tTees" for n, size in enumerate("SML")],
        "\n",
        "\n",
    ),
    "shopify-json": (
        "products.json",
        '{"products": [',
        [
            json.dumps(
                {
                    "handle": name,
                    "title": name,
                    "product_type": "Tees",
                    "tags": ["b", "a"],
                    "options": [{"name": "Color"}],
                    "variants": [{"option1": name, "price": "9.90", "available": True}],
                    "images": [{"src": f"https://x/{name}.jpg", "position": 1}],
                }
            )
            for name in ("red", "blue")
        ],
        ", ",
        "]}",
    ),
    "json-ld": (
        "products.json",
        '{"@context": "https://schema.org", "@graph": [',
        [
            '{"@type": "ProductGroup", "productGroupID": "tee", "name": "Tee", "hasVariant": [{"@id": "#red"}]}',
            *(
                json.dumps(
                    {
                        "@type": "Product",
                        "@id": f"#{name}",
                        "sku": name,
                        "name": name,
                        "color": name,
                        "image": f"https://x/{name}.jpg",
                        "inProductGroupWithID": "tee",
                        "offers": {"@type": "Offer", "price": "9.90", "priceCurrency": "EUR"},
                    }
                )
                for name in ("red", "blue")
            ),
        ],
        ", ",
        "]}",
    ),
    "table": (
        "products.csv",
        "product_id,category,image,title,price,season\n",
        [f"{name},Tees,{name}.jpg,Tee {name},9.90,Summer" for name in ("red", "blue")],
        "\n",
        "\n",
    ),
}


@pytest.fixture(params=[*(sample.format for sample in SAMPLES), *PIECES])
def write(request: pytest.FixtureRequest, shop: Path, draw: Callable[..., Path]) -> Callable[[int], Path]:
    """``write(seed)`` writes the export of a format with its rows in an order of that seed."""
    sample = next((sample for sample in SAMPLES if sample.format == request.param), None)
    for number, name in enumerate(sample.photos if sample else ("red.jpg", "blue.jpg")):
        draw(f"photos/{name}", shade=7 * number)
    if sample and sample.beside:
        name, columns, others = sample.beside
        (shop / name).write_text(write_table(columns, others, sample.separator))

    def write_export(seed: int) -> Path:
        if sample:
            path, text = shop / sample.file, write_table(sample.columns, sample.shuffled(seed), sample.separator)
        else:
            file, start, pieces, between, end = PIECES[request.param]
            pieces = random.Random(seed).sample(pieces, len(pieces))
            path, text = shop / file, start + between.join(pieces) + end
        path.write_text(text)
        return path

    return write_export


def test_every_format_is_tried() -> None:
    """A new one is added to this test."""
    assert {sample.format for sample in SAMPLES} | PIECES.keys() == {"table", *(one.name for one in FORMATS)}


def test_importing_again_changes_nothing(write, load, catalog: Catalog, shop: Path) -> None:
    """Neither products nor their links, in five orders of the rows."""
    options = {"options": FeedOptions(images=shop / "photos", currency="EUR", shop_url="https://shop.example")}
    first = load(write(0), **options)
    assert first.added
    assert first.rejected_rows == first.rejected_photos == 0
    links = SourceLinkStore(catalog.database).find(None, 1000)
    for seed in range(5):
        again = load(write(seed), **options)
        assert (again.added, again.updated, again.unchanged, again.removed) == (0, 0, first.added, 0)
        assert again.warnings == first.warnings
        assert SourceLinkStore(catalog.database).find(None, 1000) == links

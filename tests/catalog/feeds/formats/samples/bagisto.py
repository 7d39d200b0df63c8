"""Rows as in Bagisto's export, version 2."""

# ruff: noqa: PIE800 - as many cells stand in a line as fit

from tests.catalog.feeds.formats.samples.sample import Expected, Sample

_BAGISTO = [
    "locale",
    "channel",
    "type",
    "attribute_family_code",
    "parent_sku",
    "categories",
    "images",
    "tax_category_name",
    "sku",
    "product_number",
    "name",
    "url_key",
    "new",
    "featured",
    "visible_individually",
    "guest_checkout",
    "status",
    "color",
    "size",
    "brand",
    "short_description",
    "description",
    "meta_title",
    "price",
    "cost",
    "special_price",
    "special_price_from",
    "special_price_to",
    "weight",
    "manage_stock",
    "inventories",
    "related_skus",
    "cross_sell_skus",
    "up_sell_skus",
    "configurable_variants",
    "bundle_options",
    "associated_skus",
]
_ENGLISH = {"locale": "en", "channel": "default", "attribute_family_code": "default", "status": "1"}
BAGISTO = Sample(
    "bagisto",
    "products.csv",
    _BAGISTO,
    [
        {
            **{**_ENGLISH, "type": "configurable", "sku": "SP-1", "name": "Jacket", "description": "<p>Warm</p>"},
            **{"categories": "Men/Winter Wear,Kids", "images": "product/1/a.webp", "visible_individually": "1"},
            **{"configurable_variants": "sku=SP-1-R,color=Red|sku=SP-1-B,color=Blue", "related_skus": "SP-2"},
            **{"up_sell_skus": "SP-3", "url_key": "jacket"},
        },
        {**_ENGLISH, "locale": "es", "type": "configurable", "sku": "SP-1", "name": "Chaqueta"},
        {
            **{**_ENGLISH, "type": "simple", "parent_sku": "SP-1", "sku": "SP-1-R", "name": "R", "price": "14"},
            **{"images": "product/2/r.webp", "color": "Red", "size": "S", "cost": "6.66", "special_price": "10"},
            **{"inventories": "default=1000", "visible_individually": "0"},
        },
        {
            **{**_ENGLISH, "type": "simple", "parent_sku": "SP-1", "sku": "SP-1-B", "name": "B", "price": "17"},
            **{"images": "product/3/b.webp", "color": "Blue", "size": "S", "inventories": "default=0"},
        },
        {
            **{**_ENGLISH, "type": "grouped", "sku": "SP-5", "name": "Group", "images": "product/1/a.webp"},
            **{"categories": "Men", "associated_skus": "SP-1-R=1,SP-1-B=2"},
        },
        {**_ENGLISH, "type": "simple", "sku": "SP-9", "name": "Part", "visible_individually": "0"},
    ],
    {
        "SP-1~red": Expected(
            {"price_cents": 1000, "price_before_cents": 1400, "in_stock": True, "category": "Winter Wear"},
            ["r.webp"],
            {
                "texts": {
                    "en": {"title": "Jacket", "description": "Warm", "category": "Winter Wear"},
                    "es": {"title": "Chaqueta"},
                },
                "links": {"goes_with": ["SP-2"], "alternatives": ["SP-3"]},
                "further_categories": ["Kids"],
            },
        ),
        "SP-1~blue": Expected({"in_stock": False, "price_cents": 1700}, ["b.webp"]),
        "SP-5": Expected({"category": "Men"}, ["a.webp"], {"links": {"set": ["SP-1-R", "SP-1-B"]}}),
    },
    ["a.webp", "r.webp", "b.webp"],
    ["1 not visible individually"],
)

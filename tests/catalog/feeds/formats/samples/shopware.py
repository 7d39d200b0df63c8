"""Rows as Shopware 6 exports them, after the documentation of its default profile for products."""

from tests.catalog.feeds.formats.samples.sample import CDN, Expected, Sample

_COAT, _RED, _BLUE, _MUG, _OLD = (f"{number:032x}" for number in range(1, 6))
_COLUMNS = [
    *("id", "parent_id", "product_number", "active", "stock", "name", "description", "price_net", "price_gross"),
    *("purchase_prices_net", "tax_id", "tax_rate", "cover_media_url", "cover_media_alt", "manufacturer_name"),
    *("categories", "optionIds", "options"),
]

SHOPWARE = Sample(
    "shopware",
    "products.csv",
    _COLUMNS,
    [
        {
            "id": _COAT,
            "product_number": "SW1",
            "active": "1",
            "stock": "5",
            "name": "Coat &amp; belt",
            "description": "<p>Warm</p>",
            "price_net": "41.93",
            "price_gross": "49.9",
            "purchase_prices_net": "6.66",
            "cover_media_url": f"{CDN}coat.jpg",
            "cover_media_alt": "A coat",
            "manufacturer_name": "Nimbus",
            "categories": "Home > Women > Coats|Sale",
        },
        {
            "id": _RED,
            "parent_id": _COAT,
            "product_number": "SW1.1",
            "active": "1",
            "stock": "0",
            "cover_media_url": f"{CDN}red.jpg",
            "optionIds": _MUG,
            "options": "Farbe:Rot|Größe:M",
        },
        {
            "id": _BLUE,
            "parent_id": _COAT,
            "product_number": "SW1.2",
            "active": "1",
            "stock": "3",
            "cover_media_url": f"{CDN}blue.jpg",
            "price_gross": "59.9",
            "options": "Farbe:Blau|Größe:M",
        },
        {
            "id": _MUG,
            "product_number": "SW2",
            "active": "1",
            "stock": "1",
            "name": "Mug",
            "price_gross": "9",
            "cover_media_url": f"{CDN}coat.jpg",
            "categories": f"{_OLD}|{_RED}",
        },
        {"id": _OLD, "product_number": "SW3", "active": "0", "name": "Old", "cover_media_url": f"{CDN}coat.jpg"},
    ],
    {
        "SW1~rot": Expected(
            {"title": "Coat & belt", "group_id": "SW1", "colour": "Red", "sizes": ["M"], "price_cents": 4990}
            | {"in_stock": False, "category": "Coats", "brand": "Nimbus", "sku": "SW1.1", "description": "Warm"},
            ["red.jpg"],
            {"category_path": "Home > Women > Coats"},
        ),
        "SW1~blau": Expected({"price_cents": 5990, "in_stock": True, "colour": "Blue"}, ["blue.jpg"]),
        "SW2": Expected({"group_id": None, "category": "Uncategorized", "currency": "EUR"}, ["coat.jpg"]),
    },
    ["coat.jpg", "red.jpg", "blue.jpg"],
    ["1 not active"],
    separator=";",
)

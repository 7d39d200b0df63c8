"""Rows as in PrestaShop's two files of samples."""

# ruff: noqa: PIE800 - as many cells stand in a line as fit

from tests.catalog.feeds.formats.samples.sample import CDN, Expected, Row, Sample

_PRESTASHOP = [
    "Product ID",
    "Active (0/1)",
    "Name *",
    "Categories (x,y,z...)",
    "Price tax excluded",
    "Tax rules ID",
    "Wholesale price",
    "On sale (0/1)",
    "Discount amount",
    "Discount percent",
    "Discount from (yyyy-mm-dd)",
    "Discount to (yyyy-mm-dd)",
    "Reference #",
    "Supplier reference #",
    "Supplier",
    "Manufacturer",
    "EAN13",
    "UPC",
    "MPN",
    "Ecotax",
    "Width",
    "Height",
    "Depth",
    "Weight",
    "Quantity",
    "Minimal quantity",
    "Low stock level",
    "Visibility",
    "Summary",
    "Description",
    "Tags (x,y,z...)",
    "Meta title",
    "URL rewritten",
    "Available for order (0 = No, 1 = Yes)",
    "Show price (0 = No, 1 = Yes)",
    "Image URLs (x,y,z...)",
    "Image alt texts (x,y,z...)",
    "Delete existing images (0 = No, 1 = Yes)",
    "Feature(Name:Value:Position)",
    "Available online only (0 = No, 1 = Yes)",
    "Condition",
    "Out of stock action",
    "Virtual product (0 = No, 1 = Yes)",
    "ID / Name of shop",
    "Depends On Stock",
    "Warehouse",
    "Acessories (x,y,z...)",
]
_COMBINATIONS = [
    "Product ID*",
    "Product Reference",
    "Attribute (Name:Type:Position)*",
    "Value (Value:Position)*",
    "Supplier reference",
    "Reference",
    "EAN13",
    "UPC",
    "Wholesale price",
    "Impact on price",
    "Ecotax",
    "Quantity",
    "Minimal quantity",
    "Impact on weight",
    "Default (0 = No, 1 = Yes)",
    "Combination available date",
    "Image position",
    "Image URLs (x,y,z...)",
    "Image alt texts (x,y,z...)",
    "ID / Name of shop",
    "Depends on stock",
    "Warehouse",
]


def _combination(values: str, **cells: str) -> Row:
    named = {name.replace("_", " "): text for name, text in cells.items()}
    both = {"Product ID*": "20", "Attribute (Name:Type:Position)*": "Color:color:0, Disk space:select:1"}
    return both | {"Value (Value:Position)*": values} | named


PRESTASHOP = Sample(
    "prestashop",
    "products_import.csv",
    _PRESTASHOP,
    [
        {
            **{"Product ID": "20", "Active (0/1)": "1", "Name *": "Player", "Categories (x,y,z...)": "Home, Audio"},
            **{"Price tax excluded": "148.00", "Wholesale price": "6.66", "Discount amount": "10"},
            **{"Discount from (yyyy-mm-dd)": "2026-01-01", "Discount to (yyyy-mm-dd)": "2027-01-01"},
            **{"Reference #": "demo_1", "Manufacturer": "Acme", "Quantity": "50", "Visibility": "both"},
            **{"Summary": "<p>New</p>", "Image URLs (x,y,z...)": f"{CDN}a.jpg,{CDN}b.jpg"},
            **{"Image alt texts (x,y,z...)": "Blue,Green", "Feature(Name:Value:Position)": "Height:2.5:1"},
            **{"Condition": "new", "Acessories (x,y,z...)": "demo_2,demo_3"},
        },
        {
            **{"Active (0/1)": "1", "Name *": "Shirt", "Categories (x,y,z...)": "Clothes,Men", "Quantity": "2"},
            **{"Price tax excluded": "19,90", "Discount percent": "20", "Reference #": "REF-X"},
            **{"Discount from (yyyy-mm-dd)": "0000-00-00", "Image URLs (x,y,z...)": f"{CDN}c.jpg"},
        },
        {"Active (0/1)": "1", "Name *": "Unnumbered", "Image URLs (x,y,z...)": f"{CDN}c.jpg"},
        {"Product ID": "22", "Active (0/1)": "1", "Name *": "Book", "Virtual product (0 = No, 1 = Yes)": "1"},
    ],
    {
        "20~blue": Expected(
            {"category": "Audio", "price_cents": 14350, "price_before_cents": 15350, "brand": "Acme"},
            ["a.jpg"],
            {
                "links": {"goes_with": ["demo_2", "demo_3"]},
                "photo_alts": {"a.jpg": "Blue"},
                "sale_from": "2026-01-01T00:00:00+00:00",
            },
        ),
        "20~green": Expected({"in_stock": False, "price_cents": 13800, "sku": "sup-2"}, ["b.jpg"]),
        "REF-X": Expected({"sizes": ["M"], "price_cents": 1592, "category": "Clothes"}, ["c.jpg"]),
        "Unnumbered": Expected({"title": "Unnumbered", "price_cents": None}, ["c.jpg"]),
    },
    ["a.jpg", "b.jpg", "c.jpg"],
    ["1 virtual", "combinations_import.csv"],
    separator=";",
    beside=(
        "combinations_import.csv",
        _COMBINATIONS,
        [
            _combination("Blue:0, 16GB:1", Impact_on_price="5.5", Quantity="3", Image_position="1"),
            _combination("Green:1, 16GB:1", Reference="sup-2", Quantity="0", Image_position="2"),
            {
                **{"Product Reference": "REF-X", "Attribute (Name:Type:Position)*": "Size:select:0"},
                **{"Value (Value:Position)*": "M:0", "Quantity": "2"},
            },
        ],
    ),
)

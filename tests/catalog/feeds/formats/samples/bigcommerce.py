"""Rows as in BigCommerce's template, version 3."""

# ruff: noqa: PIE800 - as many cells stand in a line as fit

from tests.catalog.feeds.formats.samples.sample import CDN, Expected, Row, Sample

_BIGCOMMERCE = [
    "Item",
    "ID",
    "Name",
    "Type",
    "SKU",
    "Options",
    "Inventory Tracking",
    "Current Stock",
    "Low Stock",
    "Price",
    "Cost Price",
    "Retail Price",
    "Sale Price",
    "Brand ID",
    "Channels",
    "Categories",
    "Description",
    "Custom Fields",
    "Page Title",
    "Product URL",
    "Meta Description",
    "Search Keywords",
    "Meta Keywords",
    "Bin Picking Number",
    "UPC/EAN",
    "Global Trade Number",
    "Manufacturer Part Number",
    "Free Shipping",
    "Fixed Shipping Cost",
    "Weight",
    "Width",
    "Height",
    "Depth",
    "Is Visible",
    "Is Featured",
    "Warranty",
    "Tax Class",
    "Product Condition",
    "Show Product Condition",
    "Sort Order",
    "Variant Image URL",
    "Internal Image URL (Export)",
    "Image URL (Import)",
    "Image Description",
    "Image is Thumbnail",
    "Image Sort Order",
    "YouTube ID",
    "Video Title",
    "Video Description",
    "Video Sort Order",
]


def _stick(number: int, colour: str, stock: str, photo: str) -> Row:
    options = f"Type=Dropdown|Name=Color|Value={colour}|Type=Dropdown|Name=Size|Value=5A"
    cells = {"Item": "Variant", "ID": str(number), "SKU": f"DS-{number}", "Options": options}
    return cells | {"Current Stock": stock, "Variant Image URL": CDN + photo}


BIGCOMMERCE = Sample(
    "bigcommerce",
    "products.csv",
    _BIGCOMMERCE,
    [
        {
            **{"Item": "Product", "ID": "100", "Name": "Drum Sticks", "Type": "physical", "SKU": "DS"},
            **{"Inventory Tracking": "variant", "Current Stock": "0", "Price": "25", "Cost Price": "6.66"},
            **{"Retail Price": "0", "Sale Price": "0", "Brand ID": "37", "Categories": "23;24", "Is Visible": "TRUE"},
            **{"Product URL": "/drum-sticks/", "Product Condition": "New", "Sort Order": "0"},
        },
        _stick(77, "Natural", "4", "natural.jpg"),
        _stick(78, "Black", "0", "black.jpg"),
        {
            **{"Item": "Image", "ID": "200", "Internal Image URL (Export)": f"{CDN}photo.123.386.513.jpg?c=1"},
            **{"Image Description": "Both", "Image is Thumbnail": "TRUE", "Image Sort Order": "0"},
        },
        {"Item": "Video", "ID": "9", "YouTube ID": "abc", "Video Title": "How to"},
        {
            **{"Item": "Product", "ID": "101", "Name": "Drum", "Type": "physical", "SKU": "D", "Price": "90"},
            **{"Inventory Tracking": "none", "Categories": "Shop/Drums", "Is Visible": "TRUE", "Sale Price": "80"},
        },
        {"Item": "Image", "ID": "201", "Image URL (Import)": f"{CDN}drum.jpg", "Image Sort Order": "0"},
    ],
    {
        "DS~natural": Expected(
            {"colour": "Natural", "sizes": ["5A"], "in_stock": True, "url": "https://shop.example/drum-sticks/"},
            ["natural.jpg", "photo.123.386.513.jpg"],
            {"photo_alts": {"photo.123.386.513.jpg": "Both"}},
        ),
        "DS~black": Expected({"in_stock": False, "price_before_cents": None}, ["black.jpg", "photo.123.386.513.jpg"]),
        "D": Expected({"category": "Drums", "price_cents": 8000, "price_before_cents": 9000}, ["drum.jpg"]),
    },
    ["natural.jpg", "black.jpg", "photo.123.386.513.jpg", "drum.jpg"],
    in_sequence=True,
)

"""Rows as in WooCommerce's sample of products."""

# ruff: noqa: PIE800 - as many cells stand in a line as fit

from tests.catalog.feeds.formats.samples.sample import CDN, Expected, Row, Sample

_WOO = [
    *("ID", "Type", "SKU", "Name", "Published", "Is featured?", "Visibility in catalog", "Short description"),
    *("Description", "Date sale price starts", "Date sale price ends", "Tax status", "Tax class", "In stock?", "Stock"),
    *("Backorders allowed?", "Sold individually?", "Weight (lbs)", "Length (in)", "Width (in)", "Height (in)"),
    *("Allow customer reviews?", "Purchase note", "Sale price", "Regular price", "Categories", "Tags"),
    *("Shipping class", "Images", "Download limit", "Download expiry days", "Parent", "Grouped products", "Upsells"),
    *("Cross-sells", "External URL", "Button text", "Position", "Attribute 1 name", "Attribute 1 value(s)"),
    *("Attribute 1 visible", "Attribute 1 global", "Attribute 2 name", "Attribute 2 value(s)", "Attribute 2 visible"),
    *("Attribute 2 global", "Meta: _wpcom_is_markdown", "Meta: _wc_cog_cost"),
]


def _variation(number: int, colour: str, price: str, photo: str, second: tuple[str, str], parent: str) -> Row:
    return {
        **{"ID": str(number), "Type": "variation", "SKU": f"{parent}-{number}", "Published": "1", "In stock?": "1"},
        **{"Visibility in catalog": "visible", "Regular price": price, "Images": CDN + photo, "Parent": parent},
        **{"Attribute 1 name": "Color", "Attribute 1 value(s)": colour},
        **{"Attribute 2 name": second[0], "Attribute 2 value(s)": second[1]},
    }


WOOCOMMERCE = Sample(
    "woocommerce",
    "sample_products.csv",
    _WOO,
    [
        {
            **{"ID": "44", "Type": "variable", "SKU": "vneck", "Name": "V-Neck Tee", "Published": "1"},
            **{"Is featured?": "1", "Visibility in catalog": "visible", "Short description": "A variable product."},
            **{"In stock?": "1", "Categories": "Clothing > Tshirts", "Meta: _wc_cog_cost": "6.66"},
            **{"Images": f"{CDN}red.jpg, {CDN}green.jpg", "Attribute 1 name": "Color"},
            **{"Attribute 1 value(s)": "Green, Red", "Attribute 2 name": "Size"},
            **{"Attribute 2 value(s)": "Large, Medium, Small"},
        },
        _variation(76, "Red", "20", "red.jpg", ("Size", ""), "vneck"),
        _variation(77, "Green", "21", "green.jpg", ("Size", ""), "vneck"),
        {
            **{"ID": "45", "Type": "variable", "SKU": "hoodie", "Name": "Hoodie", "Published": "1", "In stock?": "1"},
            **{"Categories": "Clothing > Hoodies", "Images": f"{CDN}hoodie.jpg", "Attribute 1 name": "Color"},
            **{"Attribute 1 value(s)": "Blue, Red", "Attribute 2 name": "Logo", "Attribute 2 value(s)": "Yes, No"},
        },
        _variation(79, "Blue", "45", "hoodie-blue.jpg", ("Logo", "No"), "hoodie"),
        _variation(80, "Blue", "45", "hoodie-logo.jpg", ("Logo", "Yes"), "hoodie"),
        {**_variation(78, "Red", "45", "hoodie.jpg", ("Logo", "No"), "hoodie"), "Sale price": "42"},
        {
            **{"ID": "60", "Type": "simple, downloadable, virtual", "SKU": "album", "Name": "Album"},
            **{"Published": "1", "Regular price": "15", "Images": f"{CDN}red.jpg", "Categories": "Music"},
        },
        {
            **{"ID": "87", "Type": "grouped", "SKU": "collection", "Name": "Logo Collection", "Published": "1"},
            **{"Categories": "Clothing", "Images": f"{CDN}hoodie.jpg", "Grouped products": "hoodie, vneck"},
        },
        {
            **{"ID": "47", "Type": "simple", "SKU": "beanie", "Name": "Beanie", "Published": "1", "In stock?": "1"},
            **{"Sale price": "18", "Regular price": "20", "Images": f"{CDN}beanie.jpg"},
            **{"Date sale price starts": "2026-11-01", "Date sale price ends": "2026-12-24"},
            **{"Categories": "Clothing > Accessories, Clothing > Hats", "Attribute 1 name": "Color"},
            **{"Attribute 1 value(s)": "Red", "Upsells": "hoodie", "Cross-sells": "vneck"},
        },
    ],
    {
        "vneck~red": Expected({"colour": "Red", "sizes": ["Small", "Medium", "Large"]}, ["red.jpg"]),
        "vneck~green": Expected({"price_cents": 2100, "category": "Tshirts", "group_id": "vneck"}, ["green.jpg"]),
        "hoodie~blue": Expected({"colour": "Blue", "sizes": None}, ["hoodie-blue.jpg", "hoodie-logo.jpg"]),
        "hoodie~red": Expected({"price_cents": 4200, "price_before_cents": 4500}, ["hoodie.jpg"]),
        "collection": Expected({"group_id": None}, ["hoodie.jpg"], {"links": {"set": ["hoodie", "vneck"]}}),
        "beanie": Expected(
            {"price_cents": 1800, "price_before_cents": 2000, "category": "Accessories"},
            ["beanie.jpg"],
            {
                "further_categories": ["Clothing > Hats"],
                "links": {"goes_with": ["vneck"], "alternatives": ["hoodie"]},
                "sale_from": "2026-11-01T00:00:00+00:00",
                "sale_until": "2026-12-24T00:00:00+00:00",
            },
        ),
    },
    ["red.jpg", "green.jpg", "hoodie.jpg", "hoodie-blue.jpg", "hoodie-logo.jpg", "beanie.jpg"],
    ["1 virtual"],
)

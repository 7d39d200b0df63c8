"""Shopware's exports: that of version 5 here, and that of version 6 among the platforms' samples."""

import random

HEADER = (
    "ordernumber;mainnumber;name;supplier;tax;price_EK;pseudoprice_EK;active;instock;description_long;imageUrl;"
    "categoriesPath;configuratorOptions;purchasePrice"
)
ROWS = [
    "SW1;SW1;Mantel;Nimbus;19;49.90;59.90;1;3;Warm;https://x/red.jpg;Damen->Mäntel|Sale;Farbe:rot|Größe:S;6.66",
    "SW1.2;SW1;Mantel;Nimbus;19.00;51.90;;1;0;;https://x/red.jpg;;Farbe:rot|Größe:M;6.66",
    "SW1.3;SW1;Mantel;Nimbus;19.00;49.90;;1;0;;https://x/blue.jpg;;Farbe:blau|Größe:S;6.66",
    "SW2;SW2;Tasse;Nimbus;19.00;9.90;;1;-2;;https://x/mug.jpg;3|5;;6.66",
]
PHOTOS = "red.jpg blue.jpg mug.jpg"


def test_the_first_variant_is_the_product_that_the_others_name(read):
    """In any order of the rows; decimals have a point."""
    found = read("articles.csv", "\n".join([HEADER, *ROWS]), PHOTOS, currency="EUR")
    assert sorted(found.products) == ["SW1~blau", "SW1~rot", "SW2"]
    red = found.products["SW1~rot"]
    assert (red.title, red.category, red.colour, red.sizes, red.sku) == (
        "Mantel",
        "Mäntel",
        "Red",
        ["S", "M"],
        "SW1, SW1.2",
    )
    assert (red.price_cents, red.price_before_cents, red.in_stock) == (4990, 5990, True)
    assert (found.products["SW2"].in_stock, found.products["SW2"].category) == (False, "Uncategorized")
    assert "6.66" not in repr(found.products)
    for seed in range(5):
        rows = random.Random(seed).sample(ROWS, len(ROWS))
        assert read("articles.csv", "\n".join([HEADER, *rows]), PHOTOS, currency="EUR") == found


def test_variants_without_their_product_are_rejected(read):
    """What they are called nobody could say."""
    header = "id;parent_id;product_number;name;price_gross;cover_media_url"
    found = read("products.csv", f"{header}\na;b;SW1.1;;9;https://x/red.jpg\n", PHOTOS)
    assert not found.products
    assert "has variants of 'b', but not the product itself" in found.reasons

"""Bagisto's export, with a row for each language."""

import random
from decimal import Decimal

from catalog.money import Money

HEADER = (
    "locale,channel,type,attribute_family_code,parent_sku,sku,name,description,url_key,price,special_price,"
    "special_price_from,special_price_to,color,size,categories,images,inventories,status,cost"
)
ROWS = [
    'en,default,simple,default,TEE,TEE-S,Tee S,,tee-s,10.00,,,,White,S,,"p/white.jpg",default=3,1,2.22',
    'es,default,simple,default,TEE,TEE-S,Camiseta S,,tee-s,10.00,,,,Blanco,S,,"p/white.jpg",default=3,1,2.22',
    "en,default,simple,,TEE,TEE-M,Tee M,,tee-m,12.00,9.00,2020-01-01,2020-02-01,White,M,,p/white.jpg,default=0,1,",
    'en,default,simple,default,TEE,TEE-B,Tee B,,tee-b,11.00,,,,Black,S,,"p/black.jpg",default=0,1,',
    'es,default,configurable,default,,TEE,Camiseta,,tee,,,,,,,"Ropa/Camisetas","p/all.jpg",,1,',
    'en,default,configurable,default,,TEE,Tee,<p>Soft</p>,tee,,,,,,,"Root/Clothes/Tees","p/all.jpg",,1,',
    'en,default,simple,default,,OLD,Old,,old,5.00,,,,,,Mugs,"p/all.jpg",default=1,0,',
]
PHOTOS = "white.jpg black.jpg all.jpg"


def test_variants_name_their_product_and_one_language_is_taken(read):
    """English, where the export has several; whatever the order of the rows."""
    found = read("export.csv", "\n".join([HEADER, *ROWS]), PHOTOS)
    assert sorted(found.products) == ["TEE~black", "TEE~white"]
    white = found.products["TEE~white"]
    assert (white.group_id, white.title, white.category, white.colour) == ("TEE", "Tee", "Tees", "White")
    assert (white.price_cents, white.in_stock, white.description) == (1000, True, "Soft")
    assert (white.sizes, white.price_highest) == (["S", "M"], Money(Decimal(12), white.currency))
    assert white.details["category_path"] == "Clothes > Tees"
    assert found.products["TEE~black"].in_stock is False
    assert found.photos["TEE~white"] == ["white.jpg"]
    assert "1 not active" in found.notes
    assert "2.22" not in repr(found.products)
    rows = list(ROWS)
    for seed in range(20):
        random.Random(seed).shuffle(rows)
        assert read("export.csv", "\n".join([HEADER, *rows]), PHOTOS) == found


def test_variants_without_their_product_are_rejected(read):
    """Other products are read."""
    found = read("export.csv", "\n".join([HEADER, ROWS[0], ROWS[6].replace(",0,", ",1,")]), PHOTOS)
    assert list(found.products) == ["OLD"]
    assert "variants of 'TEE', but not the product itself" in found.reasons


def test_categories_and_titles_are_read_in_each_language(read):
    """Each language's row names them; the category is the last name of its path."""
    rows = [row.replace("Camiseta,", "Camiseta &amp; m&aacute;s,") for row in ROWS]
    product = read("export.csv", "\n".join([HEADER, *rows]), PHOTOS).products["TEE~white"]
    assert product.details["texts"] == {
        "en": {"title": "Tee", "description": "Soft", "category": "Tees"},
        "es": {"title": "Camiseta & más", "category": "Camisetas"},
    }

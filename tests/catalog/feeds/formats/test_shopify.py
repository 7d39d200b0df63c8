"""Shopify's product export, old and new, and what goes wrong in it."""

import csv
import io
import random
from decimal import Decimal

import pytest

from catalog.money import Money

OLD = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,"
    "Variant Compare At Price,Variant Barcode,Image Src,Image Position,Gift Card,Google Shopping / Gender,"
    "Google Shopping / Age Group,Variant Image,Cost per item,Price / Mexico,Status"
)
NEW = {
    "Handle": "URL handle",
    "Body (HTML)": "Description",
    "Product Category": "Product category",
    "Published": "Published on online store",
    "Option1 Name": "Option1 name",
    "Option1 Value": "Option1 value",
    "Variant SKU": "SKU",
    "Variant Inventory Tracker": "Inventory tracker",
    "Variant Inventory Qty": "Inventory quantity",
    "Variant Inventory Policy": "Continue selling when out of stock",
    "Variant Price": "Price",
    "Variant Compare At Price": "Compare-at price",
    "Variant Barcode": "Barcode",
    "Image Src": "Product image URL",
    "Image Position": "Image position",
    "Gift Card": "Gift card",
    "Variant Image": "Variant image URL",
}
CAPE = {
    "Handle": "cape",
    "Title": "Rain cape",
    "Body (HTML)": "<p>Light &amp; dry.</p><ul><li>Hood</li></ul>",
    "Vendor": "Nimbus",
    "Product Category": "Apparel & Accessories > Clothing > Capes",
    "Type": "Capes",
    "Tags": "rain, travel",
    "Published": "TRUE",
    "Option1 Name": "Size",
    "Option1 Value": "S",
    "Option2 Name": "Color",
    "Option2 Value": "Red",
    "Variant SKU": "'C1",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Qty": "3",
    "Variant Inventory Policy": "deny",
    "Variant Price": "59.90",
    "Variant Compare At Price": "79.90",
    "Variant Barcode": "4006381333931",
    "Image Src": "https://cdn.example/a.jpg?v=1",
    "Image Position": "1",
    "Google Shopping / Gender": "Female",
    "Google Shopping / Age Group": "adult",
    "Variant Image": "https://cdn.example/red.jpg",
    "Cost per item": "11.11",
    "Price / Mexico": "999.00",
    "Status": "active",
}
VARIANT = ("Handle", "Variant SKU", "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy")


def variant(of=CAPE, **changes):
    """A further variant row of a product, with the cells that such rows have."""
    cells = {name: of[name] for name in (*VARIANT, "Variant Price", "Option1 Value", "Option2 Value", "Variant Image")}
    return cells | {name.replace("_", " "): text for name, text in changes.items()}


def write(rows, header=OLD):
    file = io.StringIO()
    writer = csv.DictWriter(file, header.split(","))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


BLUE = "https://cdn.example/blue.jpg"
ROWS = [
    CAPE,
    variant(Option1_Value="M", Variant_Inventory_Qty="0", Variant_Price="64.90"),
    variant(Option2_Value="Navy", Variant_Image=BLUE, Variant_Inventory_Qty="-3"),
    {"Handle": "cape", "Image Src": BLUE, "Image Position": "3"},
    {"Handle": "cape", "Image Src": "https://cdn.example/back.jpg", "Image Position": "2"},
]
PHOTOS = "a.jpg red.jpg blue.jpg back.jpg mug.jpg"


def test_a_handle_becomes_a_product_for_each_colour_with_its_sizes_folded_in(read):
    """One SKU for two looks, and the colour as the second option, as real exports have them."""
    found = read("export.csv", write(ROWS), PHOTOS, currency="EUR", shop_url="https://shop.example/")
    assert sorted(found.products) == ["cape~navy", "cape~red"]
    red, navy = found.products["cape~red"], found.products["cape~navy"]
    assert (red.group_id, red.title, red.category, red.colour, red.gender) == (
        "cape",
        "Rain cape",
        "Capes",
        "Red",
        "Women",
    )
    assert (red.price_cents, red.currency, red.in_stock, red.url) == (
        5990,
        "EUR",
        True,
        "https://shop.example/products/cape",
    )
    assert red.description == "Light & dry.\nHood"
    assert red.attributes == {}
    assert (red.brand, red.sizes, red.sku, red.gtin) == ("Nimbus", ["S", "M"], "C1", "4006381333931")
    assert (red.availability, red.price_before_cents, red.price_highest) == (
        "in stock",
        7990,
        Money(Decimal("64.90"), "EUR"),
    )
    assert {name: red.details[name] for name in ("age_group", "category_path", "tags")} == {
        "age_group": "adult",
        "category_path": "Apparel & Accessories > Clothing > Capes",
        "tags": ["rain", "travel"],
    }
    assert (navy.colour, navy.in_stock, navy.attributes["colour_written"]) == ("Navy Blue", False, "Navy")
    assert found.photos == {
        "cape~red": ["red.jpg", "a.jpg", "back.jpg"],
        "cape~navy": ["blue.jpg", "a.jpg", "back.jpg"],
    }
    assert not found.rejects


def test_what_the_shop_pays_is_never_imported(read):
    """Costs, market prices and stock counts are the shop's own affair."""
    found = read("export.csv", write(ROWS), PHOTOS)
    shown = repr(found.products)
    assert "11.11" not in shown
    assert "999" not in shown


@pytest.mark.parametrize("renamed", [NEW, dict(list(NEW.items())[::2])], ids=["new", "hybrid"])
def test_new_and_mixed_headers_say_the_same(read, renamed):
    """The columns were renamed in 2024; files in between mix both."""
    header = ",".join(renamed.get(name, name) for name in OLD.split(","))
    rows = [{renamed.get(name, name): text for name, text in row.items()} for row in ROWS]
    new = read("new.csv", "\ufeff" + write(rows, header), PHOTOS)
    assert new == read("old.csv", write(ROWS), PHOTOS)


def test_the_order_of_rows_does_not_matter(read):
    """Rows of other products may stand in between, and photos before variants."""
    mug = {"Handle": "mug", "Title": "Mug", "Type": "Mugs", "Variant Price": "9.00", "Image Src": "x/mug.jpg"}
    rows = [*ROWS, mug]
    expected = read("export.csv", write(rows), PHOTOS)
    assert len(expected.products) == 3
    for seed in range(20):
        random.Random(seed).shuffle(rows)
        assert read("export.csv", write(rows), PHOTOS) == expected


def test_colours_without_photos_of_their_own_stay_one_product(read):
    """A photo of all colours shows none of them alone."""
    rows = [{**CAPE, "Variant Image": ""}, variant(Option2_Value="Blue", Variant_Image="")]
    found = read("export.csv", write(rows), PHOTOS)
    assert found.products["cape"].colour is None
    assert found.products["cape"].attributes["colours"] == "Blue, Red"
    assert found.photos == {"cape": ["a.jpg"]}


@pytest.mark.parametrize(
    ("cells", "in_stock"),
    [
        ({"Variant Inventory Qty": "-3"}, False),
        ({"Variant Inventory Qty": "-3", "Variant Inventory Policy": "CONTINUE"}, True),
        ({"Variant Inventory Qty": "0", "Variant Inventory Tracker": ""}, True),
        ({"Variant Inventory Qty": "2", "Variant Inventory Policy": "DENY"}, True),
        ({"Variant Inventory Qty": ""}, None),
    ],
)
def test_stock_follows_tracker_policy_and_quantity(read, cells, in_stock):
    """What isn't tracked can be bought, and so can what is sold without stock."""
    found = read("export.csv", write([{**CAPE, **cells}]), PHOTOS)
    assert found.products["cape"].in_stock is in_stock


@pytest.mark.parametrize(("says", "in_stock"), [("DENY", False), ("FALSE", False), ("TRUE", True), ("CONTINUE", True)])
def test_the_new_header_says_whether_selling_goes_on_in_both_ways(read, says, in_stock):
    """As the old words, or as yes and no."""
    header = ",".join(NEW.get(name, name) for name in OLD.split(","))
    cape = {**CAPE, "Variant Inventory Policy": says, "Variant Inventory Qty": "-3"}
    found = read("new.csv", write([{NEW.get(name, name): text for name, text in cape.items()}], header), PHOTOS)
    assert found.products["cape"].in_stock is in_stock


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Status": "Draft"}, "1 not active"),
        ({"Published": "false"}, "1 not published"),
        ({"Gift Card": "TRUE"}, "1 gift cards"),
    ],
)
def test_what_is_not_for_sale_is_left_out_and_counted(read, cells, reason):
    """A draft mug without options beside a cape that is sold."""
    mug = {"Handle": "mug", "Title": "Mug", "Image Src": "https://cdn.example/mug.jpg", **cells}
    found = read("export.csv", write([CAPE, mug]), PHOTOS)
    assert list(found.products) == ["cape"]
    assert reason in found.notes


def test_a_shifted_row_costs_its_product_only(read):
    """A word where an address belongs shows that the row's cells stand in wrong columns."""
    mug = {"Handle": "mug", "Title": "Mug", "Type": "Mugs", "Image Src": "TRUE"}
    found = read("export.csv", write([CAPE, mug]), PHOTOS)
    assert list(found.products) == ["cape"]
    assert found.rejects[0].product_id == "mug"
    assert "row 3 has 'TRUE' where the address of a photo is needed" in found.reasons


def test_variants_that_contradict_each_other_cost_their_product_only(read):
    """The same size and colour at two prices."""
    mug = {"Handle": "mug", "Title": "Mug", "Type": "Mugs", "Variant Price": "9", "Image Src": "x/mug.jpg"}
    found = read("export.csv", write([CAPE, variant(Variant_Price="1.00"), mug]), PHOTOS)
    assert list(found.products) == ["mug"]
    assert "rows 2 and 3" in found.reasons
    assert "contradict each other" in found.reasons


def test_a_barcode_that_a_spreadsheet_damaged_is_a_warning(read):
    """The product is imported without it."""
    found = read("export.csv", write([{**CAPE, "Variant Barcode": "7.2E+11"}]), PHOTOS)
    assert "gtin" not in found.products["cape"].attributes
    assert "has lost its last digits in a spreadsheet" in found.warnings["cape"]


def test_metafields_are_known_by_their_keys(read):
    """Their names are translated, and the key in brackets is not."""
    names = {
        "Farbe (product.metafields.shopify.color-pattern)": "dark-green",
        "Zielgruppe (product.metafields.shopify.target-gender)": "male",
        "x (product.metafields.shopify--discovery--product_recommendation.complementary_products)": "hat; scarf",
    }
    plain = {**CAPE, "Google Shopping / Gender": "", "Option2 Name": "", "Option2 Value": "", **names}
    product = read("export.csv", write([plain], f"{OLD},{','.join(names)}"), PHOTOS).products["cape"]
    assert (product.colour, product.gender, product.links("goes_with")) == ("Green", "Men", ["hat", "scarf"])


def test_photos_by_address_are_told_of_once_a_product(read):
    """Without a folder of photos, each product says what to do."""
    found = read("export.csv", write(ROWS), images=None)
    assert not found.products
    assert sorted(reject.product_id for reject in found.rejects) == ["cape~navy", "cape~red"]
    assert "This is a web address" in found.reasons
    assert "--images DIR" in found.reasons

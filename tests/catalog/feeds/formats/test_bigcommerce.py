"""BigCommerce's export: rows of products, variants and photos in sequence."""

import csv
import io

HEADER = (
    "Item,ID,Name,Type,SKU,Options,Inventory Tracking,Current Stock,Price,Cost Price,Retail Price,Sale Price,"
    "Categories,Description,Product URL,Is Visible,Variant Image URL,Internal Image URL (Export),Image Sort Order"
)
TEE = (
    "Product,7,Tee,physical,TEE,,variant,0,20.00,4.44,25.00,0.00,Shop/Tees;Shop/Sale,<p>Soft</p>,/tee/,TRUE,,,\n"
    'Variant,,,,TEE-SR,"Type=Swatch|Name=Color|Value=Red[#ff0000]Type=Rectangle|Name=Size|Value=S",,3,,,,,,,,,'
    "https://x/red.jpg,,\n"
    'Variant,,,,TEE-MR,"Type=Swatch|Name=Color|Value=Red[#ff0000]Type=Rectangle|Name=Size|Value=M",,0,22.00,,,,,,,,'
    "https://x/red.jpg,,\n"
    'Variant,,,,TEE-SB,"Type=Swatch|Name=Color|Value=Blue[#0000ff]Type=Rectangle|Name=Size|Value=S",,0,,,,,,,,,'
    "https://x/blue.jpg,,\n"
    "Image,,,,,,,,,,,,,,,,,https://x/back.jpg,2\n"
    "Image,,,,,,,,,,,,,,,,,https://x/front.jpg,1\n"
)
MUG = "Product,8,Mug,physical,,,none,0,5.00,,,,Mugs,,/mug/,TRUE,,,\nImage,,,,,,,,,,,,,,,,,https://x/mug.jpg,0\n"
OFF = "Product,9,Old,physical,OLD,,none,0,5.00,,,,Mugs,,/old/,FALSE,,,\nImage,,,,,,,,,,,,,,,,,https://x/mug.jpg,0\n"
PHOTOS = "red.jpg blue.jpg back.jpg front.jpg mug.jpg"


def test_variants_and_photos_belong_to_the_product_before_them(read):
    """Whatever the order of the products."""
    found = read("export.csv", f"{HEADER}\n{TEE}{MUG}{OFF}", PHOTOS, shop_url="https://shop.example")
    assert sorted(found.products) == ["TEE~blue", "TEE~red", "id:8"]
    red, mug = found.products["TEE~red"], found.products["id:8"]
    assert (red.group_id, red.title, red.category, red.colour) == ("TEE", "Tee", "Tees", "Red")
    assert (red.price_cents, red.in_stock, red.url) == (2000, True, "https://shop.example/tee/")
    assert (red.sizes, red.price_before_cents) == (["S", "M"], 2500)
    assert (mug.in_stock, mug.group_id, mug.category) == (True, None, "Mugs")
    assert found.products["TEE~blue"].in_stock is False
    assert found.photos["TEE~red"] == ["red.jpg", "front.jpg", "back.jpg"]
    assert "1 not visible" in found.notes
    assert "4.44" not in repr(found.products)
    assert read("export.csv", f"{HEADER}\n{OFF}{MUG}{TEE}", PHOTOS, shop_url="https://shop.example") == found


def test_a_row_before_any_product_is_a_reject(read):
    """It belongs to nothing."""
    found = read("export.csv", f"{HEADER}\nImage,,,,,,,,,,,,,,,,,https://x/mug.jpg,0\n{MUG}", PHOTOS)
    assert list(found.products) == ["id:8"]
    assert "follows no product" in found.reasons


BULK = [
    *(
        "Item Type",
        "Product ID",
        "Product Name",
        "Product Type",
        "Product Code/SKU",
        "Brand Name",
        "Price",
        "Cost Price",
    ),
    *("Product Visible?", "Allow Purchases?", "Track Inventory", "Current Stock Level", "Category"),
    *("Product Image File - 1", "Product Image Is Thumbnail - 1", "Product Image Sort - 1"),
    *("Product Image File - 2", "Product Image Description - 2", "Product Image Is Thumbnail - 2"),
]
BULK_ROWS = [
    {
        "Item Type": "Product",
        "Product ID": "85",
        "Product Name": "Cap",
        "Product Type": "P",
        "Price": "20.00",
        "Product Code/SKU": "CAP",
        "Brand Name": "Nimbus",
        "Cost Price": "6.66",
        "Product Visible?": "Y",
        "Allow Purchases?": "Y",
        "Track Inventory": "by option",
        "Category": "Shop/Hats;Sale",
        "Product Image File - 1": "back.jpg",
        "Product Image Is Thumbnail - 1": "N",
        "Product Image Sort - 1": "2",
        "Product Image File - 2": "front.jpg",
        "Product Image Description - 2": "A cap",
        "Product Image Is Thumbnail - 2": "Y",
    },
    {
        "Item Type": "  SKU",
        "Product Name": "[CS]Color=Red:#ff0000,[RT]Size=M",
        "Product Code/SKU": "CAP-R",
        "Current Stock Level": "4",
    },
    {
        "Item Type": "  SKU",
        "Product Name": "[CS]Color=Blue:#0000ff,[RT]Size=M",
        "Product Code/SKU": "CAP-B",
        "Current Stock Level": "0",
    },
    {
        "Item Type": "  Rule",
        "Product Code/SKU": "CAP-R",
        "Price": "[FIXED]19.50",
        "Product Image File - 1": "red.jpg",
    },
    {"Item Type": "  Rule", "Product Code/SKU": "CAP-B", "Price": "[ADD]0", "Product Image File - 1": "blue.jpg"},
    {"Item Type": "Product", "Product Name": "Gift", "Product Type": "D", "Product Code/SKU": "G", "Price": "9"},
]


def test_the_earlier_export_says_the_same_in_skus_and_rules(read):
    """Rules give SKUs their prices and photos; photos of the product stand in numbered columns."""
    file = io.StringIO()
    writer = csv.DictWriter(file, BULK)
    writer.writeheader()
    writer.writerows(BULK_ROWS)
    found = read("products.csv", file.getvalue(), "front.jpg back.jpg red.jpg blue.jpg", currency="USD")
    assert sorted(found.products) == ["CAP~blue", "CAP~red"]
    red, blue = found.products["CAP~red"], found.products["CAP~blue"]
    assert (red.title, red.category, red.brand, red.colour, red.sizes) == ("Cap", "Hats", "Nimbus", "Red", ["M"])
    assert (red.price_cents, red.in_stock, red.sku, red.group_id) == (1950, True, "CAP-R", "CAP")
    assert (blue.price_cents, blue.in_stock) == (2000, False)
    assert found.photos["CAP~red"] == ["red.jpg", "front.jpg", "back.jpg"]
    assert red.details["photo_alts"] == {"front.jpg": "A cap"}
    assert "1 digital" in found.notes
    assert "6.66" not in repr(found.products)

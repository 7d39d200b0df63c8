"""BigCommerce's export: rows of products, variants and photos in sequence."""

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

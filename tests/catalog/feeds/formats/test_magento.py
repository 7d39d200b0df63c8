"""The product export of Magento 2 and Adobe Commerce."""

import csv
import io
import random

import pytest

COLUMNS = [
    *("sku", "store_view_code", "attribute_set_code", "product_type", "categories", "name", "description"),
    *("product_online", "visibility", "price", "special_price", "special_price_from_date", "special_price_to_date"),
    *("url_key", "base_image", "additional_images", "qty", "is_in_stock", "allow_backorders", "additional_attributes"),
    *("crosssell_skus", "upsell_skus", "configurable_variations", "cost", "tier_prices"),
]
PHOTOS = "main.jpg red.jpg blue.jpg back.jpg"


def simple(sku, colour, size, **cells):
    return {
        "sku": sku,
        "product_type": "simple",
        "name": f"Coat-{size}-{colour}",
        "product_online": "1",
        "visibility": "Not Visible Individually",
        "price": "59.0000",
        "base_image": f"/r/e/{colour.split(',')[0].lower()}.jpg",
        "qty": "4.0000",
        "is_in_stock": "1",
        "additional_attributes": f"color={colour},size={size}",
        "cost": "7.7700",
        **cells,
    }


COAT = {
    "sku": "A",
    "attribute_set_code": "Top",
    "product_type": "configurable",
    "categories": "Default,Default/Sale,Default/Women/Coats",
    "name": "Coat",
    "description": "<p>Warm</p>",
    "product_online": "1",
    "visibility": "Catalog, Search",
    "url_key": "coat",
    "base_image": "/m/a/main.jpg",
    "qty": "0.0000",
    "is_in_stock": "1",
    "additional_attributes": "manufacturer=Nimbus,gender=Women,note=<b>5,a=b</b>",
    "crosssell_skus": "HAT,SCARF",
    "upsell_skus": "B",
    "configurable_variations": "sku=A-R,size=S,color=Red, Dark|sku=A-RM,color=Red, Dark,size=M|sku=A-B,color=Blue",
}
SPANISH = {"sku": "A", "store_view_code": "es", "name": "Abrigo"}
ROWS = [
    simple("A-R", "Red, Dark", "S"),
    simple("A-B", "Blue", "S", price="49.0000", is_in_stock="0"),
    SPANISH,
    COAT,
    simple("A-RM", "Red, Dark", "M", price="61.5000"),
]


def write(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def test_simple_products_become_the_looks_of_their_configurable_one(read):
    """They come before it, their colours hold commas, and a translation changes nothing."""
    found = read("export.csv", write(ROWS), PHOTOS, currency="EUR", shop_url="https://shop.example")
    assert sorted(found.products) == ["A~blue", "A~red-dark"]
    red = found.products["A~red-dark"]
    assert (red.group_id, red.title, red.category, red.colour, red.gender) == ("A", "Coat", "Coats", "Red", "Women")
    assert (red.price_cents, red.currency, red.in_stock) == (5900, "EUR", True)
    assert (red.description, red.url) == ("Warm", "https://shop.example/coat")
    facts = red.attributes
    assert (red.sizes, red.brand, red.links("goes_with")) == (["S", "M"], "Nimbus", ["HAT", "SCARF"])
    assert (red.links("alternatives"), facts["colour_written"], red.details["category_path"]) == (
        ["B"],
        "Red, Dark",
        "Women > Coats",
    )
    assert found.products["A~blue"].in_stock is False
    assert found.photos == {"A~red-dark": ["red.jpg"], "A~blue": ["blue.jpg"]}
    assert "7.77" not in repr(found.products)
    rows = list(ROWS)
    for seed in range(20):
        random.Random(seed).shuffle(rows)
        assert read("x.csv", write(rows), PHOTOS, currency="EUR", shop_url="https://shop.example") == found


def test_attributes_hold_commas_equals_signs_and_markup(read):
    """What a comma cuts in two isn't taken for an attribute."""
    lamp = simple("L", "x", "x", visibility="Catalog, Search", base_image="main.jpg", categories="Default/Lamps")
    note = {"additional_attributes": 'note=<b>5,color=b</b>,color=Blue,json={"a": 1,"b": "c=d"}'}
    assert read("export.csv", write([lamp | note]), PHOTOS).products["L"].colour == "Blue"


def test_values_between_quotation_marks_hold_everything(read):
    """As exports with "Fields enclosure" write them."""
    lamp = simple("L", "x", "x", visibility="Catalog, Search", base_image="main.jpg", categories='"Default/Lamps"')
    attributes = {"additional_attributes": 'note="a,size=b ""c""",color="Red, Dark","manufacturer"="Nimbus"'}
    found = read("export.csv", write([lamp | attributes]), PHOTOS).products["L"]
    assert (found.attributes["colour_written"], found.sizes, found.brand, found.category) == (
        *("Red, Dark", None, "Nimbus", "Lamps"),
    )


def test_each_shop_has_a_root_of_its_own(read):
    """And names of categories hold commas."""
    lamps = {"categories": "Default/Lamps, small,Other shop/Home/Desk lamps,Other shop"}
    rows = [
        simple("L", "Red", "S", visibility="Catalog") | lamps,
        simple("M", "Red", "S", categories="Other shop/Mugs"),
    ]
    found = read("export.csv", write(rows), PHOTOS).products["L"]
    assert (found.category, found.details["further_categories"]) == ("Desk lamps", ["Lamps, small"])


def test_no_selection_is_no_photo(read):
    """Further photos may be listed twice."""
    photos = {"base_image": "no_selection", "additional_images": "/b/back.jpg,/b/back.jpg,no_selection,/m/main.jpg"}
    lamp = simple("L", "Red", "S", visibility="Catalog", categories="Default/Lamps") | photos
    assert read("export.csv", write([lamp]), PHOTOS).photos == {"L": ["back.jpg", "main.jpg"]}


@pytest.mark.parametrize(
    ("dates", "cents"),
    [(("", ""), 3000), (("1/1/20", "2/1/20"), 5900), (("11/1/26", ""), 3000), (("2030-01-01 00:00:00", ""), 5900)],
)
def test_a_special_price_holds_within_its_dates(read, dates, cents):
    """Dates are American or as databases write them."""
    special = {"special_price": "30.0", "special_price_from_date": dates[0], "special_price_to_date": dates[1]}
    lamp = simple("L", "Red", "S", visibility="Catalog", categories="Default/Lamps") | special
    assert read("export.csv", write([lamp]), PHOTOS).products["L"].price_cents == cents


def test_what_is_not_shown_is_left_out_and_counted(read):
    """Switched off, or a variation whose product isn't there."""
    rows = [*ROWS, simple("L", "Red", "S", product_online="2", visibility="Catalog"), simple("M", "Red", "S")]
    found = read("export.csv", write(rows), PHOTOS)
    assert sorted(found.products) == ["A~blue", "A~red-dark"]
    assert "1 not online, 1 not visible individually" in found.notes


def test_a_configurable_product_without_its_variations_keeps_what_it_says_of_them(read):
    """The export may be of configurable products alone."""
    found = read("export.csv", write([COAT | {"price": "59"}]), PHOTOS)
    product = found.products["A"]
    assert (product.price_cents, product.attributes["colours"]) == (5900, "Blue, Red, Dark")
    assert found.photos == {"A": ["main.jpg"]}


def test_contradicting_rows_cost_their_product_only(read):
    """One SKU with two names."""
    lamp = simple("L", "Red", "S", visibility="Catalog", categories="Default/Lamps")
    found = read("export.csv", write([lamp, {**lamp, "sku": "M"}, {**lamp, "name": "Other"}]), PHOTOS)
    assert list(found.products) == ["M"]
    assert "have the same sku and differ" in found.reasons


def test_a_long_word_is_read_like_any_other(read):
    """Looking for a name in it took a time that grew with the square of its length: hours for 8 MiB."""
    row = {**simple("LONG", "Red", "S"), "visibility": "Catalog, Search", "additional_attributes": "x" * 500_000}
    assert read("export.csv", write([row]), PHOTOS).products["LONG"].title == "Coat-S-Red"

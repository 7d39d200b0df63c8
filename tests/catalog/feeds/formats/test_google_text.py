"""Google Merchant Center's text feeds, in which tabs separate and quotation marks are characters."""

import random

import pytest

PHOTOS = "lamp.jpg a,1.jpg b.jpg s.jpg m.jpg"


def tsv(*rows):
    return "\n".join("\t".join(row) for row in rows) + "\n"


def test_a_quotation_mark_is_just_a_character(read):
    """Inches and nicknames don't open a quoted value; a value that is quoted as a whole is unquoted."""
    header = ("id", "title", "description", "image_link", "product_type", "price")
    rows = [
        ("7", '"Retro" lamp 15" tall', '"Say ""hi"""', "https://x/lamp.jpg", "Lamps", "1.00 EUR"),
        ("8", 'Lamp 2"', "", "https://x/b.jpg", "Lamps", "1.00 EUR"),
    ]
    found = read("feed.tsv", tsv(header, *rows), PHOTOS)
    assert found.products["7"].title == '"Retro" lamp 15" tall'
    assert found.products["7"].description == 'Say "hi"'
    assert found.products["8"].title == 'Lamp 2"'


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "with a mark of byte order"])
def test_headers_may_be_written_as_people_do(read, start):
    """Capitals, spaces for underscores, and columns with parts in brackets."""
    header = ("ID", "image link", "Item Group ID", "shipping(country:price)", "Color", "product type", "availability")
    rows = [("1", "https://x/s.jpg", "G", "ES:3 EUR", "Red", "A > B", "in stock")]
    found = read("feed.txt", start + tsv(header, *rows), PHOTOS)
    product = found.products["G"]
    assert (product.group_id, product.category, product.colour, product.in_stock) == ("G", "B", "Red", True)


def test_further_photos_are_a_list_with_commas_in_their_addresses(read):
    """Only a comma before an address separates."""
    header = ("id", "image_link", "additional_image_link", "product_type", "price")
    row = ("7", "https://x/lamp.jpg", "https://x/a,1.jpg,https://x/b.jpg", "Lamps", "1 EUR")
    assert read("feed.tsv", tsv(header, row), PHOTOS).photos["7"] == ["lamp.jpg", "a,1.jpg", "b.jpg"]


def test_prices_are_judged_by_their_column_and_currency(read):
    """Three decimals in Kuwait, none in Argentina, and 0 for unknown."""
    header = ("id", "image_link", "product_type", "price", "availability", "availability_date")
    prices = {"1": "12.500 KWD", "2": "0 USD", "3": "59500 ARS", "4": "9.99 USD", "5": "12.195 USD"}
    rows = [(one, "https://x/b.jpg", "Lamps", price, "preorder", "2027-01-01T00:00Z") for one, price in prices.items()]
    found = read("feed.tsv", tsv(header, *rows), PHOTOS)
    cents = {one: product.price_cents for one, product in found.products.items()}
    assert cents == {"1": 1250, "2": None, "3": 5950000, "4": 999, "5": 1220}
    assert found.products["1"].details["available_from"] == "2027-01-01T00:00:00+00:00"
    assert found.products["1"].in_stock is False


def test_sizes_of_a_look_are_one_product(read):
    """In stock if any size is, from the lowest price, whatever the order of the rows."""
    header = ("id", "title", "item_group_id", "size", "image_link", "product_type", "price", "availability")
    rows = [
        ("1", "Tee - S", "T", "S", "https://x/s.jpg", "Tees", "10 EUR", "out of stock"),
        ("2", "Tee - M", "T", "M", "https://x/s.jpg", "Tees", "12 EUR", "in stock"),
        ("3", "Tee - XL", "T", "XL", "https://x/s.jpg", "Tees", "12 EUR", "in stock"),
    ]
    expected = read("feed.tsv", tsv(header, *rows), PHOTOS)
    product = expected.products["T"]
    assert (product.title, product.price_cents, product.in_stock) == ("Tee", 1000, True)
    assert product.sizes == ["S", "M", "XL"]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert read("feed.tsv", tsv(header, *rows), PHOTOS) == expected


def test_a_group_id_that_stands_for_none_is_none(read):
    """Some programs write 0 for products without variants."""
    header = ("id", "item_group_id", "image_link", "product_type", "price")
    rows = [(one, "0", "https://x/b.jpg", "Lamps", "1 EUR") for one in ("7", "8")]
    found = read("feed.tsv", tsv(header, *rows), PHOTOS)
    assert {one: product.group_id for one, product in found.products.items()} == {"7": None, "8": None}


def test_meta_catalogues_are_the_same_with_commas(read):
    """CSV is quoted as CSV is."""
    text = 'id,title,availability,price,image_link,google_product_category\n7,"Lamp, red",in stock,5 EUR,https://x/lamp.jpg,5181\n'
    found = read("catalog.csv", text, PHOTOS)
    assert found.products["7"].title == "Lamp, red"
    assert found.products["7"].category == "Uncategorized"
    assert "names no category" in found.warnings["7"]


def test_a_row_without_id_is_a_reject(read):
    """Other rows are read."""
    header = ("id", "image_link", "product_type", "price")
    rows = [("", "https://x/b.jpg", "Lamps", "1 EUR"), ("7", "https://x/lamp.jpg", "Lamps", "1 EUR")]
    found = read("feed.tsv", tsv(header, *rows), PHOTOS)
    assert list(found.products) == ["7"]
    assert (found.rejects[0].row, found.rejects[0].reason) == (2, "the item has no id.")


@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_explanations_of_metas_template_are_no_header(read, separator):
    """They stand above the names of the columns."""
    lines = [
        [
            "# Required | A unique content ID. Use the item's SKU if you can",
            "# Required | The URL",
            "# Required | x",
            "# Optional | y",
        ],
        ["id", "image_link", "title", "price"],
        ["1", "https://x/lamp.jpg", "Lamp", "5 EUR"],
    ]
    found = read("catalog_products.csv", "\n".join(map(separator.join, lines)), PHOTOS)
    assert found.products["1"].title == "Lamp"

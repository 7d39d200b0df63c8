"""WooCommerce's export, in several languages."""

import csv
import io
import random
from decimal import Decimal

import pytest

from catalog.money import Money

ENGLISH = [
    *("ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Is featured?", "Visibility in catalog"),
    *("Short description", "Description", "Date sale price starts", "Date sale price ends", "Tax status", "Tax class"),
    *("In stock?", "Stock", "Low stock amount", "Backorders allowed?", "Sold individually?", "Weight (kg)"),
    *("Length (cm)", "Width (cm)", "Height (cm)", "Allow customer reviews?", "Purchase note", "Sale price"),
    *("Regular price", "Categories", "Tags", "Shipping class", "Images", "Download limit", "Download expiry days"),
    *("Parent", "Grouped products", "Upsells", "Cross-sells", "External URL", "Button text", "Position"),
    *("Attribute 1 name", "Attribute 1 value(s)", "Attribute 1 visible", "Attribute 1 global"),
    *("Attribute 2 name", "Attribute 2 value(s)", "Attribute 2 visible", "Attribute 2 global", "Meta: _wc_cog_cost"),
]
SPANISH = {
    "Type": "Tipo",
    "Name": "Nombre",
    "Published": "Publicado",
    "Description": "Descripción",
    "Parent": "Superior",
    "In stock?": "¿Existencias?",
    "Stock": "Inventario",
    "Sale price": "Precio rebajado",
    "Categories": "Categorías",
    "Regular price": "Precio normal",
    "Images": "Imágenes",
    "Tags": "Etiquetas",
    "Cross-sells": "Ventas cruzadas",
    **{f"Attribute {n} name": f"Nombre del atributo {n}" for n in (1, 2)},
    **{f"Attribute {n} value(s)": f"Valor(es) del atributo {n}" for n in (1, 2)},
}
SHIRT = {
    "ID": "44",
    "Type": "variable",
    "SKU": "SHIRT",
    "Name": "Shirt",
    "Published": "1",
    "Visibility in catalog": "visible",
    "Description": r"Soft.\nWarm.",
    "In stock?": "1",
    "Stock": "5",
    "Categories": r"Sale, Home > Pots\, Pans",
    "Tags": "new, soft",
    "Images": "https://x/all.jpg, https://x/back.jpg",
    "Cross-sells": "HAT, id:50",
    "Attribute 1 name": "Colour",
    "Attribute 1 value(s)": "Red, Blue",
    "Attribute 2 name": "Size",
    "Attribute 2 value(s)": "S, M",
    "Meta: _wc_cog_cost": "3.33",
}


def variation(number, colour, size, price, *, parent="id:44", image="", **cells):
    return {
        "ID": str(number),
        "Type": "variation",
        "SKU": f"S{number}",
        "Name": f"Shirt - {colour}",
        "Published": "1",
        "In stock?": "1",
        "Regular price": price,
        "Parent": parent,
        "Images": image,
        "Attribute 1 name": "Colour",
        "Attribute 1 value(s)": colour,
        "Attribute 2 name": "Size",
        "Attribute 2 value(s)": size,
        **cells,
    }


def write(rows, translation=None, columns=ENGLISH):
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([(translation or {}).get(column, column) for column in columns])
    writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return file.getvalue()


ROWS = [
    variation(46, "Red", "M", "12", image="https://x/red.jpg"),
    variation(45, "Red", "S", "10", image="https://x/red.jpg", **{"Sale price": "8"}),
    SHIRT,
    variation(47, "Blue", "S", "11", parent="SHIRT", image="https://x/blue.jpg", **{"In stock?": "0"}),
]
PHOTOS = "all.jpg back.jpg red.jpg blue.jpg a,b.jpg"


def test_variations_become_looks_of_their_product_whatever_the_order(read):
    """A variation may come before its product, and name it by its id or its SKU."""
    found = read("export.csv", write(ROWS), PHOTOS, currency="EUR")
    assert sorted(found.products) == ["SHIRT~blue", "SHIRT~red"]
    red, blue = found.products["SHIRT~red"], found.products["SHIRT~blue"]
    assert (red.group_id, red.title, red.category, red.colour) == ("SHIRT", "Shirt", "Pots, Pans", "Red")
    assert (red.price_cents, red.currency, red.in_stock, blue.in_stock) == (800, "EUR", True, False)
    assert red.description == "Soft.\nWarm."
    assert (red.sizes, red.price_before_cents, red.price_highest) == (["S", "M"], 1000, Money(Decimal(12), "EUR"))
    assert (red.links("goes_with"), red.details["tags"], red.sku) == (["HAT", "id:50"], ["new", "soft"], "S45, S46")
    assert found.photos == {"SHIRT~red": ["red.jpg"], "SHIRT~blue": ["blue.jpg"]}
    assert "3.33" not in repr(found.products)
    rows = list(ROWS)
    for seed in range(20):
        random.Random(seed).shuffle(rows)
        assert read("export.csv", write(rows), PHOTOS, currency="EUR") == found


@pytest.mark.parametrize(
    "translation",
    [SPANISH, {column: f"列{number}" for number, column in enumerate(ENGLISH[:40])}],
    ids=["Spanish", "unknown"],
)
def test_headers_in_other_languages_say_the_same(read, translation):
    """By their translations; in a language that nobody has listed, by the order of the columns."""
    assert read("a.csv", write(ROWS, translation), PHOTOS) == read("b.csv", write(ROWS), PHOTOS)


def test_a_language_that_nobody_listed_is_read_by_the_order_of_the_columns(read):
    """Attributes too: the name stands before the values."""
    foreign = {
        column: f"słowo {'abcdefghijklmnopqrstuvwxyz'[n % 26] * (n // 26 + 1)}" for n, column in enumerate(ENGLISH)
    }
    for n in (1, 2):
        foreign |= {f"Attribute {n} name": f"imię cechy {n}", f"Attribute {n} value(s)": f"treść cechy {n}"}
        foreign |= {f"Attribute {n} visible": f"widać {n}", f"Attribute {n} global": f"wszędzie {n}"}
    assert read("export.csv", write(ROWS, foreign), PHOTOS) == read("export.csv", write(ROWS), PHOTOS)


def test_a_single_column_of_another_name_is_known_by_its_place(read):
    """German shops call the stock "Lager"."""
    rows = [{key: value for key, value in row.items() if key != "In stock?"} for row in ROWS]
    english = read("export.csv", write(rows), PHOTOS)
    assert read("export.csv", write(rows, {"Stock": "Lager", "Cross-sells": "Mehr dazu"}), PHOTOS) == english
    assert english.products["SHIRT~red"].details["links"]["goes_with"] == ["HAT", "id:50"]


def test_types_of_plugins_are_products_as_well(read):
    """What varies is told by their names."""
    rows = [{**row, "Type": row["Type"].replace("variable", "variable-subscription")} for row in ROWS]
    rows = [{**row, "Type": row["Type"].replace("variation", "subscription_variation")} for row in rows]
    mug = {"ID": "90", "Type": "simple", "SKU": "MUG", "Name": "Mug", "Images": "https://x/all.jpg"}
    plain, plugin = (
        read("e.csv", write([*some, mug, {**mug, "ID": "91", "SKU": "MUG2"}]), PHOTOS) for some in (ROWS, rows)
    )
    assert plugin == plain


def test_decimal_commas_and_escaped_commas(read):
    """The prices have the decimal separator of the shop, and a comma inside a value a backslash."""
    pan = {"ID": "9", "Type": "simple", "Name": "Pan", "Published": "1", "Regular price": "7,50", "Categories": "Pans"}
    found = read("export.csv", write([{**pan, "Images": r"https://x/a\,b.jpg"}], SPANISH), PHOTOS)
    assert found.products["id:9"].price_cents == 750
    assert found.products["id:9"].group_id is None
    assert found.photos["id:9"] == ["a,b.jpg"]


def test_a_variation_without_photo_or_stock_has_its_products(read):
    """The stock may be the word "parent"."""
    rows = [SHIRT | {"In stock?": ""}, variation(45, "Red", "S", "10", **{"In stock?": "", "Stock": "parent"})]
    found = read("export.csv", write(rows), PHOTOS)
    assert found.photos == {"SHIRT": ["all.jpg", "back.jpg"]}
    assert found.products["SHIRT"].in_stock is True


def test_an_open_attribute_stands_for_all_values_of_the_product(read):
    """One variation for each size in any colour: the colours are listed."""
    found = read("export.csv", write([SHIRT, variation(45, "", "S", "10")]), PHOTOS)
    product = found.products["SHIRT"]
    assert (product.colour, product.attributes["colours"], product.sizes) == (None, "Blue, Red", ["S"])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Published": "-1"}, "not published"),
        ({"Published": "0"}, "not published"),
        ({"Published": "2"}, "not published"),
        ({"Visibility in catalog": "hidden"}, "hidden"),
        ({"Type": "simple, downloadable, virtual"}, "virtual"),
    ],
)
def test_what_is_not_for_sale_is_left_out_and_counted(read, cells, reason):
    """With all of its variations."""
    other = {"ID": "9", "Type": "simple", "Name": "Pan", "Published": "1", "Images": "all.jpg", "Categories": "Pans"}
    rows = [SHIRT | cells, variation(45, "Red", "S", "10"), other]
    found = read("export.csv", write(rows), PHOTOS)
    assert list(found.products) == ["id:9"]
    assert f"1 {reason}" in found.notes


def test_variations_without_their_product_are_rejected(read):
    """An export of a part of the shop may lack it."""
    found = read(
        "export.csv",
        write([SHIRT, variation(45, "Red", "S", "10"), variation(60, "Red", "S", "1", parent="id:9")]),
        PHOTOS,
    )
    assert list(found.products) == ["SHIRT"]
    assert "variations of 'id:9', but not the product itself" in found.reasons


def test_two_products_with_one_sku_are_both_rejected(read):
    """Nobody can say which one is meant."""
    pans = [
        {"ID": n, "Type": "simple", "SKU": "PAN", "Name": f"Pan {n}", "Published": "1", "Images": "all.jpg"}
        for n in "12"
    ]
    found = read("export.csv", write([*pans, {**pans[0], "ID": "3", "SKU": "LID"}]), PHOTOS)
    assert list(found.products) == ["LID"]


def test_a_product_without_a_type_is_a_simple_one(read):
    """A cell that somebody emptied ended the import with a traceback."""
    plain = {**SHIRT, "ID": "45", "SKU": "CAP", "Type": "", "Attribute 1 name": "", "Attribute 2 name": ""}
    found = read("export.csv", write([*ROWS, plain]), PHOTOS)
    assert found.products["CAP"].title == "Shirt"

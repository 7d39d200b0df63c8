"""PrestaShop's two files: products, and the combinations of them."""

import random
from decimal import Decimal

import pytest

from catalog.errors import SourceError
from catalog.money import Money

PRODUCTS = (
    "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded or Price tax included;Manufacturer;"
    "Quantity;Description;Image URLs (x,y,z...);Feature(Name:Value:Position);Wholesale price"
)
COMBINATIONS = (
    "Product ID*;Attribute (Name:Type:Position)*;Value (Value:Position)*;Reference;Impact on price;Quantity;"
    "Image URLs (x,y,z...)"
)
TEE = (
    "3;1;Tee;Clothes,Clothes/Tees;19.90;Nimbus;10;<p>Soft</p>;https://x/tee.jpg,https://x/back.jpg;Style:Casual:1;2.22"
)
MUG = "4;1;Mug;Home,Mugs;5.00;Nimbus;0;;https://x/mug.jpg;;"
OFF = "5;0;Old mug;Mugs;5.00;;1;;https://x/mug.jpg;;"
ROWS = [
    "3;Size:select:0, Color:color:1;S:0, White:1;T-SW;0;3;https://x/white.jpg",
    "3;Size:select:0, Color:color:1;M:0, White:1;T-MW;2.00;0;https://x/white.jpg",
    "3;Size:select:0, Color:color:1;S:0, Black:1;T-SB;0;0;https://x/black.jpg",
]
PHOTOS = "tee.jpg back.jpg mug.jpg white.jpg black.jpg"


def write(header, rows):
    return "\n".join([header, *rows]) + "\n"


def test_combinations_are_joined_from_the_file_beside_the_products(read, shop):
    """By the product's id, whatever the order of either file."""
    products, rows = [TEE, MUG, OFF], list(ROWS)
    (shop / "combinations.csv").write_text(write(COMBINATIONS, rows))
    found = read("products.csv", write(PRODUCTS, products), PHOTOS, currency="EUR")
    assert sorted(found.products) == ["3~black", "3~white", "4"]
    white = found.products["3~white"]
    assert (white.group_id, white.title, white.category, white.colour) == ("3", "Tee", "Tees", "White")
    assert (white.price_cents, white.price_highest, white.in_stock) == (
        1990,
        Money(Decimal("21.90"), white.currency),
        True,
    )
    assert (white.sizes, white.brand, white.description) == (["S", "M"], "Nimbus", "Soft")
    assert (found.products["3~black"].in_stock, found.products["4"].in_stock) == (False, False)
    assert found.photos["3~white"] == ["white.jpg"]
    assert "combinations.csv" in found.notes
    assert "1 not active" in found.notes
    assert "2.22" not in repr(found.products)
    for seed in range(10):
        random.Random(seed).shuffle(rows)
        random.Random(seed).shuffle(products)
        (shop / "combinations.csv").write_text(write(COMBINATIONS, rows))
        assert read("products.csv", write(PRODUCTS, products), PHOTOS, currency="EUR") == found


def test_products_alone_are_read_too(read):
    """With commas between the columns and within their names."""
    header = PRODUCTS.replace("Categories (x,y,z...)", '"Categories (x,y,z...)"').replace(
        "Image URLs (x,y,z...)", '"Image URLs (x,y,z...)"'
    )
    row = '4,1,Mug,"Home,Mugs",5.00,Nimbus,1,,https://x/mug.jpg,,'
    found = read("products.csv", write(header.replace(";", ","), [row]), PHOTOS)
    assert found.products["4"].group_id is None
    assert found.photos["4"] == ["mug.jpg"]


@pytest.mark.parametrize(
    ("products", "combinations"),
    [
        (
            (
                "ID;Actif (0/1);Nom;Catégories (x,y,z...);Prix TTC;Marque;Quantité;Description;"
                "URL des images (x,y,z...);Caractéristique (nom:valeur:position);Prix d'achat"
            ),
            (
                "ID;Attribut (nom:type:position);Valeur (valeur:position);Référence;Impact sur le prix;Quantité;"
                "URL des images (x,y,z...)"
            ),
        ),
        (
            (
                "ID;Activo (0/1);Nombre;Categorías (x,y,z...);Precio con impuestos;Marca;Cantidad;Descripción;"
                "URL de las imágenes (x,y,z...);Característica (nombre:valor:posición);Precio de coste"
            ),
            (
                "ID;Atributo (nombre:tipo:posición);Valor (valor:posición);Referencia;Impacto en el precio;Cantidad;"
                "URL de las imágenes (x,y,z...)"
            ),
        ),
    ],
    ids=["fr", "es"],
)
def test_headers_in_other_languages_say_the_same(read, shop, products, combinations):
    """In the encoding that spreadsheets of these countries write, too."""
    (shop / "combinations.csv").write_text(write(COMBINATIONS, ROWS))
    expected = read("products.csv", write(PRODUCTS, [TEE, MUG, OFF]), PHOTOS, currency="EUR")
    (shop / "combinations.csv").write_bytes(write(combinations, ROWS).encode("cp1252"))
    text = write(products, [TEE, MUG, OFF]).encode("cp1252")
    assert read("products.csv", text, PHOTOS, currency="EUR") == expected


@pytest.mark.parametrize(
    ("header", "features"),
    [
        ("Feature(Name:Value:Position)", "Ratio:16:9:1, Material:Wool:2, Empty::3"),
        ("Feature (Name:Value:Position:Customized)", "Ratio:16:9:1:0, Material:Wool:2:1"),
    ],
)
def test_values_of_features_hold_colons(read, header, features):
    """Their positions are no part of them."""
    text = write(PRODUCTS.replace("Feature(Name:Value:Position)", header), [TEE.replace("Style:Casual:1", features)])
    product = read("products.csv", text, PHOTOS).products["3"]
    assert (product.attributes["ratio"], product.material) == ("16:9", "Wool")


@pytest.mark.parametrize(
    ("action", "for_order", "availability"),
    [("1", "1", "backorder"), ("0", "1", "out of stock"), ("2", "", "out of stock"), ("1", "0", "out of stock")],
)
def test_what_is_out_of_stock_may_be_ordered_all_the_same(read, action, for_order, availability):
    """If the shop says so for the product."""
    header = f"{PRODUCTS};Out of stock action;Available for order (0 = No, 1 = Yes)"
    product = read("products.csv", write(header, [f"{MUG};{action};{for_order}"]), PHOTOS).products["4"]
    assert product.availability == availability


@pytest.mark.parametrize(("currency", "cents", "exact"), [("EUR", 463, None), ("KWD", 463, "4.625")])
def test_a_reduced_price_has_the_digits_of_its_currency(read, currency, cents, exact):
    """7.5 % off 5.00 is 4.625, which no cash desk takes in euros."""
    text = write(f"{PRODUCTS};Discount percent", [f"{MUG};7.5"])
    product = read("products.csv", text, PHOTOS, currency=currency).products["4"]
    assert (product.price_cents, product.details.get("exact_price")) == (cents, exact)


def test_several_files_of_combinations_are_refused(read, shop):
    """Nobody can say which one belongs to the products."""
    for name in ("a.csv", "b.csv"):
        (shop / name).write_text(write(COMBINATIONS, ROWS))
    with pytest.raises(SourceError, match=r"2 files of combinations, a\.csv and b\.csv"):
        read("products.csv", write(PRODUCTS, [TEE]), PHOTOS)


def test_combinations_without_their_product_are_rejected(read, shop):
    """Other products are read."""
    (shop / "combinations.csv").write_text(write(COMBINATIONS, ROWS))
    found = read("products.csv", write(PRODUCTS, [MUG]), PHOTOS)
    assert list(found.products) == ["4"]
    assert "combinations of product '3', but not the product itself" in found.reasons


@pytest.mark.parametrize("impact", ["nan", "inf", "1e308"])
def test_an_impact_that_is_no_number_adds_nothing(read, shop, impact):
    """The combination has its product's price, and a warning says why."""
    (shop / "combinations.csv").write_text(write(COMBINATIONS, [ROWS[0].replace(";T-SW;0;", f";T-SW;{impact};")]))
    found = read("products.csv", write(PRODUCTS, [TEE]), PHOTOS, currency="EUR")
    assert found.products["3"].price_cents == 1990
    assert "is not understood" in found.warnings["3"]

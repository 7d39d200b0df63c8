"""Products as JSON: in the words of schema.org, as Shopify serves them, and as a plain list."""

import json
import random

import pytest

from catalog.errors import SourceError

PHOTOS = "red.jpg red-back.jpg blue.jpg lamp.jpg"


def variant(sku, colour, size, price, availability="InStock", **more):
    return {
        "@type": "Product",
        "@id": f"#{sku}",
        "sku": sku,
        "name": f"Coat {colour} {size}",
        "color": colour,
        "size": size,
        "image": [f"https://x/{colour.lower()}.jpg"],
        "offers": {
            "@type": "Offer",
            "price": price,
            "priceCurrency": "EUR",
            "availability": f"http://schema.org/{availability}",
        },
        **more,
    }


GROUP = {
    "@type": "ProductGroup",
    "@id": "#coat",
    "productGroupID": "COAT",
    "name": "Coat",
    "description": "<p>Warm</p>",
    "brand": {"@type": "Brand", "name": "Nimbus"},
    "category": "Women > Coats",
    "hasVariant": [{"@id": "#C1"}, {"@id": "#C2"}, {"@id": "#C3"}],
}
VARIANTS = [
    variant("C1", "Red", "S", 49.9),
    variant("C2", "Red", "M", "59.90", "OutOfStock"),
    variant("C3", "Blue", "S", "49.90", "PreOrder"),
]
LAMP = {
    "@context": "https://schema.org",
    "@type": ["Product", "https://schema.org/IndividualProduct"],
    "productID": "L",
    "name": "Lamp",
    "image": {"@type": "ImageObject", "contentUrl": "https://x/lamp.jpg"},
    "category": "Lamps",
    "offers": {
        "@type": "AggregateOffer",
        "lowPrice": "12.00",
        "highPrice": 20,
        "priceCurrency": "EUR",
        "offers": [{"@type": "Offer", "availability": "https://schema.org/InStock"}],
    },
}


def test_variants_are_found_by_id_in_a_graph_of_any_order(read):
    """The group names its variants, which stand anywhere."""
    nodes = [GROUP, *VARIANTS, LAMP]
    found = read("feed.json", json.dumps({"@context": "https://schema.org", "@graph": nodes}), PHOTOS)
    assert sorted(found.products) == ["COAT~blue", "COAT~red", "L"]
    red, blue, lamp = (found.products[one] for one in ("COAT~red", "COAT~blue", "L"))
    assert (red.group_id, red.title, red.category, red.colour) == ("COAT", "Coat", "Coats", "Red")
    assert (red.price_cents, red.currency, red.in_stock, red.description) == (4990, "EUR", True, "Warm")
    assert (red.sizes, red.brand) == (["S", "M"], "Nimbus")
    assert (blue.availability, blue.in_stock) == ("preorder", False)
    assert (lamp.price_cents, lamp.in_stock, lamp.group_id, lamp.category) == (1200, True, None, "Lamps")
    assert found.photos["L"] == ["lamp.jpg"]
    for seed in range(10):
        random.Random(seed).shuffle(nodes)
        assert read("feed.json", json.dumps({"@graph": nodes}), PHOTOS) == found


def test_variants_within_their_group_and_lists_say_the_same(read):
    """JSON-LD may be nested, or name the group in the variant."""
    expected = read("a.json", json.dumps({"@graph": [GROUP, *VARIANTS]}), PHOTOS)
    assert read("b.json", json.dumps([{**GROUP, "hasVariant": VARIANTS}]), PHOTOS) == expected
    group = {name: value for name, value in GROUP.items() if name != "hasVariant"}
    naming = [{**one, "isVariantOf": {"@id": "#coat"}} for one in VARIANTS]
    assert read("c.json", json.dumps({"@graph": [*naming, group]}), PHOTOS) == expected


def test_shopifys_json_says_what_its_table_says(read):
    """As a shop serves it at /products.json."""
    product = {
        "handle": "coat",
        "title": "Coat",
        "body_html": "<p>Warm</p>",
        "vendor": "Nimbus",
        "product_type": "Coats",
        "tags": ["new", "wool"],
        "options": [{"name": "Color"}, {"name": "Size"}],
        "variants": [
            {
                "option1": "Red",
                "option2": "S",
                "price": "49.90",
                "available": True,
                "featured_image": {"src": "https://x/red.jpg"},
            },
            {
                "option1": "Red",
                "option2": "M",
                "price": "49.90",
                "available": False,
                "featured_image": {"src": "https://x/red.jpg"},
            },
            {
                "option1": "Blue",
                "option2": "S",
                "price": "49.90",
                "available": False,
                "featured_image": {"src": "https://x/blue.jpg"},
            },
        ],
        "images": [{"src": "https://x/red-back.jpg", "position": 2}, {"src": "https://x/red.jpg", "position": 1}],
    }
    found = read("products.json", json.dumps({"products": [product, {"title": "no handle"}]}), PHOTOS)
    red = found.products["coat~red"]
    assert (red.group_id, red.category, red.price_cents, red.in_stock) == ("coat", "Coats", 4990, True)
    assert (red.sizes, red.details["tags"]) == (["S", "M"], ["new", "wool"])
    assert found.products["coat~blue"].in_stock is False
    assert found.photos["coat~red"] == ["red.jpg", "red-back.jpg"]
    assert "the product has no handle" in found.reasons


def test_a_plain_list_of_objects_is_a_table(read):
    """Its keys are columns."""
    found = read("list.json", json.dumps([{"product_id": "1", "category": "Lamps", "image": "lamp.jpg"}, 7]), PHOTOS)
    assert list(found.products) == ["1"]
    assert "no object in braces" in found.reasons
    named = {"total": 1, "products": [{"product_id": "1", "category": "Lamps", "image": "lamp.jpg"}], "tags": []}
    assert read("named.json", json.dumps(named), PHOTOS).products == found.products


def test_products_may_stand_one_a_line(read):
    """As crawlers write JSON-LD."""
    lines = [{"@type": "Product", "sku": sku, "name": sku, "image": "https://x/lamp.jpg"} for sku in ("a", "b")]
    found = read(
        "crawl.jsonl", "\n".join(json.dumps({"@context": "https://schema.org", **one}) for one in lines), PHOTOS
    )
    assert sorted(found.products) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("[1, 2]", "is no list of JSON objects"), ('{"@type": "Product", ', "is not JSON"), ("{}", "is no list")],
)
def test_other_json_is_refused(read, text, message):
    """With what is wrong with it."""
    with pytest.raises(SourceError, match=message):
        read("x.json", text)


def test_ids_that_have_lost_digits_are_refused_in_a_list_too(read):
    """Two products with 8.41234E+12 would be one."""
    text = '[{"product_id": 8.41234E+12, "category": "c", "image": "a.jpg"}]'
    found = read("x.json", text, "a.jpg")
    assert not found.products
    assert "scientific notation" in found.reasons


def test_lines_of_json_may_hold_other_line_ends(read):
    """A line separator is a character like any other within a text of JSON."""
    row = {"category": "c", "image": "a.jpg", "title": "a\u2028b\x85"}
    lines = [json.dumps({**row, "product_id": product_id}, ensure_ascii=False) for product_id in "12"]
    found = read("x.json", "\r\n".join(lines), "a.jpg")
    assert sorted(found.products) == ["1", "2"]


_PLAIN = {"product_id": "A", "category": "c", "image": "red.jpg", "title": "Niña"}
_LINKED = {"@type": "Product", "sku": "A", "image": "https://x/red.jpg", "name": "Niña"}
_SHOPIFY = {"handle": "A", "variants": [{"price": "1"}], "title": "Niña", "images": [{"src": "https://x/red.jpg"}]}


@pytest.mark.parametrize("product", [_PLAIN, _LINKED, _SHOPIFY], ids=["list", "json-ld", "shopify"])
def test_a_stray_byte_costs_its_product(read, product):
    """As in tables: a title with a question mark in it would be published otherwise."""
    products = json.dumps([product, product], ensure_ascii=False).encode()
    damaged = products.replace(b'"A"', b'"B"', 1).replace("Niña".encode(), b"Ni\xf1a", 1)
    found = read("x.json", b'{"products": %s}' % damaged if product is _SHOPIFY else damaged, "red.jpg")
    assert list(found.products) == ["A"]
    assert "not valid UTF-8" in found.reasons


@pytest.mark.parametrize("available", [{}, [True], "maybe", None])
def test_shopifys_availability_may_be_anything(read, available):
    """What isn't true or false says nothing."""
    product = {**_SHOPIFY, "variants": [{"price": "1", "available": available}]}
    assert read("x.json", json.dumps({"products": [product]}), "red.jpg").products["A"].in_stock is None


def test_shopifys_json_is_recognised_before_a_long_description(read):
    """Which stands between the handle and the variants, and may hold pictures."""
    product = {"handle": "A", "title": "Niña", "body_html": f"<p>{'soft ' * 20_000}</p>", **_SHOPIFY}
    assert list(read("x.json", json.dumps({"products": [product]}), "red.jpg").products) == ["A"]

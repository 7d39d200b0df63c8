"""Google Merchant Center's XML feeds, as shops and their plugins write them."""

import random
from decimal import Decimal

import pytest

from catalog.errors import SourceError
from catalog.money import Money

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
{items}
</channel></rss>"""
PHOTOS = "red.jpg red-back.jpg blue.jpg lamp.jpg"


def item(item_id, *, group="coat", colour="Red", size="M", price="49.90 EUR", photo="red", more=""):
    return f"""<item><g:id>{item_id}</g:id><title>Coat</title><g:item_group_id>{group}</g:item_group_id>
    <description>&lt;p&gt;Warm&lt;/p&gt;</description><link>https://shop.example/{item_id}</link>
    <g:image_link>https://cdn.example/p/{photo}.jpg</g:image_link><g:price>{price}</g:price><g:color>{colour}</g:color>
    <g:size>{size}</g:size><g:availability>in stock</g:availability><g:gender>female</g:gender>
    <g:product_type>Home &gt; Women &gt; Coats</g:product_type>{more}</item>"""


def single(fields):
    return f"<item><g:id>7</g:id><g:image_link>https://x/lamp.jpg</g:image_link><g:product_type>Lamps</g:product_type>{fields}</item>"


def rss(*items):
    return RSS.format(items="\n".join(items))


def test_items_of_a_group_become_looks_with_their_sizes(read):
    """Further photos repeat their element, and what the shop pays stays out."""
    more = "<g:additional_image_link>https://cdn.example/red-back.jpg</g:additional_image_link>"
    secret = "<g:cost_of_goods_sold>5.55 EUR</g:cost_of_goods_sold><g:custom_label_0>clearance</g:custom_label_0>"
    found = read(
        "feed.xml",
        rss(
            item("1", size="S", more=more + secret),
            item("2", size="M", price="59.90 EUR"),
            item("3", colour="Blue", photo="blue"),
        ),
        PHOTOS,
    )
    assert sorted(found.products) == ["coat~blue", "coat~red"]
    red = found.products["coat~red"]
    assert (red.group_id, red.title, red.category, red.colour, red.gender) == ("coat", "Coat", "Coats", "Red", "Women")
    assert (red.price_cents, red.currency, red.in_stock, red.description) == (4990, "EUR", True, "Warm")
    assert (red.sizes, red.price_highest) == (["S", "M"], Money(Decimal("59.90"), "EUR"))
    assert found.photos["coat~red"] == ["red.jpg", "red-back.jpg"]
    assert "5.55" not in repr(found.products)
    assert "clearance" not in repr(found.products)


def test_the_order_of_items_does_not_matter(read):
    """Shuffled items give the same products."""
    items = [
        item(str(n), size=size, colour=colour, photo=colour.lower())
        for n, (size, colour) in enumerate((size, colour) for size in ("S", "M", "L") for colour in ("Red", "Blue"))
    ]
    expected = read("feed.xml", rss(*items), PHOTOS)
    for seed in range(10):
        random.Random(seed).shuffle(items)
        assert read("feed.xml", rss(*items), PHOTOS) == expected


def test_shipping_has_a_price_of_its_own(read):
    """The price of shipping isn't the product's, though the element's name is the same."""
    shipping = "<g:shipping><g:country>ES</g:country><g:price>4.95 EUR</g:price></g:shipping>"
    found = read("feed.xml", rss(single(shipping + "<g:price>20.00 EUR</g:price>")), PHOTOS)
    assert found.products["7"].price_cents == 2000


def test_a_stray_ampersand_beside_a_proper_title(read):
    """Google's title goes before RSS's, in CDATA or not."""
    titles = "<title>Salt & Pepper</title><g:title><![CDATA[Salt & Pepper lamp]]></g:title>"
    assert read("feed.xml", rss(single(titles)), PHOTOS).products["7"].title == "Salt & Pepper lamp"


def test_after_a_stray_ampersand_every_other_text_is_whole(read):
    """Though the parser, by itself, would drop each entity that follows a fault."""
    fields = "<title>Salt & Pepper</title><description>&lt;p&gt;One&lt;br&gt;Two&lt;/p&gt;</description>"
    found = read("feed.xml", rss(single(fields), item("8", group="")), PHOTOS).products
    assert (found["7"].title, found["7"].description) == ("Salt & Pepper", "One\nTwo")
    assert (found["8"].category, found["8"].details["category_path"]) == ("Coats", "Home > Women > Coats")


def test_further_photos_may_be_a_list(read):
    """As text feeds have them."""
    more = "<g:additional_image_link>https://x/red.jpg,https://x/blue.jpg</g:additional_image_link>"
    found = read("feed.xml", rss(single(more)), PHOTOS)
    assert found.photos["7"] == ["lamp.jpg", "red.jpg", "blue.jpg"]


def test_a_list_of_products_with_googles_fields_is_a_feed(read):
    """Whatever its root is called."""
    text = "<products><product><id>7</id><title>Lamp</title><image_link>https://x/lamp.jpg</image_link></product></products>"
    assert read("feed.xml", text, PHOTOS).products["7"].title == "Lamp"


@pytest.mark.parametrize("prefix", ["g:", ""], ids=["undeclared prefix", "no prefix"])
def test_prefixes_may_be_missing_or_undeclared(read, prefix):
    """As in feeds that were put together by hand."""
    text = rss(single("<g:price>20 EUR</g:price>")).replace(' xmlns:g="http://base.google.com/ns/1.0"', "")
    found = read("feed.xml", text.replace("g:", prefix), PHOTOS)
    assert found.products["7"].price_cents == 2000


def test_atom_has_links_and_ids_of_its_own(read):
    """Atom's id is an address of the entry, and its link stands in an attribute."""
    text = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
    <entry><id>tag:x,1</id><g:id>7</g:id><title>Lamp</title><link href="https://shop.example/lamp"/>
    <g:image_link>https://x/lamp.jpg</g:image_link>
    <g:google_product_category>Home &gt; Lamps</g:google_product_category>
    </entry></feed>"""
    product = read("feed.xml", text, PHOTOS).products["7"]
    assert (product.url, product.category, product.group_id) == ("https://shop.example/lamp", "Lamps", None)


def test_atom_has_summaries_for_descriptions(read):
    """Google's own description goes before them; a content of another namespace is none."""
    text = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"
    xmlns:m="http://search.yahoo.com/mrss/">
    <entry><g:id>1</g:id><m:content>x</m:content><summary>Soft</summary><g:image_link>https://x/lamp.jpg</g:image_link>
    </entry><entry><g:id>2</g:id><content>Soft</content><g:description>Warm</g:description>
    <g:image_link>https://x/lamp.jpg</g:image_link></entry></feed>"""
    products = read("feed.xml", text, PHOTOS).products
    assert (products["1"].description, products["2"].description) == ("Soft", "Warm")


def test_one_id_with_two_prices_costs_that_product(read):
    """Also if the items are in different groups; equal items count once."""
    found = read("feed.xml", rss(single(""), single(""), item("1"), item("1", price="9.00 EUR")), PHOTOS)
    assert list(found.products) == ["7"]
    assert "have the same id '1' and contradict each other (price)" in found.reasons
    found = read("feed.xml", rss(single(""), item("1"), item("1", group="other")), PHOTOS)
    assert list(found.products) == ["7"]
    assert "also stands in a row of another group" in found.reasons


@pytest.mark.parametrize(
    ("window", "cents", "before"),
    [
        ("2020-01-01T00:00-0800/2020-02-01T00:00-0800", 2000, None),
        ("2026-11-01T00:00Z/2026-12-24T23:59Z", 1500, "20.00"),
        ("2030-01-01/2030-02-01", 2000, None),
        ("", 1500, "20.00"),
        ("soon", 2000, None),
    ],
)
def test_a_reduced_price_holds_within_its_dates(read, window, cents, before):
    """A window in 2020 is over; one that can't be understood doesn't count."""
    fields = "<g:price>20 EUR</g:price><g:sale_price>15 EUR</g:sale_price>"
    dates = f"<g:sale_price_effective_date>{window}</g:sale_price_effective_date>"
    product = read("feed.xml", rss(single(fields + dates)), PHOTOS).products["7"]
    assert (product.price_cents, product.price_before_cents) == (cents, before and round(float(before) * 100))


@pytest.mark.parametrize(
    ("written", "availability", "in_stock"),
    [
        ("in_stock", "in stock", True),
        ("out stock", "out of stock", False),
        ("preorder", "preorder", False),
        ("backorder", "backorder", False),
        ("https://schema.org/InStock", "in stock", True),
    ],
)
def test_availability_in_the_words_that_were_seen(read, written, availability, in_stock):
    """Google's own words and those that shops write for them."""
    product = read("feed.xml", rss(single(f"<g:availability>{written}</g:availability>")), PHOTOS).products["7"]
    assert (product.availability, product.in_stock) == (availability, in_stock)


def test_values_that_are_not_understood_are_warnings(read):
    """The product is imported without them."""
    fields = "<g:price>ask us</g:price><g:gtin>123</g:gtin><g:availability>maybe</g:availability>"
    found = read("feed.xml", rss(single(fields)), PHOTOS)
    assert (found.products["7"].price_cents, found.products["7"].in_stock) == (None, None)
    for word in ("price 'ask us'", "gtin '123'", "'maybe'"):
        assert word in found.warnings["7"]


def test_stray_bytes_are_read_as_what_they_mostly_are_and_told(read):
    """Texts of several programs meet in one feed: what is no UTF-8 is Windows-1252, as a rule."""
    content = rss(single("<g:brand>Señora</g:brand><g:color>Añil</g:color>")).encode()
    content = content.replace("Señora".encode(), b"Se\xf1ora").replace("Añil".encode(), b"A\x81il")
    found = read(
        "feed.xml", content.replace(b"</channel>", "<!-- ñandú, camión, café -->".encode() + b"</channel>"), PHOTOS
    )
    assert found.products["7"].brand == "Señora"
    told = str(found.warnings["7"])
    assert "brand 'Señora' has bytes that are no UTF-8; they were read as Windows-1252" in told
    assert "color 'A\ufffdil' has lost a character" in told


def test_entities_are_never_resolved(read, shop):
    """Neither a file outside nor a bomb gets into a product."""
    (shop / "secret.txt").write_text("TOP SECRET")
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "secret.txt"><!ENTITY b0 "ha">{bomb}]>'
    text = rss(single("<title>Lamp &x;</title><description>&b11;</description>"))
    found = read("feed.xml", text.replace("<rss", doctype + "<rss", 1), PHOTOS)
    assert "SECRET" not in repr(found.products)
    assert "haha" not in repr(found.products)


def test_a_feed_that_is_cut_off_says_so(read):
    """Nobody may take the products at its end for gone."""
    found = read("feed.xml", rss(single(""), item("1"))[:-60], PHOTOS)
    assert "7" in found.products
    assert "ends in the middle; 2 items" in found.incomplete
    assert not read("feed.xml", rss(single("")), PHOTOS).incomplete


def test_other_xml_is_refused(read):
    """The feed of a blog has no products."""
    with pytest.raises(SourceError, match="no table that Vitrina reads"):
        read("blog.xml", "<rss><channel><item><title>Hello</title></item></channel></rss>")


def test_photos_outside_the_folder_are_refused(read):
    """An address may try to climb out of the folder of photos."""
    text = rss(single("")).replace("https://x/lamp.jpg", "https://x/..%2f..%2fsecret.jpg")
    found = read("feed.xml", text, PHOTOS)
    assert not found.products
    assert "names no file in the folder of the photos" in found.reasons

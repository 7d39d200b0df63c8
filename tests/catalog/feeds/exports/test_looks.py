"""From offers to products: what is split, what is folded, and what is refused."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.feeds.exports.looks import split_into_looks
from catalog.feeds.exports.offers import BACKORDER, IN_STOCK, OUT_OF_STOCK, Group, Money, Offer


def offer(number, photo="", *, cents=1000, row=None, availability=IN_STOCK, **options):
    return Offer(
        row=row or number,
        offer_id=str(number),
        title="Tee",
        category="Tees",
        options={name.replace("_", " "): value for name, value in options.items()},
        own_photo=photo,
        photos=(photo or "all.jpg", "back.jpg"),
        price=Money(Decimal(cents) / 100, "EUR"),
        availability=availability,
    )


def ids(looks):
    return [look.product.product_id for look in looks]


@pytest.mark.parametrize(
    "name", ["Color", "COLOR", "Farbe", "Choose Material", "素材", "カラー", "Metal", "Motif", "Finish"]
)
def test_what_changes_the_look_makes_products(name):
    """In any language, wherever it stands."""
    offers = [offer(1, "a.jpg", **{name: "A"}), offer(2, "b.jpg", **{name: "B"})]
    assert ids(split_into_looks(Group("tee", offers))) == ["tee~a", "tee~b"]


@pytest.mark.parametrize("name", ["Size", "Größe", "Length", "Print size", "Amount"])
def test_what_does_not_is_folded_in(name):
    """Sizes and other options."""
    offers = [offer(1, "a.jpg", **{name: "1"}), offer(2, "b.jpg", **{name: "2"})]
    assert ids(split_into_looks(Group("tee", offers))) == ["tee"]


def test_a_group_is_split_only_if_each_look_has_a_photo_of_its_own():
    """Unless its source has said that its items are products."""
    for photos in (("a.jpg", ""), ("", ""), ("a.jpg", "a.jpg")):
        offers = [offer(1, photos[0], Color="Red"), offer(2, photos[1], Color="Blue")]
        assert ids(split_into_looks(Group("tee", offers))) == ["tee"]
        assert ids(split_into_looks(Group("tee", offers, always_split=True))) == ["tee~red", "tee~blue"]


def test_the_order_of_offers_changes_nothing():
    """Which is what the rows of an export have to offer."""
    offers = [
        offer(number, f"{colour}.jpg", Color=colour, Size=size, cents=900 + number)
        for number, (colour, size) in enumerate(((c, s) for c in ("Red", "Blue", "Lime") for s in ("XL", "S", "38")), 1)
    ]
    expected = split_into_looks(Group("tee", offers))
    assert [look.product.sizes for look in expected] == [["S", "XL", "38"]] * 3
    for seed in range(30):
        random.Random(seed).shuffle(offers)
        assert split_into_looks(Group("tee", offers)) == expected


def test_the_lowest_price_and_the_best_availability_count():
    """The price from which the product can be had."""
    offers = [
        offer(1, cents=1200, Size="S", availability=OUT_OF_STOCK),
        replace(offer(2, cents=1000, Size="M", availability=BACKORDER), price_before=Money(Decimal(15), "EUR")),
        offer(3, cents=1100, Size="L"),
    ]
    (look,) = split_into_looks(Group("tee", offers))
    assert (look.product.price_cents, look.product.in_stock) == (1000, True)
    assert look.product.price_highest == Money(Decimal(12), "EUR")
    assert look.product.price_before_cents == 1500


def test_photos_of_other_looks_are_not_shown():
    """The gallery of a group often holds all of them."""
    gallery = ("red.jpg", "blue.jpg", "detail.jpg")
    offers = [replace(offer(n, f"{c.lower()}.jpg", Color=c), photos=gallery) for n, c in enumerate(("Red", "Blue"))]
    photos = {look.product.product_id: look.photos for look in split_into_looks(Group("tee", offers))}
    assert photos == {"tee~red": ("red.jpg", "detail.jpg"), "tee~blue": ("blue.jpg", "detail.jpg")}


def test_equal_offers_count_once_and_contradicting_ones_are_refused():
    """With the rows and what differs."""
    assert len(split_into_looks(Group("tee", [offer(1), offer(1, row=9)]))) == 1
    with pytest.raises(ValueError, match=r"rows 1 and 9 have the same id '1' and contradict each other \(price\)"):
        split_into_looks(Group("tee", [offer(1), offer(1, row=9, cents=1)]))


def test_titles_lose_their_sizes_only_if_the_rest_is_shared():
    """A look is no size."""
    sized = [replace(offer(n, Size=size), title=f"Tee, {size}") for n, size in enumerate(("S", "M"))]
    assert split_into_looks(Group("tee", sized))[0].product.title == "Tee"
    others = [replace(offer(1, Size="S"), title="Class"), replace(offer(2, Size="M"), title="Mam M")]
    assert split_into_looks(Group("tee", others))[0].product.title == "Class"


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("Black/White", "Black"),
        ("Light Blue", "Blue"),
        ("azul marino", "Navy Blue"),
        ("Off-White", "Off White"),
        ("Schwarz", "Black"),
        ("Banana Split", "Banana Split"),
        ("黒", "Black"),
    ],
)
def test_colours_have_the_models_names_where_it_knows_them(written, colour):
    """What the shop writes is kept."""
    (look,) = split_into_looks(Group("tee", [offer(1, Color=written)]))
    assert look.product.colour == colour
    assert look.product.attributes.get("colour_written", colour) in (written, colour)


@pytest.mark.parametrize(
    ("gender", "age_group", "expected"),
    [
        ("male", "adult", "Men"),
        ("Female", "kids", "Girls"),
        ("Hombre", "", "Men"),
        ("men; women", "", "Unisex"),
        ("unisex", "newborn", "Unisex"),
        ("", "kids", None),
    ],
)
def test_genders_are_men_women_boys_girls_and_unisex(gender, age_group, expected):
    """By the words of several languages, and the age."""
    (look,) = split_into_looks(Group("tee", [replace(offer(1), gender=gender, age_group=age_group)]))
    assert look.product.gender == expected


def test_a_product_without_a_category_gets_one_that_says_so():
    """With a warning."""
    (look,) = split_into_looks(Group("tee", [replace(offer(1), category="")]))
    assert look.product.category == "Uncategorized"
    assert "names no category" in look.warnings[0].text

"""Names as people are to read them, without the markup of exports."""

import pytest

from catalog.feeds.exports.html_text import plain_name
from catalog.feeds.exports.offers import Group, Offer
from catalog.feeds.exports.plain_names import with_plain_names


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Pots &amp; Pans", "Pots & Pans"),
        ("Caf&eacute; <b>noir</b>", "Café noir"),
        ("One<br />two", "One two"),
        ("I &lt;3 mugs", "I <3 mugs"),
        ("Salt & Pepper", "Salt & Pepper"),
        ("Size <M and >L", "Size <M and >L"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_markup_goes_and_everything_else_stays(written, read):
    """A sign that is no markup is a sign."""
    assert plain_name(written) == read


def test_every_name_of_an_offer_is_plain():
    """And what isn't a name stays as it is."""
    marked = Offer(
        row=1,
        offer_id="a&amp;b",
        title="T&amp;T",
        category="C&amp;C",
        brand="B&amp;B",
        further_categories=("X &gt; Y&amp;Z",),
        options={"Color": "Black &amp; White"},
        facts={"sku": "s&amp;s", "material": "Wool &amp; silk", "category_path": "A > C&amp;C", "tags": "a&amp;b"},
    )
    (plain,) = with_plain_names(Group("g", [marked])).offers
    assert (plain.title, plain.category, plain.brand, plain.options) == (
        *("T&T", "C&C", "B&B"),
        {"Color": "Black & White"},
    )
    assert plain.further_categories == ("X > Y&Z",)
    assert plain.facts == {"sku": "s&amp;s", "material": "Wool & silk", "category_path": "A > C&C", "tags": "a&b"}
    assert plain.offer_id == "a&amp;b"

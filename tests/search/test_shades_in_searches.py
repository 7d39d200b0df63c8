"""Colours and their shades in rankings and lists, on the shop made by hand with some of its colours renamed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from search.engine import SearchEngine
from search.index.snapshot import Snapshot
from search.model.bundle import Bundle
from search.query import Filters, SearchRequest
from tests.search.handmade import HandEmbedder, make_content

OpenShop = Callable[..., SearchEngine]


@pytest.fixture
def open_shop(publish: Callable[..., Path], bundle: Bundle, embedder: HandEmbedder) -> OpenShop:
    """The shop with other names for the colours of some products: id, or a colour of all others -> name."""

    def open_shop(**names: str) -> SearchEngine:
        content = make_content()
        ids, colours = content.products["product_id"], content.products["colour"]
        named = [
            names.get(one.replace("-", "_"), names.get(colour, colour))
            for one, colour in zip(ids, colours, strict=True)
        ]
        content.products.update(colour=named, seen_colour=named)
        return SearchEngine(Snapshot.open(publish(content=content) / "one", bundle), embedder)  # type: ignore[arg-type]

    return open_shop


def ask(engine: SearchEngine, photo: Image.Image, colour: str) -> list[str]:
    """The ids of what looks like a red coat, but in another colour, each colour by itself."""
    request = SearchRequest(in_colour=colour, collapse=False)
    return [hit.product_id for hit in engine.search_photo(photo, request).similar]


def test_the_variant_in_a_shade_leads_where_none_has_the_colour(open_shop: OpenShop, photo: Image.Image) -> None:
    """A red coat, but in green: it comes in olive, and of the other products those in green or a shade come next."""
    found = ask(open_shop(coat_black="Olive", trousers_green="Mint"), photo, "Green")
    assert found[0] == "coat-black"
    assert found.index("trousers-green") < found.index("trousers-black")


def test_the_colour_itself_stands_before_its_shades(
    open_shop: OpenShop, photo: Image.Image, embedder: HandEmbedder
) -> None:
    """Of two trousers that look alike; and a shade asked for by its name is that shade alone."""
    embedder.style = "trousers"
    shop = open_shop(trousers_black="Olive", trousers_men="Green", trousers_green="Red")
    assert ask(shop, photo, "verde")[:2] == ["trousers-men", "trousers-black"]
    assert ask(shop, photo, "olive")[0] == "trousers-black"


def test_a_colour_of_which_there_are_only_shades_moves_a_photo(open_shop: OpenShop, photo: Image.Image) -> None:
    """Nothing is grey here, but the black things are called charcoal."""
    assert ask(open_shop(Black="Charcoal"), photo, "grey")[0] == "coat-black"


def test_a_list_begins_with_the_colour_itself(open_shop: OpenShop) -> None:
    """Then its nearer shades, and each in the order of the index; what is sold out last, unless words order the list.

    Colours that are no family keep the order of the index.
    """
    shop = open_shop(coat_red="Teal", coat_black="Olive", trousers_men="Mint", shoes_black="Green")
    colours = ("Mint", "Teal", "Green", "Olive")

    def list_ids(colours: tuple[str, ...], worded: list[str] | None = None) -> list[str]:
        request = SearchRequest(filters=Filters(colours=colours), collapse=False)
        return [hit.product_id for hit in shop.list_products(request, worded=worded)]

    sold_out = ["parka/green ñ", "shoes-black"]
    assert list_ids(colours) == ["trousers-green", "coat-black", "trousers-men", "coat-red", *sold_out]
    assert list_ids(colours, ["coat-red", "trousers-men", "shoes-black"]) == ["shoes-black", "trousers-men", "coat-red"]
    assert list_ids(("Mint", "Olive")) == ["coat-black", "trousers-men"]
    assert list_ids((*colours, "Red")) == [
        *("hood-red", "trousers-green", "shoes-red", "scarf-red", "coat-black", "trousers-men", "coat-red"),
        *sold_out,
    ]

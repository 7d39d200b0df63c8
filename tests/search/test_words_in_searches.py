"""A photo moved by words, and lists without a photo, on the shop made by hand."""

import pytest
from PIL import Image

from search.engine import SearchEngine
from search.query import Filters, SearchRequest
from search.ranking.curation import Curation, Curations
from tests.search.handmade import HandEmbedder


def ids(hits: tuple) -> list[str]:
    return [hit.product_id for hit in hits]


def test_the_same_thing_in_another_colour_comes_first(engine: SearchEngine, photo: Image.Image) -> None:
    """A red coat, but in black: the black coat leads, with the red one on its card; black trousers are no coats."""
    similar = engine.search_photo(photo, SearchRequest(in_colour="black")).similar
    assert similar[0].product_id == "coat-black"
    assert similar[0].variants == ("coat-red",)
    assert "colour" in similar[0].reasons


def test_the_shop_s_own_variant_comes_first_even_sold_out(
    engine: SearchEngine, embedder: HandEmbedder, photo: Image.Image
) -> None:
    """Red shoes, but in black: the black ones are sold out, and still what was asked for. Others go last."""
    embedder.style = "shoes"
    similar = engine.search_photo(photo, SearchRequest(in_colour="Black", collapse=False)).similar
    assert similar[0].product_id == "shoes-black"
    embedder.style = "hood"  # no product of its own that is black
    similar = engine.search_photo(photo, SearchRequest(in_colour="Black", collapse=False)).similar
    assert {one.product_id for one in similar[-2:]} == {"shoes-black", "parka/green ñ"}


def test_what_the_shop_moves_adds_to_the_colour(engine: SearchEngine, photo: Image.Image) -> None:
    """What a merchandiser buries stays first as the variant that was asked for; buried deep, it doesn't."""
    request = SearchRequest(in_colour="Black", collapse=False)
    for boost, first in ((-0.8, True), (-3.0, False)):
        buried = Curations(similar=Curation(boosts={"coat-black": boost}))
        similar = engine.rank(engine.encode(photo), request, buried).similar
        assert (similar[0].product_id == "coat-black") is first


def test_the_weight_in_effect_is_the_one_that_was_ranked_by(engine: SearchEngine) -> None:
    """A colour that is said leaves its own weight a tenth; what the shopper chooses holds in any case."""
    usual = engine.colour_weight
    assert engine.weight_in_effect(SearchRequest()) == usual
    assert engine.weight_in_effect(SearchRequest(in_colour="Black")) == pytest.approx(usual / 10)
    assert engine.weight_in_effect(SearchRequest(in_colour="Black", colour_weight=0.7)) == 0.7
    assert engine.weight_in_effect(SearchRequest(in_colour="Teal")) == usual  # nothing is teal, so nothing is moved


def test_a_colour_that_nothing_has_moves_nothing(engine: SearchEngine, photo: Image.Image) -> None:
    """The photo is then asked about as it is."""
    plain = engine.search_photo(photo).similar
    assert engine.search_photo(photo, SearchRequest(in_colour="Teal")).similar == plain


def test_what_must_not_be_is_left_out_of_list_and_counts(engine: SearchEngine, photo: Image.Image) -> None:
    """Of the colours of a card those that are unwanted go too."""
    request = SearchRequest(filters=Filters(without=(("colour", "Red"), ("category", "Shoes"))))
    found = engine.search_photo(photo, request).similar
    assert found[0].product_id == "coat-black"
    assert found[0].variants == ()
    assert not any("red" in one or "shoes" in one for one in ids(found))
    assert engine.facets(request).total == len(found)


def test_both_rankings_count_by_their_places(engine: SearchEngine, photo: Image.Image) -> None:
    """Worked by hand: the coat (1/61 + 1/62) beats what words put first and the photo last (1/61 + 1/63 at most)."""
    query = engine.encode(photo)
    everything = engine.rank(query, SearchRequest()).similar
    last = everything[-1].product_id
    answer = engine.rank(query, SearchRequest(), worded=[last, "coat-black"])
    assert len(everything) > 2
    assert ids(answer.similar)[:2] == ["coat-black", last]
    assert answer.similar[0].variants == ("coat-red",)
    assert len(answer.similar) == len(everything)


def test_of_what_words_find_equally_well_the_photo_decides(engine: SearchEngine, photo: Image.Image) -> None:
    """Worked by hand: both have 1/61 by their words, whichever a full-text search names first."""
    query, shoes = engine.encode(photo), SearchRequest(collapse=False)
    alone = ids(engine.rank(query, shoes).similar)
    worded = [alone[5], alone[3], alone[1]]
    found = ids(engine.rank(query, shoes, worded=worded, equally=True).similar)
    assert found[:3] == [alone[1], alone[3], alone[5]]
    assert found[3:5] == [alone[0], alone[2]]


def test_all_that_passes_the_filters_can_be_named(engine: SearchEngine) -> None:
    """In the order of the index, without what the shop hides."""
    trousers = SearchRequest(filters=Filters(categories=("Trousers",)), limit=1)
    assert engine.passing_ids(trousers) == ["trousers-black", "trousers-green", "trousers-men"]
    hidden = Curation(hidden=frozenset({"trousers-green"}))
    assert engine.passing_ids(trousers, hidden) == ["trousers-black", "trousers-men"]
    assert len(engine.passing_ids(SearchRequest())) == 10


def test_the_variant_that_looks_most_like_the_photo_leads_if_it_has_the_words(
    engine: SearchEngine, photo: Image.Image
) -> None:
    """Of a red coat and its black variant, which both are of tweed, the red one stands on the card."""
    query = engine.encode(photo)
    assert engine.rank(query, SearchRequest(), worded=["coat-black", "coat-red"]).similar[0].product_id == "coat-red"
    assert engine.rank(query, SearchRequest(), worded=["coat-black"]).similar[0].product_id == "coat-black"


def test_pages_of_both_rankings_overlap_nowhere(engine: SearchEngine, photo: Image.Image) -> None:
    """Each card once, whatever the page's size."""
    query, worded = engine.encode(photo), ["scarf-red", "shoes-black", "coat-black"]
    whole = ids(engine.rank(query, SearchRequest(), worded=worded).similar)
    pages = [engine.rank(query, SearchRequest(limit=3, page=page), worded=worded).similar for page in (1, 2, 3)]
    assert [one for page in pages for one in ids(page)] == whole
    assert len(set(whole)) == len(whole)


def test_a_list_without_a_photo_keeps_the_order_of_the_words(engine: SearchEngine) -> None:
    """Only what has the words, best first, colours folded, filters held; ids that the index lacks are passed over."""
    worded = ["scarf-red", "gone", "coat-black", "coat-red", "trousers-men"]
    found = engine.list_products(SearchRequest(), worded=worded)
    assert ids(found) == ["scarf-red", "coat-black", "trousers-men"]
    assert found[1].variants == ("coat-red",)
    assert all(hit.grade is None and not hit.reasons for hit in found)
    women = SearchRequest(filters=Filters(genders=("Women",)))
    assert ids(engine.list_products(women, worded=worded)) == ["coat-black"]
    assert engine.facets(women, among=worded).total == 1
    assert engine.list_products(SearchRequest(), worded=[]) == ()


def test_a_list_by_filters_alone_has_everything_that_passes(engine: SearchEngine) -> None:
    """In the order of the index, a page at a time."""
    trousers = Filters(categories=("Trousers",))
    assert len(engine.list_products(SearchRequest(filters=trousers))) == 3
    assert len(engine.list_products(SearchRequest(filters=trousers, limit=2, page=2))) == 1


def test_what_is_sold_out_ends_a_list_that_no_words_order(engine: SearchEngine) -> None:
    everything = SearchRequest(collapse=False, limit=50)
    listed = [hit.product_id for hit in engine.list_products(everything)]
    assert listed[-2:] == ["parka/green ñ", "shoes-black"]
    by_words = [hit.product_id for hit in engine.list_products(everything, worded=listed[::-1])]
    assert by_words == listed[::-1]


def test_values_come_most_frequent_first(engine: SearchEngine) -> None:
    """Of two values with one name the more frequent one is meant."""
    assert engine.filter_values["gender"] == ("Women", "Men", "Unisex")


def test_a_list_is_put_in_order_by_price(engine: SearchEngine) -> None:
    """Whatever order words gave; equal prices keep the order, and what is sold out comes last."""

    def find(order_by: str, **asked: object) -> list[str]:
        request = SearchRequest(collapse=False, limit=5, filters=Filters(genders=("Women",)))
        return ids(engine.list_products(request, order_by=order_by, **asked))  # type: ignore[arg-type]

    assert find("cheapest") == ["trousers-black", "trousers-green", "hood-red", "shoes-red", "coat-red"]
    assert find("dearest")[:3] == ["coat-red", "coat-black", "shoes-red"]
    assert find("newest", worded=["shoes-black", "shoes-red"]) == ["shoes-red", "shoes-black"]
    assert find("cheapest", worded=["coat-red", "hood-red"]) == ["hood-red", "coat-red"]
    assert find("newest", worded=["coat-black", "hood-red", "coat-red"]) == ["coat-black", "hood-red", "coat-red"]

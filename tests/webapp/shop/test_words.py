"""Searching by words, alone and beside a photo."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from catalog import Catalog
from catalog.storage.tables.products import products
from search.query import Hit, SearchRequest
from tests.webapp.boutique import ScriptedEngine


def test_words_become_filters_in_the_address(client: FlaskClient, engine: ScriptedEngine) -> None:
    """A sentence leads to what it means; what isn't in the vocabulary is looked for in the texts."""
    response = client.get("/search", query_string={"q": "red coats under 300 duffle"})
    assert response.status_code == 303
    assert response.headers["Location"].endswith(
        "/search?q=red+coats+under+300+duffle&category=MEN_Coats&colour=Red&max_price=300&text=duffle"
    )
    page = client.get(response.headers["Location"])
    assert page.status_code == 200
    assert (engine.asked["filters"].colours, engine.asked["filters"].max_price_cents) == (("Red",), 30_000)  # type: ignore[attr-defined]
    assert "duffle-red" in engine.asked["worded"]  # type: ignore[operator]


def test_a_colour_is_found_by_its_shades(client: FlaskClient) -> None:
    """The shop has navy, and nothing that is called blue; what must not be blue is no navy either."""
    location = client.get("/search", query_string={"q": "abrigo azul"}).headers["Location"]
    assert location.endswith("/search?q=abrigo+azul&category=MEN_Coats&colour=Navy+Blue")
    location = client.get("/search", query_string={"q": "not blue"}).headers["Location"]
    assert location.endswith("/search?q=not+blue&without=colour:Navy+Blue")


def test_what_was_taken_for_something_else_is_said(client: FlaskClient) -> None:
    """A mistyped word, a colour that nothing has, and a negation of something unknown."""
    text = client.get("/search", query_string={"q": "caot, dark red, without zips"}, follow_redirects=True).text
    assert "We took “caot” for “coat”." in text
    assert "Nothing here is called “dark red”. This is the closest we have." in text
    assert "We couldn't take “without zips” into account." in text
    plain = client.get("/search", query_string={"q": "red coats"}, follow_redirects=True).text
    assert "sureness" not in plain


def test_words_that_no_product_has_together_are_said_to_be_found_in_part(client: FlaskClient) -> None:
    """Products that have some of them are better than none, but aren't what was asked for."""

    def ask(words: str) -> str:
        return client.get("/search", query_string={"q": words}, follow_redirects=True).text

    assert "No product has all of these words" in ask("duffle pleated")
    assert "No product has all of these words" not in ask("duffle")


def test_what_is_new_or_reduced_is_listed(client: FlaskClient, catalog: Catalog, engine: ScriptedEngine) -> None:
    """What came last first; of what is reduced those that have the other words."""
    with catalog.database.writing() as connection:
        for number, name in enumerate(("coat-03", "duffle-red", "skirt-1")):
            changed: dict[str, object] = {"added_at": f"2030-01-0{number + 1}T00:00:00+00:00"}
            if name != "skirt-1":
                changed["price_before_cents"] = 200_000
            connection.execute(update(products).where(products.c.product_id == name).values(**changed))

    def find(words: str) -> list[str]:
        client.get("/search", query_string={"q": words}, follow_redirects=True)
        return engine.asked["worded"]  # type: ignore[return-value]

    assert find("new in")[:3] == find("novedades")[:3] == ["skirt-1", "duffle-red", "coat-03"]
    assert find("on sale") == find("rebajas") == ["duffle-red", "coat-03"]
    assert find("duffle en oferta") == ["duffle-red"]
    engine.hits = []
    with catalog.database.writing() as connection:
        connection.execute(update(products).values(price_before_cents=None))
    assert "Nothing is reduced at the moment." in client.get("/search?q=sale", follow_redirects=True).text


def test_where_nothing_is_left_the_closest_products_are_offered(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Those that pass all filters but one, with what was given up; with a word alone there is nothing to offer."""
    hits, engine.hits = engine.hits, []
    empty = client.get("/search", query_string={"q": "red coats corduroy"}, follow_redirects=True).text
    assert "Closest we have" not in empty
    engine.hits = hits

    def find(request: SearchRequest, *_: object, **__: object) -> tuple[Hit, ...]:
        return () if request.text else tuple(hits)

    engine.list_products = find  # type: ignore[method-assign]
    text = client.get("/search", query_string={"q": "red coats corduroy"}, follow_redirects=True).text
    assert "No products match these filters." in text
    assert (
        f'href="/search?category=MEN_Coats&amp;colour=Red" data-refine-link>{engine.total} products without: “corduroy”'
        in text
    )
    alone = client.get("/search", query_string={"q": "corduroy"}, follow_redirects=True).text
    assert "Closest we have" not in alone
    assert "Nothing here has these words." in alone


def test_a_removed_chip_leaves_the_others_and_forgets_the_sentence(client: FlaskClient) -> None:
    """Without its filter a page no longer claims to answer the sentence."""
    text = client.get("/search", query_string={"q": "red coats"}, follow_redirects=True).get_data(as_text=True)
    chips = re.findall(r'chip--remove" href="([^"]+)"', text)
    assert sorted(chips) == ["/search?category=MEN_Coats", "/search?colour=Red"]
    assert "“red coats”" in text


def test_words_beside_a_photo_move_its_colour(
    ask: Callable[..., TestResponse], client: FlaskClient, engine: ScriptedEngine
) -> None:
    """The photo's address takes a sentence; its colour replaces the photo's and its price is a filter."""
    address = ask(follow=False).headers["Location"]
    response = client.get(f"{address}?words=esto+pero+en+azul+marino,+menos+de+50")
    assert response.headers["Location"] == f"{address}?max_price=50&in_colour=Navy+Blue"
    text = client.get(response.headers["Location"]).get_data(as_text=True)
    assert engine.asked["in_colour"] == "Navy Blue"
    assert "In navy blue" in text
    assert 'name="in_colour" value="Navy Blue"' in text
    assert re.search(r'type="range" name="colour_weight"[^>]* value="0.04" aria-valuetext="Shape"', text)


def test_a_photo_can_be_sent_with_words(ask: Callable[..., TestResponse]) -> None:
    """The form may hold both at once."""
    assert ask(follow=False, words="not red").headers["Location"].endswith("?without=colour:Red")


@pytest.mark.parametrize("words", ["\x00", "\u202e\u202d", "🦊", "'; DROP TABLE", '"* OR NEAR(', "%00%ff", "the", "-"])
def test_odd_words_are_answered_plainly(client: FlaskClient, words: str) -> None:
    """Whatever stands in the field, the answer is a page."""
    assert client.get("/search", query_string={"q": words}, follow_redirects=True).status_code == 200
    assert client.get("/api/suggestions", query_string={"q": words}).status_code == 200


def test_a_sentence_may_not_be_endless(client: FlaskClient, post_search: Callable[..., TestResponse]) -> None:
    """Ten thousand characters are refused with what is allowed."""
    assert client.get("/search", query_string={"q": "a" * 10_000}).status_code == 400
    refused = post_search(words="a" * 10_000)
    assert refused.status_code == 400
    assert "at most 200 characters" in refused.get_data(as_text=True)


def test_the_api_says_what_was_understood(post_search: Callable[..., TestResponse], engine: ScriptedEngine) -> None:
    """So that a shop can show it."""
    answer = post_search(words="for women, in red, corduroy, without zips").get_json()
    assert answer["understood"] == {
        "filters": {"gender": ["Women"]},
        "in_colour": "Red",
        "without": [],
        "text": "corduroy",
        "ignored": ["without zips"],
        "nearest": [],
        "meant": {},
        "sort": None,
    }
    assert (engine.asked["in_colour"], engine.asked["text"]) == ("Red", "corduroy")
    assert "understood" not in post_search().get_json()


def test_suggestions_are_in_the_readers_language(client: FlaskClient) -> None:
    """Values of the shop first, and the products that have the words."""

    def suggest(typed: str, language: str = "en") -> list[tuple[str, str]]:
        found = client.get("/api/suggestions", query_string={"q": typed, "lang": language}).get_json()
        return [(one["text"], one["kind"]) for one in found["suggestions"]]

    assert suggest("azul m", "es")[0] == ("azul marino", "colour")
    assert suggest("cheap re")[0] == ("cheap red", "colour")
    assert any(kind == "product" for _, kind in suggest("duffle"))
    assert suggest("") == []


def test_without_words_the_search_address_leads_to_the_start_page(client: FlaskClient) -> None:
    """As for whoever comes back from a photo's answer."""
    assert client.get("/search?q=").headers["Location"] == "/"


def test_several_colours_are_a_filter_that_can_be_narrowed(client: FlaskClient) -> None:
    """Each has a chip of its own."""
    location = client.get("/search", query_string={"q": "coats in red or navy"}).headers["Location"]
    assert location.endswith("&category=MEN_Coats&colour=Red&colour=Navy+Blue")
    chips = re.findall(r'chip--remove" href="([^"]+)"', client.get(location).text)
    assert "/search?category=MEN_Coats&amp;colour=Red" in chips
    assert "/search?category=MEN_Coats&amp;colour=Navy+Blue" in chips


def test_words_for_an_order_put_the_list_in_it(client: FlaskClient, engine: ScriptedEngine) -> None:
    """The order is chosen in the field for it, which forgets the sentence if another one is chosen."""
    location = client.get("/search", query_string={"q": "cheap red coats"}).headers["Location"]
    assert location.endswith("/search?q=cheap+red+coats&category=MEN_Coats&colour=Red&sort=cheapest")
    text = client.get(location).text
    assert (engine.asked["order_by"], engine.asked["worded"]) == ("cheapest", None)
    assert '<option value="cheapest" selected>' in text
    assert 'name="q" value="cheap' not in re.findall(r'<form class="order".*?</form>', text, re.DOTALL)[0]
    assert client.get("/search?sort=dearest").status_code == 200
    assert client.get("/search?q=cheapest", follow_redirects=True).status_code == 200
    assert engine.asked["order_by"] == "cheapest"


def test_words_for_an_order_beside_a_photo_put_what_looks_like_it_in_order(
    ask: Callable[..., TestResponse], client: FlaskClient
) -> None:
    """As the field over the list does."""
    address = ask(follow=False).headers["Location"]
    location = client.get(f"{address}?words=lo+m%C3%A1s+barato").headers["Location"]
    assert location == f"{address}?sort=cheapest"
    assert '<option value="cheapest" selected>' in client.get(location).text


def test_several_colours_beside_a_photo_are_a_filter(
    ask: Callable[..., TestResponse], client: FlaskClient, engine: ScriptedEngine
) -> None:
    """They take the place of the one that was asked for before."""
    address = ask(follow=False).headers["Location"]
    location = client.get(f"{address}?in_colour=Green&words=red+or+navy").headers["Location"]
    assert location == f"{address}?colour=Red&colour=Navy+Blue"
    client.get(location)
    assert (engine.asked["filters"].colours, engine.asked["in_colour"]) == (("Red", "Navy Blue"), None)  # type: ignore[attr-defined]


def test_what_was_taken_for_something_else_is_said_beside_a_photo(
    ask: Callable[..., TestResponse], client: FlaskClient
) -> None:
    """As without one; the sentence stays in the address until something else is asked for."""
    address = ask(follow=False).headers["Location"]
    location = client.get(f"{address}?words=caot,+dark+red,+without+zips").headers["Location"]
    assert location.startswith(f"{address}?q=caot,+dark+red,+without+zips&")
    text = client.get(location).text
    assert "We took “caot” for “coat”." in text
    assert "Nothing here is called “dark red”. This is the closest we have." in text
    assert "We couldn't take “without zips” into account." in text
    assert "q=caot" not in "".join(re.findall(r'class="chip[^"]*" href="([^"]+)"', text))
    assert client.get(f"{address}?words=red+coats").headers["Location"] == f"{address}?category=MEN_Coats&in_colour=Red"


def test_words_that_no_product_has_are_said_beside_a_photo(
    ask: Callable[..., TestResponse], client: FlaskClient, engine: ScriptedEngine
) -> None:
    """What is shown then looks like the photo, and has nothing of the words."""
    address = ask(follow=False).headers["Location"]
    client.get(f"{address}?text=duffle")
    assert engine.asked["equally"]
    client.get(f"{address}?text=duffle+corduroy")
    assert not engine.asked["equally"]
    assert "No product is described as “corduroy”." in client.get(f"{address}?text=corduroy").text
    assert "No product has all of these words; some have part" in client.get(f"{address}?text=duffle+corduroy").text
    assert 'class="understood"' not in client.get(f"{address}?text=duffle").text
    assert "Nothing is reduced at the moment." in client.get(f"{address}?text=on+sale").text


def test_in_another_order_the_colour_that_is_wanted_is_a_filter(
    ask: Callable[..., TestResponse], client: FlaskClient, engine: ScriptedEngine
) -> None:
    """A red coat that costs less is none "in navy"; the chip stays the one that was asked for."""
    address = ask(follow=False).headers["Location"]
    text = client.get(f"{address}?in_colour=Navy+Blue&sort=cheapest").text
    assert engine.asked["filters"].colours == ("Navy Blue",)  # type: ignore[attr-defined]
    assert re.findall(r'chip--remove" href="[^"]+"[^>]*><span[^>]*>[^<]*</span>([^<]+)', text) == ["In navy blue"]
    client.get(f"{address}?in_colour=Navy+Blue")
    assert engine.asked["filters"].colours == ()  # type: ignore[attr-defined]


def test_the_heading_beside_words_claims_no_likeness(
    ask: Callable[..., TestResponse], client: FlaskClient, engine: ScriptedEngine
) -> None:
    """What words bring needn't look like the photo, nor does what filters leave without a close match."""
    address = ask(follow=False).headers["Location"]
    assert "Looks like your photo" in client.get(f"{address}?gender=Women").text
    for words in ("in_colour=Red", "text=duffle"):
        text = client.get(f"{address}?{words}").text
        assert "Found by your photo and words" in text
        assert "Looks like your photo" not in text
    engine.close = 0
    assert "Closest we have" in client.get(f"{address}?gender=Women").text


def test_a_price_is_given_up_before_the_thing(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Whoever looks for a belt below a price wants a belt; of those that cost more the cheapest come first.

    Though no product on the page tells, prices are in the shop's currency.
    """
    hits = list(engine.hits)

    def find(request: SearchRequest, *_: object, **__: object) -> tuple[Hit, ...]:
        return () if request.filters.max_price_cents is not None else tuple(hits)

    engine.list_products = find  # type: ignore[method-assign]
    text = client.get("/search", query_string={"q": "belt under 5"}, follow_redirects=True).text
    assert 'href="/search?text=belt&amp;sort=cheapest" data-refine-link>' in text
    assert "products without: Up to €5" in text
    assert "Remove “Up to €5”" in text


def test_whoever_asks_for_clothes_sees_what_there_is(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Such words narrow nothing; a small picture of a thing does."""
    assert client.get("/search", query_string={"q": "show me clothes"}, follow_redirects=True).status_code == 200
    assert engine.asked["worded"] is None
    assert "category=MEN_Coats" in client.get("/search", query_string={"q": "\U0001f9e5"}).headers["Location"]

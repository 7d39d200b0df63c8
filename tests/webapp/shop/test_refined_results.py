import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog import Catalog
from catalog.importing import import_source
from search.errors import NoIndexError
from search.query import Filters, Hit
from tests.webapp.boutique import ODD_ID, ScriptedEngine, encode_form, photo_bytes
from webapp import create_app

PATTERNS = [("asked", "Striped"), ("same", "striped"), ("other", "checked"), ("unsaid", "")]


@pytest.fixture
def client(samples: list[Path], catalog: Catalog, engine: ScriptedEngine, home: Path) -> FlaskClient:
    return create_app(catalog=catalog, engine=engine, home=home).test_client()


def links(text: str) -> list[str]:
    """The page's links that refine it."""
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)" data-refine-link', text)]


def test_the_shopper_s_word_replaces_the_guess(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Said on the page, passed to the engine, and taken back with a click."""
    text = client.get("/samples/1?as=Bags&colour=Red").text
    assert engine.asked["category"] == "Bags"
    assert engine.asked["filters"] == Filters(categories=("Bags",), colours=("Red",)), "who says bag wants to see bags"
    assert "You said" in text
    assert "We saw:" in text
    assert "We see<" not in text
    assert "/samples/1?colour=Red" in links(text)
    assert "/samples/1?as=WOMEN_Skirts" in links(client.get("/samples/1").text)


def test_a_category_asked_for_holds_against_the_shopper_s_word(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Companions follow what it is; what is listed, the filter."""
    client.get("/samples/1?as=Bags&category=MEN_Coats")
    assert engine.asked["category"] == "Bags"
    assert engine.asked["filters"] == Filters(categories=("MEN_Coats",))


def test_filters_are_taken_off_one_by_one_or_all_at_once(client: FlaskClient) -> None:
    """Each chip leads to the page without it, from its first page on; what else was asked stays."""
    text = client.get("/samples/1?category=MEN_Coats&gender=Men&min_price=10.5&in_stock=true&as=Bags").text
    for label in ("Men&#39;s coats", "Men", "From €10.50", "In stock"):
        assert f"</span>{label}</a>" in text
    assert "/samples/1?category=MEN_Coats&gender=Men&min_price=10.5&as=Bags" in links(text)
    assert "/samples/1?as=Bags" in links(text)


def test_the_form_holds_what_is_chosen_and_what_could_be(client: FlaskClient) -> None:
    """Ticked, counted, and working without scripts; the box and the language travel along unseen."""
    text = client.get("/samples/1?category=MEN_Coats&gender=Men&max_price=99&colour_weight=0.8&box=0,0,0.5,0.5").text
    assert re.search(r'value="MEN_Coats" checked>\s*<span>Men&#39;s coats</span> <span class="count">4<', text)
    assert re.search(r'name="gender" value="Men" checked', text)
    assert not re.search(r'name="colour" value="Red" checked', text)
    assert '<input type="hidden" name="box" value="0,0,0.5,0.5">' in text
    assert re.search(r'type="range" name="colour_weight"[^>]* value="0.8" aria-valuetext="Colour"', text)
    assert re.search(r'name="max_price"[^>]*value="99" placeholder="1250"', text)


def test_pages_follow_each_other(client: FlaskClient, engine: ScriptedEngine) -> None:
    """24 to a page, positions counted on, filters kept, and none past the last."""
    engine.total = 49
    first = client.get("/samples/1?colour=Red").text
    assert 'rel="next" href="/samples/1?colour=Red&amp;page=2"' in first
    assert 'rel="prev"' not in first
    second = client.get("/samples/1?colour=Red&page=2&limit=3").text
    assert (engine.asked["page"], engine.asked["limit"]) == (2, 24)
    assert 'rel="prev" href="/samples/1?colour=Red"' in second
    assert 'data-list="similar" data-position="25"' in second
    assert "Goes well" not in second
    assert client.get("/samples/1?page=3").status_code == 200
    assert client.get("/samples/1?page=4").status_code == 404
    assert client.get("/samples/1?page=21").status_code == 400


def test_no_more_is_promised_than_can_be_paged_through(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Of ten thousand, twenty pages."""
    engine.total = 10_000
    text = client.get("/samples/1").text
    assert "The 480 most similar of 10000 products" in text
    assert "Page 1 of 20" in text


@pytest.mark.parametrize(
    ("close", "said", "pages"),
    [
        (0, "The closest of 155 products", 1),
        (2, "2 close matches, then the next nearest", 1),
        (30, "30 close matches<", 2),
    ],
)
def test_a_list_ends_after_its_close_matches_but_not_at_once(
    client: FlaskClient, engine: ScriptedEngine, close: int, said: str, pages: int
) -> None:
    """Two products alone would be a poor answer; the number is that of the close ones all the same."""
    engine.total, engine.close = 155, close
    text = client.get("/samples/1").text
    assert said in text
    assert ("Show less similar" in text) == (pages == 1), "after the last of them"
    assert "Show less similar" in client.get(f"/samples/1?page={pages}").text
    assert client.get("/samples/1?close=false").text.count("155 products") == 1


def test_an_estimated_number_is_said_to_be_one(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Of a very large catalogue; two digits are as much as is known."""
    engine.total, engine.close, engine.estimates = 1_000_000, 34_371, True
    assert "About 34,000 close matches<" in client.get("/samples/1").text
    assert "Unos 34.000 resultados muy parecidos<" in client.get("/samples/1?lang=es").text
    engine.close = 30
    assert "30 close matches<" in client.get("/samples/1?lang=en").text


def test_filters_that_leave_nothing_can_be_taken_off(client: FlaskClient, engine: ScriptedEngine) -> None:
    """One link for each, and one for all."""
    engine.hits, engine.total = [], 0
    text = client.get("/samples/1?colour=Red&in_stock=true").text
    assert "No products match these filters." in text
    assert "Remove “Red”" in text
    assert {"/samples/1?in_stock=true", "/samples/1?colour=Red", "/samples/1"} <= set(links(text))


def test_cards_say_how_alike_they_are_and_why(client: FlaskClient) -> None:
    """In words, behind a disclosure; the list and the position are there for whoever counts clicks."""
    text = client.get("/samples/1").text
    card = text[text.index('data-product="duffle-red"') :].partition("</li>\n")[0]
    assert 'data-list="similar" data-position="1"' in card
    assert "Very similar" in card
    assert "It is the same kind of thing" in card
    assert "Its colour is close" in card
    assert "It is among the closest we have" in text  # the others, for which nothing was noted
    assert 'data-product="skirt-1" data-list="goes_with" data-position="1"' in text
    assert "Casi igual" not in text
    assert "Muy parecido" in client.get("/samples/1?lang=es").text


@pytest.mark.usefixtures("samples")
def test_products_of_one_pattern_say_so(home: Path, catalog: Catalog, engine: ScriptedEngine) -> None:
    """Where the catalogue has such a column; photos have none."""
    (home / "two.csv").write_text(
        "product_id,category,image,pattern\n"
        + "".join(f"{name},Bags,{home / 'demo' / 'shopper' / '0.jpg'},{pattern}\n" for name, pattern in PATTERNS)
    )
    import_source(catalog, home / "two.csv", progress=False)
    engine.hits = [Hit(name, "Bags", 0.5, (), ("category",)) for name, _ in PATTERNS[1:]]
    client = create_app(catalog=catalog, engine=engine, home=home).test_client()
    found = client.get("/api/products/asked/similar").get_json()["similar"]
    assert [hit["reasons"] for hit in found] == [["category", "pattern"], ["category"], ["category"]]


def test_look_alikes_of_a_product_are_refined_like_those_of_a_photo(
    client: FlaskClient, engine: ScriptedEngine
) -> None:
    """The same form, chips and pages, without a guess to contradict."""
    engine.total = 30
    text = client.get("/products/duffle-red/similar?colour=Red").text
    assert "/products/duffle-red/similar" in links(text)
    assert 'rel="next" href="/products/duffle-red/similar?colour=Red&amp;page=2"' in text
    assert 'id="refine-as"' not in text


REFINEMENTS = ("", "?colour=Red", "?colour_weight=0.8", "?as=Bags", "?colour=Red&colour_weight=0.2&in_stock=true")


def send_photo(client: FlaskClient) -> str:
    """The address of the results."""
    body, content_type = encode_form(photo_bytes(), "photo.jpg", {})
    return client.post("/search", data=body, content_type=content_type).location


def test_a_photo_is_embedded_once_however_it_is_refined(
    client: FlaskClient, catalog: Catalog, engine: ScriptedEngine, home: Path
) -> None:
    """By this process and any other that serves the shop; each part of the photo once as well."""
    address = send_photo(client)
    others = create_app(catalog=catalog, engine=engine, home=home).test_client()
    for each in (client, others):
        for refinement in REFINEMENTS:
            assert each.get(address + refinement).status_code == 200
    assert engine.encoded == 1
    for each in (client, others):
        for box in ("0,0,0.5,0.5", "0.2,0.2,0.6,0.6"):
            for refinement in REFINEMENTS:
                assert each.get(f"{address}{refinement or '?'}&box={box}").status_code == 200
    assert engine.encoded == 3
    assert client.get(address).status_code == 200
    assert engine.encoded == 3


def test_a_sample_is_embedded_once_however_it_is_refined(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Two samples, two embeddings."""
    for number in (1, 2):
        for refinement in REFINEMENTS:
            assert client.get(f"/samples/{number}{refinement}").status_code == 200
    assert engine.encoded == 2


def test_another_model_embeds_a_kept_photo_anew(client: FlaskClient, engine: ScriptedEngine) -> None:
    """Another index of the same model does not: it makes its own categories from what was embedded."""
    address = send_photo(client)
    engine.snapshot = replace(engine.snapshot, id="20260202-030405-abcdef")
    assert client.get(address).status_code == 200
    assert engine.encoded == 1
    engine.snapshot = replace(engine.snapshot, id="20260303-030405-abcdef", model="another")
    assert client.get(address).status_code == 200
    assert client.get(address + "?colour=Red").status_code == 200
    assert engine.encoded == 2


def test_a_damaged_memory_costs_an_embedding_and_nothing_else(
    client: FlaskClient, engine: ScriptedEngine, home: Path
) -> None:
    """A full disk or a killed process may leave half a file."""
    address = send_photo(client)
    (query,) = home.rglob("*.query")
    for content in (b"", query.read_bytes()[:200], b"no query"):
        query.write_bytes(content)
        engine.encoded = 0
        assert client.get(address).status_code == 200
        assert client.get(address).status_code == 200
        assert engine.encoded == 1


def test_a_photo_without_an_index_is_kept_until_there_is_one(client: FlaskClient, engine: ScriptedEngine) -> None:
    """The results say why there are none; the photo needn't be sent again."""
    engine.failure = NoIndexError("There is no index yet.")
    address = send_photo(client)
    assert client.get(address).status_code == 503
    engine.failure = None
    assert client.get(address).status_code == 200
    assert engine.encoded == 1


def test_the_likely_product_is_offered_beside_another_box_too(client: FlaskClient, engine: ScriptedEngine) -> None:
    """As the network saw it in the whole photo."""
    engine.box = (0.25, 0.125, 0.5, 0.75)
    address = send_photo(client)
    for refinement in ("", "?box=0,0,0.5,0.5"):
        assert 'data-guess="0.25,0.125,0.5,0.75"' in client.get(address + refinement).text


@pytest.mark.parametrize(
    ("query", "pages", "shown"), [("sort=cheapest", 1, 24), ("sort=cheapest&close=false", 2, 24), ("", 1, 24)]
)
def test_an_order_doesn_t_lengthen_a_list_without_close_matches(
    client: FlaskClient, engine: ScriptedEngine, query: str, pages: int, shown: int
) -> None:
    """Which has what one page holds, the nearest products; the pager offers no more than that."""
    engine.hits = [Hit(f"coat-{number:02}", "MEN_Coats", 0.5, ()) for number in range(24)]
    engine.hits += [Hit(one, "MEN_Coats", 0.4, ()) for one in ("duffle-red", ODD_ID)]
    engine.total, engine.close = 26, 0
    text = client.get(f"/samples/1?{query}").text
    assert text.count('data-list="similar"') == shown
    assert ('rel="next"' in text) == (pages > 1)


def test_another_order_holds_what_was_asked_for_alone(client: FlaskClient, engine: ScriptedEngine) -> None:
    """A cheap skirt is no cheap coat: things of another kind and, beside words, those without them are left out."""
    engine.hits = [Hit("coat-00", "MEN_Coats", 0.6, ()), Hit("skirt-1", "WOMEN_Skirts", 0.5, ())]
    engine.hits += [Hit("duffle-red", "MEN_Coats", 0.4, ())]
    engine.total = 5

    def find(query: str) -> list[str]:
        return re.findall(
            r'data-product="([^"]+)"', client.get(f"/samples/1?{query}").text.partition('id="goes-with"')[0]
        )

    assert sorted(find("sort=cheapest")) == ["coat-00", "duffle-red"]
    assert find("sort=cheapest&text=pleated") == ["skirt-1"]
    assert len(find("sort=cheapest&text=corduroy")) == 3
    assert "skirt-1" in find("sort=cheapest&category=WOMEN_Skirts")
    assert len(find("")) == 3
    assert "2 products in Men&#39;s coats" in client.get("/samples/1?sort=cheapest").text

"""The engine on a shop whose rankings can be worked out by hand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search.engine import SearchEngine
from search.errors import QueryError, UnknownProductError
from search.index.snapshot import Snapshot
from search.model.balance import LearnedBalance, ScoreSpreads
from search.model.bundle import Bundle
from search.model.embedder import Embeddings
from search.query import Filters, SearchRequest
from search.ranking.category_prediction import CATEGORY_BONUS
from search.ranking.curation import Curation
from tests.search.handmade import BALANCE, HandEmbedder, make_content, make_head


def ids(hits: tuple) -> list[str]:
    return [hit.product_id for hit in hits]


def test_photo_brings_category_look_alikes_and_companions(engine: SearchEngine, photo: Image.Image) -> None:
    """A red coat: it is a coat, the red coat is first, and what goes with it is no coat."""
    answer = engine.search_photo(photo)
    assert answer.prediction[0].category == "Coats"
    assert sum(guess.probability for guess in answer.prediction) == pytest.approx(1, abs=1e-5)
    assert answer.similar[0].product_id == "coat-red"
    assert not {"Coats", "Hoods"} & {hit.category for hit in answer.goes_with}
    assert answer.snapshot.id == "one"
    assert set(answer.took_ms) == {"embed", "search"}


def test_score_is_the_weighted_inner_product_and_at_most_1(engine: SearchEngine, photo: Image.Image) -> None:
    """Worked by hand: style 1, colour 1, weights 0.7 and 0.3; what isn't of the category lacks its bonus."""
    hits = {hit.product_id: hit for hit in engine.search_photo(photo, SearchRequest(colour_weight=0.3)).similar}
    assert hits["coat-red"].score == pytest.approx(1, abs=1e-5)
    assert hits["hood-red"].score == pytest.approx(0.3 - CATEGORY_BONUS, abs=0.01)


def test_colour_variants_fold_into_the_best_one(engine: SearchEngine, photo: Image.Image) -> None:
    """One card a design, its other colours with it; unfolded on request."""
    folded = engine.search_photo(photo).similar
    assert folded[0].product_id == "coat-red"
    assert folded[0].variants == ("coat-black",)
    assert "coat-black" not in ids(folded)
    assert ids(engine.search_photo(photo, SearchRequest(collapse=False)).similar)[:2] == ["coat-red", "coat-black"]


def test_products_not_photos_are_ranked(engine: SearchEngine, photo: Image.Image) -> None:
    """Each product has two photos and stands in the list once."""
    found = ids(engine.search_photo(photo, SearchRequest(collapse=False)).similar)
    assert len(found) == len(set(found)) == 10


@pytest.fixture
def colourful(publish: Callable[..., Path], embedder: HandEmbedder) -> SearchEngine:
    """The shop with an own balance: colour counts 0.6."""
    content = make_content(balance=LearnedBalance(replace(BALANCE, weights=(0.4, 0.6)), "photos", 10))
    return SearchEngine(Snapshot.open(publish("own", content) / "own", embedder.bundle), embedder)  # type: ignore[arg-type]


def test_the_shops_own_balance_ranks(colourful: SearchEngine, engine: SearchEngine, photo: Image.Image) -> None:
    """Like a red coat, a black one scores as much as shapes count, a red hood as much as colour does."""
    for each, shape, colour in ((engine, 0.7, 0.3), (colourful, 0.4, 0.6)):
        plain = SearchRequest(colour_weight=colour, collapse=False)
        answer = each.search_photo(photo, plain)
        scores = {hit.product_id: hit.score for hit in answer.similar}
        assert each.colour_weight == colour
        assert answer.similar == each.search_photo(photo, SearchRequest(collapse=False)).similar
        assert scores["hood-red"] - scores["trousers-black"] == pytest.approx(colour, abs=1e-5)
        assert scores["coat-black"] - scores["trousers-black"] == pytest.approx(shape + CATEGORY_BONUS, abs=0.01)
    assert ids(engine.search_photo(photo, SearchRequest(collapse=False)).similar)[1] == "coat-black"
    best = colourful.search_photo(photo, SearchRequest(collapse=False)).similar[1:4]
    assert {hit.product_id for hit in best} == {"hood-red", "shoes-red", "scarf-red"}


def test_what_is_strange_is_measured_alike_in_every_shop(
    colourful: SearchEngine, embedder: HandEmbedder, photo: Image.Image
) -> None:
    """Worked by hand: under the shop's balance a red suit would score 0.78, more than the 0.75 that was asked for."""
    assert colourful.search_photo(photo).in_distribution
    embedder.style = "suit"
    assert not colourful.search_photo(photo).in_distribution


def test_scores_that_spread_less_count_more(
    publish: Callable[..., Path], embedder: HandEmbedder, photo: Image.Image
) -> None:
    """By NumPy: weights divided by deviations, made shares. A product's own photo still scores 1."""
    vectors = make_content().vectors
    balance = replace(BALANCE, spreads=ScoreSpreads.measure(vectors, BALANCE.parts))
    content = make_content(balance=LearnedBalance(balance))
    engine = SearchEngine(Snapshot.open(publish("own", content) / "own", embedder.bundle), embedder)  # type: ignore[arg-type]
    style, colour = vectors[0, :6], vectors[0, 6:]
    # 20 photos of the shop's own, against 20 that stand for what is usual: a deviation of 1.
    deviations = [
        np.sqrt((20 * scores.var() + 20) / 40) for scores in (vectors[:, :6] @ style, vectors[:, 6:] @ colour)
    ]
    shares = np.array([0.7, 0.3]) / deviations
    shares /= shares.sum()
    hits = {hit.product_id: hit.score for hit in engine.similar("coat-red", SearchRequest(collapse=False))}
    assert hits["hood-red"] - hits["trousers-black"] == pytest.approx(shares[1], abs=1e-5)
    assert engine.search_photo(photo).similar[0].score == pytest.approx(1, abs=1e-5)


def test_slider_moves_between_shape_and_colour(engine: SearchEngine, photo: Image.Image) -> None:
    """At 0 coats come first whatever their colour, at 1 red things whatever they are."""
    shape = ids(engine.search_photo(photo, SearchRequest(colour_weight=0.0, collapse=False)).similar)
    assert set(shape[:2]) == {"coat-red", "coat-black"}
    colour = engine.search_photo(photo, SearchRequest(colour_weight=1.0, collapse=False)).similar
    assert {hit.product_id.split("-")[1] for hit in colour[:4]} == {"red"}


def test_filters_hold_and_still_fill_the_page(engine: SearchEngine, photo: Image.Image) -> None:
    """The two pairs of trousers for women, though neither looks like a coat."""
    filters = Filters(categories=("Trousers",), genders=("Women",))
    assert set(ids(engine.search_photo(photo, SearchRequest(filters=filters)).similar)) == {
        "trousers-black",
        "trousers-green",
    }
    assert engine.search_photo(photo, SearchRequest(filters=Filters(colours=("Blue",)))).similar == ()


def test_limit_is_kept_and_checked(engine: SearchEngine, photo: Image.Image) -> None:
    """1 to 100."""
    assert len(engine.search_photo(photo, SearchRequest(limit=2)).similar) == 2
    for limit in (0, 101):
        with pytest.raises(QueryError, match="1 to 100"):
            engine.search_photo(photo, SearchRequest(limit=limit))


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_weight_outside_zero_to_one_is_refused(engine: SearchEngine, photo: Image.Image, weight: float) -> None:
    """A slider has two ends."""
    with pytest.raises(QueryError, match="colour_weight"):
        engine.search_photo(photo, SearchRequest(colour_weight=weight))


def test_similar_leaves_out_the_product_and_its_variants(engine: SearchEngine) -> None:
    """Its own page shows the variants already."""
    found = ids(engine.similar("coat-red"))
    assert "parka/green ñ" in found
    assert not {"coat-red", "coat-black"} & set(found)
    assert ids(engine.similar("coat-red", SearchRequest(collapse=False)))[0] == "coat-black"


def test_companions_take_turns_by_kind_and_fit_gender_and_colour(engine: SearchEngine) -> None:
    """With a red coat: black trousers, not green ones, none for men, shoes in stock, a scarf for everyone."""
    found = ids(engine.goes_with("coat-red"))
    assert "trousers-men" not in found
    assert "trousers-black" in found
    assert "trousers-green" not in found, "red and green clash, and there is something better"
    assert {hit.category for hit in engine.goes_with("coat-red")[:3]} == {"Trousers", "Shoes", "Scarves"}
    assert "shoes-red" in found
    assert "shoes-black" not in found, "the sold-out variant gives way to the one in stock"


def test_what_kind_a_category_is_may_be_said_otherwise(engine: SearchEngine) -> None:
    """Who says that shoes are what coats are gets none beside a coat."""
    said = Curation(supercategories={"Shoes": "Topwear"})
    assert "Shoes" in {hit.category for hit in engine.goes_with("coat-red")}
    assert "Shoes" not in {hit.category for hit in engine.goes_with("coat-red", curation=said)}


def test_unknown_product_says_what_to_do(engine: SearchEngine) -> None:
    """New, gone or mistyped."""
    for ask in (engine.similar, engine.goes_with, engine.title):
        with pytest.raises(UnknownProductError, match="make index"):
            ask("no such product")


def test_ids_are_any_text(engine: SearchEngine) -> None:
    """Slashes, spaces and accents come from folder imports."""
    assert engine.title("parka/green ñ") == "Title of parka/green ñ"
    assert engine.similar("parka/green ñ")[0].product_id == "coat-black"


def test_hits_say_why_they_are_there(engine: SearchEngine, photo: Image.Image) -> None:
    """The red coat for its kind, shape and colour, the red hood for its colour alone."""
    reasons = {hit.product_id: set(hit.reasons) for hit in engine.search_photo(photo).similar}
    assert reasons["coat-red"] == {"category", "shape", "colour"}
    assert reasons["hood-red"] == {"colour"}


def test_pages_put_together_are_the_ranking(engine: SearchEngine, photo: Image.Image) -> None:
    """As many as the facets promise, none of them twice."""
    pages = [engine.search_photo(photo, SearchRequest(limit=3, page=page)).similar for page in (1, 2, 3, 4)]
    assert ids(sum(pages, ())) == ids(engine.search_photo(photo).similar)
    assert engine.facets().total == sum(map(len, pages)) == 8
    for page in (0, 21):
        with pytest.raises(QueryError, match="1 to 20"):
            engine.search_photo(photo, SearchRequest(page=page))


def test_what_goes_with_a_photo_is_the_same_whatever_is_shown_of_its_look_alikes(
    engine: SearchEngine, photo: Image.Image
) -> None:
    """The nearest products say for whom a photo's product is; the first page tells them, or a search of their own."""
    query = engine.encode(photo)
    first_page = engine.rank(query)
    for request in (SearchRequest(limit=1), SearchRequest(page=2), SearchRequest(colour_weight=0.0)):
        assert engine.rank(query, request).goes_with == first_page.goes_with
    assert first_page.goes_with


def test_facets_of_look_alikes_leave_the_product_out(engine: SearchEngine) -> None:
    """And with it its variants, unless they stand for themselves."""
    assert engine.facets(like="coat-red").total == len(engine.similar("coat-red"))
    alone = engine.facets(SearchRequest(collapse=False), like="coat-red").total
    assert alone == len(engine.similar("coat-red", SearchRequest(collapse=False))) == 9
    women = engine.facets(SearchRequest(filters=Filters(genders=("Women",))), like="coat-red")
    assert {value.value: value.count for value in women.values["category"]}["Coats"] == 1
    with pytest.raises(UnknownProductError):
        engine.facets(like="no such product")


def test_like_a_product_its_kind_and_gender_come_first(engine: SearchEngine) -> None:
    """Trousers for men are behind those for women beside a pair for women, however alike they are."""
    found = ids(engine.similar("trousers-black"))
    assert found[0] == "trousers-green"
    assert found[1] == "trousers-men"


def test_the_product_is_where_the_network_sees_it(
    engine: SearchEngine, embedder: HandEmbedder, photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network without a mask suggests nothing."""
    assert engine.search_photo(photo).box is None
    plain = embedder.embed_views

    def with_mask(views: list[Image.Image]) -> Embeddings:
        mask = np.zeros((1, 28, 28), np.float32)
        mask[:, 8:20, 10:18] = 1.0
        return replace(plain(views), masks=mask)

    monkeypatch.setattr(embedder, "embed_views", with_mask)
    box = engine.search_photo(photo).box
    assert box is not None
    assert 0.2 < box[1] < 0.3


def test_a_query_is_ranked_in_any_number_of_ways(
    engine: SearchEngine, embedder: HandEmbedder, photo: Image.Image
) -> None:
    """Each as if the photo had been sent with that request, and none of them looks at the photo again."""
    query = engine.encode(photo)
    wanted = [
        SearchRequest(),
        SearchRequest(limit=3, page=2),
        SearchRequest(filters=Filters(categories=("Trousers",), genders=("Women",)), colour_weight=0.9),
        SearchRequest(category="Shoes", collapse=False),
    ]
    answers = [engine.search_photo(photo, request) for request in wanted]
    embedder.style = "suit"
    for request, answer in zip(wanted, answers, strict=True):
        assert replace(engine.rank(query, request), took_ms={}) == replace(answer, took_ms={})


def test_another_index_of_the_same_model_adopts_a_query(
    engine: SearchEngine, publish: Callable[..., Path], bundle: Bundle, embedder: HandEmbedder, photo: Image.Image
) -> None:
    """With its own categories, without the photo; no query is ranked in an index that it isn't of."""
    head = make_head()
    certain = replace(head, bias=head.bias + 50.0 * (np.array(head.labels) == "Shoes"))
    two = SearchEngine(Snapshot.open(publish("two", make_content(head=certain)) / "two", bundle), embedder)  # type: ignore[arg-type]
    query = engine.encode(photo)
    assert engine.adopt(query) is query
    with pytest.raises(ValueError, match="index one came"):
        two.rank(query)
    adopted = two.adopt(query)
    assert adopted is not None
    assert query.prediction[0].category == "Coats"
    assert adopted.prediction == two.encode(photo).prediction != query.prediction
    other_model = replace(query, embedding=replace(query.embedding, model="another"))
    assert engine.adopt(other_model) is None


@pytest.mark.parametrize(
    ("wrong", "needed"),
    [({"limit": 0}, "1 to 100"), ({"page": 21}, "1 to 20"), ({"colour_weight": float("inf")}, "0 .* to 1")],
)
def test_a_request_that_makes_no_sense_cannot_be_made(wrong: dict, needed: str) -> None:
    """Whoever makes it learns at once, not when something is searched."""
    with pytest.raises(QueryError, match=needed):
        SearchRequest(**wrong)

"""Curated rankings against brute force: what is hidden is never shown, and pins stand where they were put."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from search.engine import SearchEngine
from search.index.faiss_store import FaissStore
from search.index.product_columns import ProductColumns
from search.index.snapshot_files import PRODUCT_SCHEMA
from search.query import Filters, Query, SearchRequest
from search.ranking.curation import AppliedCuration, Curation, Curations, Pin, shown_mask
from search.ranking.facets import FacetCounter
from search.ranking.ranked import Ranked
from search.ranking.ranker import Ranker
from tests.search.handmade import HandEmbedder

PRODUCTS, DIM, LIMIT = 600, 10, 12
CATEGORIES = ("Coats", "Hoods", "Suits")
QUERY_PRODUCT = 9


@pytest.fixture(scope="module")
def shop() -> tuple[Ranker, ProductColumns, np.ndarray]:
    """Products of one photo, two in three of them variants, some sold out; the best score of each for one query."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(PRODUCTS, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = {name: [None] * PRODUCTS for name in PRODUCT_SCHEMA.names} | {
        "product_id": [f"p{number}" for number in range(PRODUCTS)],
        "group_id": [f"g{number // 4}" if number % 3 else None for number in range(PRODUCTS)],
        "category": [CATEGORIES[number % 3] for number in rng.integers(0, 3, PRODUCTS)],
        "in_stock": [bool(number) for number in rng.integers(0, 5, PRODUCTS)],
        "colour": [("Red", "Blue")[number] for number in rng.integers(0, 2, PRODUCTS)],
    }
    columns = ProductColumns(pa.table(rows, schema=PRODUCT_SCHEMA))
    query = vectors[QUERY_PRODUCT]
    ranker = Ranker(FaissStore.build(vectors), columns, np.arange(PRODUCTS, dtype=np.int32))
    return ranker, columns, vectors @ query


def draw_curation(seed: int, columns: ProductColumns) -> Curation:
    """Decisions at random, contradictions included: pins on one place, of variants, of what is hidden or sold out."""
    rng = np.random.default_rng(seed)

    def some(count: int) -> list[str]:
        return [f"p{number}" for number in rng.integers(0, PRODUCTS, count)]

    places = [1, 2, 2, 5, 12, 13, 13, 30, 100]
    pins = [Pin(product_id, place) for product_id, place in zip(some(len(places)), places, strict=True)]
    rng.shuffle(pins)  # type: ignore[arg-type]
    return Curation(
        pins=(*pins, Pin("not indexed", 3), Pin(f"p{QUERY_PRODUCT}", 4)),
        boosts=dict(zip(some(6), rng.uniform(-1, 1, 6), strict=True)),
        category_boosts={"Hoods": float(rng.uniform(-0.5, 0.5)), "Hats": 1.0},
        hidden=frozenset((*some(60), pins[0].product_id)),
        hidden_categories=frozenset({"Suits"} if seed % 2 else {"Hats"}),
    )


def rank_by_hand(
    curation: Curation,
    columns: ProductColumns,
    scores: np.ndarray,
    allowed: np.ndarray,
    collapse: bool,
    exclude: int | None,
) -> list[tuple[list[int], bool]]:
    """The whole ranking as cards (members best first, pinned), product by product and place by place."""

    def group(product: int) -> int:
        return int(columns.group[product]) if collapse else product

    def gain(product: int) -> float:
        boost = curation.boosts.get(columns.product_ids[product], 0)
        return float(scores[product]) + boost + curation.category_boosts.get(columns.category.value(product) or "", 0)

    shown = {
        product
        for product in range(PRODUCTS)
        if allowed[product]
        and columns.product_ids[product] not in curation.hidden
        and columns.category.value(product) not in curation.hidden_categories
        and (exclude is None or group(product) != group(exclude))
    }
    cards: dict[int, list[int]] = {}
    for product in sorted(shown, key=gain, reverse=True):
        cards.setdefault(group(product), []).append(product)
    places: dict[int, int] = {}
    late: list[tuple[int, int]] = []
    pinned: set[int] = set()
    for pin in curation.pins:
        product = columns.position_of.get(pin.product_id, -1)
        if product not in shown or columns.sold_out[product] or group(product) in pinned:
            continue
        pinned.add(group(product))
        if pin.position in places:
            late.append((pin.position, product))
        else:
            places[pin.position] = product
    for place, product in sorted(late, key=lambda one: one[0]):
        while place in places:
            place += 1
        places[place] = product
    natural = [members for key, members in cards.items() if key not in pinned]
    ranking: list[tuple[list[int], bool]] = []
    while natural or places:
        place = len(ranking) + 1
        if place in places or not natural:
            product = places.pop(place if place in places else min(places))
            members = cards[group(product)]
            ranking.append(([product, *(one for one in members if one != product)], True))
        else:
            ranking.append((natural.pop(0), False))
    return ranking


@pytest.mark.parametrize("collapse", [True, False])
@pytest.mark.parametrize(
    "filters", [Filters(), Filters(colours=("Red",)), Filters(categories=("Hoods",), in_stock=True)], ids=str
)
@pytest.mark.parametrize("exclude", [None, QUERY_PRODUCT])
@pytest.mark.parametrize("seed", range(6))
def test_every_page_is_a_piece_of_the_curated_ranking(
    shop: tuple[Ranker, ProductColumns, np.ndarray], seed: int, exclude: int | None, filters: Filters, collapse: bool
) -> None:
    """And there are as many cards as the facets say, each product once."""
    ranker, columns, scores = shop
    curation = draw_curation(seed, columns)
    matching = columns.matching(filters)
    applied = AppliedCuration(curation, ranker.filters, filters)
    allowed = np.ones(PRODUCTS, bool) if matching is None else matching
    expected = rank_by_hand(curation, columns, scores, allowed, collapse, exclude)

    query = ranker.first_vectors([QUERY_PRODUCT])[0]
    found: list[Ranked] = []
    while len(found) % LIMIT == 0:
        page = ranker.rank(
            query,
            first=len(found),
            limit=LIMIT,
            only=applied.only,
            bonus=applied.bonus(None),
            collapse=collapse,
            exclude=exclude,
            pins=applied.pins,
        ).cards
        found += page
        if not page:
            break
    assert [(one.position, one.pinned) for one in found] == [(members[0], pinned) for members, pinned in expected]
    if collapse:
        assert [list(one.variants) for one in found] == [members[1:] for members, _ in expected]
    counter = FacetCounter(columns, collapse=collapse)
    facets = counter.count(filters, exclude=exclude, shown=shown_mask(curation, columns))
    assert facets.total == len(expected)
    for value in facets.values["category"]:
        ids = {product for members, _ in expected for product in members}
        cards = {
            int(columns.group[one]) if collapse else one for one in ids if columns.category.value(one) == value.value
        }
        if not filters.categories:
            assert value.count == len(cards)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(colours=("RED",), in_stock=False),
        Filters(categories=("hoods", "Coats"), in_stock=True),
        Filters(colours=("No such",)),
    ],
    ids=str,
)
def test_conditions_say_what_the_mask_says(
    shop: tuple[Ranker, ProductColumns, np.ndarray], seed: int, filters: Filters
) -> None:
    """So an engine that keeps the fields beside the vectors finds what FAISS finds; it compares texts as they are."""
    ranker, columns, _ = shop
    only = AppliedCuration(draw_curation(seed, columns), ranker.filters, filters).only
    assert only is not None
    assert only.conditions is not None
    asked = only.conditions.filters
    fulfilled = [
        (not asked.categories or columns.category.value(product) in asked.categories)
        and (not asked.colours or columns.texts["colour"].value(product) in asked.colours)
        and (asked.in_stock is None or asked.in_stock != columns.sold_out[product])
        and columns.product_ids[product] not in only.conditions.hidden
        and columns.category.value(product) not in only.conditions.hidden_categories
        for product in range(PRODUCTS)
    ]
    assert only.allowed.tolist() == fulfilled
    assert only.passes(np.arange(PRODUCTS)).tolist() == fulfilled
    assert np.unpackbits(only.bitmap, bitorder="little")[: len(only.rows)].tolist() == only.rows.tolist()
    assert only.count == only.rows.sum()


def ids(hits: tuple) -> list[str]:
    return [hit.product_id for hit in hits]


def test_a_pinned_card_says_so(engine: SearchEngine, photo: Image.Image) -> None:
    """In a photo's answer too, and for what goes with it, each list by its own decisions."""
    curations = Curations(Curation(pins=(Pin("scarf-red", 1),)), Curation(pins=(Pin("trousers-green", 1),)))
    answer = engine.search_photo(photo, curations=curations)
    assert answer.similar[0].product_id == "scarf-red"
    assert answer.similar[0].reasons == ("pinned", "colour")
    assert answer.goes_with[0].product_id == "trousers-green"
    assert "pinned" in answer.goes_with[0].reasons
    assert not any("pinned" in hit.reasons for hit in (*answer.similar[1:], *answer.goes_with[1:]))


def test_a_photo_of_nothing_we_know_has_no_category_to_curate(
    engine: SearchEngine, embedder: HandEmbedder, photo: Image.Image
) -> None:
    """Unless the shopper says what it is; a filter doesn't change what a photo shows."""
    assert curated(engine.encode(photo)) == ("Coats", "Coats")
    embedder.style = "suit"
    strange = engine.encode(photo)
    assert curated(strange) == (None, None)
    assert curated(strange, category="Shoes") == ("Shoes", "Shoes")
    assert curated(strange, filters=Filters(categories=("Hoods",))) == (None, None)
    assert curated(strange, category="Shoes", filters=Filters(categories=("Hoods",))) == ("Shoes", "Shoes")


def curated(query: Query, **asked: object) -> tuple[str | None, str | None]:
    """The categories whose rules hold for the two lists of an answer."""
    request = SearchRequest(**asked)  # type: ignore[arg-type]
    return query.similar_category(request), query.goes_with_category(request)


def test_sold_out_falls_back_to_where_it_stands_by_itself(engine: SearchEngine) -> None:
    """The parka is sold out; it neither goes nor leads."""
    plain = ids(engine.similar("hood-red"))
    assert ids(engine.similar("hood-red", curation=Curation(pins=(Pin("parka/green ñ", 1),)))) == plain
    paired = ids(engine.goes_with("coat-red", curation=Curation(pins=(Pin("shoes-black", 1),))))
    assert paired == ids(engine.goes_with("coat-red"))


def test_companions_are_hidden_boosted_and_buried(engine: SearchEngine) -> None:
    """Also one that clashes and so was left out; never the coat's own variant."""
    plain = ids(engine.goes_with("coat-red"))
    assert "trousers-green" not in plain
    curation = Curation(
        boosts={"trousers-green": 2.0, "coat-black": 5.0},
        hidden=frozenset({"scarf-red"}),
        hidden_categories=frozenset({"Shoes"}),
    )
    assert ids(engine.goes_with("coat-red", curation=curation)) == ["trousers-green", "trousers-black"]
    hidden = Curation(hidden=frozenset({"trousers-black"}), hidden_categories=frozenset({"Shoes"}))
    assert set(ids(engine.goes_with("coat-red", curation=hidden))) == {"trousers-green", "scarf-red"}
    pinned = Curation(pins=(Pin("trousers-green", 2), Pin("coat-black", 1)))
    assert ids(engine.goes_with("coat-red", curation=pinned))[1] == "trousers-green"
    assert "coat-black" not in ids(engine.goes_with("coat-red", curation=pinned))


def test_the_table_of_categories_says_what_goes_together(engine: SearchEngine) -> None:
    """Never is never, one of the same kind joins when it is given a weight, and the rest goes by its kind."""
    found = engine.goes_with("coat-red", curation=Curation(weights={"Shoes": 0.0, "Hoods": 1.0}))
    assert {hit.category for hit in found} == {"Trousers", "Scarves", "Hoods"}
    assert (
        engine.goes_with("coat-red", curation=Curation(weights=dict.fromkeys(("Shoes", "Trousers", "Scarves"), 0.0)))
        == ()
    )
    reasons = {hit.category: hit.reasons for hit in found}
    assert "other_kind" in reasons["Trousers"]
    assert "other_kind" not in reasons["Hoods"]


def test_better_companions_come_more_often(engine: SearchEngine) -> None:
    """Both trousers before the scarf, whose share is a third of theirs."""
    weights = {"Shoes": 0.0, "Trousers": 1.0, "Scarves": 0.3}
    found = [hit.category for hit in engine.goes_with("trousers-men", curation=Curation(weights={"Scarves": 0.0}))]
    assert "Scarves" not in found
    curation = Curation(weights=weights, boosts={"trousers-green": 1.0})
    found = [hit.category for hit in engine.goes_with("parka/green ñ", curation=curation)]
    assert found.index("Scarves") == len(found) - 1
    assert all(one <= other for one, other in pairwise([found.index("Trousers"), found.index("Scarves")]))


def test_without_decisions_nothing_changes(engine: SearchEngine) -> None:
    """Also with decisions about what the index doesn't have."""
    nothing = Curation(
        pins=(Pin("gone", 1),), boosts={"gone": 1}, category_boosts={"Hats": 1}, hidden=frozenset({"gone"}), weights={}
    )
    assert engine.similar("coat-red", curation=nothing) == engine.similar("coat-red")
    assert engine.goes_with("coat-red", curation=nothing) == engine.goes_with("coat-red")
    assert engine.facets(curation=nothing) == engine.facets()

"""Changes laid over an index: the same answers as an index that was built of the changed catalogue."""

import gc
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import search.updates as updates
from search.engine import SearchEngine
from search.errors import OtherCatalogueError
from search.index.snapshot import Snapshot
from search.model.bundle import Bundle
from search.query import Filters, SearchRequest
from search.updates import UpdatedIndex
from tests.search.handmade import COLOURS, PRODUCTS, STYLES, HandEmbedder, make_content, make_vector
from tests.search.updates.changing_shop import GENDERS, FixedLive, Shop, answers, rebuilt


@pytest.mark.slow
def test_a_thousand_random_changes_answer_as_a_rebuilt_index_does(
    engine: SearchEngine,
    shop: Shop,
    embeds: list[str],
    publish: Callable[..., Path],
    bundle: Bundle,
    photo: Image.Image,
    embedder: HandEmbedder,
) -> None:
    """Creates, replacements, patches and deletes, with searches between them and a build now and then."""
    rng, live = np.random.default_rng(5), FixedLive(engine)
    index = UpdatedIndex(live, shop)  # type: ignore[arg-type]
    for step in range(1000):
        change_at_random(shop, rng, step)
        index.catch_up()
        assert not index.state.waiting
        current = index.current()
        assert set(shop.products) == {one for one in [*shop.products, *shop.noted] if current.holds(one)}
        if step % 50 == 49:
            built = rebuilt(shop, engine, publish, bundle, f"at-{step}")
            embedder.style, embedder.colour = rng.choice(list(STYLES)), rng.choice(list(COLOURS))
            seed, ids = int(rng.integers(1 << 30)), sorted(shop.products)
            asked = [answers(one, ids, photo, np.random.default_rng(seed)) for one in (current, built)]
            assert asked[0] == asked[1], f"after {step + 1} changes"


def change_at_random(shop: Shop, rng: np.random.Generator, step: int) -> None:
    kind, ids = rng.choice(["create", "replace", "patch", "delete"]), sorted(shop.products)
    if kind == "delete" and len(ids) > 5:
        shop.delete(str(rng.choice(ids)))
        return
    product_id = f"new-{step}" if kind == "create" else str(rng.choice(ids))
    old = shop.products.get(product_id)
    style, other = rng.choice(list(STYLES), 2, replace=False)
    colour = str(rng.choice(list(COLOURS)))
    category = "Bags" if rng.random() < 0.05 else str(rng.choice([one[1] for one in PRODUCTS]))
    group = str(rng.choice(["coat", "shoes", f"group-{step % 7}"])) if rng.random() < 0.5 else None
    values = (
        category,
        style,
        colour,
        group,
        GENDERS[int(rng.integers(len(GENDERS)))],
        int(rng.integers(10, 300)) * 100,
        bool(rng.random() < 0.7),
    )
    photos = shop.photos.get(product_id, [])
    if kind != "patch" or old is None:
        new = [f"{step:060x}{number:04x}"[::-1] for number in range(rng.integers(1, 4))]
        for one in new:
            vector = make_vector(f"{style}+{other}", colour) + rng.normal(0, 0.05, 9).astype(np.float32)
            for part in (slice(0, 6), slice(6, 9)):
                vector[part] /= np.linalg.norm(vector[part])
            shop.vectors[one] = vector.astype(np.float32)
        kept = [one for one in photos if rng.random() < 0.5]
        photos = new + kept
    shop.put((product_id, *values), photos)


def test_a_changed_price_touches_no_vector(engine: SearchEngine, shop: Shop, embeds: list[str]) -> None:
    """The photo is neither embedded nor stored again."""
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    red = shop.products["coat-red"]
    shop.put((*red[:6], 1, False), shop.photos["coat-red"])
    index.catch_up()
    found = index.current().similar("coat-black", SearchRequest(filters=Filters(max_price_cents=100)))
    assert [hit.product_id for hit in found] == []
    request = SearchRequest(filters=Filters(max_price_cents=100), collapse=False)
    assert [hit.product_id for hit in index.current().similar("hood-red", request)] == ["coat-red"]
    assert embeds == []
    assert len(index.current()._ranker._store._added) == 0  # type: ignore[attr-defined]


def test_other_processes_see_a_change_without_being_told(engine: SearchEngine, shop: Shop, embeds: list[str]) -> None:
    """Asking for the current engine is enough."""
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    assert index.current().holds("coat-red")
    shop.delete("coat-red")
    deadline = time.monotonic() + 10
    while index.current().holds("coat-red") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not index.current().holds("coat-red")


def test_searches_dont_ask_the_database_each_time(
    engine: SearchEngine, shop: Shop, embeds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "_LOOK_EVERY_SECONDS", 3600.0)
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    for _ in range(100):
        index.current()
    assert shop.asked == 1


def test_a_new_index_takes_over_with_what_its_build_missed(
    engine: SearchEngine, shop: Shop, embeds: list[str], publish: Callable[..., Path], bundle: Bundle
) -> None:
    """Until it has that, the old one serves with all changes: a product that was found stays found."""
    live = FixedLive(engine)
    index = UpdatedIndex(live, shop)  # type: ignore[arg-type]
    shop.delete("coat-red")
    taken_in = shop.latest()
    shop.delete("hood-red")
    index.catch_up()
    content = make_content([one for one in PRODUCTS if one[0] != "coat-red"], sequence=taken_in)
    live.engine = SearchEngine(Snapshot.open(publish("two", content) / "two", bundle), engine._embedder)
    for _ in range(200):
        current = index.current()
        assert not current.holds("coat-red")
        assert not current.holds("hood-red")
        time.sleep(0.005)
    assert current.base is live.engine
    assert index.state.products == 1, "the build has taken the first change in"


def test_while_the_catalogue_is_away_the_index_goes_on(engine: SearchEngine, shop: Shop, embeds: list[str]) -> None:
    """And heals by itself."""
    shop.away = True
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    assert index.current().holds("coat-red")
    assert index.state.trouble == "the database is away"
    shop.away = False
    shop.delete("coat-red")
    index.catch_up()
    assert not index.current().holds("coat-red")
    assert index.state.trouble is None


def test_a_large_import_waits_for_a_build(
    engine: SearchEngine, shop: Shop, embeds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Embedding many photos would take a web server's processors for minutes; what needs none is followed."""
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 2)
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    for number in range(3):
        shop.put((f"new-{number}", "Coats", "coat", "Red", None, "Women", 100, True), [f"{number:063x}a"])
    shop.delete("coat-red")
    index.catch_up()
    assert (index.state.products, index.state.waiting, embeds) == (1, 3, [])
    assert not index.current().holds("coat-red")


def test_an_older_catalogue_beside_a_newer_index_is_said_and_hides_no_new_change(
    shop: Shop, embeds: list[str], publish: Callable[..., Path], bundle: Bundle, embedder: HandEmbedder
) -> None:
    """Its changes begin at numbers that the index seems to have; the next build, whose mark it knows, mends all."""

    def built(name: str, **facts: Any) -> SearchEngine:
        content = make_content(**facts)
        return SearchEngine(Snapshot.open(publish(name, content) / name, bundle), embedder)  # type: ignore[arg-type]

    live = FixedLive(built("newer", sequence=500, mark="of a later state"))
    shop.away = True
    index = UpdatedIndex(live, shop)  # type: ignore[arg-type]
    assert index.current().holds("coat-red")
    assert index.trouble is None, "nobody can say so while the catalogue is away"
    shop.away = False
    shop.delete("coat-red")
    index.catch_up()
    assert not index.current().holds("coat-red"), "its number is 1"
    assert isinstance(index.trouble, OtherCatalogueError)
    shop.delete("hood-red")
    index.catch_up()
    assert not index.current().holds("hood-red")
    shop.marks.add("of this state")
    live.engine = built("mended", sequence=1, mark="of this state")
    index.catch_up()
    assert index.trouble is None
    assert not index.current().holds("hood-red")
    assert index.state.products == 1


def test_two_states_of_one_number_are_told_apart(
    engine: SearchEngine, shop: Shop, embeds: list[str], photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photo that could be embedded later changes what is found, without another change of the catalogue."""
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 0)
    monkeypatch.setattr(updates, "_WAITING_EVERY_SECONDS", 0.0)
    shop.vectors["a" * 64] = make_vector("coat", "Red")
    shop.put(("new", "Hats", "coat", "Red", None, "Women", 100, True), ["a" * 64])
    shop.delete("coat-red")
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    query, sequence = index.current().encode(photo), index.state.sequence
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 100)
    index.catch_up()
    assert index.current().holds("new")
    assert index.state.sequence == sequence
    with pytest.raises(ValueError, match="A query of the index"):
        index.current().rank(query)
    adopted = index.current().adopt(query)
    assert adopted is not None
    assert index.current().rank(adopted).similar


def test_an_engine_that_is_replaced_is_freed_at_once(
    engine: SearchEngine, shop: Shop, embeds: list[str], photo: Image.Image
) -> None:
    """Each change makes one; of a large catalogue it takes a hundred megabytes, and Python seldom looks for cycles."""
    embedder, snapshot = engine._embedder, engine._snapshot
    gc.disable()
    try:
        built = SearchEngine(snapshot, embedder)
        index = UpdatedIndex(FixedLive(built), shop)  # type: ignore[arg-type]
        shop.delete("coat-red")
        index.catch_up()
        changed = index.current()
        for one in (built, changed):
            one.facets()
            one.facets(SearchRequest(collapse=False), like="hood-red")
            one.search_photo(photo, SearchRequest(filters=Filters(categories=("Coats",)), in_colour="Red"))
            one.goes_with("hood-red")
            assert one.isolated is None or one.filter_values
        kept = [weakref.ref(one) for one in (built, built._columns, changed, changed._columns, changed._card_counter)]
        del index, built, changed, one
        assert [ref() for ref in kept] == [None] * len(kept)
    finally:
        gc.enable()


def test_a_category_that_the_catalogue_no_longer_has_is_no_answer(
    engine: SearchEngine, shop: Shop, embeds: list[str], photo: Image.Image
) -> None:
    """It would lead to a page that isn't there; what it was renamed to is answered where only its case differs."""
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    assert engine.encode(photo).prediction[0].category == "Coats"
    coats = [one for one in PRODUCTS if one[1] == "Coats"]
    for renamed in ("COATS", "Mäntel"):
        for one in coats:
            shop.put((one[0], renamed, *one[2:]), shop.photos[one[0]])
        index.catch_up()
        current = index.current()
        said = [guess.category for guess in current.search_photo(photo).prediction]
        assert set(said) <= set(current.categories)
        assert (renamed in said) == (renamed == "COATS")
        for category in said:
            current.search_photo(photo, SearchRequest(category=category))
    assert not index.current().search_photo(photo).sure


def test_a_catalogue_of_which_nothing_is_left_answers_nothing(
    engine: SearchEngine, shop: Shop, embeds: list[str], photo: Image.Image
) -> None:
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    for one in list(shop.products):
        shop.delete(one)
    index.catch_up()
    answer = index.current().search_photo(photo)
    assert (answer.prediction, answer.similar, answer.goes_with, answer.sure) == ((), (), (), False)

"""Changes laid over an index: the same answers as an index that was built of the changed catalogue."""

import gc
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import search.updates as updates
from search.changes import ChangedProduct, StoredEmbedding
from search.engine import SearchEngine
from search.errors import OtherCatalogueError, PhotoError, PhotoFileError
from search.fields import FIELD_NAMES
from search.index.snapshot import Snapshot
from search.model.bundle import Bundle
from search.model.photo_embedding import PhotoEmbedding
from search.query import Filters, SearchRequest
from search.ranking.curation import Curation, Pin
from search.updates import UpdatedIndex
from tests.search.handmade import COLOURS, PRODUCTS, STYLES, HandEmbedder, make_content, make_vector

GENDERS = ("Women", "Men", None)


def sizes_of(cents: int) -> list[str] | None:
    """Sizes that differ between products, and change when a product does."""
    return ["S", "M", f"of {cents // 5000}"][: cents // 100 % 4] or None


class Shop:
    """A catalogue in memory: the oracle, and a feed of its changes."""

    def __init__(self) -> None:
        self.products: dict[str, tuple] = {one[0]: one for one in PRODUCTS}
        self.photos: dict[str, list[str]] = {
            one[0]: [f"{row:064x}" for row in (2 * place, 2 * place + 1)] for place, one in enumerate(PRODUCTS)
        }
        self.vectors: dict[str, np.ndarray] = {}
        self.noted: dict[str, int] = {}
        self.sequence = 0
        self.asked = 0
        self.asked_for: list[str] = []  # embeddings
        self.away = False
        self.stored: dict[str, StoredEmbedding] = {}
        self.marks = {""}

    def note(self, product_id: str) -> None:
        self.sequence += 1
        self.noted[product_id] = self.sequence

    def put(self, product: tuple, photos: list[str]) -> None:
        self.products[product[0]] = product
        self.photos[product[0]] = photos
        self.note(product[0])

    def delete(self, product_id: str) -> None:
        del self.products[product_id], self.photos[product_id]
        self.note(product_id)

    def latest(self) -> int:
        self.asked += 1
        if self.away:
            raise OSError("the database is away")
        return max(self.noted.values(), default=0)

    def since(self, sequence: int, limit: int) -> list[ChangedProduct]:
        later = sorted((number, one) for one, number in self.noted.items() if number > sequence)[:limit]
        return [self.changed(number, one) for number, one in later]

    def changed(self, number: int, product_id: str) -> ChangedProduct:
        if product_id not in self.products:
            return ChangedProduct(number, product_id, None)
        _, category, _, colour, group, gender, cents, stock = self.products[product_id]
        values = dict.fromkeys(FIELD_NAMES) | {
            "category": category,
            "title": f"Title of {product_id}",
            "group_id": group,
            "gender": gender,
            "colour": colour,
            "price_cents": cents,
            "in_stock": stock,
            "sizes": sizes_of(cents),
        }
        return ChangedProduct(number, product_id, values, tuple((one, Path(one)) for one in self.photos[product_id]))

    def knows(self, mark: str) -> bool:
        if self.away:
            raise OSError("the database is away")
        return mark in self.marks

    def embeddings(self, _model: str, fingerprints: Iterable[str]) -> dict[str, StoredEmbedding]:
        wanted = list(fingerprints)
        self.asked_for += wanted
        return {one: self.stored[one] for one in wanted if one in self.stored}

    def keep(self, _model: str, embeddings: Mapping[str, StoredEmbedding]) -> None:
        self.stored |= embeddings


class FixedLive:
    """An index that a test replaces."""

    trouble = None

    def __init__(self, engine: SearchEngine) -> None:
        self.engine = engine

    def current(self) -> SearchEngine:
        return self.engine


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def embeds(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> list[str]:
    """The names of the photos that were embedded: each file's name is its fingerprint."""
    done: list[str] = []

    def embed(_engine: SearchEngine, path: Path) -> PhotoEmbedding:
        done.append(path.name)
        if path.name not in shop.vectors:
            raise PhotoError("no photo")
        vector = shop.vectors[path.name]
        return PhotoEmbedding(vector, (0, int(vector[-3:].argmax())))

    monkeypatch.setattr(SearchEngine, "embed_photo_file", embed)
    monkeypatch.setattr(updates, "_LOOK_EVERY_SECONDS", 0.0)
    return done


def rebuilt(shop: Shop, first: SearchEngine, publish: Callable[..., Path], bundle: Bundle, name: str) -> SearchEngine:
    """An index that is built of the shop as it is now."""
    ids = sorted(shop.products)
    content = make_content([shop.products[one] for one in ids])
    of_base = {one[0]: place for place, one in enumerate(PRODUCTS)}
    base = make_content()
    rows, owner, shas = [], [], []
    seen: list[str] = []
    for place, product_id in enumerate(ids):
        for number, sha256 in enumerate(shop.photos[product_id]):
            old = sha256 not in shop.vectors
            vector = base.vectors[int(sha256, 16)] if old else shop.vectors[sha256]
            rows.append(vector)
            owner.append(place)
            shas.append(sha256)
            if number == 0:
                seen.append(PRODUCTS[of_base[product_id]][3] if old else list(COLOURS)[int(vector[-3:].argmax())])
    products = content.products | {
        "seen_gender": [
            PRODUCTS[of_base[one]][5] if shop.photos[one][0] not in shop.vectors else bundle.heads["gender"].labels[0]
            for one in ids
        ],
        "seen_colour": seen,
        "sizes": [sizes_of(cents) for cents in content.products["price_cents"]],
    }
    changed = replace(
        content,
        vectors=np.stack(rows),
        photo_product=np.array(owner, np.int32),
        photo_sha256=shas,
        products=products,
    )
    index = publish(name, changed)
    return SearchEngine(Snapshot.open(index / name, bundle), first._embedder)


def answers(engine: SearchEngine, ids: list[str], photo: Image.Image, rng: np.random.Generator) -> list[object]:
    """What an engine says to some random questions, in numbers that can be compared."""

    def hits(found: Iterable) -> list[tuple]:
        return sorted(
            (round(-hit.score, 5), hit.product_id, sorted(hit.variants), hit.reasons, hit.grade) for hit in found
        )

    found: list[object] = [engine.categories]
    some = list(rng.choice(ids, min(4, len(ids)), replace=False))
    curation = Curation((Pin(some[0], 2),), boosts={some[-1]: 0.2}, hidden=frozenset(some[1:2]))
    for filters in (
        Filters(),
        Filters(colours=("Red",)),
        Filters(genders=("Women",), in_stock=True),
        Filters(max_price_cents=9000),
        Filters(sizes=("m",)),
        Filters(colours=("red",), without=(("category", "Coats"), ("size", "S"))),
    ):
        for collapse in (True, False):
            request = SearchRequest(filters=filters, collapse=collapse, limit=100)
            answer = engine.rank(engine.encode(photo), request)
            found += [hits(answer.similar), answer.prediction, engine.facets(request)]
            found += [hits(engine.similar(one, request, curation)) for one in some[:2]]
            found += [engine.facets(request, like=some[0], curation=curation)]
    query = engine.encode(photo)
    found.append(sorted(round(hit.score, 5) for hit in engine.rank(query).goes_with))
    found += [sorted(round(hit.score, 5) for hit in engine.goes_with(one)) for one in some]
    return found


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


def test_a_new_photo_is_embedded_once_for_all_processes(engine: SearchEngine, shop: Shop, embeds: list[str]) -> None:
    """The second process, and one that starts later, find what the first one stored."""
    shop.vectors["a" * 64] = make_vector("coat", "Red")
    shop.put(("new", "Coats", "coat", "Red", None, "Women", 100, True), ["a" * 64])
    for _ in range(3):
        index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
        assert index.current().holds("new"), "a process that starts has what changed before"
    assert embeds == ["a" * 64]


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


def test_photos_that_wait_for_a_build_cost_later_changes_nothing(
    engine: SearchEngine, shop: Shop, embeds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be a million of them, and whoever saves a product waits until it is found."""
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 2)
    monkeypatch.setattr(updates, "_WAITING_EVERY_SECONDS", 3600.0)
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    index._waiting_looked = time.monotonic()
    for number in range(3):
        shop.put((f"new-{number}", "Coats", "coat", "Red", None, "Women", 100, True), [f"{number:063x}a"])
    index.catch_up()
    shop.asked_for.clear()
    shop.stored["b" * 64] = PhotoEmbedding(make_vector("coat", "Red"), (0, 0)).to_bytes()
    shop.put(("saved", "Coats", "coat", "Red", None, "Women", 100, True), ["b" * 64])
    for _ in range(3):
        index.catch_up()
    assert index.current().holds("saved")
    assert (shop.asked_for, index.state.waiting) == (["b" * 64], 3)


def test_one_more_photo_waits_with_those_that_wait_for_a_build(
    engine: SearchEngine, shop: Shop, embeds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the rest of an import, of which a process sees a part at a time."""
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 2)
    monkeypatch.setattr(updates, "_WAITING_EVERY_SECONDS", 3600.0)
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    index._waiting_looked = time.monotonic()
    for number in range(4):
        shop.put((f"new-{number}", "Coats", "coat", "Red", None, "Women", 100, True), [f"{number:063x}a"])
        if number >= 2:
            index.catch_up()
    assert (index.state.waiting, embeds) == (4, [])


@pytest.mark.parametrize("indexed", [False, True])
def test_a_photo_that_can_be_used_again_is_found_when_its_product_changes(
    engine: SearchEngine, shop: Shop, embeds: list[str], publish: Callable[..., Path], bundle: Bundle, indexed: bool
) -> None:
    """Its file may have lain on a disk that was away; meanwhile a build may have taken it in."""
    live = FixedLive(engine)
    index = UpdatedIndex(live, shop)  # type: ignore[arg-type]
    photo = f"{2 * len(PRODUCTS):064x}"  # what the next product of an index has
    shop.put(("new", "Coats", "coat", "Red", None, "Women", 100, True), [photo])
    index.catch_up()
    assert not index.current().holds("new")
    shop.vectors[photo] = make_vector("coat", "Red")
    if indexed:
        content = make_content([*PRODUCTS, shop.products["new"]], sequence=shop.latest())
        live.engine = SearchEngine(Snapshot.open(publish("two", content) / "two", bundle), engine._embedder)
    shop.put(("new", "Coats", "coat", "Red", None, "Women", 90, True), [photo])
    index.catch_up()
    assert index.current().holds("new")


def test_a_photo_that_cant_be_used_is_left_out(engine: SearchEngine, shop: Shop, embeds: list[str]) -> None:
    """A product without any other photo can't be found, and is tried once."""
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    shop.put(("new", "Coats", "coat", "Red", None, "Women", 100, True), ["b" * 64])
    shop.put(shop.products["coat-red"], [*shop.photos["coat-red"], "c" * 64])
    for _ in range(2):
        index.catch_up()
        assert not index.current().holds("new")
        assert index.current().holds("coat-red")
    assert sorted(embeds) == ["b" * 64, "c" * 64]


def test_a_photo_whose_disk_was_away_is_found_once_it_is_back(
    engine: SearchEngine, shop: Shop, monkeypatch: pytest.MonkeyPatch, embeds: list[str]
) -> None:
    """Its product is found by its other photos meanwhile, and nothing waits for a file that never comes."""
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 2)
    monkeypatch.setattr(updates, "_WAITING_EVERY_SECONDS", 0.0)
    there = {one: make_vector("coat", "Red") for one in ("b" * 64, "c" * 64)}
    shop.vectors |= there
    away, never = [f"{number:063x}d" for number in range(3)], "e" * 64
    taken = SearchEngine.embed_photo_file

    def embed(one: SearchEngine, path: Path) -> PhotoEmbedding:
        if path.name not in shop.vectors:
            raise PhotoFileError("The photo can't be read: No such file or directory.")
        return taken(one, path)

    monkeypatch.setattr(SearchEngine, "embed_photo_file", embed)
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    shop.put(("new", "Coats", "coat", "Red", None, "Women", 100, True), ["b" * 64, away[0]])
    index.catch_up()
    shop.put(("gone", "Coats", "coat", "Red", None, "Women", 100, True), [never])
    index.catch_up()
    for number in (1, 2):
        shop.put((f"away-{number}", "Coats", "coat", "Red", None, "Women", 100, True), [away[number]])
        index.catch_up()
    assert [index.current().holds(one) for one in ("new", "gone", "away-1")] == [True, False, False]
    assert index.state.waiting == 0
    before = index.current()
    index.catch_up()
    assert index.current() is before  # nothing is laid anew over the index for what stays away
    shop.put(("later", "Coats", "coat", "Red", None, "Women", 100, True), ["c" * 64])
    index.catch_up()
    assert index.current().holds("later")
    shop.vectors |= dict.fromkeys(away, make_vector("coat", "Red"))
    for _ in range(2):  # as many at a time as a process embeds
        index.catch_up()
    assert [index.current().holds(one) for one in ("new", "gone", "away-1", "away-2")] == [True, False, True, True]
    assert set(away) <= shop.stored.keys()


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

"""Photos of products that changed: embedded once, left for a build where they are many."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import search.updates as updates
from search.engine import SearchEngine
from search.errors import PhotoFileError
from search.index.snapshot import Snapshot
from search.model.bundle import Bundle
from search.model.photo_embedding import PhotoEmbedding
from search.updates import UpdatedIndex
from tests.search.handmade import PRODUCTS, make_content, make_vector
from tests.search.updates.changing_shop import FixedLive, Shop


def test_a_new_photo_is_embedded_once_for_all_processes(engine: SearchEngine, shop: Shop, embeds: list[str]) -> None:
    """The second process, and one that starts later, find what the first one stored."""
    shop.vectors["a" * 64] = make_vector("coat", "Red")
    shop.put(("new", "Coats", "coat", "Red", None, "Women", 100, True), ["a" * 64])
    for _ in range(3):
        index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
        assert index.current().holds("new"), "a process that starts has what changed before"
    assert embeds == ["a" * 64]


@pytest.fixture
def index_of_few(engine: SearchEngine, shop: Shop, embeds: list[str], monkeypatch: pytest.MonkeyPatch) -> UpdatedIndex:
    """One that embeds two photos itself, and has just looked for those that wait for a build."""
    monkeypatch.setattr(updates, "MOST_EMBEDDED", 2)
    monkeypatch.setattr(updates, "_WAITING_EVERY_SECONDS", 3600.0)
    index = UpdatedIndex(FixedLive(engine), shop)  # type: ignore[arg-type]
    index._waiting_looked = time.monotonic()
    return index


def test_photos_that_wait_for_a_build_cost_later_changes_nothing(index_of_few: UpdatedIndex, shop: Shop) -> None:
    """There may be a million of them, and whoever saves a product waits until it is found."""
    index = index_of_few
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
    index_of_few: UpdatedIndex, shop: Shop, embeds: list[str]
) -> None:
    """It is the rest of an import, of which a process sees a part at a time."""
    index = index_of_few
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

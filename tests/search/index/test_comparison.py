"""Differences between assortments, against plain loops over the same products."""

import gc
import random
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from search.errors import DamagedSnapshotError
from search.fields import FIELD_NAMES
from search.index.comparison import Difference, State, compare_snapshots, make_state
from tests.search.handmade import PRODUCTS, make_content

Product = tuple[dict[str, object], list[str]]  # fields, fingerprints of photos


def product(product_id: str, photos: list[str], **fields: object) -> Product:
    return {"product_id": product_id, **dict.fromkeys(FIELD_NAMES), "category": "Coats", **fields}, photos


def state_of(products: list[Product]) -> State:
    columns = {name: [fields[name] for fields, _ in products] for name in ("product_id", *FIELD_NAMES)}
    owners = [place for place, (_, photos) in enumerate(products) for _ in photos]
    return make_state(columns, owners, [sha256 for _, photos in products for sha256 in photos])


def test_added_removed_and_changed() -> None:
    """With what each changed product was and is."""
    before = [product("a", ["1"], title="A"), product("b", ["2"]), product("c", ["3", "4"]), product("d", ["5"])]
    after = [
        product("a", ["1"], title="B", price_cents=5),
        product("c", ["4", "3"]),
        product("d", ["5"]),
        product("e", ["6"]),
    ]
    found = Difference(state_of(before), state_of(after))
    assert (found.added, found.removed, found.changed) == (1, 1, 2)
    assert found.field_counts() == {"title": 1, "price_cents": 1, "photos": 1}
    assert [one["product_id"] for one in found.added_products(9)] == ["e"]
    assert [one["product_id"] for one in found.removed_products(9)] == ["b"]
    first, second = found.changed_products(9)
    assert (first.product_id, first.before, first.after) == (
        "a",
        {"title": "A", "price_cents": None},
        {"title": "B", "price_cents": 5},
    )
    assert (second.product_id, second.before) == ("c", {"photos": 2})


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_a_plain_loop(seed: int) -> None:
    """Whatever the order of the products, with products without photos, too."""
    chance = random.Random(seed)

    def draw() -> list[Product]:
        ids = [f"p{number}" for number in chance.sample(range(60), 40)]
        return [
            product(
                one,
                [str(chance.randrange(3)) for _ in range(chance.randrange(3))],
                colour=chance.choice([None, "Red"]),
                in_stock=chance.choice([None, True, False]),
            )
            for one in ids
        ]

    before, after = draw(), draw()
    was = {fields["product_id"]: (fields, photos) for fields, photos in before}
    now = {fields["product_id"]: (fields, photos) for fields, photos in after}
    found = Difference(state_of(before), state_of(after))
    assert {one["product_id"] for one in found.added_products(99)} == now.keys() - was.keys()
    assert {one["product_id"] for one in found.removed_products(99)} == was.keys() - now.keys()
    changed = {one.product_id for one in found.changed_products(99)}
    assert changed == {one for one in was.keys() & now.keys() if was[one] != now[one]}
    assert [one.product_id for one in found.changed_products(3, 2)] == [
        one.product_id for one in found.changed_products(5)
    ][2:]


def test_snapshots_are_compared_from_their_files(publish: Callable[..., Path]) -> None:
    index = publish("one")
    later = [("coat-red", "Hoods", *PRODUCTS[0][2:]), *PRODUCTS[2:]]
    publish("two", make_content(later))
    found = compare_snapshots(index / "one", index / "two")
    assert (found.added, found.removed) == (0, 1)
    assert "category" in found.field_counts()
    same = compare_snapshots(index / "one", index / "one")
    assert (same.added, same.removed, same.changed) == (0, 0, 0)


def test_only_the_latest_comparison_is_kept(publish: Callable[..., Path]) -> None:
    """Its next page costs nothing; all others would stay in memory, each with both catalogues."""
    publish("one", make_content(PRODUCTS))
    index = publish("two", make_content(PRODUCTS[1:]))
    latest = compare_snapshots(index / "one", index / "two")
    assert compare_snapshots(index / "one", index / "two") is latest
    earlier = weakref.ref(latest)
    del latest
    compare_snapshots(index / "two", index / "one")
    gc.collect()
    assert earlier() is None


def test_empty_assortments_differ_in_nothing() -> None:
    assert Difference(state_of([]), state_of([])).changed == 0
    assert Difference(state_of([]), state_of([product("a", ["1"])])).added == 1


def test_a_snapshot_without_its_tables_is_damaged(publish: Callable[..., Path]) -> None:
    index = publish("one")
    (index / "one" / "products.parquet").unlink()
    with pytest.raises(DamagedSnapshotError):
        compare_snapshots(index / "one", index / "two")

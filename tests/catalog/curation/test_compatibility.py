"""What goes with what: learned from kinds, genders and clicks, chosen by hand, taken back."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from catalog import Catalog
from catalog.curation.change_log import read_revision
from catalog.curation.compatibility import CompatibilityStore, LearnedWeight, read_clicks
from catalog.curation.compatibility_learning import FLOOR, learn_compatibility
from catalog.curation.undoing import undo
from catalog.errors import EditConflictError
from catalog.events.event_figures import Days
from catalog.events.event_store import EventStore
from tests.catalog.events.test_event_store import make_click, make_search

ROLES = {"Coats": "top", "Shirts": "top", "Trousers": "bottom", "Shoes": "shoes", "Skirts": "bottom"}
GENDERS: dict[str, dict[str | None, int]] = {
    "Coats": {"Men": 10},
    "Shirts": {"Men": 10},
    "Trousers": {"Men": 10},
    "Shoes": {"Unisex": 4, None: 2},
    "Skirts": {"Women": 10},
}


def test_kinds_and_genders_say_what_can_go_together() -> None:
    """A man's coat goes with trousers and shoes, not with a shirt (its own kind) nor a skirt (for women)."""
    learned = {
        other: one.weight
        for (category, other), one in learn_compatibility(ROLES, GENDERS, {}).items()
        if category == "Coats"
    }
    assert learned == {"Shirts": 0, "Skirts": 0, "Trousers": 1, "Shoes": 1}


def test_clicks_decide_the_more_the_more_there_are() -> None:
    """Worked by hand: two companions share a prior of 50 clicks; 75 clicks for shoes make 100 against 25."""
    few = learn_compatibility(ROLES, GENDERS, {("Coats", "Shoes"): 75})
    assert few[("Coats", "Shoes")] == LearnedWeight(1, 75)
    assert few[("Coats", "Trousers")].weight == pytest.approx(25 / 100)
    many = learn_compatibility(ROLES, GENDERS, {("Coats", "Shoes"): 75_000, ("Coats", "Shirts"): 9})
    assert many[("Coats", "Trousers")].weight == FLOOR
    assert many[("Coats", "Shirts")] == LearnedWeight(0, 9)


def test_a_shop_of_one_kind_learns_nothing() -> None:
    """So its other categories go on standing in."""
    assert learn_compatibility({"A": "x", "B": "x"}, {"A": {None: 1}, "B": {None: 1}}, {}) == {}


def test_what_is_chosen_by_hand_outlives_learning(catalog: Catalog) -> None:
    store = CompatibilityStore(catalog.database)
    store.replace_learned({("Coats", "Shoes"): LearnedWeight(1, 3), ("Coats", "Hats"): LearnedWeight(0.5, 0)}, by="ana")
    store.choose("Coats", {"Shoes": 0.0, "Shirts": 0.25}, seen={}, by="ana")
    assert store.weights("Coats") == {"Hats": 0.5, "Shirts": 0.25, "Shoes": 0}
    store.replace_learned({("Coats", "Shoes"): LearnedWeight(0.7, 9)}, by="ana")
    assert store.weights("Coats") == {"Shirts": 0.25, "Shoes": 0}
    store.choose("Coats", {"Shoes": None}, seen={"Shoes": 0.0}, by="ana")
    assert store.weights("Coats") == {"Shirts": 0.25, "Shoes": 0.7}
    assert store.among(["Coats", "Shoes"])[("Coats", "Shoes")].clicks == 9


def test_the_second_of_two_who_choose_is_told(catalog: Catalog) -> None:
    """What the first chose stays, and all of the second's choices wait."""
    store = CompatibilityStore(catalog.database)
    store.choose("Coats", {"Shoes": 1.0}, seen={"Shoes": None}, by="ana")
    revision = read_revision(catalog.database)
    with pytest.raises(EditConflictError, match="Somebody else"):
        store.choose("Coats", {"Hats": 0.5, "Shoes": 0.0}, seen={"Shoes": None}, by="ben")
    assert store.weights("Coats") == {"Shoes": 1}
    assert read_revision(catalog.database) == revision
    assert store.choose("Coats", {"Shoes": 1.0}, seen={"Shoes": 1.0}, by="ben") is None


def test_choices_can_be_undone(catalog: Catalog) -> None:
    store = CompatibilityStore(catalog.database)
    batch = store.choose("Coats", {"Shoes": 0.0, "Hats": 1.0}, seen={}, by="ana")
    assert batch
    undo(catalog.database, batch, by="ben")
    assert store.weights("Coats") == {}


def test_clicks_are_counted_from_what_was_searched_to_what_was_opened(
    catalog: Catalog, add_products: Callable[[dict[str, str]], None]
) -> None:
    """Clicks elsewhere, on what isn't sold any more, or without a search say nothing."""
    add_products({"shoe": "Shoes", "bag": "Bags"})
    now = datetime.now(UTC)
    clicks = [("coat", "shoe"), ("coat", "shoe"), ("coat", "bag"), ("coat", "gone"), (None, "shoe")]
    EventStore(catalog.database).add(
        [
            make_search(now, "coat", category="Coats"),
            *(
                make_click(now, search_id=search, product_id=product, list_name="goes_with", kind="goes_with")
                for search, product in clicks
            ),
            make_click(now, search_id="coat", product_id="shoe"),
        ]
    )
    found = read_clicks(catalog.database, Days.until_today(2))
    assert found == {("Coats", "Shoes"): 2, ("Coats", "Bags"): 1}

"""The order of a list's pins: saved together, moved without scripts, undone as a whole, refused where it is old."""

import pytest

from catalog import Catalog
from catalog.curation.pin_order import spread
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
from tests.webapp.studio.conftest import StudioClient

PAGE = "/studio/curation/order"
HERE = {"list": "similar", "anchor_kind": "product", "anchor": "coat-00"}


@pytest.fixture
def pins(catalog: Catalog) -> RuleStore:
    """Rules 1, 2 and 3: pins at the places 1, 3 and 8 beside a coat."""
    store = RuleStore(catalog.database)
    for target, position in (("coat-01", 1), ("coat-02", 3), ("skirt-1", 8)):
        terms = RuleTerms("similar", "pin", target, anchor="coat-00", anchor_kind="product", position=position)
        store.add(terms, by="ana")
    return store


def places(store: RuleStore) -> dict[str, int | None]:
    return {rule.terms.target: rule.terms.position for rule in store.every()}


def test_an_order_is_saved_and_undone_as_a_whole(merchandiser: StudioClient, pins: RuleStore) -> None:
    page = merchandiser.get(PAGE, query_string=HERE).text
    assert page.index('value="1:1"') < page.index('value="2:1"') < page.index('value="3:1"')
    answer = merchandiser.post(PAGE, HERE | {"pin": ["3:1", "1:1", "2:1"]})
    assert places(pins) == {"skirt-1": 1, "coat-01": 3, "coat-02": 8}
    batch = answer.headers["Location"].split("done=")[1].split("&")[0]
    assert f'name="batch" value="{batch}"' in merchandiser.get(answer.headers["Location"]).text
    merchandiser.post("/studio/curation/undo", {"batch": batch})
    assert places(pins) == {"coat-01": 1, "coat-02": 3, "skirt-1": 8}


def test_without_scripts_an_arrow_moves_one_and_saves(merchandiser: StudioClient, pins: RuleStore) -> None:
    merchandiser.post(PAGE, HERE | {"pin": ["1:1", "2:1", "3:1"], "move": "2:up"})
    assert places(pins) == {"coat-01": 1, "skirt-1": 3, "coat-02": 8}
    merchandiser.post(PAGE, HERE | {"pin": ["1:1", "3:2", "2:2"], "move": "0:up"})
    assert places(pins) == {"coat-01": 1, "skirt-1": 3, "coat-02": 8}


def test_an_old_order_and_pins_of_other_lists_are_refused(merchandiser: StudioClient, pins: RuleStore) -> None:
    pins.pause(2, True, version=1, by="ana")
    assert merchandiser.post(PAGE, HERE | {"pin": ["2:1", "1:1"]}).status_code == 409
    pins.add(RuleTerms("similar", "pin", "bag-1", position=1), by="ana")
    assert merchandiser.post(PAGE, HERE | {"pin": ["4:1", "1:1"]}).status_code == 409
    assert places(pins) == {"coat-01": 1, "coat-02": 3, "skirt-1": 8, "bag-1": 1}


@pytest.mark.parametrize("pin", [["1:1", "1:1"], ["x"], ["1:1"] * 102])
def test_what_names_no_order_is_refused(merchandiser: StudioClient, pins: RuleStore, pin: list[str]) -> None:
    assert merchandiser.post(PAGE, HERE | {"pin": pin}).status_code == 400


def test_places_are_spread_within_those_that_a_pin_can_have() -> None:
    assert spread([3, 3, 4]) == [3, 4, 5]
    assert spread([100, 100, 7]) == [7, 99, 100]
    assert spread([]) == []

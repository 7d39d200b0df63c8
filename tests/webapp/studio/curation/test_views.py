"""The studio's curation: rules are listed, made, tried, changed, taken back, sent out and brought in."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from catalog import Catalog
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
from catalog.storage.tables.products import products
from search.errors import NoIndexError
from tests.webapp.boutique import ODD_ID, ScriptedEngine
from tests.webapp.studio.conftest import StudioClient

HOME = "/studio/curation/"
PIN = {
    "list": "similar",
    "anchor_kind": "product",
    "anchor_product": "coat-00",
    "action": "pin",
    "target_product": "skirt-1",
    "position": "2",
}
TERMS = RuleTerms("similar", "pin", "skirt-1", anchor="coat-00", anchor_kind="product", position=2)


@pytest.fixture
def rules(catalog: Catalog) -> RuleStore:
    return RuleStore(catalog.database)


def test_a_rule_is_saved_listed_and_undone(merchandiser: StudioClient, rules: RuleStore) -> None:
    answer = merchandiser.post(HOME + "save", PIN)
    assert answer.status_code == 303
    assert [rule.terms for rule in rules.every()] == [TERMS]
    page = merchandiser.get(answer.headers["Location"]).text
    assert "Pleated skirt" in page
    assert "Saved. Shoppers see it from now on." in page
    batch = answer.headers["Location"].split("done=")[1]
    merchandiser.post(HOME + "undo", {"batch": batch})
    assert rules.every() == []
    assert merchandiser.post(HOME + "undo", {"batch": batch}).status_code == 409


@pytest.mark.parametrize("typed", ["http://[x", "https://shop.example/[products/coat-00"])
def test_an_address_that_is_none_names_no_product(merchandiser: StudioClient, typed: str) -> None:
    """The page says so, instead of failing."""
    answer = merchandiser.post(HOME + "save", PIN | {"target_product": typed})
    assert answer.status_code == 422
    assert "The catalogue has no product of this id." in answer.text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    merchandiser: StudioClient, rules: RuleStore
) -> None:
    answer = merchandiser.post(
        HOME + "save", PIN | {"target_product": "<b>nobody", "position": "x", "note": "why & how"}
    )
    assert answer.status_code == 422
    assert "The catalogue has no product of this id." in answer.text
    assert 'aria-describedby="position-problem"' in answer.text
    assert 'value="&lt;b&gt;nobody"' in answer.text
    assert "why &amp; how</textarea>" in answer.text
    assert rules.every() == []


def test_the_preview_saves_nothing(merchandiser: StudioClient, rules: RuleStore, engine: ScriptedEngine) -> None:
    """Both lists beside the product, as the engine ranks them."""
    page = merchandiser.post(HOME + "preview", PIN)
    assert page.status_code == 200
    assert page.text.count('data-product="coat-01"') == 2
    assert rules.every() == []
    engine.failure = NoIndexError("none")
    assert "There is no index yet" in merchandiser.post(HOME + "preview", PIN).text


@pytest.mark.parametrize(
    "change",
    [
        {"anchor_kind": "everywhere"},
        {"anchor_kind": "category", "anchor_category": "Bags"},
        {"anchor_kind": "everywhere", "sample": "coat-03"},
        {"list": "goes_with", "anchor_kind": "everywhere"},
        {"action": "hide", "target_kind": "category", "target_category": "Bags", "anchor_kind": "everywhere"},
        {"list": "goes_with", "action": "boost", "strength": "3", "target_kind": "category", "target_category": "Bags"},
    ],
)
def test_every_kind_of_rule_has_something_to_look_at(merchandiser: StudioClient, change: dict[str, str]) -> None:
    page = merchandiser.post(HOME + "preview", PIN | change).text
    assert "data-preview-words" in page
    assert "Not saved yet" not in page


def test_other_pages_lead_to_a_form_that_is_filled_in(merchandiser: StudioClient) -> None:
    """Any product id, and the address of a product's page in place of one."""
    page = merchandiser.get(
        HOME + "new", query_string={"list": "goes_with", "product_id": ODD_ID, "target": "bag-1"}
    ).text
    assert f'name="anchor_product" value="{ODD_ID}"' in page
    assert 'name="target_product" value="bag-1"' in page
    assert 'name="list" value="goes_with" checked' in page
    assert "Not saved yet" not in page
    address = {"target_product": "https://shop.example/products/skirt-1/similar", "anchor_product": "/products/coat-00"}
    assert merchandiser.post(HOME + "save", PIN | address).status_code == 303
    assert "Rule 1" in merchandiser.get(HOME + "1").text


def test_two_people_at_one_rule(merchandiser: StudioClient, rules: RuleStore) -> None:
    """The second sees both versions, keeps what was typed, and may save it over the first's."""
    rules.add(TERMS, by="ana")
    rules.change(1, RuleTerms("similar", "hide", "bag-1"), version=1, by="ana")
    mine = PIN | {"rule_id": "1", "version": "1", "position": "7"}
    answer = merchandiser.post(HOME + "save", mine)
    assert answer.status_code == 409
    assert "ana changed this rule while you did" in answer.text
    assert "bag-1" in answer.text
    assert 'name="position" type="number" min="1" max="100" value="7"' in answer.text
    assert rules.rule(1).terms.action == "hide"
    assert 'name="version" value="2"' in answer.text
    assert merchandiser.post(HOME + "save", mine | {"version": "2"}).status_code == 303
    assert rules.rule(1).terms.position == 7
    assert merchandiser.post(HOME + "1/pause", {"version": "1", "paused": "yes"}).status_code == 409
    rules.remove(1, version=3, by="ana")
    assert "was removed while you changed it" in merchandiser.post(HOME + "save", mine | {"version": "3"}).text


def test_rules_are_paused_and_removed(merchandiser: StudioClient, rules: RuleStore) -> None:
    rules.add(TERMS, by="ana")
    assert merchandiser.post(HOME + "1/pause", {"version": "1", "paused": "yes"}).status_code == 303
    assert rules.rule(1).terms.paused
    assert merchandiser.post(HOME + "1/remove", {"version": "2"}).status_code == 303
    assert rules.every() == []
    assert merchandiser.get(HOME + "1").status_code == 404


def test_the_list_is_filtered_and_paged(merchandiser: StudioClient, rules: RuleStore) -> None:
    """By what a rule names, its list, its action, its state."""
    rules.add(TERMS, by="ana")
    rules.add(RuleTerms("goes_with", "hide", "Bags", target_kind="category", paused=True), by="ana")
    for address, pinned, hidden in (
        ("", True, True),
        ("?list=similar", True, False),
        ("?action=hide&state=paused", False, True),
        ("?product=skirt-1", True, False),
        ("?category=Bags", False, True),
        ("?state=ended", False, False),
        ("?state=nonsense", True, True),
    ):
        page = merchandiser.get(HOME + address).text
        assert ('href="/studio/curation/1"' in page) == pinned, address
        assert ('href="/studio/curation/2"' in page) == hidden, address
    for _ in range(31):
        rules.add(TERMS, by="ana")
    assert 'href="/studio/curation/1"' in merchandiser.get(HOME + "?page=2").text
    assert merchandiser.get(HOME + "?page=3").status_code == 404


def test_what_was_sold_or_left_is_told(merchandiser: StudioClient, rules: RuleStore) -> None:
    rules.add(RuleTerms("similar", "pin", "coat-01", position=1), by="ana")
    rules.add(RuleTerms("similar", "pin", "gone", position=1), by="ana")
    page = merchandiser.get(HOME).text
    assert "sold out: not pinned" in page
    assert "no longer in the catalogue" in page


def test_rules_go_out_and_come_in_as_csv(merchandiser: StudioClient, rules: RuleStore) -> None:
    """With every error by its line; Excel's own UTF-8 included."""
    rules.add(TERMS, by="ana")
    file = merchandiser.get(HOME + "rules.csv")
    assert file.mimetype == "text/csv"
    text = file.data.decode("utf-8-sig").replace(",2,,,,,", ",5,,,,,")

    answer = file

    def send(content: bytes) -> int:
        nonlocal answer
        answer = merchandiser.post(HOME + "import", {"file": (io.BytesIO(content), "rules.csv")})
        return answer.status_code

    assert send(text.encode("utf-8-sig")) == 303
    assert rules.rule(1).terms.position == 5
    assert send(text.encode().replace(b"skirt-1", b"nobody")) == 422
    assert "The catalogue has no product of this id." in answer.text
    assert "<td>2</td>" in answer.text
    assert send("list,action,target\nsimilar,hide,ñ".encode("latin-1")) == 422
    assert "UTF-8" in answer.text
    assert len(rules.every()) == 1
    assert merchandiser.post(HOME + "import").status_code == 303


def test_a_product_that_is_withdrawn_is_still_in_the_catalogue(
    merchandiser: StudioClient, catalog: Catalog, rules: RuleStore
) -> None:
    """A rule for it stays, with its name; what has left is another thing."""
    rules.add(TERMS, by="ana")
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "skirt-1").values(published=False))
    page = merchandiser.get(HOME).text
    assert "Pleated skirt" in page
    assert "shoppers don't see it" in page
    assert "no longer in the catalogue" not in page


def test_viewers_look_and_change_nothing(sign_in: Callable[[str], StudioClient], rules: RuleStore) -> None:
    rules.add(TERMS, by="ana")
    viewer = sign_in("viewer")
    page = viewer.get(HOME).text
    assert "Pleated skirt" in page
    assert "/remove" not in page
    assert 'type="submit">Save' not in viewer.get(HOME + "1").text
    for address in ("save", "preview", "1/remove", "1/pause", "undo", "import", "pairs", "kinds", "pairs/learn"):
        assert viewer.post(HOME + address, PIN).status_code == 403
    assert rules.rule(1).version == 1


def test_every_page_speaks_spanish(merchandiser: StudioClient, rules: RuleStore) -> None:
    rules.add(TERMS, by="ana")
    for address, words in (
        ("", "Últimos cambios"),
        ("1", "Lo que se ve en la tienda"),
        ("pairs", "Aprender de nuevo"),
        ("kinds", "por la mayoría"),
    ):
        assert words in merchandiser.get(HOME + address, query_string={"lang": "es"}).text


def test_a_stored_rule_says_what_became_of_clicks(merchandiser: StudioClient, catalog: Catalog) -> None:
    """With too few answers it says so; a new rule has no such section, and a planned one hasn't begun."""
    assert "Clicks before and after" not in merchandiser.get(f"{HOME}new").text
    terms = replace(TERMS, anchor_kind="everywhere", anchor="")
    rule, _ = RuleStore(catalog.database).add(terms, by="ana")
    page = merchandiser.get(f"{HOME}{rule.rule_id}").text
    assert "Too few to tell." in page
    assert "from 100 answers before and 100 after" in page
    planned, _ = RuleStore(catalog.database).add(replace(terms, first_day="2199-01-01"), by="ana")
    assert "The rule hasn't begun yet." in merchandiser.get(f"{HOME}{planned.rule_id}").text

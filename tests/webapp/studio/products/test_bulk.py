"""Actions on many products: asked about, done in one step, undone in one step, and nothing overwritten unseen."""

from sqlalchemy import update

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.curation.rules import RuleStore
from catalog.labels.corrections import IN_FORCE, CorrectionStore
from catalog.storage.tables.products import products
from tests.webapp.studio.conftest import StudioClient

BULK = "/studio/products/bulk"
MARKED = ["coat-00", "coat-01"]


def categories_of(catalog: Catalog) -> list[str]:
    return [catalog.product(one).category for one in MARKED]


def sent(**changes: object) -> dict[str, object]:
    """The form that asks, as its page has it."""
    form = {"action": "category", "category": "Bags", "marked": MARKED, "sure": "yes"}
    return form | {"seen": ["MEN_Coats"] * 2, "version": ["0", "0"]} | changes


def test_the_list_marks_products_for_those_who_may_change_them(merchandiser: StudioClient) -> None:
    page = merchandiser.get("/studio/products/?words=coat-00").text
    assert 'name="marked" value="coat-00"' in page
    assert 'name="query" value="words=coat-00"' in page


def test_nothing_is_done_before_somebody_has_seen_what_it_does(merchandiser: StudioClient, catalog: Catalog) -> None:
    form = {"action": "category", "category": "Bags", "marked": [*MARKED, "bag-1", "ghost"], "query": "words=coat"}
    page = merchandiser.post(BULK, form)
    assert page.status_code == 200
    assert "Move 2 products to Bags?" in page.text
    assert "1 marked product is so already" in page.text
    assert 'href="/studio/products/?words=coat"' in page.text
    assert categories_of(catalog) == ["MEN_Coats"] * 2


def test_a_draft_is_changed_like_any_other_product(merchandiser: StudioClient, catalog: Catalog) -> None:
    """The list shows and marks drafts too."""
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "coat-00").values(published=False))
    assert 'name="marked" value="coat-00"' in merchandiser.get("/studio/products/?words=coat-00").text
    asked = merchandiser.post(BULK, {"action": "category", "category": "Bags", "marked": MARKED})
    assert "Move 2 products to Bags?" in asked.text
    merchandiser.post(BULK, sent())
    assert catalog.product("coat-00", drafts=True).category == "Bags"


def test_a_category_for_many_is_audited_and_undone_as_a_whole(merchandiser: StudioClient, catalog: Catalog) -> None:
    answer = merchandiser.post(BULK, sent(query="words=coat&done=old"))
    assert answer.headers["Location"].startswith("/studio/products/?words=coat&done=")
    assert categories_of(catalog) == ["Bags"] * 2
    assert {entry.subject for entry in AuditLog(catalog.database).entries(2)} == set(MARKED)
    page = merchandiser.get(answer.headers["Location"]).text
    assert "Saved. Shoppers see it from now on." in page
    batch = answer.headers["Location"].split("done=")[1]
    assert f'name="batch" value="{batch}"' in page
    undone = merchandiser.post("/studio/curation/undo", {"batch": batch, "back": "products"})
    assert categories_of(catalog) == ["MEN_Coats"] * 2
    again = undone.headers["Location"].split("done=")[1]
    merchandiser.post("/studio/curation/undo", {"batch": again, "back": "products"})
    assert categories_of(catalog) == ["Bags"] * 2


def test_undoing_restores_what_somebody_had_decided_before(merchandiser: StudioClient, catalog: Catalog) -> None:
    store = CorrectionStore(catalog.database)
    store.decide("coat-00", "WOMEN_Skirts", seen="MEN_Coats", version=0, by="ana")
    answer = merchandiser.post(BULK, sent(seen=["WOMEN_Skirts", "MEN_Coats"], version=["1", "0"]))
    assert categories_of(catalog) == ["Bags"] * 2
    merchandiser.post("/studio/curation/undo", {"batch": answer.headers["Location"].split("done=")[1]})
    assert categories_of(catalog) == ["WOMEN_Skirts", "MEN_Coats"]
    decision = store.find("coat-00")
    assert decision is not None
    assert (decision.given, decision.state) == ("MEN_Coats", IN_FORCE)


def test_what_somebody_else_changed_meanwhile_is_left_alone(merchandiser: StudioClient, catalog: Catalog) -> None:
    CorrectionStore(catalog.database).decide("coat-00", "WOMEN_Skirts", seen="MEN_Coats", version=0, by="ana")
    answer = merchandiser.post(BULK, sent())
    assert categories_of(catalog) == ["WOMEN_Skirts", "Bags"]
    assert "1 product was changed by somebody else" in merchandiser.get(answer.headers["Location"]).text


def test_hiding_many_makes_rules_for_both_lists_once(merchandiser: StudioClient, catalog: Catalog) -> None:
    form = {"action": "hide", "marked": MARKED, "sure": "yes"}
    answer = merchandiser.post(BULK, form)
    rules = RuleStore(catalog.database).every()
    assert {(rule.terms.list_name, rule.terms.action, rule.terms.target) for rule in rules} == {
        (name, "hide", product) for name in ("similar", "goes_with") for product in MARKED
    }
    assert merchandiser.post(BULK, form).headers["Location"] == "/studio/products/"
    assert len(RuleStore(catalog.database).every()) == 4
    merchandiser.post("/studio/curation/undo", {"batch": answer.headers["Location"].split("done=")[1]})
    assert RuleStore(catalog.database).every() == []


def test_what_makes_no_sense_is_refused(merchandiser: StudioClient) -> None:
    assert merchandiser.post(BULK, {"action": "explode", "marked": MARKED}).status_code == 400
    assert merchandiser.post(BULK, {"action": "category", "category": "Ghosts", "marked": MARKED}).status_code == 404
    assert merchandiser.post(BULK, {"action": "hide", "marked": [f"p{n}" for n in range(201)]}).status_code == 400
    answer = merchandiser.post(BULK, {"action": "hide", "query": "_external=1&_scheme=x"})
    assert answer.headers["Location"] == "/studio/products/?_external=1&_scheme=x"

"""The labels' pages: one question at a time, lists, duplicates, decisions, and what happens when two people decide."""

import re

import pytest
from sqlalchemy import update

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.labels.corrections import CorrectionStore
from catalog.labels.label_issues import LabelIssueStore
from catalog.storage.tables.products import products
from tests.webapp.boutique import ODD_ID
from tests.webapp.studio.conftest import StudioClient
from tests.webapp.studio.labels.decisions import category_of, find_fields

QUESTION = "/studio/labels/"


def test_the_queue_asks_about_the_best_candidate(merchandiser: StudioClient, queue: LabelIssueStore) -> None:
    """With both labels, their probabilities, neighbours of both that still have them, and the keys that act."""
    page = merchandiser.get(QUESTION).text
    assert "Coat number 0" in page
    assert "Change to Women&#39;s skirts" in page
    assert "Keep Men&#39;s coats" in page
    assert "90%" in page
    assert "Coat number 2" in page
    assert "Pleated skirt" in page
    assert 'product_id=bag-1"' not in page, "a neighbour that has another label now is none"
    assert set(re.findall(r'data-key="(\w)"', page)) == set("jaeso123")
    assert len(re.findall(r"photos/\w+/\d+\.webp", page)) > 3


def test_taking_the_suggestion_goes_on_to_the_next(
    merchandiser: StudioClient, queue: LabelIssueStore, catalog: Catalog
) -> None:
    """The label holds at once; the next question offers to undo it; who did it is in the log."""
    form = find_fields(merchandiser.get(QUESTION).text, "decide")[0]
    answer = merchandiser.post("/studio/labels/decide", {**form, "chosen": "WOMEN_Skirts"})
    assert answer.status_code == 303
    assert category_of(catalog) == "WOMEN_Skirts"
    following = merchandiser.get(answer.location).text
    assert "MEN_Coats/Años 50, á b?.jpg" in following
    undo = find_fields(following, "undo")[0]
    assert (undo["product_id"], undo["version"]) == ("coat-00", "1")
    entry = AuditLog(catalog.database).entries(1, 0, by="merchandiser", subject="coat-00")[0]
    assert (entry.action, entry.before, entry.after) == (
        "label corrected",
        {"category": "MEN_Coats"},
        {"category": "WOMEN_Skirts"},
    )
    assert "label corrected" in merchandiser.get("/studio/people/").text


def test_undo_leads_back_to_the_question(merchandiser: StudioClient, queue: LabelIssueStore, catalog: Catalog) -> None:
    """As it was asked before."""
    form = find_fields(merchandiser.get(QUESTION).text, "decide")[0]
    merchandiser.post("/studio/labels/decide", {**form, "chosen": "WOMEN_Skirts"})
    undo = find_fields(merchandiser.get(QUESTION).text, "undo")[0]
    page = merchandiser.post("/studio/labels/undo", undo, follow_redirects=True).text
    assert category_of(catalog) == "MEN_Coats"
    assert "Undone: the label is Men&#39;s coats again." in page
    assert find_fields(page, "decide")[0]["product_id"] == "coat-00"


@pytest.mark.parametrize(("chosen", "decision"), [("MEN_Coats", "kept"), ("Bags", "chosen")])
def test_one_may_keep_or_choose_another(
    merchandiser: StudioClient, queue: LabelIssueStore, corrections: CorrectionStore, chosen: str, decision: str
) -> None:
    """Either way the question is answered."""
    form = find_fields(merchandiser.get(QUESTION).text, "decide")[0]
    merchandiser.post("/studio/labels/decide", {**form, "chosen": chosen})
    found = corrections.find("coat-00")
    assert found is not None
    assert found.decision == decision
    assert queue.counts() == {"open": 2, "skipped": 0, "decided": 1}


def test_an_odd_id_is_decided_like_any_other(
    merchandiser: StudioClient, queue: LabelIssueStore, catalog: Catalog
) -> None:
    """Slashes, accents, commas and question marks go through form and address."""
    second = queue.page("open", 2)[1]
    form = find_fields(merchandiser.get(f"{QUESTION}?at={second.issue_id}").text, "decide")[0]
    assert form["product_id"] == ODD_ID
    merchandiser.post("/studio/labels/decide", {**form, "chosen": "Bags"})
    assert category_of(catalog, ODD_ID) == "Bags"
    assert merchandiser.client.get("/studio/labels/product", query_string={"product_id": ODD_ID}).status_code == 200


def test_skipping_puts_a_question_aside_and_back(merchandiser: StudioClient, queue: LabelIssueStore) -> None:
    """It waits among the skipped ones; nothing is decided."""
    skip = find_fields(merchandiser.get(QUESTION).text, "skip")[0]
    page = merchandiser.post("/studio/labels/skip", skip, follow_redirects=True).text
    assert find_fields(page, "decide")[0]["product_id"] == ODD_ID
    assert queue.counts() == {"open": 2, "skipped": 1, "decided": 0}
    aside = merchandiser.get(f"{QUESTION}?state=skipped").text
    assert "Coat number 0" in aside
    merchandiser.post("/studio/labels/skip", find_fields(aside, "skip")[0])
    assert queue.counts()["open"] == 3


def test_two_people_on_one_label(merchandiser: StudioClient, queue: LabelIssueStore, corrections, catalog) -> None:
    """Ana was faster: the second one sees hers, and what he chose is still chosen; then he can decide on that."""
    form = find_fields(merchandiser.get(QUESTION).text, "decide")[0]
    corrections.decide("coat-00", "WOMEN_Skirts", seen="MEN_Coats", version=0, by="ana")
    answer = merchandiser.post("/studio/labels/decide", {**form, "chosen": "Bags"})
    assert answer.status_code == 409
    assert re.search(r'role="alert">Not saved: ana changed this label at .* It is Women&#39;s skirts now', answer.text)
    assert re.search(r'<option value="Bags" selected>', answer.text)
    assert category_of(catalog) == "WOMEN_Skirts"
    merchandiser.post("/studio/labels/decide", {**find_fields(answer.text, "decide")[0], "chosen": "Bags"})
    assert (category_of(catalog), corrections.find("coat-00").given) == ("Bags", "MEN_Coats")


def test_undoing_what_somebody_changed_since_is_told(merchandiser, queue, corrections, catalog) -> None:
    """Nothing is lost silently."""
    decided = corrections.decide("coat-00", "Bags", seen="MEN_Coats", version=0, by="merchandiser")
    corrections.decide("coat-00", "WOMEN_Skirts", seen="Bags", version=1, by="ana")
    data = {"product_id": "coat-00", "version": decided.version}
    page = merchandiser.post("/studio/labels/undo", data, follow_redirects=True).text
    assert "Not saved: ana changed this label" in page
    assert category_of(catalog) == "WOMEN_Skirts"


def test_who_only_looks_sees_no_buttons_and_can_not_decide(sign_in, queue, catalog) -> None:
    """A viewer reads everything; a forged form is refused."""
    viewer = sign_in("viewer")
    for address in (QUESTION, "/studio/labels/list", "/studio/labels/duplicates", "/studio/labels/corrections"):
        page = viewer.get(address)
        assert page.status_code == 200
        assert not find_fields(page.text, "decide")
        assert "Change to Women" not in page.text
    form = {"product_id": "coat-00", "seen": "MEN_Coats", "version": "0", "chosen": "Bags"}
    assert viewer.post("/studio/labels/decide", form).status_code == 403
    assert category_of(catalog) == "MEN_Coats"


def test_without_a_check_the_page_says_how_to_run_one(merchandiser: StudioClient) -> None:
    """No queue yet, on every page of the area."""
    for address in (QUESTION, "/studio/labels/list", "/studio/labels/duplicates", "/studio/labels/corrections"):
        assert merchandiser.get(address).status_code == 200
    page = merchandiser.get(QUESTION).text
    assert "No label has been checked yet" in page
    assert "python -m indexer check-labels" in page


def test_the_end_of_the_queue_says_so(merchandiser, queue, corrections) -> None:
    """And what becomes of the decisions."""
    for product_id in ("coat-00", ODD_ID, "coat-01"):
        corrections.decide(product_id, "Bags", seen="MEN_Coats", version=0, by="ana")
    page = merchandiser.get(QUESTION).text
    assert "Nothing is left to decide" in page
    assert "3 labels were decided." in page


def test_any_product_can_be_given_a_label(merchandiser, catalog) -> None:
    """Doubted or not: from its own page's address; afterwards the queue comes."""
    page = merchandiser.get("/studio/labels/product?product_id=skirt-1").text
    form = find_fields(page, "decide")[0]
    answer = merchandiser.post("/studio/labels/decide", {**form, "chosen": "Bags"})
    assert (answer.status_code, category_of(catalog, "skirt-1")) == (303, "Bags")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/studio/labels/?at=999999", 200),
        ("/studio/labels/?at=x", 200),
        ("/studio/labels/?state=odd", 404),
        ("/studio/labels/list?page=99", 404),
        ("/studio/labels/list?page=x", 400),
        ("/studio/labels/product?product_id=nowhere", 404),
        ("/studio/labels/product", 404),
    ],
)
def test_odd_addresses_get_a_kind_answer(merchandiser: StudioClient, queue, address: str, status: int) -> None:
    """Never a traceback."""
    assert merchandiser.get(address).status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [({"version": "x"}, 400), ({"chosen": ""}, 422), ({"chosen": "x" * 300}, 422), ({"product_id": "nowhere"}, 404)],
)
def test_odd_forms_change_nothing(merchandiser, queue, catalog, change: dict[str, str], status: int) -> None:
    """What came is told, what was needed too."""
    form = {"product_id": "coat-00", "seen": "MEN_Coats", "version": "0", "chosen": "Bags"}
    assert merchandiser.post("/studio/labels/decide", {**form, **change}).status_code == status
    assert category_of(catalog) == "MEN_Coats"


def test_the_pages_speak_spanish(merchandiser: StudioClient, queue: LabelIssueStore) -> None:
    """Labels too where their words are known."""
    page = merchandiser.get(f"{QUESTION}?lang=es").text
    assert "Cambiar a Faldas de mujer" in page
    assert "O elegir por número" in page


def test_a_product_that_became_a_draft_is_asked_about_no_more(
    merchandiser: StudioClient, queue: LabelIssueStore, catalog: Catalog
) -> None:
    """The queue goes on with the next one; of the pictures that it showed, those of one product left are none."""
    assert queue.counts()["open"] == 3
    with catalog.database.writing() as connection:
        drafts = products.c.product_id.in_(("coat-00", "coat-06"))
        connection.execute(update(products).where(drafts).values(published=False))
    assert "Coat number 1" in merchandiser.get(f"{QUESTION}list").text
    assert merchandiser.get(QUESTION).status_code == 200
    assert queue.counts()["open"] == 2
    assert "coat-00" not in merchandiser.get(f"{QUESTION}queue.csv").text
    assert queue.count_pictures() == 0
    assert merchandiser.get(f"{QUESTION}duplicates?all=1").status_code == 200


def test_the_label_of_a_draft_can_be_changed(
    merchandiser: StudioClient, catalog: Catalog, corrections: CorrectionStore
) -> None:
    """The page of the draft in the studio leads here."""
    with catalog.database.writing() as connection:
        connection.execute(update(products).where(products.c.product_id == "coat-00").values(published=False))
    page = merchandiser.get("/studio/products/coat-00").text
    assert "/studio/labels/product?product_id=coat-00" in page
    assert merchandiser.get("/studio/labels/product?product_id=coat-00").status_code == 200
    sent = {"product_id": "coat-00", "chosen": "Bags", "seen": "MEN_Coats", "version": "0"}
    merchandiser.post("/studio/labels/decide", sent)
    assert corrections.find("coat-00").corrected == "Bags"  # type: ignore[union-attr]

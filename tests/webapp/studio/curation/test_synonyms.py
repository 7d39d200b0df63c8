"""The synonyms of categories in the studio: saved, refused with a reason, undone, and never overwritten unseen."""

import pytest

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.curation.change_log import read_revision
from catalog.curation.synonym_changes import read_synonyms
from tests.webapp.studio.conftest import StudioClient

HOME = "/studio/curation/synonyms"


def test_synonyms_are_saved_listed_audited_and_undone(merchandiser: StudioClient, catalog: Catalog) -> None:
    database = catalog.database
    before = read_revision(database)
    answer = merchandiser.post(HOME, {"category": "Bags", "synonyms": " tote,\r\nshopper; Tote, capazo de  playa "})
    assert answer.status_code == 303
    assert read_synonyms(database) == {"Bags": ["Tote", "capazo de playa", "shopper"]}
    assert read_revision(database) > before
    page = merchandiser.get(answer.headers["Location"]).text
    assert '<span class="tag">capazo de playa</span>' in page
    entry = AuditLog(database).entries(1)[0]
    assert (entry.action, entry.subject) == ("synonyms changed", "Bags")
    assert entry.after == {"synonyms": "Tote, capazo de playa, shopper"}
    assert "Synonyms: Bags" in merchandiser.get("/studio/curation/").text
    batch = answer.headers["Location"].split("done=")[1]
    undone = merchandiser.post("/studio/curation/undo", {"batch": batch, "back": "synonyms"})
    assert undone.headers["Location"].startswith(HOME)
    assert read_synonyms(database) == {}
    assert merchandiser.post("/studio/curation/undo", {"batch": batch}).status_code == 409


def test_whoever_saves_over_what_was_not_seen_is_told(merchandiser: StudioClient, catalog: Catalog) -> None:
    merchandiser.post(HOME, {"category": "Bags", "synonyms": "tote"})
    answer = merchandiser.post(HOME, {"category": "Bags", "synonyms": "shopper", "seen": ""})
    assert answer.status_code == 409
    assert read_synonyms(catalog.database) == {"Bags": ["tote"]}
    assert merchandiser.post(HOME, {"category": "Bags", "synonyms": "", "seen": "tote"}).status_code == 303
    assert read_synonyms(catalog.database) == {}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("x" * 61, "is too long"),
        (", ".join(f"word {number}" for number in range(51)), "too many"),
        ("parka", "has one of these already"),
        ("to\u200bte", "nobody can type"),
    ],
)
def test_what_cannot_be_a_synonym_stays_in_the_field_with_its_reason(
    merchandiser: StudioClient, catalog: Catalog, typed: str, told: str
) -> None:
    merchandiser.post(HOME, {"category": "MEN_Coats", "synonyms": "Parka"})
    answer = merchandiser.post(HOME, {"category": "Bags", "synonyms": typed})
    assert answer.status_code == 422
    assert told in answer.text
    assert f">{typed}</textarea>" in answer.text
    assert read_synonyms(catalog.database) == {"MEN_Coats": ["Parka"]}


def test_a_category_that_is_not_there_is_not_found(merchandiser: StudioClient) -> None:
    assert merchandiser.get(HOME, query_string={"category": "Ghosts"}).status_code == 404
    assert merchandiser.post(HOME, {"category": "Ghosts", "synonyms": "boo"}).status_code == 404

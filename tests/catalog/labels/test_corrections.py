"""A decision on a label: it holds at once, through imports that say the same, and ends when the source changes."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from catalog import Catalog, UnknownProductError
from catalog.accounts.audit import AuditLog
from catalog.errors import EditConflictError, LabelError
from catalog.labels.corrected_labels import read_corrected_labels
from catalog.labels.corrections import CorrectionStore
from catalog.labels.label_issues import LabelCheckRun, LabelIssue, LabelIssueStore
from catalog.storage.tables.labels import corrections, duplicates, label_checks, label_issues
from catalog.storage.tables.schema import MIGRATIONS_TABLE


@pytest.fixture
def store(catalog: Catalog, coats: Path, load) -> CorrectionStore:
    """Of a catalogue with the three coats."""
    load(coats)
    return CorrectionStore(catalog.database)


def _category(catalog, product_id="C1"):
    return catalog.product(product_id).category


def _relabel(table, old, new):
    content = table.read_text(encoding="utf-8")
    assert old in content
    table.write_text(content.replace(old, new), encoding="utf-8")
    return table


def _outcome(report):
    return report.added, report.updated, report.unchanged, report.corrected, report.superseded


def test_a_decision_holds_at_once(store, catalog):
    """No import, no build: whoever reads the product next sees the new label, and who decided is known."""
    decided = store.decide("C1", " Jackets ", seen="Coats", version=0, by="ana", predicted="Jackets")
    assert _category(catalog) == "Jackets"
    assert (decided.given, decided.corrected, decided.decision, decided.version) == ("Coats", "Jackets", "accepted", 1)
    assert store.find("C1") == decided
    assert catalog.categories() == {"Coats": 2, "Jackets": 1}


@pytest.mark.parametrize(("chosen", "decision"), [("Jackets", "accepted"), ("Coats", "kept"), ("Parkas", "chosen")])
def test_what_was_decided_follows_from_the_label(store, chosen, decision):
    """So the two can't contradict each other."""
    made = store.decide("C1", chosen, seen="Coats", version=0, by="ana", predicted="Jackets")
    assert made.decision == decision


def test_a_correction_survives_the_import_of_the_same_source(store, catalog, coats, load):
    """The row still says Coats; the product stays a jacket and doesn't count as updated."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    for _ in range(2):
        assert _outcome(load(coats)) == (0, 0, 3, 1, 0)
        assert _category(catalog) == "Jackets"
    assert store.find("C1").state == "in force"


def test_other_fields_of_a_corrected_product_follow_the_source(store, catalog, coats, load):
    """Only the label was decided on."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    assert _outcome(load(_relabel(coats, "19.90", "15.00"))) == (0, 1, 2, 1, 0)
    product = catalog.product("C1")
    assert (product.category, product.price_cents) == ("Jackets", 1500)


def test_a_correction_survives_that_its_product_was_away(store, catalog, coats, load):
    """Pruned in one import, back in the next, as seasons do."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    full = coats.read_text(encoding="utf-8")
    coats.write_text("\n".join(line for line in full.splitlines() if not line.startswith("C1,")), encoding="utf-8")
    load(coats, prune=True)
    with pytest.raises(UnknownProductError):
        catalog.product("C1")
    coats.write_text(full, encoding="utf-8")
    assert _outcome(load(coats)) == (1, 0, 2, 1, 0)
    assert _category(catalog) == "Jackets"


def test_a_source_that_says_something_new_wins(store, catalog, coats, load):
    """The shop has looked again; the correction is kept as superseded, and never comes back by itself."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    original = coats.read_text(encoding="utf-8")
    assert _outcome(load(_relabel(coats, "C1,Coats", "C1,Parkas"))) == (0, 1, 2, 0, 1)
    ended = store.find("C1")
    assert (_category(catalog), ended.state, ended.corrected, ended.version) == ("Parkas", "superseded", "Jackets", 2)
    coats.write_text(original, encoding="utf-8")
    assert _outcome(load(coats)) == (0, 1, 2, 0, 0)
    assert _category(catalog) == "Coats"


def test_a_source_that_was_mended_needs_the_correction_no_more(store, catalog, coats, load):
    """It says what was chosen: nothing changes in the catalogue, and the correction has done its work."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    assert _outcome(load(_relabel(coats, "C1,Coats", "C1,Jackets"))) == (0, 0, 3, 0, 1)
    assert (_category(catalog), store.find("C1").state) == ("Jackets", "superseded")


def test_a_label_that_was_kept_is_no_correction_of_the_source(store, coats, load):
    """It is only not asked about again."""
    store.decide("C1", "Coats", seen="Coats", version=0, by="ana")
    assert _outcome(load(coats)) == (0, 0, 3, 0, 0)
    assert store.find("C1").state == "in force"


def test_undo_restores_the_sources_label(store, catalog, coats, load):
    """And the next import leaves it so."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    undone = store.undo("C1", version=1, by="bo")
    assert (_category(catalog), undone.state, undone.by, undone.version) == ("Coats", "undone", "bo", 2)
    assert _outcome(load(coats)) == (0, 0, 3, 0, 0)


def test_a_second_decision_still_knows_the_source(store, catalog):
    """Coats, then Jackets, then Parkas: undo goes back to what the source says, not to a label in between."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    again = store.decide("C1", "Parkas", seen="Jackets", version=1, by="bo")
    assert (again.given, again.version) == ("Coats", 2)
    store.undo("C1", version=2, by="bo")
    assert _category(catalog) == "Coats"


def test_after_an_undo_one_may_decide_anew(store, catalog):
    """The version goes on counting."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    store.undo("C1", version=1, by="ana")
    assert store.decide("C1", "Parkas", seen="Coats", version=2, by="ana").version == 3
    assert _category(catalog) == "Parkas"


@pytest.mark.parametrize(("seen", "version"), [("Coats", 0), ("Coats", 1), ("Jackets", 0)])
def test_who_decides_on_what_is_no_longer_so_is_told(store, catalog, seen, version):
    """Ana was faster; Bo's form still shows what was. Her decision stands and is named."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    with pytest.raises(EditConflictError, match=r"ana decided on 'C1'.*'Jackets' now"):
        store.decide("C1", "Parkas", seen=seen, version=version, by="bo")
    assert (_category(catalog), store.find("C1").by) == ("Jackets", "ana")


def test_an_import_in_between_counts_as_a_conflict_too(store, coats, load):
    """The source changed the label while somebody looked at the old one."""
    load(_relabel(coats, "C1,Coats", "C1,Parkas"))
    with pytest.raises(EditConflictError, match=r"'C1' changed.*'Parkas' now"):
        store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")


def test_undoing_twice_is_a_conflict(store):
    """Two people press undo: the second one is told, nothing is undone twice."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    store.undo("C1", version=1, by="ana")
    with pytest.raises(EditConflictError, match="undone"):
        store.undo("C1", version=1, by="bo")
    with pytest.raises(EditConflictError):
        store.undo("C1", version=2, by="bo")


def test_a_product_that_is_gone_can_not_be_labelled(store):
    """Nothing is kept of such a decision."""
    with pytest.raises(UnknownProductError):
        store.decide("nowhere", "Coats", seen="Coats", version=0, by="ana")
    assert store.find("nowhere") is None


@pytest.mark.parametrize("label", ["", "  ", "x" * 201, "two\nlines"])
def test_what_can_not_be_a_label_is_refused(store, catalog, label):
    """Before anything is written."""
    with pytest.raises(LabelError, match="can't be a label"):
        store.decide("C1", label, seen="Coats", version=0, by="ana")
    assert _category(catalog) == "Coats"


def test_every_step_is_in_the_audit_log(store, catalog, coats, load):
    """Deciding, undoing, keeping, and what an import ended."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    store.undo("C1", version=1, by="bo")
    store.decide("C1", "Coats", seen="Coats", version=2, by="ana")
    load(_relabel(coats, "C1,Coats", "C1,Parkas"))
    entries = AuditLog(catalog.database).entries(10, 0, by=None, subject="C1")
    told = [(entry.by, entry.action, entry.before["category"], entry.after["category"]) for entry in entries]
    assert told == [
        ("import", "label superseded", "Coats", "Parkas"),
        ("ana", "label kept", "Coats", "Coats"),
        ("bo", "label undone", "Jackets", "Coats"),
        ("ana", "label corrected", "Coats", "Jackets"),
    ]


def test_decisions_are_listed_latest_first(store):
    """All, by state, and one's own last one."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    store.decide("C2", "Parkas", seen="Coats", version=0, by="bo")
    store.undo("C1", version=1, by="ana")
    store.decide("C3", "Coats", seen="Coats", version=0, by="bo")
    assert [one.product_id for one in store.page(10)] == ["C3", "C1", "C2"]
    assert [one.product_id for one in store.page(1, 1, state="in force")] == ["C2"]
    assert store.counts() == {"in force": 2, "undone": 1, "superseded": 0}
    assert store.latest("bo").product_id == "C3"
    assert store.latest("ana") is None
    assert [one.product_id for one in store.iter_all()] == ["C1", "C2", "C3"]
    assert {one: made.state for one, made in store.of_products(["C1", "C2", "nowhere"]).items()} == {
        "C1": "undone",
        "C2": "in force",
    }


def test_a_training_reads_what_changes_a_label(store, catalog, coats):
    """With the source's place and the photos' fingerprints; kept and undone ones change nothing."""
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    store.decide("C2", "Coats", seen="Coats", version=0, by="ana")
    store.decide("C3", "Parkas", seen="Coats", version=0, by="ana")
    store.undo("C3", version=1, by="ana")
    (corrected,) = read_corrected_labels(catalog.database)
    assert (corrected.product_id, corrected.given, corrected.corrected) == ("C1", "Coats", "Jackets")
    assert corrected.location == str(coats)
    assert corrected.photos == {catalog.product("C1").photos[0].sha256}


def test_deciding_takes_a_product_out_of_the_queue_and_undo_puts_it_back(store, catalog):
    """In the same transaction as the label."""
    queue = LabelIssueStore(catalog.database)
    guesses = (("Jackets", 0.9), ("Coats", 0.01))
    check = LabelCheckRun(0, "2026-01-01T00:00:00+00:00", "shipped", 3, 3, 1.0)
    queue.replace(check, [LabelIssue("C1", "Coats", "Jackets", 0.01, 0.9, 0.02, guesses)], [])
    store.decide("C1", "Jackets", seen="Coats", version=0, by="ana")
    assert queue.counts() == {"open": 0, "skipped": 0, "decided": 1}
    store.undo("C1", version=1, by="ana")
    assert queue.counts() == {"open": 1, "skipped": 0, "decided": 0}


def test_an_old_database_gets_the_tables(catalog):
    """They are laid out when it is opened, beside what is there."""
    tables = (label_issues, duplicates, label_checks, corrections)
    with catalog.database.writing() as connection:
        for table in tables:
            table.drop(connection)
        connection.execute(text(f"DROP TABLE {MIGRATIONS_TABLE}"))  # such a database has none
    with Catalog.open() as opened, opened.database.reading() as connection:
        for table in tables:
            assert connection.execute(select(table)).all() == []

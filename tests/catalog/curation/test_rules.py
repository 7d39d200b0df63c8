"""Rules of curation: stored, found, dated, versioned, taken back, and known to every process."""

from dataclasses import replace
from datetime import date

import pytest

from catalog import Catalog
from catalog.accounts.audit import AuditLog
from catalog.curation.change_log import latest_batches, read_revision
from catalog.curation.rule_terms import RuleTerms, find_problems
from catalog.curation.rules import RuleFilter, RuleStore
from catalog.curation.undoing import undo
from catalog.errors import EditConflictError, RuleError, UnknownRuleError

DAY = date(2026, 11, 24)
PIN = RuleTerms("similar", "pin", "scarf-1", anchor="coat-1", anchor_kind="product", position=2)
HIDE = RuleTerms("goes_with", "hide", "Bags", target_kind="category")
BOOST = RuleTerms("similar", "boost", "hat-1", anchor="Hats", anchor_kind="category", strength=2)


@pytest.fixture
def store(catalog: Catalog) -> RuleStore:
    return RuleStore(catalog.database)


def test_a_rule_is_found_as_it_was_added(store: RuleStore) -> None:
    rule, _ = store.add(PIN, by="ana")
    assert store.rule(rule.rule_id) == rule
    assert (rule.version, rule.terms, rule.changed_by) == (1, PIN, "ana")
    with pytest.raises(UnknownRuleError):
        store.rule(999)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"list_name": "best"}, "list"),
        ({"action": "burn"}, "action"),
        ({"anchor_kind": "shop"}, "anchor_kind"),
        ({"anchor": ""}, "anchor"),
        ({"anchor_kind": "everywhere"}, "anchor"),
        ({"target": ""}, "target"),
        ({"target": "coat-1"}, "target"),
        ({"target_kind": "category"}, "target"),
        ({"position": None}, "position"),
        ({"position": 0}, "position"),
        ({"position": 101}, "position"),
        ({"strength": 1}, "strength"),
        ({"action": "boost", "position": None}, "strength"),
        ({"action": "hide"}, "position"),
        ({"first_day": "tomorrow"}, "first_day"),
        ({"first_day": "2026-12-02", "last_day": "2026-12-01"}, "last_day"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(store: RuleStore, change: dict, field: str) -> None:
    terms = replace(PIN, **change)
    assert field in find_problems(terms)
    with pytest.raises(RuleError) as caught:
        store.add(terms, by="ana")
    assert field in caught.value.problems
    assert store.every() == []


def test_days_are_inclusive_at_both_ends(store: RuleStore) -> None:
    """A rule for the 24th and 25th holds on both, and nothing else is said of it before or after."""
    rule, _ = store.add(replace(PIN, first_day="2026-11-24", last_day="2026-11-25"), by="ana")
    states = {day: rule.state(date(2026, 11, day)) for day in (23, 24, 25, 26)}
    assert states == {23: "planned", 24: "active", 25: "active", 26: "ended"}
    for day, state in states.items():
        on_day = date(2026, 11, day)
        assert store.find(RuleFilter(state=state), 9, day=on_day) == [rule]
        assert bool(store.active("similar", "coat-1", None, on_day)) == (state == "active")


def test_a_list_is_shaped_by_its_own_rules_the_most_specific_first(store: RuleStore) -> None:
    everywhere, _ = store.add(replace(BOOST, anchor="", anchor_kind="everywhere"), by="ana")
    category, _ = store.add(BOOST, by="ana")
    product, _ = store.add(PIN, by="ana")
    later, _ = store.add(replace(PIN, target="scarf-2"), by="ana")
    store.add(HIDE, by="ana")
    store.add(replace(PIN, target="scarf-3", paused=True), by="ana")
    store.add(replace(BOOST, anchor="coat-1"), by="ana")  # a category that is called as a product is
    assert store.active("similar", "coat-1", "Hats", DAY) == [later, product, category, everywhere]
    assert store.active("similar", None, None, DAY) == [everywhere]


def test_rules_are_found_by_what_they_name(store: RuleStore) -> None:
    """Beside it or moved, by list, by action; a page at a time, newest first."""
    pin, _ = store.add(PIN, by="ana")
    hide, _ = store.add(HIDE, by="ana")
    boost, _ = store.add(BOOST, by="ana")
    assert store.find(RuleFilter(product_id="coat-1"), 9) == [pin]
    assert store.find(RuleFilter(product_id="scarf-1"), 9) == [pin]
    assert store.find(RuleFilter(category="Bags"), 9) == [hide]
    assert store.find(RuleFilter(category="Hats", list_name="similar", action="boost"), 9) == [boost]
    assert store.find(RuleFilter(category="coat-1"), 9) == []
    assert store.find(RuleFilter(), 2, 1) == [hide, pin]
    assert store.count(RuleFilter(list_name="similar")) == 2


def test_a_save_on_an_old_version_is_refused(store: RuleStore) -> None:
    """The second of two people learns who was faster; what the first saved stays."""
    rule, _ = store.add(PIN, by="ana")
    store.change(rule.rule_id, replace(PIN, position=5), version=1, by="ana")
    for late in (
        lambda: store.change(rule.rule_id, replace(PIN, position=9), version=1, by="ben"),
        lambda: store.remove(rule.rule_id, version=1, by="ben"),
    ):
        with pytest.raises(EditConflictError, match="ana changed rule"):
            late()
    assert store.rule(rule.rule_id).terms.position == 5
    store.remove(rule.rule_id, version=2, by="ana")
    with pytest.raises(EditConflictError, match="removed"):
        store.change(rule.rule_id, PIN, version=2, by="ben")


def test_everything_can_be_undone_and_done_again(catalog: Catalog, store: RuleStore) -> None:
    rule, added = store.add(PIN, by="ana")
    moved = store.change(rule.rule_id, replace(PIN, position=5), version=1, by="ana")
    with pytest.raises(EditConflictError):
        undo(catalog.database, added, by="ana")  # it was changed since
    again = undo(catalog.database, moved, by="ana")
    assert store.rule(rule.rule_id).terms == PIN
    undo(catalog.database, again, by="ana")
    assert store.rule(rule.rule_id).terms.position == 5
    removed = store.remove(rule.rule_id, version=4, by="ana")
    undo(catalog.database, removed, by="ben")
    back = store.rule(rule.rule_id)
    assert (back.terms.position, back.version) == (5, 6)
    with pytest.raises(EditConflictError):
        undo(catalog.database, removed, by="ben")
    with pytest.raises(EditConflictError, match="no such change"):
        undo(catalog.database, "nonsense", by="ben")
    assert [one.undone for one in latest_batches(catalog.database, 9) if one.batch in (moved, removed)] == [True, True]


def test_every_change_is_audited_and_known_in_other_processes(catalog: Catalog, store: RuleStore) -> None:
    """By a number that another connection reads; what was refused changes neither."""
    with Catalog.open() as other:
        assert read_revision(other.database) == 0
        rule, _ = store.add(PIN, by="ana")
        assert read_revision(other.database) == 1
        store.pause(rule.rule_id, True, version=1, by="ben")
        with pytest.raises(EditConflictError):
            store.remove(rule.rule_id, version=1, by="ben")
        assert read_revision(other.database) == 2
        entries = AuditLog(other.database).entries(9)
    assert [(entry.by, entry.action) for entry in entries] == [("ben", "rule changed"), ("ana", "rule added")]
    assert entries[0].after == {**entries[0].before, "paused": True}
    assert entries[0].subject == f"{rule.rule_id}: pin scarf-1 in similar of coat-1"

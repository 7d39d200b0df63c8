"""Rules as CSV: out and in again without loss, and errors by line."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from catalog import Catalog
from catalog.curation.rule_files import LineProblem, read_rules, write_rules
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
from catalog.curation.undoing import undo

PIN = RuleTerms("similar", "pin", "b", anchor="a", anchor_kind="product", position=2, note='so "new", see\nbelow; ñ')
HIDE = RuleTerms("goes_with", "hide", "Bags", target_kind="category", first_day="2026-11-01", paused=True)


@pytest.fixture
def store(catalog: Catalog, add_products: Callable[[dict[str, str]], None]) -> RuleStore:
    """Over a catalogue of two coats and a bag."""
    add_products({"a": "Coats", "b": "Coats", "c": "Bags"})
    return RuleStore(catalog.database)


def test_rules_come_back_as_they_went(catalog: Catalog, store: RuleStore) -> None:
    """Read into a shop that has them, nothing happens; into one that lost them, they are all there again."""
    rules = [store.add(PIN, by="ana")[0], store.add(HIDE, by="ana")[0]]
    text = write_rules(store.every())
    report = read_rules(catalog.database, text.encode("utf-8-sig"), by="ben")
    assert (report.problems, report.unchanged, report.batch) == ((), 2, None)
    assert store.every() == rules
    for rule in rules:
        store.remove(rule.rule_id, version=1, by="ana")
    report = read_rules(catalog.database, text.encode(), by="ben")
    assert report.added == 2
    assert [rule.terms for rule in store.every()] == [PIN, HIDE]
    assert report.batch
    undo(catalog.database, report.batch, by="ben")
    assert store.every() == []


def test_a_spreadsheet_finds_no_formula(catalog: Catalog, store: RuleStore) -> None:
    """Not even in a note that somebody wrote for it; and reading gives the note back as it was."""
    rule, _ = store.add(replace(PIN, note="=cmd|' /C calc'!A0"), by="eve")
    text = write_rules(store.every())
    assert ",'=cmd" in text
    assert read_rules(catalog.database, text.encode(), by="ben").unchanged == 1
    assert store.every() == [rule]


def test_a_file_changes_adds_and_on_request_removes(catalog: Catalog, store: RuleStore) -> None:
    pin, _ = store.add(PIN, by="ana")
    store.add(HIDE, by="ana")
    text = (
        f"rule_id;version;list;action;anchor;target;position\n{pin.rule_id};1;similar;pin;a;b;7\n;;similar;hide;;c;\n"
    )
    report = read_rules(catalog.database, text.encode(), by="ben", replace_all=True)
    assert (report.added, report.changed, report.removed) == (1, 1, 1)
    terms = [rule.terms for rule in store.every()]
    assert terms == [replace(PIN, position=7, note=""), RuleTerms("similar", "hide", "c")]
    assert report.batch
    undo(catalog.database, report.batch, by="ben")
    assert {rule.terms for rule in store.every()} == {PIN, HIDE}


def test_every_error_is_told_by_its_line_and_nothing_is_written(catalog: Catalog, store: RuleStore) -> None:
    """Lines as an editor counts them: a note may hold a line break."""
    pin, _ = store.add(PIN, by="ana")
    store.change(pin.rule_id, replace(PIN, position=3), version=1, by="ana")
    text = (
        "rule_id,version,list,action,anchor,target,position,paused,note\n"
        ',,similar,hide,,c,,,"two\nlines"\n'
        ",,similar,pin,a,gone,1,,\n"
        "\n"
        ",,similar,pin,a,b,first,maybe,\n"
        f"{pin.rule_id},1,similar,pin,a,b,9,,\n"
        f"{pin.rule_id},2,similar,pin,a,b,9,,\n"
    )
    report = read_rules(catalog.database, text.encode(), by="ben")
    assert len(store.every()) == 1
    assert report.problems == (
        LineProblem(6, "paused", "truth", "maybe"),
        LineProblem(6, "position", "whole_number", "first"),
        LineProblem(7, "version", "changed_since", "ana"),
        LineProblem(8, "rule_id", "twice", str(pin.rule_id)),
    )
    text = text.replace("first,maybe", "1,no")
    assert read_rules(catalog.database, text.encode(), by="ben").problems == (
        LineProblem(4, "target", "unknown_product", "gone"),
        LineProblem(7, "version", "changed_since", "ana"),
        LineProblem(8, "rule_id", "twice", str(pin.rule_id)),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", LineProblem(1, "list", "column")),
        ("list,action,target\nsimilar,hide,\xf1".encode("latin-1"), LineProblem(0, "", "encoding")),
        (b"list,action\nsimilar,hide", LineProblem(1, "target", "column")),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(
    catalog: Catalog, store: RuleStore, content: bytes, problem: LineProblem
) -> None:
    assert problem in read_rules(catalog.database, content, by="ben").problems

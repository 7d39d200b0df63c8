"""Rules as CSV files: the export, and the import, which reports every error with its line."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.accounts.audit import note_change
from catalog.curation.change_log import Recorder, bump_revision
from catalog.curation.rule_references import find_name_problems, find_unknown
from catalog.curation.rule_terms import EVERYWHERE, RuleTerms, find_problems
from catalog.curation.rules import Rule, RuleStore, delete_rule, insert_rule, update_rule
from catalog.spreadsheets import csv_line, unguard_cell
from catalog.storage.database import Database

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = (
    "rule_id", "version", "list", "action", "anchor_kind", "anchor", "target_kind", "target", "position", "strength",
    "first_day", "last_day", "paused", "note",
)  # fmt: skip
_NEEDED = ("list", "action", "target")
MOST_ROWS = 10_000


@dataclass(frozen=True)
class LineProblem:
    """What is wrong in one line of a file."""

    line: int  # the line's number in an editor; 0: the whole file
    column: str
    code: str  # of rule_terms.PROBLEMS, or one that a function of this module names
    value: str = ""


@dataclass(frozen=True)
class RuleImport:
    """The result of an import; if there are problems, nothing was written."""

    problems: tuple[LineProblem, ...] = ()
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    batch: str | None = None  # by which the import can be undone; None where nothing changed


@dataclass(frozen=True)
class _Row:
    line: int
    rule_id: int | None
    version: int | None
    terms: RuleTerms


def write_rules(found: Iterable[Rule]) -> str:
    """The text of a CSV file with a header and one line per rule."""
    lines = [csv_line(COLUMNS)]
    for rule in found:
        values = {**vars(rule.terms), "rule_id": rule.rule_id, "version": rule.version, "list": rule.terms.list_name}
        values["paused"] = "yes" if rule.terms.paused else ""
        lines.append(csv_line("" if values[name] is None else values[name] for name in COLUMNS))
    return "".join(lines)


def read_rules(database: Database, content: bytes, *, by: str, replace_all: bool = False) -> RuleImport:
    """Add and change rules as a file says: either all of them, or none if there is a problem.

    A row whose rule_id exists changes that rule, if the rule still has the version in the file. Any other row adds a
    rule, unless a rule with the same terms exists.

    Args:
        database: the catalogue's database.
        content: CSV in UTF-8 as ``write_rules`` makes it, with commas or semicolons; other columns are ignored.
        by: the name of the account that imports.
        replace_all: whether to remove the rules that the file doesn't hold.
    """
    rows, problems = _parse(content)
    if not problems:
        problems = _find_all_problems(database, rows)
    store = RuleStore(database)
    known = {rule.rule_id: rule for rule in store.every()}
    problems += _find_version_problems(rows, known)
    if problems:
        return RuleImport(tuple(sorted(problems, key=lambda one: one.line)))
    return _write(database, rows, known, by, replace_all)


def _write(database: Database, rows: list[_Row], known: dict[int, Rule], by: str, replace_all: bool) -> RuleImport:
    """Write all rows in one transaction; raises EditConflictError if somebody changes a rule at the same time."""
    same = {rule.terms: rule_id for rule_id, rule in known.items()}
    kept: set[int] = set()
    added = changed = 0
    with database.writing() as connection:
        recorder = Recorder(connection, by)
        for row in rows:
            rule = known.get(row.rule_id or 0)
            if rule is None and row.terms in same:
                kept.add(same[row.terms])
            elif rule is None:
                new = insert_rule(recorder, row.terms)
                same[row.terms] = new.rule_id
                added += 1
            else:
                kept.add(rule.rule_id)
                if rule.terms != row.terms:
                    update_rule(recorder, rule.rule_id, row.terms, version=rule.version)
                    changed += 1
        gone = [rule for rule_id, rule in known.items() if replace_all and rule_id not in kept]
        for rule in gone:
            delete_rule(recorder, rule.rule_id, version=rule.version)
        counts = {"added": added, "changed": changed, "removed": len(gone)}
        if any(counts.values()):
            note_change(connection, by=by, action="rules imported", subject=f"{len(rows)} rows", after=counts)
            bump_revision(connection)
    batch = recorder.batch if any(counts.values()) else None
    return RuleImport((), added, changed, len(rows) - added - changed, len(gone), batch)


def _parse(content: bytes) -> tuple[list[_Row], list[LineProblem]]:
    """The rows, and the problems: with the codes "encoding", "column", "rows", "quotes" and those of ``_read_row``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [LineProblem(0, "", "encoding")]
    header = text.split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().casefold() for name in next(reader, [])]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        return [], [LineProblem(1, name, "column") for name in missing]
    rows: list[_Row] = []
    problems: list[LineProblem] = []
    try:
        for line, values in _lines(reader, names):
            if len(rows) == MOST_ROWS:
                return [], [LineProblem(line, "", "rows")]
            row, wrong = _read_row(line, values)
            rows.append(row)
            problems += wrong
    except csv.Error:
        problems.append(LineProblem(reader.line_num, "", "quotes"))
    return rows, problems


def _lines(reader: "Reader", names: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The line in which each row begins, and the row; a row with a quoted note may span several lines."""
    before = reader.line_num
    for cells in reader:
        values = {name: unguard_cell(cell.strip()) for name, cell in zip(names, cells, strict=False)}
        if any(values.values()):
            yield before + 1, values
        before = reader.line_num


def _read_row(line: int, values: dict[str, str]) -> tuple[_Row, list[LineProblem]]:
    problems: list[LineProblem] = []  # with the codes "whole_number" and "truth"

    def number(name: str) -> int | None:
        text = values.get(name, "")
        if text and not (text.isascii() and text.isdigit() and len(text) < 10):
            problems.append(LineProblem(line, name, "whole_number", text))
            return None
        return int(text) if text else None

    paused = values.get("paused", "").casefold()
    if paused not in _YES | _NO:
        problems.append(LineProblem(line, "paused", "truth", paused))
    anchor = values.get("anchor", "")
    terms = RuleTerms(
        list_name=values.get("list", "").casefold(),
        action=values.get("action", "").casefold(),
        target=values.get("target", ""),
        target_kind=values.get("target_kind", "").casefold() or "product",
        anchor=anchor,
        anchor_kind=values.get("anchor_kind", "").casefold() or ("product" if anchor else EVERYWHERE),
        position=number("position"),
        strength=number("strength"),
        first_day=values.get("first_day") or None,
        last_day=values.get("last_day") or None,
        paused=paused in _YES,
        note=values.get("note", ""),
    )
    return _Row(line, number("rule_id"), number("version"), terms), problems


_YES = frozenset({"yes", "true", "1", "sí", "si"})
_NO = frozenset({"", "no", "false", "0"})


def _find_all_problems(database: Database, rows: list[_Row]) -> list[LineProblem]:
    unknown = find_unknown(database, [row.terms for row in rows])
    return [
        LineProblem(row.line, field, code, str(getattr(row.terms, {"list": "list_name"}.get(field, field), "") or ""))
        for row in rows
        for field, code in {**find_name_problems(row.terms, unknown), **find_problems(row.terms)}.items()
    ]


def _find_version_problems(rows: list[_Row], known: dict[int, Rule]) -> list[LineProblem]:
    """The rows of rules that have changed since the export ("changed_since"), and second rows of a rule ("twice")."""
    found, seen = [], set()
    for row in rows:
        if row.rule_id is None or row.rule_id not in known:
            continue
        rule = known[row.rule_id]
        if row.rule_id in seen:
            found.append(LineProblem(row.line, "rule_id", "twice", str(row.rule_id)))
        elif row.version is not None and row.version != rule.version and row.terms != rule.terms:
            found.append(LineProblem(row.line, "version", "changed_since", rule.changed_by))
        seen.add(row.rule_id)
    return found

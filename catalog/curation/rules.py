"""Curation rules, which pin, boost, bury or hide products in lists."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, or_, select, update

from catalog.accounts.audit import note_change
from catalog.curation.change_log import RULE, Recorder, bump_revision
from catalog.curation.rule_terms import CATEGORY, EVERYWHERE, PRODUCT, RuleTerms, check_terms
from catalog.errors import EditConflictError, UnknownRuleError
from catalog.storage.database import Database
from catalog.storage.tables.curation import rules

STATES = ("active", "planned", "ended", "paused")
_TERMS = [one.name for one in fields(RuleTerms)]


@dataclass(frozen=True)
class Rule:
    """A rule as it is stored."""

    rule_id: int
    version: int
    terms: RuleTerms
    changed_at: str  # ISO 8601, UTC
    changed_by: str

    def state(self, day: date) -> str:
        """The rule's state on a day in UTC, one of STATES."""
        terms, today = self.terms, day.isoformat()
        if terms.paused:
            return "paused"
        if terms.last_day and terms.last_day < today:
            return "ended"
        return "planned" if terms.first_day and terms.first_day > today else "active"


@dataclass(frozen=True)
class RuleFilter:
    """The conditions that rules must meet; a field that is None is no condition."""

    list_name: str | None = None
    action: str | None = None
    product_id: str | None = None  # rules that change this product's lists, or that move this product
    category: str | None = None  # likewise of a category
    state: str | None = None


class RuleStore:
    """Reads and changes rules. Each change is audited, can be undone, and is noticed by all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, question: RuleFilter, limit: int, offset: int = 0, *, day: date | None = None) -> list[Rule]:
        """A page of the rules that meet the conditions, the newest first; ``day`` is today where it is None."""
        query = _narrow(select(rules), question, day or today())
        return self._load(query.order_by(rules.c.rule_id.desc()).limit(limit).offset(offset))

    def count(self, question: RuleFilter, *, day: date | None = None) -> int:
        """The number of rules that meet the conditions."""
        query = _narrow(select(func.count()).select_from(rules), question, day or today())
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def count_ending(self, days: int) -> int:
        """The number of rules that are active today and will have ended in ``days`` days."""
        now = today()
        until = (now + timedelta(days=days)).isoformat()
        query = select(func.count()).select_from(rules).where(in_state("active", now), rules.c.last_day < until)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def every(self) -> list[Rule]:
        """All rules, the oldest first."""
        return self._load(select(rules).order_by(rules.c.rule_id))

    def rule(self, rule_id: int) -> Rule:
        """The rule of this id; raises UnknownRuleError if there is none."""
        found = self._load(select(rules).where(rules.c.rule_id == rule_id))
        if not found:
            raise UnknownRuleError(f"There is no rule {rule_id}; it may have been removed.")
        return found[0]

    def active(self, list_name: str, product_id: str | None, category: str | None, day: date) -> list[Rule]:
        """The rules that change one list on a day: those for the product, for the category, then for every list.

        Among rules of one kind, the latest comes first.

        Args:
            list_name: one of ``result_lists.LISTS``.
            product_id: the product whose list it is; None for the list of a photo.
            category: the product's category, or the photo's predicted one; None where it isn't known.
            day: the day in UTC.
        """
        anchors = {EVERYWHERE: "", PRODUCT: product_id, CATEGORY: category}
        beside = [
            and_(rules.c.anchor_kind == kind, rules.c.anchor == anchor)
            for kind, anchor in anchors.items()
            if anchor is not None
        ]
        named = rules.c.anchor.in_({anchor for anchor in anchors.values() if anchor is not None})  # uses the index
        query = select(rules).where(rules.c.list_name == list_name, named, or_(*beside), in_state("active", day))
        found = self._load(query)
        rank = {PRODUCT: 0, CATEGORY: 1, EVERYWHERE: 2}
        return sorted(found, key=lambda rule: (rank[rule.terms.anchor_kind], -rule.rule_id))

    def add(self, terms: RuleTerms, *, by: str) -> tuple[Rule, str]:
        """Add a rule; returns it with its batch, by which it can be undone. Raises RuleError for senseless terms."""
        check_terms(terms)
        with self._database.writing() as connection:
            recorder = Recorder(connection, by)
            rule = insert_rule(recorder, terms)
            bump_revision(connection)
        return rule, recorder.batch

    def change(self, rule_id: int, terms: RuleTerms, *, version: int, by: str) -> str:
        """Give a rule other terms; returns the batch, by which the change can be undone.

        Raises:
            RuleError: the terms make no sense.
            EditConflictError: the rule has another version now, or was removed.
        """
        check_terms(terms)
        with self._database.writing() as connection:
            recorder = Recorder(connection, by)
            update_rule(recorder, rule_id, terms, version=version)
            bump_revision(connection)
        return recorder.batch

    def pause(self, rule_id: int, paused: bool, *, version: int, by: str) -> str:
        """Pause a rule, or let it act again; returns and raises what ``change`` does."""
        return self.change(rule_id, replace(self.rule(rule_id).terms, paused=paused), version=version, by=by)

    def remove(self, rule_id: int, *, version: int, by: str) -> str:
        """Remove a rule; returns the batch, by which the removal can be undone. Raises EditConflictError."""
        with self._database.writing() as connection:
            recorder = Recorder(connection, by)
            delete_rule(recorder, rule_id, version=version)
            bump_revision(connection)
        return recorder.batch

    def _load(self, query: Select[Any]) -> list[Rule]:
        with self._database.reading() as connection:
            return [_to_rule(row) for row in connection.execute(query)]


def today() -> date:
    """The present day in UTC."""
    return datetime.now(UTC).date()


def insert_rule(recorder: Recorder, terms: RuleTerms, *, rule_id: int | None = None, version: int = 1) -> Rule:
    """Store a new rule, or with ``rule_id`` a removed rule under its old id."""
    values = asdict(terms) | {"version": version, "changed_at": recorder.at, "changed_by": recorder.by}
    if rule_id is not None:
        values["rule_id"] = rule_id
    key = recorder.connection.execute(insert(rules).values(**values)).inserted_primary_key
    rule = Rule(int(key[0]) if key else 0, version, terms, recorder.at, recorder.by)
    _note(recorder, "rule added", rule.rule_id, None, rule)
    return rule


def update_rule(recorder: Recorder, rule_id: int, terms: RuleTerms, *, version: int) -> None:
    """Change the terms of a rule; raises EditConflictError if the rule isn't of this version."""
    before = find_version(recorder.connection, rule_id, version)
    values = asdict(terms) | {"version": version + 1, "changed_at": recorder.at, "changed_by": recorder.by}
    recorder.connection.execute(update(rules).where(rules.c.rule_id == rule_id).values(**values))
    after = Rule(rule_id, version + 1, terms, recorder.at, recorder.by)
    _note(recorder, "rule changed", rule_id, before, after)


def delete_rule(recorder: Recorder, rule_id: int, *, version: int) -> None:
    """Remove a rule; raises EditConflictError if the rule isn't of this version."""
    before = find_version(recorder.connection, rule_id, version)
    recorder.connection.execute(delete(rules).where(rules.c.rule_id == rule_id))
    _note(recorder, "rule removed", rule_id, before, None)


def find_version(connection: Connection, rule_id: int, version: int) -> Rule:
    """The rule of this id and version; raises EditConflictError if it has another version, or was removed."""
    row = connection.execute(select(rules).where(rules.c.rule_id == rule_id)).one_or_none()
    if row is None:
        raise EditConflictError(f"Rule {rule_id} was removed since you opened it; nothing was saved.")
    if row.version != version:
        raise EditConflictError(
            f"{row.changed_by} changed rule {rule_id} since you opened it: it is version {row.version} now, yours was "
            f"based on {version}. Nothing was saved; look at both and decide again."
        )
    return _to_rule(row)


def terms_of(values: dict[str, Any]) -> RuleTerms:
    """The terms among the stored values of a rule."""
    return RuleTerms(**{name: values[name] for name in _TERMS})


def _note(recorder: Recorder, action: str, rule_id: int, before: Rule | None, after: Rule | None) -> None:
    recorder.note(RULE, rule_id, _values(before), _values(after))
    known = after or before
    note_change(
        recorder.connection,
        by=recorder.by,
        action=action,
        subject=f"{rule_id}: {known.terms.describe() if known else ''}",
        before=before.terms.facts() if before else None,
        after=after.terms.facts() if after else None,
    )


def _values(rule: Rule | None) -> dict[str, Any] | None:
    return None if rule is None else asdict(rule.terms) | {"version": rule.version}


def _narrow(query: Select[Any], question: RuleFilter, day: date) -> Select[Any]:
    c = rules.c
    if question.list_name:
        query = query.where(c.list_name == question.list_name)
    if question.action:
        query = query.where(c.action == question.action)
    for kind, wanted in ((PRODUCT, question.product_id), (CATEGORY, question.category)):
        if wanted:
            beside = and_(c.anchor_kind == kind, c.anchor == wanted)
            query = query.where(or_(beside, and_(c.target_kind == kind, c.target == wanted)))
    return query.where(in_state(question.state, day)) if question.state else query


def in_state(state: str, day: date) -> ColumnElement[bool]:
    """The condition that a rule is in a state, one of STATES, on a day in UTC."""
    c, now = rules.c, day.isoformat()
    begun = or_(c.first_day.is_(None), c.first_day <= now)
    over = and_(c.last_day.is_not(None), c.last_day < now)
    conditions: dict[str, ColumnElement[bool]] = {
        "paused": c.paused,
        "ended": and_(~c.paused, over),
        "planned": and_(~c.paused, ~begun),
        "active": and_(~c.paused, begun, or_(c.last_day.is_(None), c.last_day >= now)),
    }
    return conditions[state]


def _to_rule(row: Row[Any]) -> Rule:
    values = dict(row._mapping)
    return Rule(row.rule_id, row.version, terms_of(values), row.changed_at, row.changed_by)

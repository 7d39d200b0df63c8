"""The order of the pins of one list: which there are, and how they change places together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from catalog.curation.change_log import Recorder, bump_revision
from catalog.curation.rule_terms import LAST_POSITION, PIN
from catalog.curation.rules import Rule, RuleStore, find_version, update_rule
from catalog.errors import EditConflictError
from catalog.storage.database import Database
from catalog.storage.tables.curation import rules

MOST_PINS = LAST_POSITION


def pins_of(database: Database, list_name: str, anchor_kind: str, anchor: str) -> list[Rule]:
    """The pins of one list in the order of their places, in every state; among equals the newer first."""
    c = rules.c
    with database.reading() as connection:
        ids = connection.scalars(
            select(c.rule_id)
            .where(c.list_name == list_name, c.action == PIN, c.anchor_kind == anchor_kind, c.anchor == anchor)
            .order_by(c.position, c.rule_id.desc())
            .limit(MOST_PINS)
        ).all()
    store = RuleStore(database)
    return [store.rule(rule_id) for rule_id in ids]


def reorder(database: Database, order: Sequence[tuple[int, int]], *, by: str) -> str | None:
    """Give pins of one list each other's places, so that they come in this order.

    The places that they have together stay the same; where two have one place, the later goes to the next.

    Args:
        database: the catalogue's.
        order: (rule id, version that was seen) of each, first place first.
        by: the name of the account.

    Returns:
        The batch, by which this can be undone as a whole; None if they were in this order.

    Raises:
        EditConflictError: one of them was changed or removed since, or they aren't pins of one list; nothing was
            changed.
    """
    with database.writing() as connection:
        pins = [find_version(connection, rule_id, version) for rule_id, version in order]
        lists = {(one.terms.list_name, one.terms.action, one.terms.anchor_kind, one.terms.anchor) for one in pins}
        if len(lists) > 1 or any(one.terms.action != PIN for one in pins):
            raise EditConflictError("These rules are no pins of one list any more. Nothing was saved; look again.")
        recorder, changed = Recorder(connection, by), False
        for pin, place in zip(pins, spread(one.terms.position or 1 for one in pins), strict=True):
            if pin.terms.position != place:
                update_rule(recorder, pin.rule_id, replace(pin.terms, position=place), version=pin.version)
                changed = True
        if changed:
            bump_revision(connection)
    return recorder.batch if changed else None


def spread(places: Iterable[int]) -> list[int]:
    """The places in rising order, each once, none beyond the last that a pin can have.

    Args:
        places: from 1 to LAST_POSITION, at most as many as there are places.
    """
    rising: list[int] = []
    for place in sorted(places):
        rising.append(max(place, rising[-1] + 1 if rising else 1))
    for number in range(1, len(rising) + 1):  # from the end: what went too far comes back
        rising[-number] = min(rising[-number], LAST_POSITION + 1 - number)
    return rising

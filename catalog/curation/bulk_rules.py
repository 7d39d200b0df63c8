"""One rule for each of many products at once, in one batch that can be undone."""

from collections.abc import Sequence

from sqlalchemy import select

from catalog.curation.change_log import Recorder, bump_revision
from catalog.curation.rule_terms import EVERYWHERE, PRODUCT, RuleTerms, check_terms
from catalog.curation.rules import insert_rule
from catalog.result_lists import LISTS
from catalog.storage.database import Database
from catalog.storage.tables.curation import rules


def terms_for(product_id: str, action: str, strength: int | None) -> list[RuleTerms]:
    """The terms that do something to a product wherever products are listed as similar or as going with another."""
    return [RuleTerms(name, action, product_id, strength=strength) for name in LISTS]


def add_rules(database: Database, wanted: Sequence[RuleTerms], *, by: str) -> tuple[str, int]:
    """Add rules for everywhere, save those of which there is an equal one already.

    Returns:
        The batch, by which all can be undone; and how many were added.

    Raises:
        RuleError: some terms make no sense; nothing was added.
    """
    for terms in wanted:
        check_terms(terms)
    added = 0
    with database.writing() as connection:
        recorder = Recorder(connection, by)
        c = rules.c
        known = {
            (row.list_name, row.action, row.target, row.strength)
            for row in connection.execute(
                select(c.list_name, c.action, c.target, c.strength).where(
                    c.anchor_kind == EVERYWHERE,
                    c.target_kind == PRODUCT,
                    c.first_day.is_(None),
                    c.last_day.is_(None),
                    ~c.paused,
                )
            )
        }
        for terms in wanted:
            if (terms.list_name, terms.action, terms.target, terms.strength) not in known:
                insert_rule(recorder, terms)
                added += 1
        if added:
            bump_revision(connection)
    return recorder.batch, added

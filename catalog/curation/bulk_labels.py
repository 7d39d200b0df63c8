"""One category for many products at once, in one batch that can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from catalog.curation.change_log import LABEL, Change, Recorder
from catalog.errors import EditConflictError, UnknownProductError
from catalog.labels.corrections import CATEGORY, IN_FORCE, check_label, take_decision_back, write_decision
from catalog.storage.database import Database
from catalog.storage.tables.labels import corrections


@dataclass(frozen=True)
class SeenLabel:
    """A product's label as it was when somebody decided to change it."""

    product_id: str
    category: str
    version: int  # of the decision on it, 0 for none


def set_category(database: Database, products: Iterable[SeenLabel], category: str, *, by: str) -> tuple[str, int, int]:
    """Give products a category that outlives imports, as a corrected label does.

    Args:
        database: the catalogue's.
        products: those to change; one whose label has changed since it was seen is left alone.
        category: the label that all of them get.
        by: the name of the account.

    Returns:
        The batch, by which all can be undone; how many were changed, and how many were left alone.

    Raises:
        LabelError: the text can't be a label; nothing was changed.
    """
    category = check_label(category)
    changed = left = 0
    with database.writing() as connection:
        recorder = Recorder(connection, by)
        for one in products:
            try:
                _write(recorder, one, category)
                changed += 1
            except (EditConflictError, UnknownProductError):
                left += 1
    return recorder.batch, changed, left


def take_label_back(recorder: Recorder, change: Change) -> None:
    """Undo one change of a label, or do it again; raises EditConflictError if the label was decided on since."""
    (product_id,) = change.subject
    before, after = change.before or {}, change.after or {}
    if before["decided"]:
        _write(recorder, SeenLabel(product_id, after["category"], after["version"]), before["category"])
        return
    undone = take_decision_back(recorder.connection, product_id, version=after["version"], by=recorder.by)
    _note(recorder, product_id, after, {"category": undone.given, "version": undone.version, "decided": False})


def _write(recorder: Recorder, one: SeenLabel, category: str) -> None:
    c = corrections.c
    query = select(c.state).where(c.product_id == one.product_id, c.field == CATEGORY)
    state = recorder.connection.execute(query).scalar_one_or_none()
    decided = write_decision(
        recorder.connection, one.product_id, category, seen=one.category, version=one.version, by=recorder.by
    )
    before = {"category": one.category, "version": one.version, "decided": state == IN_FORCE}
    after = {"category": decided.corrected, "version": decided.version, "decided": True}
    _note(recorder, one.product_id, before, after)


def _note(recorder: Recorder, product_id: str, before: dict[str, object], after: dict[str, object]) -> None:
    recorder.note(LABEL, [product_id], before, after)

"""Corrected labels: kept apart from what sources say, and applied to the products as they are written.

A correction holds as long as the source goes on saying what it said when somebody decided; a source that says something
else wins, and the correction is marked as superseded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from catalog.accounts.audit import note_change
from catalog.errors import EditConflictError, LabelError, UnknownProductError
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.labels import corrections, suspicions
from catalog.storage.tables.products import products

CATEGORY = "category"  # the one field that can be corrected so far
ACCEPTED, CHOSEN, KEPT = DECISIONS = ("accepted", "chosen", "kept")  # the suggestion, another label, the source's own
IN_FORCE, UNDONE, SUPERSEDED = STATES = ("in force", "undone", "superseded")
MOST_CHARACTERS = 200  # of a label

_PAGE = 1000  # rows of an export in memory


@dataclass(frozen=True)
class Correction:
    """What somebody decided on a product's label."""

    product_id: str
    field: str
    given: str  # what the source said
    chosen: str  # what holds instead; equal to ``given`` where it was kept
    decision: str  # one of DECISIONS
    state: str  # one of STATES
    by: str
    at: str  # ISO 8601, UTC
    version: int  # counts every change, from 1; 0 stands for no decision


class CorrectionStore:
    """Decides on labels, and reads what was decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(
        self, product_id: str, chosen: str, *, seen: str, version: int, by: str, suggested: str | None = None
    ) -> Correction:
        """Give a product a label, at once and through every import whose row says the same as now.

        Args:
            product_id: whose label.
            chosen: the label; the source's own confirms it.
            seen: the label that the product had when whoever decides looked at it.
            version: of the decision that they saw, 0 for none.
            by: the account's name.
            suggested: the label that was suggested to them, if any.

        Raises:
            UnknownProductError: the catalogue has no such product.
            LabelError: the text can't be a label.
            EditConflictError: label or decision are no longer those that were seen; nothing was changed.
        """
        chosen = check_label(chosen)
        with self._database.writing() as connection:
            category = _read_category(connection, product_id)
            if category is None:
                raise UnknownProductError(f"The catalogue has no product {product_id!r} any more; nothing was decided.")
            row = _read(connection, product_id)
            if (row.version if row else 0) != version or category != seen:
                raise EditConflictError(_describe_conflict(product_id, category, row))
            given = row.given if row and row.state == IN_FORCE else category
            decision = KEPT if chosen == given else ACCEPTED if chosen == suggested else CHOSEN
            values = {"given": given, "chosen": chosen, "decision": decision, "state": IN_FORCE, "by": by}
            decided = Correction(product_id, CATEGORY, **values, at=_now(), version=version + 1)
            if row is None:
                connection.execute(insert(corrections).values(**vars(decided)))
            else:
                _change(connection, product_id, decided)
            _set_category(connection, product_id, chosen)
            _mark_suspicions(connection, product_id, "decided")
            action = "label kept" if decision == KEPT else "label corrected"
            before, after = {CATEGORY: category}, {CATEGORY: chosen}
            note_change(connection, by=by, action=action, subject=product_id, before=before, after=after)
        return decided

    def undo(self, product_id: str, *, version: int, by: str) -> Correction:
        """Take a decision back: the product has the source's label again, and is in the queue again if it was.

        Raises:
            EditConflictError: the decision isn't the one that was seen, or no longer in force; nothing was changed.
        """
        with self._database.writing() as connection:
            row = _read(connection, product_id)
            category = _read_category(connection, product_id)
            if row is None or row.version != version or row.state != IN_FORCE:
                raise EditConflictError(_describe_conflict(product_id, category, row))
            known = _to_correction(row)
            undone = Correction(
                **{**vars(known), "state": UNDONE, "by": by, "at": _now(), "version": known.version + 1}
            )
            _change(connection, product_id, undone)
            if category == known.chosen:
                _set_category(connection, product_id, known.given)
            _mark_suspicions(connection, product_id, "open")
            before, after = {CATEGORY: known.chosen}, {CATEGORY: known.given}
            note_change(connection, by=by, action="label undone", subject=product_id, before=before, after=after)
        return undone

    def find(self, product_id: str) -> Correction | None:
        """The latest decision on a product's label, whatever its state; None if there is none."""
        with self._database.reading() as connection:
            row = _read(connection, product_id)
        return None if row is None else _to_correction(row)

    def latest(self, by: str) -> Correction | None:
        """The last decision of somebody that is in force."""
        query = select(corrections).where(corrections.c.by == by, corrections.c.state == IN_FORCE)
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(corrections.c.at.desc()).limit(1)).one_or_none()
        return None if row is None else _to_correction(row)

    def page(self, limit: int, offset: int = 0, *, state: str | None = None) -> list[Correction]:
        """Decisions, latest first."""
        query = select(corrections).order_by(corrections.c.at.desc(), corrections.c.product_id)
        if state is not None:
            query = query.where(corrections.c.state == state)
        with self._database.reading() as connection:
            return [_to_correction(row) for row in connection.execute(query.limit(limit).offset(offset))]

    def counts(self) -> dict[str, int]:
        """How many decisions are in each state."""
        query = select(corrections.c.state, func.count()).group_by(corrections.c.state)
        with self._database.reading() as connection:
            found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def iter_all(self) -> Iterator[Correction]:
        """Every decision by product id, a thousand at a time."""
        after = ""
        while True:
            query = select(corrections).where(corrections.c.product_id > after).order_by(corrections.c.product_id)
            with self._database.reading() as connection:
                page = [_to_correction(row) for row in connection.execute(query.limit(_PAGE))]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].product_id

    def of_products(self, product_ids: list[str]) -> dict[str, Correction]:
        """The latest decisions on some products' labels by product id, whatever their state."""
        query = select(corrections).where(corrections.c.field == CATEGORY)
        found: dict[str, Correction] = {}
        with self._database.reading() as connection:
            for ids in in_batches(product_ids, IDS_PER_QUERY):
                for row in connection.execute(query.where(corrections.c.product_id.in_(ids))):
                    found[row.product_id] = _to_correction(row)
        return found


def correct_incoming(connection: Connection, categories: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """What decisions make of the categories that a source gives, in the transaction that writes its products.

    Args:
        connection: of ``Database.writing``.
        categories: product id -> what the source says now.

    Returns:
        product id -> label to write instead, where a correction holds; and how many were superseded, because the source
        says something else than when they were made. These are written down as such.
    """
    chosen: dict[str, str] = {}
    superseded = 0
    for row in _read_in_force(connection, list(categories)):
        says = categories[row.product_id]
        if says == row.given:
            chosen[row.product_id] = row.chosen
            continue
        known = _to_correction(row)
        values = {**vars(known), "state": SUPERSEDED, "at": _now(), "version": known.version + 1}
        _change(connection, row.product_id, Correction(**values))
        before, after = {CATEGORY: known.chosen}, {CATEGORY: says}
        action = "label superseded"
        note_change(connection, by="import", action=action, subject=row.product_id, before=before, after=after)
        superseded += 1
    return chosen, superseded


def check_label(label: str) -> str:
    """The label without spaces around it; raises LabelError if it can't be one."""
    label = label.strip()
    if not label or len(label) > MOST_CHARACTERS or not label.isprintable():
        raise LabelError(
            f"{label[:80]!r} can't be a label; it takes 1 to {MOST_CHARACTERS} characters on one line. "
            "Choose one of the catalogue's categories."
        )
    return label


def _read(connection: Connection, product_id: str) -> Row[Any] | None:
    mine = (corrections.c.product_id == product_id, corrections.c.field == CATEGORY)
    return connection.execute(select(corrections).where(*mine)).one_or_none()


def _read_in_force(connection: Connection, product_ids: list[str]) -> list[Row[Any]]:
    query = select(corrections).where(corrections.c.field == CATEGORY, corrections.c.state == IN_FORCE)
    found: list[Row[Any]] = []
    for ids in in_batches(product_ids, IDS_PER_QUERY):
        found += connection.execute(query.where(corrections.c.product_id.in_(ids)))
    return found


def _change(connection: Connection, product_id: str, values: Correction) -> None:
    mine = (corrections.c.product_id == product_id, corrections.c.field == values.field)
    connection.execute(update(corrections).where(*mine).values(**vars(values)))


def _read_category(connection: Connection, product_id: str) -> str | None:
    query = select(products.c.category).where(products.c.product_id == product_id)
    return connection.execute(query).scalar_one_or_none()


def _set_category(connection: Connection, product_id: str, category: str) -> None:
    mine = products.c.product_id == product_id
    connection.execute(update(products).where(mine).values(category=category))


def _mark_suspicions(connection: Connection, product_id: str, state: str) -> None:
    connection.execute(update(suspicions).where(suspicions.c.product_id == product_id).values(state=state))


def _describe_conflict(product_id: str, category: str | None, row: Row[Any] | None) -> str:
    now = f"Its label is {category!r} now." if category is not None else "The catalogue doesn't hold it any more."
    who = f"{row.by} decided on {product_id!r} at {row.at[:16]} UTC ({row.state})" if row else f"{product_id!r} changed"
    return f"{who} since you looked at it. {now} Nothing was changed; look at it again."


def _to_correction(row: Row[Any]) -> Correction:
    return Correction(**row._mapping)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")

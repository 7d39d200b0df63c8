"""Decisions on product labels: they are stored apart from the sources' labels, and applied when products are written.

A correction is in force as long as the source gives the same label as when somebody decided. Once the source gives
another label, that label wins, and the correction is marked as superseded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from catalog.accounts.audit import note_change
from catalog.errors import EditConflictError, LabelError, UnknownProductError
from catalog.spelling import fold, tidy_name
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.labels import corrections, label_issues
from catalog.storage.tables.products import products

CATEGORY = "category"  # the one field that can be corrected so far
ACCEPTED, CHOSEN, KEPT = DECISIONS = ("accepted", "chosen", "kept")  # predicted label, another one, the given one
IN_FORCE, UNDONE, SUPERSEDED = STATES = ("in force", "undone", "superseded")
MOST_CHARACTERS = 200  # of a label

_PAGE = 1000  # decisions of an export in memory


@dataclass(frozen=True)
class Correction:
    """What somebody decided on a product's label."""

    product_id: str
    field: str
    given: str  # the label that the source gave
    corrected: str  # the label that the product has instead; equal to ``given`` where the given label was kept
    decision: str  # one of DECISIONS
    state: str  # one of STATES
    by: str
    at: str  # ISO 8601, UTC
    version: int  # 1, and one more with each change; 0 stands for no decision


class CorrectionStore:
    """Stores decisions on labels, and reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(
        self, product_id: str, corrected: str, *, seen: str, version: int, by: str, predicted: str | None = None
    ) -> Correction:
        """Give a product a label, at once and in every import in which its source gives the same label as now.

        Args:
            product_id: the product.
            corrected: the label; the source's own label confirms that it is right.
            seen: the label that the person who decides saw on the product.
            version: the version of the decision that this person saw, 0 for none.
            by: the name of this person's account.
            predicted: the label that the label check predicted, if it did.

        Raises:
            UnknownProductError: the catalogue has no such product.
            LabelError: the text can't be a label.
            EditConflictError: the label or the decision is no longer the one that was seen; nothing was changed.
        """
        with self._database.writing() as connection:
            return write_decision(
                connection, product_id, corrected, seen=seen, version=version, by=by, predicted=predicted
            )

    def undo(self, product_id: str, *, version: int, by: str) -> Correction:
        """Take a decision back: the product gets the source's label again, and its label issue is open again.

        Raises:
            EditConflictError: the decision isn't the one that was seen, or isn't in force; nothing was changed.
        """
        with self._database.writing() as connection:
            return take_decision_back(connection, product_id, version=version, by=by)

    def find(self, product_id: str) -> Correction | None:
        """The latest decision on a product's label, in any state; None if there is none."""
        with self._database.reading() as connection:
            row = _read(connection, product_id)
        return None if row is None else _to_correction(row)

    def latest(self, by: str) -> Correction | None:
        """The last decision of an account that is in force; None if there is none."""
        query = select(corrections).where(corrections.c.by == by, corrections.c.state == IN_FORCE)
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(corrections.c.at.desc()).limit(1)).one_or_none()
        return None if row is None else _to_correction(row)

    def page(self, limit: int, offset: int = 0, *, state: str | None = None) -> list[Correction]:
        """A page of the decisions, of one state if it is named, latest first."""
        query = select(corrections).order_by(corrections.c.at.desc(), corrections.c.product_id)
        if state is not None:
            query = query.where(corrections.c.state == state)
        with self._database.reading() as connection:
            return [_to_correction(row) for row in connection.execute(query.limit(limit).offset(offset))]

    def counts(self) -> dict[str, int]:
        """The number of decisions in each of STATES."""
        query = select(corrections.c.state, func.count()).group_by(corrections.c.state)
        with self._database.reading() as connection:
            found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def iter_all(self, after: str = "") -> Iterator[Correction]:
        """Every decision behind a product id, in their order; at most a thousand of them are in memory at a time."""
        while True:
            query = select(corrections).where(corrections.c.product_id > after).order_by(corrections.c.product_id)
            with self._database.reading() as connection:
                page = [_to_correction(row) for row in connection.execute(query.limit(_PAGE))]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].product_id

    def of_products(self, product_ids: list[str]) -> dict[str, Correction]:
        """Product id -> the latest decision on its label, in any state; products without a decision are absent."""
        query = select(corrections).where(corrections.c.field == CATEGORY)
        found: dict[str, Correction] = {}
        with self._database.reading() as connection:
            for ids in in_batches(product_ids, IDS_PER_QUERY):
                for row in connection.execute(query.where(corrections.c.product_id.in_(ids))):
                    found[row.product_id] = _to_correction(row)
        return found


def write_decision(
    connection: Connection,
    product_id: str,
    corrected: str,
    *,
    seen: str,
    version: int,
    by: str,
    predicted: str | None = None,
) -> Correction:
    """Do what ``CorrectionStore.decide`` does, in a transaction that does more."""
    corrected = check_label(corrected)
    category = _read_category(connection, product_id)
    if category is None:
        raise UnknownProductError(f"The catalogue has no product {product_id!r} any more; nothing was decided.")
    row = _read(connection, product_id)
    if (row.version if row else 0) != version or category != seen:
        raise EditConflictError(_describe_conflict(product_id, category, row))
    given = row.given if row and row.state == IN_FORCE else category
    decision = KEPT if corrected == given else ACCEPTED if corrected == predicted else CHOSEN
    decided = Correction(product_id, CATEGORY, given, corrected, decision, IN_FORCE, by, _now(), version + 1)
    if row is None:
        connection.execute(insert(corrections).values(**_to_values(decided)))
    else:
        _change(connection, product_id, decided)
    _set_category(connection, product_id, corrected)
    _mark_issues(connection, product_id, "decided")
    action = "label kept" if decision == KEPT else "label corrected"
    before, after = {CATEGORY: category}, {CATEGORY: corrected}
    note_change(connection, by=by, action=action, subject=product_id, before=before, after=after)
    return decided


def take_decision_back(connection: Connection, product_id: str, *, version: int, by: str) -> Correction:
    """Do what ``CorrectionStore.undo`` does, in a transaction that does more."""
    row = _read(connection, product_id)
    category = _read_category(connection, product_id)
    if row is None or row.version != version or row.state != IN_FORCE:
        raise EditConflictError(_describe_conflict(product_id, category, row))
    known = _to_correction(row)
    undone = replace(known, state=UNDONE, by=by, at=_now(), version=known.version + 1)
    _change(connection, product_id, undone)
    if category == known.corrected:
        _set_category(connection, product_id, known.given)
    _mark_issues(connection, product_id, "open")
    before, after = {CATEGORY: known.corrected}, {CATEGORY: known.given}
    note_change(connection, by=by, action="label undone", subject=product_id, before=before, after=after)
    return undone


def correct_incoming(connection: Connection, categories: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Apply the corrections to the labels that a source gives, in the transaction that writes its products.

    A correction whose source gives another label than when somebody decided is marked as superseded.

    Args:
        connection: of ``Database.writing``.
        categories: product id -> the label that the source gives now.

    Returns:
        Product id -> the label to write instead, for products whose correction is in force; and the number of
        corrections that were superseded.
    """
    corrected: dict[str, str] = {}
    superseded = 0
    for row in _read_in_force(connection, list(categories)):
        says = categories[row.product_id]
        if fold(says) == fold(row.given):  # another spelling of a label is no other label
            corrected[row.product_id] = row.chosen
            continue
        known = _to_correction(row)
        _change(connection, row.product_id, replace(known, state=SUPERSEDED, at=_now(), version=known.version + 1))
        before, after = {CATEGORY: known.corrected}, {CATEGORY: says}
        action = "label superseded"
        note_change(connection, by="import", action=action, subject=row.product_id, before=before, after=after)
        superseded += 1
    return corrected, superseded


def check_label(label: str) -> str:
    """The text as labels are spelled, if it can be a label; raises LabelError if it can't."""
    label = tidy_name(label) if "\n" not in label and "\r" not in label else label
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
    connection.execute(update(corrections).where(*mine).values(**_to_values(values)))


def _read_category(connection: Connection, product_id: str) -> str | None:
    query = select(products.c.category).where(products.c.product_id == product_id)
    return connection.execute(query).scalar_one_or_none()


def _set_category(connection: Connection, product_id: str, category: str) -> None:
    mine = products.c.product_id == product_id
    connection.execute(update(products).where(mine).values(category=category))


def _mark_issues(connection: Connection, product_id: str, state: str) -> None:
    connection.execute(update(label_issues).where(label_issues.c.product_id == product_id).values(state=state))


def _describe_conflict(product_id: str, category: str | None, row: Row[Any] | None) -> str:
    now = f"Its label is {category!r} now." if category is not None else "The catalogue doesn't hold it any more."
    who = f"{row.by} decided on {product_id!r} at {row.at[:16]} UTC ({row.state})" if row else f"{product_id!r} changed"
    return f"{who} since you looked at it. {now} Nothing was changed; look at it again."


def _to_correction(row: Row[Any]) -> Correction:
    values = dict(row._mapping)
    return Correction(corrected=values.pop("chosen"), **values)


def _to_values(correction: Correction) -> dict[str, Any]:
    values = dict(vars(correction))
    return {"chosen": values.pop("corrected"), **values}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")

"""Which categories go together: weights that are learned from supercategories and clicks, or set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from catalog.accounts.audit import note_change
from catalog.curation.change_log import PAIR, Recorder, bump_revision
from catalog.errors import EditConflictError
from catalog.events.event_figures import Days
from catalog.result_lists import GOES_WITH
from catalog.storage.batches import in_batches
from catalog.storage.database import Database
from catalog.storage.tables.curation import compatibility
from catalog.storage.tables.events import clicks, searches
from catalog.storage.tables.products import products

NEVER = 0.0
CHOICES = (NEVER, 0.25, 0.5, 1.0)  # the weights that the studio offers: never, seldom, sometimes, often
_ROWS_PER_INSERT = 1000


@dataclass(frozen=True)
class CategoryPair:
    """How well products of a category go with products of another category."""

    category: str
    other: str
    learned: float | None  # 0 (never) to 1; None: no weight was learned
    clicks: int  # number of clicks that the weight was learned from
    chosen: float | None  # weight that was set by hand; None: none was

    @property
    def weight(self) -> float | None:
        """The weight that is used; None: whether they go together follows from their supercategories."""
        return self.learned if self.chosen is None else self.chosen


@dataclass(frozen=True)
class LearnedWeight:
    """The weight of a pair as learned from the catalogue and from clicks."""

    weight: float
    clicks: int


class CompatibilityStore:
    """Reads and changes the weights of pairs; a weight that was set by hand stays when weights are learned again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def row(self, category: str) -> list[CategoryPair]:
        """The pairs of a category, ordered by the name of the other category."""
        with self._database.reading() as connection:
            query = select(compatibility).where(compatibility.c.category == category)
            return [CategoryPair(**row._mapping) for row in connection.execute(query.order_by(compatibility.c.other))]

    def weights(self, category: str) -> dict[str, float]:
        """Other category -> weight, for the pairs of a category that have a weight; 0 means never."""
        return {one.other: one.weight for one in self.row(category) if one.weight is not None}

    def among(self, categories: list[str]) -> dict[tuple[str, str], CategoryPair]:
        """(category, other category) -> pair, for the pairs of which both categories are among these."""
        c = compatibility.c
        query = select(compatibility).where(c.category.in_(categories), c.other.in_(categories))
        with self._database.reading() as connection:
            return {(row.category, row.other): CategoryPair(**row._mapping) for row in connection.execute(query)}

    def has_learned(self) -> bool:
        """Whether any weight was learned."""
        query = select(compatibility.c.category).where(compatibility.c.learned.is_not(None)).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def choose(
        self, category: str, chosen: Mapping[str, float | None], *, seen: Mapping[str, float | None], by: str
    ) -> str | None:
        """Set the weights of a category's pairs by hand.

        Args:
            category: the category.
            chosen: other category -> weight, 0 (never) to 1; None: the learned weight is used again.
            seen: other category -> the weight set by hand that the person who edits saw.
            by: the name of this person's account.

        Returns:
            The batch, by which the changes can be undone; None if nothing changed.

        Raises:
            EditConflictError: a weight is no longer the one that was seen; nothing was written.
        """
        changes = {other: weight for other, weight in chosen.items() if weight != seen.get(other)}
        if not changes:
            return None
        with self._database.writing() as connection:
            recorder = Recorder(connection, by)
            for other, weight in changes.items():
                write_choice(recorder, category, other, weight, expected=seen.get(other))
            bump_revision(connection)
        return recorder.batch

    def replace_learned(self, learned: Mapping[tuple[str, str], LearnedWeight], *, by: str) -> int:
        """Replace all learned weights by new ones, and return the number of pairs."""
        with self._database.writing() as connection:
            c = compatibility.c
            kept = {(row.category, row.other): row.chosen for row in connection.execute(
                select(c.category, c.other, c.chosen).where(c.chosen.is_not(None))
            )}  # fmt: skip
            connection.execute(delete(compatibility))
            rows = [
                {
                    "category": pair[0],
                    "other": pair[1],
                    "learned": learned[pair].weight if pair in learned else None,
                    "clicks": learned[pair].clicks if pair in learned else 0,
                    "chosen": kept.get(pair),
                }
                for pair in sorted(learned.keys() | kept.keys())
            ]
            for some in in_batches(rows, _ROWS_PER_INSERT):
                connection.execute(insert(compatibility), some)
            clicks = sum(one.clicks for one in learned.values())
            facts = {"pairs": len(learned), "clicks": clicks}
            note_change(connection, by=by, action="category pairs learned", subject="compatibility", after=facts)
            bump_revision(connection)
        return len(rows)


def write_choice(
    recorder: Recorder, category: str, other: str, weight: float | None, *, expected: float | None
) -> None:
    """Set one weight by hand; raises EditConflictError if the weight set by hand isn't ``expected`` now."""
    connection, c = recorder.connection, compatibility.c
    this = (c.category == category) & (c.other == other)
    known = connection.execute(select(c.chosen).where(this)).all()
    current = known[0].chosen if known else None
    if current != expected:
        raise EditConflictError(
            f"Somebody else has chosen how well {other!r} goes with {category!r} since you opened the page: "
            f"{_format_weight(current)} now, {_format_weight(expected)} then. Nothing was saved; look again."
        )
    if known:
        connection.execute(update(compatibility).where(this).values(chosen=weight))
    else:
        values = {"category": category, "other": other, "learned": None, "clicks": 0, "chosen": weight}
        connection.execute(insert(compatibility).values(**values))
    recorder.note(PAIR, [category, other], {"chosen": current}, {"chosen": weight})
    note_change(
        connection,
        by=recorder.by,
        action="category pair changed",
        subject=f"{category} → {other}",
        before={"weight": current},
        after={"weight": weight},
    )


def read_genders(database: Database) -> dict[str, dict[str | None, int]]:
    """Category -> gender -> number of products; gender None: the catalogue doesn't say."""
    c = products.c
    query = select(c.category, c.gender, func.count()).group_by(c.category, c.gender)
    found: dict[str, dict[str | None, int]] = {}
    with database.reading() as connection:
        for category, gender, count in connection.execute(query):
            found.setdefault(category, {})[gender] = count
    return found


def read_clicks(database: Database, days: Days) -> dict[tuple[str, str], int]:
    """(predicted category, category of the opened product) -> number of clicks on complementary products."""
    with database.reading() as connection:
        return _count_clicks(connection, days)


def _count_clicks(connection: Connection, days: Days) -> dict[tuple[str, str], int]:
    searched, clicked, sold = searches.c, clicks.c, products.c
    query = (
        select(searched.category, sold.category.label("other"), func.count())
        .join_from(clicks, searches, searched.search_id == clicked.search_id)
        .join(products, sold.product_id == clicked.product_id)
        .where(clicked.kind == GOES_WITH, searched.category.is_not(None), days.holds(clicked.clicked_at))
        .group_by(searched.category, sold.category)
    )
    return {(category, other): count for category, other, count in connection.execute(query)}


def _format_weight(weight: float | None) -> str:
    return "as learned" if weight is None else f"{weight:g}"

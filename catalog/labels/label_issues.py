"""The queue of labels that are probably wrong, and the pictures that several products show, as last checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, distinct, func, insert, select, update

from catalog.labels.corrections import CATEGORY, IN_FORCE
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.labels import corrections, duplicates, label_checks, suspicions
from catalog.storage.tables.products import products

OPEN, SKIPPED, DECIDED = STATES = ("open", "skipped", "decided")

_PAGE = 1000  # rows of an export in memory


@dataclass(frozen=True)
class LabelCheck:
    """One run of the check."""

    check_id: int
    checked_at: str  # ISO 8601, UTC
    model: str  # by whose vectors it judged
    products: int  # whose labels were judged
    photos: int
    seconds: float


@dataclass(frozen=True)
class Suspicion:
    """A label that is probably wrong."""

    product_id: str
    given: str
    suggested: str
    given_probability: float
    suggested_probability: float
    score: float  # 0 to 1; the smaller, the more probably the label is wrong
    guesses: tuple[tuple[str, float], ...]  # labels with their probabilities, most probable first
    given_neighbours: tuple[str, ...] = ()  # product ids, most alike first, that have the given label
    suggested_neighbours: tuple[str, ...] = ()  # likewise of the suggested one
    rank: int = 0  # from 1, most probably wrong first
    state: str = OPEN
    suspicion_id: int = 0


@dataclass(frozen=True)
class Duplicate:
    """A product that shows the same picture as others."""

    picture: int
    product_id: str
    sha256: str  # of the photo that does
    distance: int  # grey levels to the nearest of the others; 0 is none


@dataclass(frozen=True)
class Picture:
    """A picture that several products show."""

    picture: int
    products: int
    labels: int  # different ones; more than 1: at most one of them can be right


class SuspicionStore:
    """Writes what a check found, and reads it as the queue that is left."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(
        self, check: LabelCheck, found: Sequence[Suspicion], shown_twice: Sequence[Duplicate]
    ) -> tuple[LabelCheck, int]:
        """Put a check's findings in the place of the last one's, all in one transaction.

        Labels on which somebody decided, and whose decision holds, aren't asked about again; nor are labels that have
        changed while the check ran.

        Args:
            check: the run; its ``check_id`` is given out here.
            found: suspicions, most probably wrong first.
            shown_twice: products that share a picture.

        Returns:
            The check with its id, and how many suspicions are in the queue.
        """
        with self._database.writing() as connection:
            values = {name: value for name, value in vars(check).items() if name != "check_id"}
            inserting = insert(label_checks).returning(label_checks.c.check_id)
            check_id = connection.execute(inserting, values).scalar_one()
            connection.execute(delete(suspicions))
            connection.execute(delete(duplicates))
            asked = _still_to_ask(connection, found)
            for batch in in_batches(enumerate(asked, start=1), IDS_PER_QUERY):
                rows = [_to_row(one, check_id=check_id, rank=rank) for rank, one in batch]
                connection.execute(insert(suspicions), rows)
            for part in in_batches(shown_twice, IDS_PER_QUERY):
                connection.execute(insert(duplicates), [vars(one) for one in part])
        return LabelCheck(check_id, **values), len(asked)

    def last_check(self) -> LabelCheck | None:
        """The latest run; None if there was none."""
        query = select(label_checks).order_by(label_checks.c.check_id.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else LabelCheck(**row._mapping)

    def counts(self) -> dict[str, int]:
        """How many of the queue are in each state."""
        query = _select_live(suspicions.c.state, func.count()).group_by(suspicions.c.state)
        with self._database.reading() as connection:
            found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def page(self, state: str, limit: int, offset: int = 0) -> list[Suspicion]:
        """A part of the queue, best candidates first."""
        query = _select_live(suspicions).where(suspicions.c.state == state).order_by(suspicions.c.rank)
        return self._load(query.limit(limit).offset(offset))

    def find(self, suspicion_id: int) -> Suspicion | None:
        """One of the queue, whatever its state; None if it is gone with its product or its check."""
        return next(iter(self._load(_select_live(suspicions).where(suspicions.c.suspicion_id == suspicion_id))), None)

    def of_product(self, product_id: str) -> Suspicion | None:
        """A product's own, whatever its state."""
        return next(iter(self._load(_select_live(suspicions).where(suspicions.c.product_id == product_id))), None)

    def before(self, rank: int, state: str) -> Suspicion | None:
        """The one that comes before a rank in the queue."""
        query = _select_live(suspicions).where(suspicions.c.state == state, suspicions.c.rank < rank)
        return next(iter(self._load(query.order_by(suspicions.c.rank.desc()).limit(1))), None)

    def after(self, rank: int, state: str) -> Suspicion | None:
        """The one that comes after a rank in the queue; with 0 the first one."""
        query = _select_live(suspicions).where(suspicions.c.state == state, suspicions.c.rank > rank)
        return next(iter(self._load(query.order_by(suspicions.c.rank).limit(1))), None)

    def set_skipped(self, suspicion_id: int, skipped: bool) -> None:
        """Put one that nobody decided on aside, or back into the queue."""
        mine = (suspicions.c.suspicion_id == suspicion_id, suspicions.c.state != DECIDED)
        with self._database.writing() as connection:
            connection.execute(update(suspicions).where(*mine).values(state=SKIPPED if skipped else OPEN))

    def iter_open(self) -> Iterator[Suspicion]:
        """What is left to decide, best candidates first, a thousand at a time; skipped ones are among it."""
        rank = 0
        while True:
            query = _select_live(suspicions).where(suspicions.c.state != DECIDED, suspicions.c.rank > rank)
            page = self._load(query.order_by(suspicions.c.rank).limit(_PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            rank = page[-1].rank

    def pictures(self, limit: int, offset: int = 0, *, conflicting: bool = False) -> list[Picture]:
        """Pictures that several products show, in the order of their numbers.

        Args:
            limit: at most so many.
            offset: after so many.
            conflicting: only those whose products have different labels now.
        """
        query = _select_pictures(conflicting=conflicting).order_by(duplicates.c.picture).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return [Picture(*row) for row in connection.execute(query)]

    def count_pictures(self, *, conflicting: bool = False) -> int:
        """How many of them there are."""
        query = select(func.count()).select_from(_select_pictures(conflicting=conflicting).subquery())
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def showing(self, picture: int, limit: int) -> list[Duplicate]:
        """The products that show a picture, those with the fewest differences first."""
        product = products.c.product_id == duplicates.c.product_id
        query = select(duplicates).join(products, product).where(duplicates.c.picture == picture)
        query = query.order_by(duplicates.c.distance, duplicates.c.product_id).limit(limit)
        with self._database.reading() as connection:
            return [Duplicate(**row._mapping) for row in connection.execute(query)]

    def _load(self, query: Select[Any]) -> list[Suspicion]:
        with self._database.reading() as connection:
            return [_to_suspicion(row) for row in connection.execute(query)]


def _select_live(*columns: Any) -> Select[Any]:
    """A query over suspicions of products that are there; an undecided one only while the label is that in question."""
    query = select(*columns).join_from(suspicions, products, products.c.product_id == suspicions.c.product_id)
    return query.where((suspicions.c.state == DECIDED) | (products.c.category == suspicions.c.given))


def _select_pictures(*, conflicting: bool) -> Select[Any]:
    labels = func.count(distinct(products.c.category))
    query = select(duplicates.c.picture, func.count(), labels)
    query = query.join_from(duplicates, products, products.c.product_id == duplicates.c.product_id)
    return query.group_by(duplicates.c.picture).having((labels if conflicting else func.count()) > 1)


def _still_to_ask(connection: Connection, found: Sequence[Suspicion]) -> list[Suspicion]:
    label_of: dict[str, str] = {}
    decided: set[str] = set()
    in_force = (corrections.c.field == CATEGORY, corrections.c.state == IN_FORCE)
    for ids in in_batches([one.product_id for one in found], IDS_PER_QUERY):
        query = select(products.c.product_id, products.c.category).where(products.c.product_id.in_(ids))
        label_of.update((product_id, category) for product_id, category in connection.execute(query))
        decisions = select(corrections.c.product_id).where(*in_force, corrections.c.product_id.in_(ids))
        decided.update(connection.scalars(decisions))
    return [one for one in found if one.product_id not in decided and label_of.get(one.product_id) == one.given]


def _to_row(one: Suspicion, *, check_id: int, rank: int) -> dict[str, Any]:
    values = {**vars(one), "check_id": check_id, "rank": rank, "guesses": [list(guess) for guess in one.guesses]}
    values |= {name: list(getattr(one, name)) for name in ("given_neighbours", "suggested_neighbours")}
    del values["suspicion_id"]
    return values


def _to_suspicion(row: Row[Any]) -> Suspicion:
    values = dict(row._mapping)
    del values["check_id"]
    values["guesses"] = tuple((label, probability) for label, probability in values["guesses"])
    for name in ("given_neighbours", "suggested_neighbours"):
        values[name] = tuple(values[name])
    return Suspicion(**values)

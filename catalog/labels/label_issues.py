"""What the last label check found: the queue of label issues, and the pictures that several products show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, distinct, func, insert, select, update

from catalog.labels.corrections import CATEGORY, IN_FORCE
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.labels import corrections, duplicates, label_checks, label_issues
from catalog.storage.tables.products import products

OPEN, SKIPPED, DECIDED = STATES = ("open", "skipped", "decided")

_PAGE = 1000  # rows of an export in memory
# LabelIssue's fields whose columns have another name.
_COLUMNS = {
    "issue_id": "suspicion_id",
    "predicted": "suggested",
    "predicted_probability": "suggested_probability",
    "predicted_neighbours": "suggested_neighbours",
    "top_k": "guesses",
}


@dataclass(frozen=True)
class LabelCheckRun:
    """One run of the label check."""

    check_id: int
    checked_at: str  # ISO 8601, UTC
    model: str  # the bundle whose vectors the check used
    products: int  # products whose labels were checked
    photos: int
    seconds: float


@dataclass(frozen=True)
class LabelIssue:
    """A product whose label is probably wrong."""

    product_id: str
    given: str  # the label that the product had when it was checked
    predicted: str  # the label that the check takes for right
    given_probability: float
    predicted_probability: float
    score: float  # 0 to 1; the smaller, the more probably the given label is wrong
    top_k: tuple[tuple[str, float], ...]  # the most probable labels with their probabilities, most probable first
    given_neighbours: tuple[str, ...] = ()  # ids of products that have the given label, most similar first
    predicted_neighbours: tuple[str, ...] = ()  # ids of products that have the predicted label, most similar first
    rank: int = 0  # from 1, most probably wrong first
    state: str = OPEN
    issue_id: int = 0


@dataclass(frozen=True)
class Duplicate:
    """A product that shows the same picture as other products."""

    picture: int
    product_id: str
    sha256: str  # of the product's photo that shows the picture
    distance: int  # largest difference to the most similar of the other photos, in grey levels; 0: none


@dataclass(frozen=True)
class Picture:
    """A picture that several products show."""

    picture: int
    products: int
    labels: int  # different labels of these products; where there are several, at most one of them can be right


class LabelIssueStore:
    """Stores what a label check found, and reads the queue of label issues that are left."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(
        self, check: LabelCheckRun, found: Sequence[LabelIssue], shown_twice: Sequence[Duplicate]
    ) -> tuple[LabelCheckRun, int]:
        """Replace what the previous check found by what this one found, in one transaction.

        Two kinds of label issues are left out: those of products whose label somebody has decided on, as long as that
        decision is in force, and those of products whose label has changed while the check ran.

        Args:
            check: the run; this method assigns its ``check_id``.
            found: the label issues, most probably wrong first.
            shown_twice: the products that share a picture with others.

        Returns:
            The run with its id, and the number of label issues that are in the queue now.
        """
        with self._database.writing() as connection:
            values = {name: value for name, value in vars(check).items() if name != "check_id"}
            inserting = insert(label_checks).returning(label_checks.c.check_id)
            check_id = connection.execute(inserting, values).scalar_one()
            connection.execute(delete(label_issues))
            connection.execute(delete(duplicates))
            asked = _still_to_ask(connection, found)
            for batch in in_batches(enumerate(asked, start=1), IDS_PER_QUERY):
                rows = [_to_row(one, check_id=check_id, rank=rank) for rank, one in batch]
                connection.execute(insert(label_issues), rows)
            for part in in_batches(shown_twice, IDS_PER_QUERY):
                connection.execute(insert(duplicates), [vars(one) for one in part])
        return LabelCheckRun(check_id, **values), len(asked)

    def last_check(self) -> LabelCheckRun | None:
        """The latest run of the label check; None if there was none."""
        query = select(label_checks).order_by(label_checks.c.check_id.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else LabelCheckRun(**row._mapping)

    def counts(self) -> dict[str, int]:
        """The number of label issues in each of STATES."""
        query = _select_live(label_issues.c.state, func.count()).group_by(label_issues.c.state)
        with self._database.reading() as connection:
            found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    def page(self, state: str, limit: int, offset: int = 0) -> list[LabelIssue]:
        """A page of the label issues in one state, most probably wrong first."""
        query = _select_live(label_issues).where(label_issues.c.state == state).order_by(label_issues.c.rank)
        return self._load(query.limit(limit).offset(offset))

    def find(self, issue_id: int) -> LabelIssue | None:
        """The label issue of this id, in any state; None if its product is gone or a later check has replaced it."""
        return next(iter(self._load(_select_live(label_issues).where(label_issues.c.suspicion_id == issue_id))), None)

    def of_product(self, product_id: str) -> LabelIssue | None:
        """The label issue of a product, in any state; None if there is none."""
        return next(iter(self._load(_select_live(label_issues).where(label_issues.c.product_id == product_id))), None)

    def before(self, rank: int, state: str) -> LabelIssue | None:
        """The label issue in a state that comes before a rank; None at the beginning of the queue."""
        query = _select_live(label_issues).where(label_issues.c.state == state, label_issues.c.rank < rank)
        return next(iter(self._load(query.order_by(label_issues.c.rank.desc()).limit(1))), None)

    def after(self, rank: int, state: str) -> LabelIssue | None:
        """The label issue in a state that comes after a rank (0: the first one); None at the end of the queue."""
        query = _select_live(label_issues).where(label_issues.c.state == state, label_issues.c.rank > rank)
        return next(iter(self._load(query.order_by(label_issues.c.rank).limit(1))), None)

    def set_skipped(self, issue_id: int, skipped: bool) -> None:
        """Set a label issue aside, or put it back into the queue; a decided one stays as it is."""
        mine = (label_issues.c.suspicion_id == issue_id, label_issues.c.state != DECIDED)
        with self._database.writing() as connection:
            connection.execute(update(label_issues).where(*mine).values(state=SKIPPED if skipped else OPEN))

    def iter_open(self) -> Iterator[LabelIssue]:
        """Every label issue that nobody decided on, skipped ones included, most probably wrong first.

        At most a thousand of them are in memory at a time.
        """
        rank = 0
        while True:
            query = _select_live(label_issues).where(label_issues.c.state != DECIDED, label_issues.c.rank > rank)
            page = self._load(query.order_by(label_issues.c.rank).limit(_PAGE))
            yield from page
            if len(page) < _PAGE:
                return
            rank = page[-1].rank

    def pictures(self, limit: int, offset: int = 0, *, conflicting: bool = False) -> list[Picture]:
        """A page of the pictures that several products show, in the order of their numbers.

        Args:
            limit: the largest number of pictures to return.
            offset: the number of pictures to skip first.
            conflicting: whether to return only pictures whose products have different labels now.
        """
        query = _select_pictures(conflicting=conflicting).order_by(duplicates.c.picture).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return [Picture(*row) for row in connection.execute(query)]

    def count_pictures(self, *, conflicting: bool = False) -> int:
        """The number of pictures that ``pictures`` returns on all its pages together."""
        query = select(func.count()).select_from(_select_pictures(conflicting=conflicting).subquery())
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def showing(self, picture: int, limit: int) -> list[Duplicate]:
        """The products that show a picture, by distance and then by product id."""
        product = products.c.product_id == duplicates.c.product_id
        query = select(duplicates).join(products, product).where(products.c.published, duplicates.c.picture == picture)
        query = query.order_by(duplicates.c.distance, duplicates.c.product_id).limit(limit)
        with self._database.reading() as connection:
            return [Duplicate(**row._mapping) for row in connection.execute(query)]

    def _load(self, query: Select[Any]) -> list[LabelIssue]:
        with self._database.reading() as connection:
            return [_to_issue(row) for row in connection.execute(query)]


def _select_live(*columns: Any) -> Select[Any]:
    """A query over the label issues that still apply.

    Shoppers see their product, and if nobody has decided yet, it still has the given label.
    """
    query = select(*columns).join_from(label_issues, products, products.c.product_id == label_issues.c.product_id)
    return query.where(
        products.c.published, (label_issues.c.state == DECIDED) | (products.c.category == label_issues.c.given)
    )


def _select_pictures(*, conflicting: bool) -> Select[Any]:
    labels = func.count(distinct(products.c.category))
    query = select(duplicates.c.picture, func.count(), labels)
    query = query.join_from(duplicates, products, products.c.product_id == duplicates.c.product_id)
    return (
        query.where(products.c.published)
        .group_by(duplicates.c.picture)
        .having((labels if conflicting else func.count()) > 1)
    )


def _still_to_ask(connection: Connection, found: Sequence[LabelIssue]) -> list[LabelIssue]:
    label_of: dict[str, str] = {}
    decided: set[str] = set()
    in_force = (corrections.c.field == CATEGORY, corrections.c.state == IN_FORCE)
    for ids in in_batches([one.product_id for one in found], IDS_PER_QUERY):
        query = select(products.c.product_id, products.c.category).where(products.c.product_id.in_(ids))
        label_of.update((product_id, category) for product_id, category in connection.execute(query))
        decisions = select(corrections.c.product_id).where(*in_force, corrections.c.product_id.in_(ids))
        decided.update(connection.scalars(decisions))
    return [one for one in found if one.product_id not in decided and label_of.get(one.product_id) == one.given]


def _to_row(one: LabelIssue, *, check_id: int, rank: int) -> dict[str, Any]:
    values = {_COLUMNS.get(name, name): value for name, value in vars(one).items() if name != "issue_id"}
    return values | {"check_id": check_id, "rank": rank}


def _to_issue(row: Row[Any]) -> LabelIssue:
    values = {one.name: row._mapping[_COLUMNS.get(one.name, one.name)] for one in fields(LabelIssue)}
    values["top_k"] = tuple((label, probability) for label, probability in values["top_k"])
    for name in ("given_neighbours", "predicted_neighbours"):
        values[name] = tuple(values[name])
    return LabelIssue(**values)

"""What sources say of products that belong together, as rows of the lists that merchandisers curate.

An import replaces the rows of its source, so a link that its export no longer names is gone. A merchandiser changes a
link by a rule for the same two products, which no import touches; while it holds, the link doesn't.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from catalog.curation.change_log import bump_revision
from catalog.curation.rule_terms import PRODUCT
from catalog.curation.rules import in_state, today
from catalog.product_details import ALTERNATIVES, LINKS, SET
from catalog.product_details import GOES_WITH as SAID_TO_GO
from catalog.result_lists import GOES_WITH, SIMILAR
from catalog.storage.batches import IDS_PER_QUERY, in_batches
from catalog.storage.database import Database
from catalog.storage.tables.curation import rules, source_links
from catalog.storage.tables.products import products, sources

MOST_LINKS = 24  # of one product in one list; behind them stands what the model finds
_LISTS = {GOES_WITH: (SAID_TO_GO, SET), SIMILAR: (ALTERNATIVES,)}  # list -> the kinds of links that it shows, in order

_Row = tuple[str, str, str]  # list, anchor, target


@dataclass(frozen=True)
class SourceLink:
    """A product in another one's list, because the source says so."""

    list_name: str
    anchor: str  # product id
    target: str  # product id
    position: int  # from 1
    location: str  # of the source
    rule_id: int | None  # the latest rule in force for the same two products, which takes the link's place


def write_source_links(connection: Connection, location: str) -> None:
    """Bring the links of a source's products up to date, in the transaction that has written these.

    Args:
        connection: of ``Database.writing``.
        location: of the source.
    """
    source_id = connection.execute(select(sources.c.source_id).where(sources.c.location == location)).scalar_one()
    mine = products.c.source_id == source_id
    has_links = and_(mine, cast(products.c.details, String).contains(f'"{LINKS}"', autoescape=True))
    known = exists().where(source_links.c.anchor == products.c.product_id)
    linking = connection.execute(select(func.count()).select_from(products).where(has_links)).scalar_one()
    linked = connection.execute(select(func.count()).select_from(products).where(mine, known)).scalar_one()
    if not linking and not linked:
        return
    named = _find_named(connection, _read_names(connection, has_links))
    ids = list(connection.scalars(select(products.c.product_id).where(mine)))
    changed = [_write_batch(connection, batch, named) for batch in in_batches(ids, IDS_PER_QUERY)]
    if any(changed):
        bump_revision(connection)


class SourceLinkStore:
    """Reads the links of all sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def targets(self, list_name: str, anchor: str) -> list[tuple[str, int]]:
        """The products that a product's source names for a list, and their places from 1."""
        c = source_links.c
        query = select(c.target, c.position).where(c.anchor == anchor, c.list_name == list_name)
        with self._database.reading() as connection:
            return [(row.target, row.position) for row in connection.execute(query.order_by(c.position, c.target))]

    def find(self, product_id: str | None, limit: int, offset: int = 0) -> list[SourceLink]:
        """A page of links by product; those of one product, or all."""
        c = source_links.c
        same = and_(rules.c.anchor_kind == PRODUCT, rules.c.target_kind == PRODUCT, rules.c.list_name == c.list_name)
        same = and_(same, rules.c.anchor == c.anchor, rules.c.target == c.target, in_state("active", today()))
        replaced = select(func.max(rules.c.rule_id)).where(same)
        columns = (*c, sources.c.location, replaced.correlate(source_links).scalar_subquery().label("rule_id"))
        joined = source_links.join(products, products.c.product_id == c.anchor).join(sources)
        query = _narrow(select(*columns).select_from(joined), product_id).order_by(c.anchor, c.list_name, c.position)
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(limit).offset(offset))
            return [SourceLink(**row._mapping) for row in rows]

    def count(self, product_id: str | None = None) -> int:
        """The number of links of one product, or of all."""
        with self._database.reading() as connection:
            return connection.execute(_narrow(select(func.count()).select_from(source_links), product_id)).scalar_one()


def _narrow(query: Select[Any], product_id: str | None) -> Select[Any]:
    return query if product_id is None else query.where(source_links.c.anchor == product_id)


def _read_names(connection: Connection, has_links: ColumnElement[bool]) -> set[str]:
    """Whatever the products' sources name in links."""
    details = connection.execute(select(products.c.details).where(has_links))
    return {name for (one,) in details for names in one.get(LINKS, {}).values() for name in names}


def _find_named(connection: Connection, names: set[str]) -> dict[str, str]:
    """Name in a link -> product id: a product's own id, else one look of a group, else a product with that SKU.

    Of several, one that can be bought counts, and among these the first by its id.
    """
    c = products.c
    found: dict[str, tuple[tuple[int, bool, str], str]] = {}
    for row in connection.execute(select(c.product_id, c.group_id, c.sku, c.in_stock)):
        skus = (row.sku or "").split(", ")
        for rank, name in ((0, row.product_id), (1, row.group_id), *((2, sku) for sku in skus)):
            if name in names:
                key = (rank, row.in_stock is False, row.product_id)
                if name not in found or key < found[name][0]:
                    found[name] = key, row.product_id
    return {name: product_id for name, (_, product_id) in found.items()}


def _write_batch(connection: Connection, ids: list[str], named: Mapping[str, str]) -> bool:
    """Write the links of some products; returns whether anything has changed."""
    c = source_links.c
    wanted = dict(_wanted_links(connection, ids, named))
    stored = {(row.list_name, row.anchor, row.target): row.position for row in _load(connection, ids)}
    gone = [row for row in stored if row not in wanted]
    for list_name, anchor, target in gone:
        connection.execute(delete(source_links).where(c.list_name == list_name, c.anchor == anchor, c.target == target))
    new = [row for row in wanted if row not in stored]
    if new:
        values = [dict(zip(("list_name", "anchor", "target"), row, strict=True), position=wanted[row]) for row in new]
        connection.execute(insert(source_links), values)
    moved = [row for row, position in wanted.items() if stored.get(row, position) != position]
    for list_name, anchor, target in moved:
        mine = (c.list_name == list_name, c.anchor == anchor, c.target == target)
        connection.execute(update(source_links).where(*mine).values(position=wanted[list_name, anchor, target]))
    return bool(gone or new or moved)


def _load(connection: Connection, ids: list[str]) -> list[Any]:
    return list(connection.execute(select(source_links).where(source_links.c.anchor.in_(ids))))


def _wanted_links(connection: Connection, ids: list[str], named: Mapping[str, str]) -> Iterator[tuple[_Row, int]]:
    """Each link that the products' sources name and that leads to another product, with its place."""
    c = products.c
    for row in connection.execute(select(c.product_id, c.details).where(c.product_id.in_(ids))):
        links = row.details.get(LINKS, {})
        for list_name, kinds in _LISTS.items():
            names = [name for kind in kinds for name in links.get(kind, ())]
            targets = dict.fromkeys(named[name] for name in names if name in named)
            targets.pop(row.product_id, None)
            for position, target in enumerate(list(targets)[:MOST_LINKS], start=1):
                yield (list_name, row.product_id, target), position

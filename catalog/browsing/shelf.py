"""A category as shoppers browse it: one place for all colours of a product, filters with their counts, and an order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, distinct, func, literal_column, or_, select

from catalog.products import Product
from catalog.storage.database import Database
from catalog.storage.product_rows import PRODUCT_COLUMNS, load_products
from catalog.storage.tables.products import products

USUAL, NEWEST, CHEAPEST, DEAREST = SHELF_ORDERS = ("usual", "newest", "cheapest", "dearest")
COUNTED_FIELDS = ("gender", "colour")  # whose values are offered with the number of products behind each
VALUES_LISTED = 100  # values of each field

_columns = products.c
# The colours of a product share its group id. The letter in front keeps a group and a product of one id apart.
# Both letters are literals: for PostgreSQL, a parameter in SELECT and one in GROUP BY are two expressions.
_design = case(
    (_columns.group_id.is_(None), literal_column("'p'").concat(_columns.product_id)),
    else_=literal_column("'g'").concat(_columns.group_id),
)


@dataclass(frozen=True)
class ShelfQuery:
    """A category and the conditions that its products must meet, all at once; None or empty is no condition."""

    category: str
    genders: tuple[str, ...] = ()  # any of these
    colours: tuple[str, ...] = ()  # any of these
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    in_stock: bool | None = None  # True: not sold out as far as the source says; False: sold out
    order: str = USUAL  # one of SHELF_ORDERS


@dataclass(frozen=True)
class ShelfCounts:
    """How many products there are with all colours of one counted once, and how many each filter would leave."""

    total: int
    values: dict[str, tuple[tuple[str, int], ...]]  # field -> (value, products with it), the most frequent first
    in_stock: int
    prices: tuple[int, int] | None  # lowest and highest, in cents; None where nothing has a price


class Shelf:
    """Answers what a category's page asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: ShelfQuery, limit: int, offset: int = 0) -> list[tuple[Product, ...]]:
        """A page of the products that match, each as the tuple of its matching colours; empty past the end.

        The colour that decides a product's place comes first: the cheapest, the dearest or the newest one, or in the
        usual order the first that isn't sold out, by product id.
        """
        with self._database.reading() as connection:
            designs = list(connection.scalars(_ordered_designs(query).limit(limit).offset(offset)))
            looks = select(_columns.product_id, _design.label("design")).where(
                *_conditions(query), _design.in_(designs)
            )
            by_id = {row.product_id: row.design for row in connection.execute(looks)}
            wanted = select(*PRODUCT_COLUMNS).where(_columns.product_id.in_(list(by_id)))
            grouped: dict[str, list[Product]] = defaultdict(list)
            for product in load_products(connection, wanted.order_by(*_look_order(query.order))):
                grouped[by_id[product.product_id]].append(product)
        return [tuple(grouped[design]) for design in designs if design in grouped]

    def counts(self, query: ShelfQuery) -> ShelfCounts:
        """The counts beside a page. A field's own counts are made without its own condition, as it may be changed."""
        with self._database.reading() as connection:
            values = {name: _count_values(connection, query, name) for name in COUNTED_FIELDS}
            any_price = replace(query, min_price_cents=None, max_price_cents=None)
            span = select(func.min(_columns.price_cents), func.max(_columns.price_cents)).where(*_conditions(any_price))
            lowest, highest = connection.execute(span).one()
            return ShelfCounts(
                _count(connection, query),
                values,
                _count(connection, replace(query, in_stock=True)),
                None if lowest is None else (lowest, highest),
            )


def _conditions(query: ShelfQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_columns.published, _columns.category == query.category]
    if query.genders:
        found.append(_columns.gender.in_(query.genders))
    if query.colours:
        found.append(_columns.colour.in_(query.colours))
    if query.min_price_cents is not None:
        found.append(_columns.price_cents >= query.min_price_cents)
    if query.max_price_cents is not None:
        found.append(_columns.price_cents <= query.max_price_cents)
    if query.in_stock is not None:
        found.append(_columns.in_stock.is_not(False) if query.in_stock else _columns.in_stock.is_(False))
    return found


def _ordered_designs(query: ShelfQuery) -> Select[Any]:
    """The designs that have a matching look, in the query's order."""
    first_id = func.min(_columns.product_id)
    orders: dict[str, list[Any]] = {
        USUAL: [first_id],
        NEWEST: [func.max(_columns.added_at).desc(), first_id],
        CHEAPEST: [func.min(_columns.price_cents).asc().nulls_last(), first_id],
        DEAREST: [func.max(_columns.price_cents).desc().nulls_last(), first_id],
    }
    return select(_design).where(and_(*_conditions(query))).group_by(_design).order_by(*orders[query.order])


def _look_order(order: str) -> Sequence[ColumnElement[Any]]:
    sold_out = case((or_(_columns.in_stock.is_(None), _columns.in_stock), 0), else_=1)
    first: dict[str, ColumnElement[Any]] = {
        USUAL: sold_out.asc(),
        NEWEST: _columns.added_at.desc(),
        CHEAPEST: _columns.price_cents.asc().nulls_last(),
        DEAREST: _columns.price_cents.desc().nulls_last(),
    }
    return first[order], _columns.product_id


def _count(connection: Connection, query: ShelfQuery) -> int:
    return connection.execute(select(func.count(distinct(_design))).where(*_conditions(query))).scalar_one()


def _count_values(connection: Connection, query: ShelfQuery, name: str) -> tuple[tuple[str, int], ...]:
    column, number = _columns[name], func.count(distinct(_design))
    open_to = {"gender": replace(query, genders=()), "colour": replace(query, colours=())}
    counted = (
        select(column, number)
        .where(*_conditions(open_to[name]), column.is_not(None))
        .group_by(column)
        .order_by(number.desc(), column)
        .limit(VALUES_LISTED)
    )
    return tuple((value, count) for value, count in connection.execute(counted))

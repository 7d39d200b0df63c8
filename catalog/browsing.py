"""Looking through the catalogue: products by words and filters, sorted, a page at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause, case, func, literal, select, text

from catalog.database import Database
from catalog.errors import UnknownProductError
from catalog.products import Product
from catalog.repository import PRODUCT_COLUMNS, load_products
from catalog.schema import products, sources
from catalog.words import WordWalk, holds_words, split_words, walk_words

COUNTED = 10_000  # products that are counted and can be paged through; who has more to look at narrows it
VALUES_LISTED = 500  # values of a column that can be chosen from
ATTRIBUTES_SEEN = 1000  # latest products that are asked which attributes there are
ATTRIBUTE_VALUES = 40  # of each attribute that are suggested

BEST, NEWEST, OLDEST, CHEAPEST, DEAREST, BY_ID = SORTS = ("best", "newest", "oldest", "cheapest", "dearest", "id")


@dataclass(frozen=True)
class ProductQuery:
    """Which products are wanted; what is None or empty lets everything through, all the rest must hold at once."""

    words: str = ""  # as typed
    category: str | None = None
    gender: str | None = None
    colour: str | None = None
    attribute: tuple[str, str] | None = None  # name and value of one of the source's other columns
    in_stock: bool | None = None  # True: what isn't said to be sold out; False: what is
    among: tuple[str, ...] | None = None  # only these product ids
    sort: str = BEST  # one of SORTS; without words the best is the newest

    @property
    def empty(self) -> bool:
        """Whether everything is let through."""
        return self == ProductQuery(sort=self.sort)


@dataclass(frozen=True)
class ProductPage:
    """A part of what was found."""

    products: tuple[Product, ...]
    total: int  # of all pages, COUNTED at most
    more: bool  # whether there are more than COUNTED


@dataclass(frozen=True)
class Choices:
    """What can be chosen from, each sorted."""

    categories: tuple[str, ...]
    genders: tuple[str, ...]
    colours: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]  # name -> some of its values, as the latest products have them


@dataclass(frozen=True)
class Origin:
    """Where a product came from."""

    location: str  # the folder or table
    added_at: str  # ISO 8601, UTC: when it was first imported
    imported_at: str  # when its source was last imported


class Browser:
    """Questions about many products at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: ProductQuery, limit: int, offset: int = 0) -> ProductPage:
        """A page of the products that are wanted, in the order asked for; an empty one past the end."""
        with self._database.reading() as connection:
            dialect = connection.dialect.name
            words = split_words(query.words)
            walk = walk_words(words) if words and dialect == "sqlite" else None
            counted = _select((literal(1),), dialect, query, walk).limit(COUNTED + 1).subquery()
            total = connection.execute(select(func.count()).select_from(counted)).scalar_one()
            if total > COUNTED and query.sort in (BEST, NEWEST):
                # To tell the better of so many would take as long as finding them, and nobody reads them all.
                order = [walk.last_first] if walk else _order(dialect, replace(query, sort=NEWEST))
                wanted = _select(PRODUCT_COLUMNS, dialect, query, walk).order_by(*order)
            else:
                wanted = _select(PRODUCT_COLUMNS, dialect, query).order_by(*_order(dialect, query))
            found = load_products(connection, wanted.limit(limit).offset(offset)) if offset < total else []
        return ProductPage(tuple(found), min(total, COUNTED), total > COUNTED)

    def choices(self) -> Choices:
        """The values that filters can take; quick in any catalogue, as it reads only where a value begins."""
        columns = products.c
        with self._database.reading() as connection:
            return Choices(
                _distinct(connection, columns.category),
                _distinct(connection, columns.gender),
                _distinct(connection, columns.colour),
                _attributes(connection),
            )

    def origin(self, product_id: str) -> Origin:
        """Where a product came from; raises UnknownProductError if the catalogue has none of this id."""
        query = select(sources.c.location, products.c.added_at, sources.c.imported_at).join_from(products, sources)
        with self._database.reading() as connection:
            row = connection.execute(query.where(products.c.product_id == product_id)).one_or_none()
        if row is None:
            raise UnknownProductError(f"The catalogue has no product {product_id!r}.")
        return Origin(*row)

    def known(self, product_ids: Sequence[str]) -> int:
        """How many of these ids the catalogue has, however many they are."""
        with self._database.reading() as connection:
            among = _is_among(connection.dialect.name, product_ids)
            return connection.execute(select(func.count()).select_from(products).where(among)).scalar_one()


def _select(
    wanted: Sequence[ColumnElement[Any]], dialect: str, query: ProductQuery, walk: WordWalk | None = None
) -> Select[Any]:
    """What is wanted of the products that a query lets through, which a walk may lead to."""
    return select(*wanted).select_from(walk.source if walk else products).where(*_conditions(dialect, query, walk))


def _conditions(
    dialect: str, query: ProductQuery, walk: WordWalk | None = None
) -> list[ColumnElement[bool] | TextClause]:
    columns = products.c
    conditions: list[ColumnElement[bool] | TextClause] = [
        columns[name] == value
        for name, value in (("category", query.category), ("gender", query.gender), ("colour", query.colour))
        if value is not None
    ]
    if query.in_stock is not None:
        # A product whose source says nothing of its stock can be bought, as in the shop.
        conditions.append(columns.in_stock.is_not(False) if query.in_stock else columns.in_stock.is_(False))
    if walk is not None:
        conditions.append(walk.condition)
    elif query.words.strip():
        words = split_words(query.words)
        # "-" or "%" alone are in no index; such an id can still be meant.
        conditions.append(holds_words(dialect, words) if words else columns.product_id == query.words.strip())
    if query.attribute is not None:
        name, value = query.attribute
        if words := split_words(value):  # the index narrows it down to few before each one's attributes are read
            conditions.append(holds_words(dialect, words, prefix=False))
        conditions.append(_has_attribute(dialect, name, value))
    if query.among is not None:
        conditions.append(_is_among(dialect, query.among))
    return conditions


def _has_attribute(dialect: str, name: str, value: str) -> TextClause:
    """The condition for one of the source's other columns; its name may hold quotes, which JSON paths can't."""
    said = "catalog_products.attributes ->> :name = :value"
    if dialect == "sqlite":
        said = "EXISTS (SELECT 1 FROM json_each(catalog_products.attributes) WHERE key = :name AND value = :value)"
    return text(said).bindparams(name=name, value=value)


def _is_among(dialect: str, product_ids: Sequence[str]) -> ColumnElement[bool]:
    """Membership in a list of any length: one parameter, where a database takes but some thousands of them."""
    values = json.dumps(list(product_ids))
    listed = (
        "SELECT value FROM json_each(:ids)"
        if dialect == "sqlite"
        else "SELECT json_array_elements_text(CAST(:ids AS json))"
    )
    return products.c.product_id.in_(text(listed).bindparams(ids=values))


def _order(dialect: str, query: ProductQuery) -> list[ColumnElement[Any]]:
    columns = products.c
    newest: list[ColumnElement[Any]] = [columns.added_at.desc(), columns.product_id.desc()]
    words = split_words(query.words)
    if query.sort == BEST and words:
        exact = case(
            (columns.product_id == query.words.strip(), 0), (holds_words(dialect, words, in_names=True), 1), else_=2
        )
        return [exact, *newest]
    if query.sort in (BEST, NEWEST):
        return newest
    if query.sort == OLDEST:
        return [columns.added_at, columns.product_id]
    if query.sort == CHEAPEST:
        return [columns.price_cents.asc().nulls_last(), columns.product_id]
    if query.sort == DEAREST:
        return [columns.price_cents.desc().nulls_last(), columns.product_id]
    return [columns.product_id]


def _distinct(connection: Connection, column: ColumnElement[str]) -> tuple[str, ...]:
    """The values of an indexed column by hopping from one to the next, as DISTINCT would read them all."""
    hops = select(func.min(column).label("value")).cte("hops", recursive=True)
    following = select(func.min(column)).where(column > hops.c.value).scalar_subquery()
    hops = hops.union_all(select(following).where(hops.c.value.is_not(None)))
    query = select(hops.c.value).where(hops.c.value.is_not(None)).limit(VALUES_LISTED)
    return tuple(sorted(connection.scalars(query)))


def _attributes(connection: Connection) -> dict[str, tuple[str, ...]]:
    columns = products.c
    latest: Select[Any] = (
        select(columns.attributes).order_by(columns.added_at.desc(), columns.product_id.desc()).limit(ATTRIBUTES_SEEN)
    )
    values: dict[str, set[str]] = {}
    for attributes in connection.scalars(latest):
        for name, value in attributes.items():
            values.setdefault(name, set()).add(value)
    return {name: tuple(sorted(values[name])[:ATTRIBUTE_VALUES]) for name in sorted(values)}

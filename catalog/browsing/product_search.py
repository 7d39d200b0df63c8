"""What is wanted of the products, and the SQL that finds it without reading a large catalogue whole."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause, case, func, literal, select, text

from catalog.storage.full_text import WordWalk, held_by_more, holds_words, split_words, walk_words
from catalog.storage.product_rows import PRODUCT_COLUMNS
from catalog.storage.tables.products import products

BEST, NEWEST, OLDEST, CHEAPEST, DEAREST, BY_ID = SORTS = ("best", "newest", "oldest", "cheapest", "dearest", "id")

MANY = 10_000  # products that hold the words; to gather more would take long, and no fewer than are counted
FEW = 5_000  # products that filters leave; these are asked for the words, not those with the words for the rest


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
class ProductSearch:
    """A query, and the way to what it wants; ``prepare`` makes it."""

    connection: Connection
    query: ProductQuery
    words: list[str]
    many: bool  # whether many products hold the words
    walk: WordWalk | None  # the way to take if so, unless the filters leave few to look at
    value_words: list[str]
    many_of_value: bool  # whether many hold the words of the attribute's value

    @classmethod
    def prepare(cls, connection: Connection, query: ProductQuery) -> "ProductSearch":
        """Look how much there is of what is wanted."""
        words = split_words(query.words)
        value_words = split_words(query.attribute[1]) if query.attribute else []
        many = bool(words) and held_by_more(connection, MANY, words)
        many_of_value = bool(value_words) and held_by_more(connection, MANY, value_words, prefix=False)
        search = cls(connection, query, words, many, None, value_words, many_of_value)
        return replace(search, walk=walk_words(words)) if many and not search._filters_leave_few() else search

    def count(self, most: int) -> int:
        """How many products are wanted, or one more than the most that are counted."""
        counted = self._select(literal(1), walk=self.walk).limit(most + 1).subquery()
        return self.connection.execute(select(func.count()).select_from(counted)).scalar_one()

    def all(self) -> Select[Any]:
        """The products in the order asked for."""
        return self._select(*PRODUCT_COLUMNS).order_by(*self._order(self.query.sort))

    def most(self) -> Select[Any]:
        """The products where there are very many, of which the latest count as the best.

        To tell the better of so many would take as long as finding them, and nobody reads them all.
        """
        sort = NEWEST if self.query.sort == BEST else self.query.sort
        if self.walk and sort == NEWEST:
            return self._select(*PRODUCT_COLUMNS, walk=self.walk).order_by(self.walk.last_first)
        return self._select(*PRODUCT_COLUMNS).order_by(*self._order(sort))

    def _filters_leave_few(self) -> bool:
        filters = replace(self, query=replace(self.query, words="", sort=BEST), words=[], many=False)
        return not filters.query.empty and filters.count(FEW) <= FEW

    def _select(self, *wanted: ColumnElement[Any], walk: WordWalk | None = None) -> Select[Any]:
        if walk is None:
            return select(*wanted).select_from(products).where(*self._by_words(), *self._by_filters())
        return select(*wanted).select_from(walk.source).where(walk.condition, *self._by_filters())

    def _by_words(self) -> list[ColumnElement[bool]]:
        if not self.query.words.strip():
            return []
        if not self.words:  # "-" or "%" alone are in no index; such an id can still be meant
            return [products.c.product_id == self.query.words.strip()]
        return [holds_words(self.connection.dialect.name, self.words, many=self.many)]

    def _by_filters(self) -> list[ColumnElement[bool] | TextClause]:
        columns, query, dialect = products.c, self.query, self.connection.dialect.name
        conditions: list[ColumnElement[bool] | TextClause] = [
            columns[name] == value
            for name, value in (("category", query.category), ("gender", query.gender), ("colour", query.colour))
            if value is not None
        ]
        if query.in_stock is not None:
            # A product whose source says nothing of its stock can be bought, as in the shop.
            conditions.append(columns.in_stock.is_not(False) if query.in_stock else columns.in_stock.is_(False))
        if query.attribute is not None:
            if self.value_words:  # the index narrows it down to few before each one's attributes are read
                conditions.append(holds_words(dialect, self.value_words, prefix=False, many=self.many_of_value))
            conditions.append(_has_attribute(dialect, *query.attribute))
        if query.among is not None:
            conditions.append(is_among(dialect, query.among))
        return conditions

    def _order(self, sort: str) -> list[ColumnElement[Any]]:
        columns = products.c
        newest: list[ColumnElement[Any]] = [columns.added_at.desc(), columns.product_id.desc()]
        if sort == BEST and self.words:
            in_names = holds_words(self.connection.dialect.name, self.words, in_names=True, many=self.many)
            exact = columns.product_id == self.query.words.strip()
            return [case((exact, 0), (in_names, 1), else_=2), *newest]
        if sort in (BEST, NEWEST):
            return newest
        if sort == OLDEST:
            return [columns.added_at, columns.product_id]
        if sort == CHEAPEST:
            return [columns.price_cents.asc().nulls_last(), columns.product_id]
        if sort == DEAREST:
            return [columns.price_cents.desc().nulls_last(), columns.product_id]
        return [columns.product_id]


def _has_attribute(dialect: str, name: str, value: str) -> TextClause:
    """The condition for one of the source's other columns; its name may hold quotes, which JSON paths can't."""
    said = "catalog_products.attributes ->> :name = :value"
    if dialect == "sqlite":
        said = "EXISTS (SELECT 1 FROM json_each(catalog_products.attributes) WHERE key = :name AND value = :value)"
    return text(said).bindparams(name=name, value=value)


def is_among(dialect: str, product_ids: Sequence[str]) -> ColumnElement[bool]:
    """Membership in a list of any length: one parameter, where a database takes but some thousands of them."""
    values = json.dumps(list(product_ids))
    listed = (
        "SELECT value FROM json_each(:ids)"
        if dialect == "sqlite"
        else "SELECT json_array_elements_text(CAST(:ids AS json))"
    )
    return products.c.product_id.in_(text(listed).bindparams(ids=values))

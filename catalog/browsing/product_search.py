"""A query for products, and the SQL that finds them without reading all of a large catalogue."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TextClause, case, func, literal, select, text

from catalog.storage.full_text import WordWalk, held_by_more, holds_words, split_words, walk_words
from catalog.storage.product_rows import PRODUCT_COLUMNS
from catalog.storage.tables.products import products

BEST, NEWEST, OLDEST, CHEAPEST, DEAREST, BY_ID = SORTS = ("best", "newest", "oldest", "cheapest", "dearest", "id")

MANY = 10_000  # products with the words, beyond which gathering all of them takes long; at least browser.COUNTED
FEW = 5_000  # products that pass the filters, up to which each of them is looked up in the full-text index


@dataclass(frozen=True)
class ProductQuery:
    """The conditions that products must meet, all at once; a field that is None or empty is no condition."""

    words: str = ""  # as they were typed
    category: str | None = None
    gender: str | None = None
    colour: str | None = None
    brand: str | None = None
    attribute: tuple[str, str] | None = None  # name and value of one of the source's other columns
    in_stock: bool | None = None  # True: not sold out as far as the source says; False: sold out
    published: bool | None = None  # True: no drafts, which shoppers don't see; False: drafts alone
    among: tuple[str, ...] | None = None  # the product must have one of these ids
    sort: str = BEST  # one of SORTS; without words, BEST means NEWEST

    @property
    def empty(self) -> bool:
        """Whether the query has no condition."""
        return self == ProductQuery(sort=self.sort)


@dataclass(frozen=True)
class ProductSearch:
    """A query with the plan to answer it, which ``prepare`` makes."""

    connection: Connection
    query: ProductQuery
    words: list[str]
    many: bool  # whether more than MANY products have the words
    walk: WordWalk | None  # the query to use then, unless the filters leave few products
    value_words: list[str]
    many_of_value: bool  # whether more than MANY products have the words of the attribute's value

    @classmethod
    def prepare(cls, connection: Connection, query: ProductQuery) -> "ProductSearch":
        """Plan a query, by counting roughly how many products have its words."""
        words = split_words(query.words)
        value_words = split_words(query.attribute[1]) if query.attribute else []
        many = bool(words) and held_by_more(connection, MANY, words)
        many_of_value = bool(value_words) and held_by_more(connection, MANY, value_words, prefix=False)
        search = cls(connection, query, words, many, None, value_words, many_of_value)
        return replace(search, walk=walk_words(words)) if many and not search._filters_leave_few() else search

    def count(self, most: int) -> int:
        """The number of products that match, but at most ``most + 1``."""
        counted = self._select(literal(1), walk=self.walk).limit(most + 1).subquery()
        return self.connection.execute(select(func.count()).select_from(counted)).scalar_one()

    def all(self) -> Select[Any]:
        """The products that match, in the query's order."""
        return self._select(*PRODUCT_COLUMNS).order_by(*self._order(self.query.sort))

    def most(self) -> Select[Any]:
        """The products that match if there are very many of them; then BEST means NEWEST.

        Ranking so many products would mean finding all of them first, and nobody reads all of them.
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
        if not self.words:  # "-" or "%" alone is in no index, but may be a product id
            return [products.c.product_id == self.query.words.strip()]
        return [holds_words(self.connection.dialect.name, self.words, many=self.many)]

    def _by_filters(self) -> list[ColumnElement[bool] | TextClause]:
        columns, query, dialect = products.c, self.query, self.connection.dialect.name
        conditions: list[ColumnElement[bool] | TextClause] = [
            columns[name] == value
            for name in ("category", "gender", "colour", "brand")
            if (value := getattr(query, name)) is not None
        ]
        if query.in_stock is not None:
            # As in the shop, a product whose source says nothing about stock counts as in stock.
            conditions.append(columns.in_stock.is_not(False) if query.in_stock else columns.in_stock.is_(False))
        if query.published is not None:
            conditions.append(columns.published.is_(query.published))
        if query.attribute is not None:
            if self.value_words:  # the full-text index leaves few products whose attributes are read
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
    """The condition that an attribute has a value. Its name may contain quotes, which a JSON path can't express."""
    said = "catalog_products.attributes ->> :name = :value"
    if dialect == "sqlite":
        said = "EXISTS (SELECT 1 FROM json_each(catalog_products.attributes) WHERE key = :name AND value = :value)"
    return text(said).bindparams(name=name, value=value)


def is_among(dialect: str, product_ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition that the product id is in a list, which is passed as one parameter and may have any length."""
    values = json.dumps(list(product_ids))
    listed = (
        "SELECT value FROM json_each(:ids)"
        if dialect == "sqlite"
        else "SELECT json_array_elements_text(CAST(:ids AS json))"
    )
    return products.c.product_id.in_(text(listed).bindparams(ids=values))

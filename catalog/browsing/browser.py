"""Looking through the catalogue: products by words and filters, sorted, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from catalog.browsing.product_search import ProductQuery, ProductSearch, is_among
from catalog.errors import UnknownProductError
from catalog.products import Product
from catalog.storage.database import Database
from catalog.storage.distinct import distinct_values
from catalog.storage.product_rows import load_products
from catalog.storage.tables.products import products, sources

COUNTED = 10_000  # products that are counted and can be paged through; who has more to look at narrows it
VALUES_LISTED = 500  # values of a column that can be chosen from
ATTRIBUTES_SEEN = 1000  # latest products that are asked which attributes there are
ATTRIBUTE_VALUES = 40  # of each attribute that are suggested


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
            search = ProductSearch.prepare(connection, query)
            total = search.count(COUNTED)
            wanted = search.most() if total > COUNTED else search.all()
            found = load_products(connection, wanted.limit(limit).offset(offset)) if offset < total else []
        return ProductPage(tuple(found), min(total, COUNTED), total > COUNTED)

    def choices(self) -> Choices:
        """The values that filters can take; quick in any catalogue, as it reads only where a value begins."""
        columns = products.c
        with self._database.reading() as connection:
            categories, genders, colours = (
                tuple(sorted(distinct_values(connection, column, VALUES_LISTED)))
                for column in (columns.category, columns.gender, columns.colour)
            )
            return Choices(categories, genders, colours, _attributes(connection))

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
            among = is_among(connection.dialect.name, product_ids)
            return connection.execute(select(func.count()).select_from(products).where(among)).scalar_one()


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
